//! New keys: a new generation of a tenant's data key, and a new KEK for the deployment.

use ringfence::TenantId;
use ringfence::envelope::{
    Context, Keyring, LocalKeyWrap, ResealProgress, Resealed, Scope, SealedValue, WrapContext, WrappedKey,
};
use rusqlite::{Connection, params};

use crate::keys::{self, Keys};
use crate::page::{Sentence, ensure};
use crate::secret_store::SecretStore;
use crate::{Result, contacts, credentials, database, export, tickets};

/// Each sealed column, by the names that its values are bound to.
const SEALED_COLUMNS: [(&str, &str); 4] = [
    ("integrations", "access_token"),
    ("integrations", "refresh_token"),
    ("contacts", "email"),
    ("tickets", "body"),
];

/// Act: the tenant gets a new data key. Nothing stands still: what the old key sealed opens until the
/// pass has been there, and afterwards too.
pub fn of_the_data_key(db: &mut Connection, keys: &mut Keys, tenant: &TenantId) -> Result<Sentence> {
    let old = keys.ring_to_open(db, tenant)?.primary().ok_or("the tenant has no key")?;
    let transaction = db.transaction()?;
    let new = keys.add_generation(&transaction, tenant)?;
    transaction.commit()?;

    let ring = keys.ring_to_open(db, tenant)?;
    let backlog = backlog(db, &ring, tenant)?;
    let ring = keys.ring_to_seal(db, tenant, backlog.bytes)?;
    ensure(ring.primary() == Some(new), "the new key is the one that seals")?;
    let before = open_everything(db, &ring, tenant)?;

    // One transaction does for a small table. For a large one see examples/envelope_reseal.rs.
    let transaction = db.transaction()?;
    let mut replaced = 0;
    for (table, column) in SEALED_COLUMNS {
        let progress = reseal_column(&transaction, &ring, tenant, table, column)?;
        ensure(progress.refused() == 0, "every value of the tenant opens")?;
        replaced += progress.replaced();
    }
    let reindexed = contacts::reindex(&transaction, &ring, tenant)?;
    let rewrapped = export::rewrap(&transaction, &ring, tenant)?;
    transaction.commit()?;

    let after = open_everything(db, &ring, tenant)?;
    ensure(before == after, "the rotation changes no value")?;
    let left = self::backlog(db, &ring, tenant)?.values;
    ensure(left == 0 && replaced == backlog.values, "no value is left under the old key")?;
    let found = contacts::find(db, &ring, tenant, "bo@example.org")?.len();
    ensure(found == 1, "contacts are found after the rotation")?;
    Ok(Sentence {
        claim: "Encryption keys are rotated without downtime.",
        evidence: format!(
            "{tenant}: data key {old} -> {new}; {before} old values opened under the new keyring, \
             {replaced} of them resealed, {reindexed} contacts indexed anew, {rewrapped} export \
             header(s) rewrapped; {after} values open, {left} left under the old key"
        ),
    })
}

/// Seals a column of a tenant anew. The old value stands in the WHERE clause: what the application
/// writes meanwhile is never overwritten, and is under the new key anyway.
fn reseal_column(
    db: &Connection,
    ring: &Keyring,
    tenant: &TenantId,
    table: &str,
    column: &str,
) -> Result<ResealProgress> {
    let update =
        format!("UPDATE {table} SET {column} = ?3 WHERE tenant = ?1 AND id = ?2 AND {column} = ?4");
    let mut update = db.prepare_cached(&update)?;
    let mut progress = ResealProgress::default();
    for (id, stored) in column_values(db, tenant, table, column)? {
        let outcome = ring.reseal(&Context::new(tenant, table, column, &id), &stored);
        if let Ok(Resealed::Replace(sealed)) = &outcome {
            update.execute(params![tenant.as_str(), id, sealed.as_bytes(), stored])?;
        }
        progress.record(&id, &outcome);
    }
    Ok(progress)
}

fn column_values(
    db: &Connection,
    tenant: &TenantId,
    table: &str,
    column: &str,
) -> Result<Vec<(String, Vec<u8>)>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT id, {column} FROM {table} WHERE tenant = ?1 AND {column} IS NOT NULL ORDER BY id"
    ))?;
    let rows = statement.query_map([tenant.as_str()], |row| row.try_into())?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What is under another key than the primary one.
#[derive(Default)]
struct Backlog {
    values: u64,
    bytes: usize,
}

/// Nothing is opened for it: each value says under which key it is.
fn backlog(db: &Connection, ring: &Keyring, tenant: &TenantId) -> Result<Backlog> {
    let mut backlog = Backlog::default();
    for (table, column) in SEALED_COLUMNS {
        for (_, stored) in column_values(db, tenant, table, column)? {
            if ring.needs_reseal(&stored)? {
                backlog.values += 1;
                backlog.bytes += stored.len();
            }
        }
    }
    Ok(backlog)
}

/// Opens every value and every export of a tenant, through the same doors as the application.
pub fn open_everything(db: &Connection, ring: &Keyring, tenant: &TenantId) -> Result<usize> {
    let mut opened = 0;
    for credential in credentials::samples(tenant) {
        let stored = credentials::read(db, ring, tenant, credential.provider)?;
        opened += 1 + usize::from(stored.refresh_token.is_some());
    }
    opened += contacts::all(db, ring, tenant)?.len();
    opened += tickets::all(db, ring, tenant)?.len();
    for stored in export::all(db, tenant)? {
        export::open(ring, tenant, &stored)?;
        opened += 1;
    }
    Ok(opened)
}

/// Act: the deployment gets a new KEK. Rows of the key table are wrapped anew, nothing else is touched,
/// and then the old KEK is destroyed. Whatever stops it half-way, the next run goes on: until the
/// end both KEKs unwrap. With several servers, all of them must have the new KEK before the first row is
/// wrapped under it.
pub fn of_the_kek(db: &mut Connection, store: &SecretStore, keys: Keys) -> Result<(Sentence, Keys)> {
    let sealed_before = database::sealed_bytes(db)?;
    let old = store.ids()?;
    let new = store.add()?;
    let key_wrap = store.key_wrap()?;

    let transaction = db.transaction()?;
    let mut rewrapped = 0;
    for tenant in tenants_with_keys(&transaction)? {
        let scope = Scope::tenant(&tenant);
        for (generation, stored) in keys::rows(&transaction, &tenant)? {
            if !key_wrap.needs_rewrap(&stored)? {
                continue;
            }
            let wrapped = key_wrap.rewrap(&WrapContext::new(&scope, generation), &stored)?;
            rewrapped += transaction.execute(
                "UPDATE data_keys SET wrapped = ?3
                 WHERE tenant = ?1 AND generation = ?2 AND wrapped = ?4",
                params![tenant.as_str(), generation.number(), wrapped.as_bytes(), stored.as_bytes()],
            )?;
        }
    }
    transaction.commit()?;

    for wrapped in all_wrapped(db)? {
        ensure(LocalKeyWrap::kek_id_of(&wrapped)? == new, "every key row is under the new KEK")?;
    }
    for id in &old {
        store.remove(*id)?;
    }
    // Start afresh, with the new KEK alone and no key in memory.
    drop(keys);
    let mut keys = Keys::new(store.key_wrap()?);
    let mut opened = 0;
    for tenant in tenants_with_keys(db)? {
        let ring = keys.ring_to_open(db, &tenant)?;
        opened += open_everything(db, &ring, &tenant)?;
    }
    let sealed_after = database::sealed_bytes(db)?;
    ensure(sealed_before == sealed_after, "no data row changes when the KEK does")?;
    let bytes: usize = sealed_after.iter().map(|(.., bytes)| bytes.len()).sum();
    let sentence = Sentence {
        claim: "The master key is rotated without touching customer data.",
        evidence: format!(
            "master key {} -> {new}; {rewrapped} key rows rewrapped; {} sealed values ({bytes} \
             bytes, at least {} each) compared before and after: identical; {opened} values open \
             under the new master key alone",
            old.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            sealed_after.len(),
            SealedValue::OVERHEAD,
        ),
    };
    Ok((sentence, keys))
}

fn tenants_with_keys(db: &Connection) -> Result<Vec<TenantId>> {
    let mut statement = db.prepare("SELECT DISTINCT tenant FROM data_keys ORDER BY tenant")?;
    let mut tenants = Vec::new();
    for id in statement.query_map([], |row| row.get::<_, String>(0))? {
        tenants.push(TenantId::new(id?)?);
    }
    Ok(tenants)
}

fn all_wrapped(db: &Connection) -> Result<Vec<WrappedKey>> {
    let mut statement = db.prepare("SELECT wrapped FROM data_keys")?;
    let mut found = Vec::new();
    for wrapped in statement.query_map([], |row| row.get::<_, Vec<u8>>(0))? {
        found.push(WrappedKey::from_bytes(wrapped?)?);
    }
    Ok(found)
}
