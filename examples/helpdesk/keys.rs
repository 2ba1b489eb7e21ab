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

    /// The tenant's keyring, for a request that seals so many bytes: the cache counts them.
    pub fn ring_to_seal(&mut self, db: &Connection, tenant: &TenantId, bytes: usize) -> Result<Keyring> {
        self.ring(db, tenant, KeyUse::Seal { bytes: u64::try_from(bytes)? })
    }

    /// The key table says which keys there are, each time: a tenant that another process has shredded
    /// is shredded here too, even while its keys are still in this cache.
    fn ring(&mut self, db: &Connection, tenant: &TenantId, purpose: KeyUse) -> Result<Keyring> {
        let scope = Scope::tenant(tenant);
        let rows = rows(db, tenant)?;
        let newest = rows.last().map(|(generation, _)| *generation);
        let mut ring = Keyring::builder(scope.clone());
        for (generation, wrapped) in rows {
            let is_newest = Some(generation) == newest;
            let key = self.cache.get(
                database::now()?,
                &self.key_wrap,
                &WrapContext::new(&scope, generation),
                &wrapped,
                if is_newest { purpose } else { KeyUse::Open },
            )?;
            ring = if is_newest { ring.primary(generation, key) } else { ring.older(generation, key) };
        }
        for generation in destroyed(db, tenant)? {
            ring = ring.destroyed(generation);
        }
        Ok(ring.build()?)
    }

    /// Makes the tenant's next data key (the first one, when it signs up) and stores it wrapped. From
    /// the commit on it is the one that seals.
    pub fn add_generation(&self, db: &Connection, tenant: &TenantId) -> Result<Generation> {
        let scope = Scope::tenant(tenant);
        let generation = match rows(db, tenant)?.last() {
            Some((newest, _)) => newest.next().ok_or("no generation is left")?,
            None => Generation::FIRST,
        };
        let (_, wrapped) = create_data_key(&self.key_wrap, &WrapContext::new(&scope, generation))?;
        db.execute(
            "INSERT INTO data_keys (tenant, generation, wrapped) VALUES (?1, ?2, ?3)",
            params![tenant.as_str(), generation.number(), wrapped.as_bytes()],
        )?;
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
        let before = self.cache.len();
        self.cache.evict_expired(now.saturating_add(MAX_AGE));
        let after = self.cache.len();
        ensure(before > 0 && after == 0, "unwrapped keys are forgotten after five minutes")?;
        Ok(Sentence {
            claim: "A decrypted key is used for five minutes at most, then asked for anew.",
            evidence: format!("{before} unwrapped keys held now, {after} five minutes later"),
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
        claim: "Every customer has an encryption key of their own, itself encrypted.",
        evidence: format!(
            "{wrapped_keys} keys of 2 tenants unwrapped, {readable} of them readable in the database file; \
             {owner}'s key copied into the key row of {thief}: \"{refused}\""
        ),
    })
}
