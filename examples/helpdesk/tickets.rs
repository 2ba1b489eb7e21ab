//! Tickets: what customers of the tenants write.

use ringfence::TenantId;
use ringfence::envelope::{Context, Keyring};
use ringfence::secrecy::SecretString;
use rusqlite::{Connection, params};

use crate::keys::Keys;
use crate::{Result, database};

const TABLE: &str = "tickets";
const BODY: &str = "body";

pub struct Ticket {
    pub id: String,
    pub body: SecretString,
}

/// What a tenant brings along from its former helpdesk.
pub fn samples(tenant: &TenantId) -> Vec<String> {
    (1..=120).map(|number| format!("Ticket {number}: the printer of {tenant} is on fire again")).collect()
}

/// Stores tickets. One keyring does for all of them.
pub fn import(db: &Connection, keys: &mut Keys, tenant: &TenantId, bodies: &[String]) -> Result<()> {
    let ring = keys.ring_to_seal(db, tenant, bodies.iter().map(String::len))?;
    let mut statement = db.prepare_cached("INSERT INTO tickets (tenant, id, body) VALUES (?1, ?2, ?3)")?;
    for body in bodies {
        let id = database::new_id(db)?;
        let sealed = ring.seal(&Context::new(tenant, TABLE, BODY, &id), body.as_bytes())?;
        statement.execute(params![tenant.as_str(), id, sealed.as_bytes()])?;
    }
    Ok(())
}

/// All tickets of a tenant.
pub fn all(db: &Connection, ring: &Keyring, tenant: &TenantId) -> Result<Vec<Ticket>> {
    let sql = "SELECT id, body FROM tickets WHERE tenant = ?1 ORDER BY id";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([tenant.as_str()])?;
    let mut tickets = Vec::new();
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        let sealed: Vec<u8> = row.get(1)?;
        let body = ring.open_string(&Context::new(tenant, TABLE, BODY, &id), &sealed)?;
        tickets.push(Ticket { id, body });
    }
    Ok(tickets)
}
