//! Tenants: signing up, and what they bring along.

use ringfence::TenantId;
use rusqlite::Connection;

use crate::keys::Keys;
use crate::{Result, contacts, credentials, database, tickets};

/// A new tenant, its first data key and its first data, in one transaction: no tenant without a key,
/// no sealed row without the key that opens it.
pub fn sign_up(db: &mut Connection, keys: &mut Keys, tenant: &TenantId) -> Result<()> {
    let transaction = db.transaction()?;
    transaction.execute(
        "INSERT INTO tenants (id, signed_up) VALUES (?1, ?2)",
        [tenant.as_str(), &database::now()?.to_string()],
    )?;
    keys.add_generation(&transaction, tenant)?;

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

/// The tenants whose keys were destroyed, today or in earlier runs.
pub fn shredded(db: &Connection) -> Result<Vec<TenantId>> {
    let mut statement = db.prepare("SELECT DISTINCT tenant FROM receipts ORDER BY shredded")?;
    let mut tenants = Vec::new();
    for id in statement.query_map([], |row| row.get::<_, String>(0))? {
        tenants.push(TenantId::new(id?)?);
    }
    Ok(tenants)
}
