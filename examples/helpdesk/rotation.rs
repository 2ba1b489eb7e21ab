//! New keys: a new generation of a tenant's data key, and a new KEK for the deployment.

use ringfence::TenantId;
use ringfence::envelope::{Context, Keyring, LocalKeyWrap, ResealProgress, Resealed, Scope, WrapContext};
use rusqlite::{Connection, params};

use crate::keys::{self, Keys};
use crate::page::{Sentence, ensure};
use crate::secret_store::SecretStore;
use crate::tenants::{self, open_everything};
use crate::{Result, contacts, database, export};

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
    let old_values = backlog(db, &ring, tenant)?;
    let values = old_values.len();
    let ring = keys.ring_to_seal(db, tenant, old_values)?;
    ensure(ring.primary() == Some(new), "the new key is the one that seals")?;
    let before = open_everything(db, &ring, tenant)?;

    // One transaction does for a small table. For a large one see examples/envelope_reseal.rs.
    let transaction = db.transaction()?;
    let mut replaced = 0;
    for (table, column) in SEALED_COLUMNS {
        let progress = reseal_column(&transaction, &ring, tenant, table, column)?;
        ensure(progress.refused() == 0, "every value of the tenant opens")?;
        replaced += usize::try_from(progress.replaced())?;
    }
    let reindexed = contacts::reindex(&transaction, &ring, tenant)?;
    let rewrapped = export::rewrap(&transaction, &ring, tenant)?;
    transaction.commit()?;

    let after = open_everything(db, &ring, tenant)?;
    ensure(before == after, "the rotation changes no value")?;
    let left = backlog(db, &ring, tenant)?.len();
    ensure(left == 0 && replaced == values, "no value is left under the old key")?;
    let found = contacts::find(db, &ring, tenant, "bo@example.org")?.len();
    ensure(found == 1, "contacts are found after the rotation")?;
    Ok(Sentence {
        claim: "Customer keys are rotated without downtime.",
        evidence: format!(
            "{tenant}'s key {old} replaced by {new}: {before} values readable before, {after} after; \
             {replaced} values encrypted anew, {reindexed} contacts indexed anew, {rewrapped} export(s) \
             moved; left under the old key: {left}"
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
        if let Ok(Resealed::Replace(sealed)) = &outcome
            && update.execute(params![tenant.as_str(), id, sealed.as_bytes(), stored])? == 0
        {
            progress.record_lost(&id);
        } else {
            progress.record(&id, &outcome);
        }
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

/// The lengths of the values that are under another key than the primary one. Nothing is opened for it:
/// each value says under which key it is.
fn backlog(db: &Connection, ring: &Keyring, tenant: &TenantId) -> Result<Vec<usize>> {
    let mut lengths = Vec::new();
    for (table, column) in SEALED_COLUMNS {
        for (_, stored) in column_values(db, tenant, table, column)? {
            if ring.needs_reseal(&stored)? {
                lengths.push(stored.len());
            }
        }
    }
    Ok(lengths)
}

/// Act: the deployment gets a new KEK. Rows of the key table are wrapped anew, nothing else is touched,
/// and then the old KEK is destroyed. Whatever stops it half-way, the next run goes on: until the
/// end both KEKs unwrap. With several servers, all of them must have the new KEK before the first row is
/// wrapped under it.
pub fn of_the_kek(db: &mut Connection, store: &SecretStore, keys: Keys) -> Result<(Sentence, Keys)> {
    let sealed_before = database::sealed_bytes(db)?;
    let old = store.ids()?;
    store.add()?;
    let key_wrap = store.key_wrap()?;
    let new = key_wrap.primary();

    let transaction = db.transaction()?;
    let mut rewrapped = 0;
    for tenant in tenants::with_keys(&transaction)? {
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

    for tenant in tenants::with_keys(db)? {
        for (_, wrapped) in keys::rows(db, &tenant)? {
            ensure(LocalKeyWrap::kek_id_of(&wrapped)? == new, "every key row is under the new KEK")?;
        }
    }
    for id in &old {
        store.remove(*id)?;
    }
    // Start afresh, with the new KEK alone and no key in memory.
    drop(keys);
    let mut keys = Keys::new(store.key_wrap()?);
    let mut opened = 0;
    for tenant in tenants::with_keys(db)? {
        let ring = keys.ring_to_open(db, &tenant)?;
        opened += open_everything(db, &ring, &tenant)?;
    }
    let sealed_after = database::sealed_bytes(db)?;
    let changed = sealed_after.iter().filter(|stored| sealed_before.binary_search(stored).is_err()).count();
    ensure(sealed_before.len() == sealed_after.len() && changed == 0, "data rows stay as they are")?;
    let sentence = Sentence {
        claim: "The master key is rotated without touching customer data.",
        evidence: format!(
            "master key {} replaced by {new} and destroyed; {rewrapped} customer keys moved; {opened} \
             values readable under the new master key alone; stored values that changed: {changed} \
             of {}",
            old.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            sealed_after.len(),
        ),
    };
    Ok((sentence, keys))
}
