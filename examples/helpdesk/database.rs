//! The database: its schema, and the few questions that belong to no tenant.

use std::path::Path;
use std::time::SystemTime;

use ringfence::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use crate::Result;

/// Every table begins its primary key with the tenant, and every statement of the application names
/// the tenant. Columns of type BLOB hold sealed values, but for the blind index and the receipt.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS runs (
        number  INTEGER PRIMARY KEY,
        started TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS tenants (
        id        TEXT PRIMARY KEY,
        signed_up TEXT NOT NULL
    ) STRICT;

    -- One row for each generation of a tenant's data key, wrapped under the KEK. In production this
    -- table has backups of its own, kept shorter than those of the data: an old backup of it undoes a
    -- shredding.
    CREATE TABLE IF NOT EXISTS data_keys (
        tenant     TEXT NOT NULL REFERENCES tenants (id),
        generation INTEGER NOT NULL,
        wrapped    BLOB NOT NULL,
        PRIMARY KEY (tenant, generation)
    ) STRICT;
    -- What is left of a data key after shredding: the receipt, one row for each key.
    CREATE TABLE IF NOT EXISTS receipts (
        tenant         TEXT NOT NULL REFERENCES tenants (id),
        generation     INTEGER NOT NULL,
        wrapped_sha256 BLOB NOT NULL,
        index_columns  TEXT NOT NULL,
        shredded       TEXT NOT NULL,
        PRIMARY KEY (tenant, generation)
    ) STRICT;

    CREATE TABLE IF NOT EXISTS integrations (
        tenant        TEXT NOT NULL REFERENCES tenants (id),
        id            TEXT NOT NULL,
        access_token  BLOB NOT NULL,
        refresh_token BLOB,
        PRIMARY KEY (tenant, id)  -- the provider: one integration of each
    ) STRICT;
    CREATE TABLE IF NOT EXISTS contacts (
        tenant      TEXT NOT NULL REFERENCES tenants (id),
        id          TEXT NOT NULL,
        email       BLOB NOT NULL,
        email_index BLOB,
        PRIMARY KEY (tenant, id)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS contacts_by_email ON contacts (tenant, email_index);
    CREATE TABLE IF NOT EXISTS tickets (
        tenant TEXT NOT NULL REFERENCES tenants (id),
        id     TEXT NOT NULL,
        body   BLOB NOT NULL,
        PRIMARY KEY (tenant, id)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS exports (
        tenant  TEXT NOT NULL REFERENCES tenants (id),
        id      TEXT NOT NULL,
        header  BLOB NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (tenant, id)
    ) STRICT;
";

pub fn open(path: &Path) -> Result<Connection> {
    let mut db = Connection::open(path)?;
    db.set_transaction_behavior(TransactionBehavior::Immediate);
    // SQLite leaves deleted bytes in the file. Deleted keys shall be overwritten.
    db.pragma_update(None, "secure_delete", "ON")?;
    db.pragma_update(None, "foreign_keys", "ON")?;
    db.execute_batch(SCHEMA)?;
    Ok(db)
}

/// Counts this run of the program.
pub fn begin_run(db: &Connection) -> Result<u32> {
    let sql = "INSERT INTO runs (number, started)
               SELECT coalesce(max(number), 0) + 1, ?1 FROM runs RETURNING number";
    Ok(db.query_row(sql, [now()?.to_string()], |row| row.get(0))?)
}

/// The crate reads no clock: this program does.
pub fn now() -> Result<Timestamp> {
    Ok(Timestamp::try_from(SystemTime::now())?)
}

/// An id for a row, random and known before the row is inserted: a sealed value is bound to the id of
/// its row, so a serial number that the database gives during the insert would come too late.
pub fn new_id(db: &Connection) -> Result<String> {
    Ok(db.query_row("SELECT lower(hex(randomblob(16)))", [], |row| row.get(0))?)
}

/// A stored value: table and column, tenant, row, bytes.
pub type Stored = (String, String, String, Vec<u8>);

/// Every sealed byte of every tenant. The application never asks this; an auditor with a copy of the
/// file does.
pub fn sealed_bytes(db: &Connection) -> Result<Vec<Stored>> {
    let mut statement = db.prepare(
        "SELECT 'integrations.access_token', tenant, id, access_token FROM integrations
         UNION ALL SELECT 'integrations.refresh_token', tenant, id, refresh_token
             FROM integrations WHERE refresh_token IS NOT NULL
         UNION ALL SELECT 'contacts.email', tenant, id, email FROM contacts
         UNION ALL SELECT 'tickets.body', tenant, id, body FROM tickets
         UNION ALL SELECT 'exports.header', tenant, id, header FROM exports
         UNION ALL SELECT 'exports.payload', tenant, id, payload FROM exports
         ORDER BY 1, 2, 3",
    )?;
    let rows = statement.query_map([], |row| row.try_into())?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The database file as it lies on the disk: what somebody sees who steals it.
pub fn file_bytes(db: &Connection) -> Result<Vec<u8>> {
    Ok(std::fs::read(db.path().ok_or("the database has no file")?)?)
}

pub fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
