//! The keys of each tenant: the key table, the cache of unwrapped keys, and the keyring of a request.

use std::time::Duration;

use ringfence::TenantId;
use ringfence::envelope::{
    CachePolicy, Generation, KeyCache, KeyUse, KeyWrap, Keyring, LocalKeyWrap, Scope, WrapContext,
    WrappedKey, create_data_key,
};
use rusqlite::{Connection, params};

use crate::page::{Sentence, ensure, refusal};
use crate::secret_store::SecretStore;
use crate::{Result, database};

/// How long an unwrapped key may stay in memory.
const MAX_AGE: Duration = Duration::from_secs(300);

/// What the application keeps to get at data keys. A server with threads has it behind a lock.
pub struct Keys {
    key_wrap: LocalKeyWrap,
    cache: KeyCache,
}

impl Keys {
    pub fn new(key_wrap: LocalKeyWrap) -> Self {
        Self { key_wrap, cache: KeyCache::new(CachePolicy::default().max_age(MAX_AGE)) }
    }

    /// The tenant's keyring, for a request that only reads.
    pub fn ring_to_open(&mut self, db: &Connection, tenant: &TenantId) -> Result<Keyring> {
        self.ring(db, tenant, KeyUse::Open)
    }

    /// The tenant's keyring, for a request that seals values of these lengths: the cache counts what
    /// each key seals.
    pub fn ring_to_seal(
        &mut self,
        db: &Connection,
        tenant: &TenantId,
        lengths: impl IntoIterator<Item = usize>,
    ) -> Result<Keyring> {
        self.ring(db, tenant, KeyUse::seal(lengths))
    }

    /// The key table says which keys there are, each time: a tenant that another process has shredded
    /// is shredded here too, even while its keys are still in this cache.
    fn ring(&mut self, db: &Connection, tenant: &TenantId, purpose: KeyUse) -> Result<Keyring> {
        let (rows, destroyed) = (rows(db, tenant)?, destroyed(db, tenant)?);
        let (now, scope) = (database::now()?, Scope::tenant(tenant));
        Ok(self.cache.keyring(now, &self.key_wrap, &scope, &rows, &destroyed, purpose)?)
    }

    /// Makes the tenant's next data key (the first one, when it signs up) and stores it wrapped. Commit
    /// before you seal: what was sealed under a key whose row is rolled back cannot be opened again.
    pub fn add_generation(&self, db: &Connection, tenant: &TenantId) -> Result<Generation> {
        let scope = Scope::tenant(tenant);
        let generation = match rows(db, tenant)?.last() {
            Some((newest, _)) => newest.next().ok_or("no generation is left")?,
            None => Generation::FIRST,
        };
        let (_, wrapped) = create_data_key(&self.key_wrap, &WrapContext::new(&scope, generation))?;
        insert(db, tenant, generation, &wrapped)?;
        Ok(generation)
    }

    /// Forgets a tenant's unwrapped keys.
    pub fn forget(&mut self, tenant: &TenantId) {
        self.cache.purge(&Scope::tenant(tenant));
    }

    /// Act: unwrapped keys do not stay. The cache refuses old keys by itself; a server also has a timer
    /// that evicts them, so that they do not linger in memory.
    pub fn are_held_for_minutes(&mut self) -> Result<Sentence> {
        let now = database::now()?;
        let held = self.cache.len();
        self.cache.evict_expired(now.saturating_add(MAX_AGE));
        let left = self.cache.len();
        ensure(held > 0 && left == 0, "decrypted keys are forgotten in time")?;
        Ok(Sentence {
            claim: "A decrypted key is used for five minutes at most, then it is asked for anew.",
            evidence: format!(
                "{held} keys in memory now; with the clock {} seconds on: {left}",
                MAX_AGE.as_secs()
            ),
        })
    }
}

/// The tenant's rows of the key table, oldest first.
pub fn rows(db: &Connection, tenant: &TenantId) -> Result<Vec<(Generation, WrappedKey)>> {
    let sql = "SELECT generation, wrapped FROM data_keys WHERE tenant = ?1 ORDER BY generation";
    let mut statement = db.prepare_cached(sql)?;
    let mut found = Vec::new();
    let mut rows = statement.query([tenant.as_str()])?;
    while let Some(row) = rows.next()? {
        let wrapped: Vec<u8> = row.get(1)?;
        found.push((Generation::new(row.get(0)?), WrappedKey::from_bytes(wrapped)?));
    }
    Ok(found)
}

/// Adds a row to the key table.
pub fn insert(
    db: &Connection,
    tenant: &TenantId,
    generation: Generation,
    wrapped: &WrappedKey,
) -> Result<()> {
    let sql = "INSERT INTO data_keys (tenant, generation, wrapped) VALUES (?1, ?2, ?3)";
    db.execute(sql, params![tenant.as_str(), generation.number(), wrapped.as_bytes()])?;
    Ok(())
}

/// The generations whose destruction is on record.
fn destroyed(db: &Connection, tenant: &TenantId) -> Result<Vec<Generation>> {
    let mut statement = db.prepare_cached("SELECT generation FROM receipts WHERE tenant = ?1")?;
    let rows = statement.query_map([tenant.as_str()], |row| row.get(0).map(Generation::new))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Act: somebody who can write to the database gives one tenant's key to another tenant.
pub fn belong_to_one_tenant(
    db: &mut Connection,
    store: &SecretStore,
    owner: &TenantId,
    thief: &TenantId,
) -> Result<Sentence> {
    let file = database::file_bytes(db)?;
    let key_wrap = store.key_wrap()?;
    let (mut wrapped_keys, mut readable) = (0, 0);
    for tenant in [owner, thief] {
        let scope = Scope::tenant(tenant);
        for (generation, wrapped) in rows(db, tenant)? {
            let key = key_wrap.unwrap(&WrapContext::new(&scope, generation), &wrapped)?;
            wrapped_keys += 1;
            readable += u32::from(database::contains(&file, key.expose_for_wrapping()));
        }
    }
    ensure(readable == 0, "no data key stands in the database file")?;

    let attack = db.transaction()?;
    let copied = attack.execute(
        "UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys
             WHERE tenant = ?1 AND generation = 1) WHERE tenant = ?2 AND generation = 1",
        [owner.as_str(), thief.as_str()],
    )?;
    ensure(copied == 1, "the key row was copied")?;
    // With an empty cache: nothing but the key table to go by.
    let refused = refusal(Keys::new(key_wrap).ring_to_open(&attack, thief))?;
    attack.rollback()?;

    Ok(Sentence {
        claim: "Every customer has their own encryption keys, which are stored encrypted.",
        evidence: format!(
            "{wrapped_keys} keys of {owner} and {thief}, {readable} of them readable in the database; \
             {owner}'s key put in place of {thief}'s: \"{refused}\""
        ),
    })
}
