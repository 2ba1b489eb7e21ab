//! Tenants: signing up, and what they bring along.

use ringfence::TenantId;
use ringfence::envelope::Keyring;
use rusqlite::Connection;

use crate::keys::Keys;
use crate::{Result, contacts, credentials, database, export, tickets};

/// A new tenant with its first data key, in one transaction; its first data in another. The key must be
/// committed before it seals: the cache would go on sealing under a key whose row was rolled back.
pub fn sign_up(db: &mut Connection, keys: &mut Keys, tenant: &TenantId) -> Result<()> {
    let transaction = db.transaction()?;
    transaction.execute(
        "INSERT INTO tenants (id, signed_up) VALUES (?1, ?2)",
        [tenant.as_str(), &database::now()?.to_string()],
    )?;
    keys.add_generation(&transaction, tenant)?;
    transaction.commit()?;

    let transaction = db.transaction()?;
    for credential in credentials::samples(tenant) {
        credentials::connect(&transaction, keys, tenant, &credential)?;
    }
    for email in contacts::SAMPLES {
        contacts::add(&transaction, keys, tenant, email)?;
    }
    tickets::import(&transaction, keys, tenant, &tickets::samples(tenant))?;
    Ok(transaction.commit()?)
}

/// Whether there is, or was, such a tenant. A tenant that left keeps its row: its id is never given to
/// somebody else, whose keys would begin with the generations that were destroyed.
pub fn exists(db: &Connection, tenant: &TenantId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM tenants WHERE id = ?1)";
    Ok(db.query_row(sql, [tenant.as_str()], |row| row.get(0))?)
}

/// The tenants that have keys.
pub fn with_keys(db: &Connection) -> Result<Vec<TenantId>> {
    ids(db, "SELECT DISTINCT tenant FROM data_keys ORDER BY tenant")
}

/// The tenants whose keys were destroyed, today or in earlier runs.
pub fn shredded(db: &Connection) -> Result<Vec<TenantId>> {
    ids(db, "SELECT DISTINCT tenant FROM receipts ORDER BY shredded")
}

fn ids(db: &Connection, sql: &str) -> Result<Vec<TenantId>> {
    let mut statement = db.prepare(sql)?;
    let mut tenants = Vec::new();
    for id in statement.query_map([], |row| row.get::<_, String>(0))? {
        tenants.push(TenantId::new(id?)?);
    }
    Ok(tenants)
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
