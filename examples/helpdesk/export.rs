//! Exports: all tickets of a tenant as one sealed stream.
//!
//! The stream is written piece by piece, so an export may be larger than the memory. Header and payload
//! are stored apart: when the data key is rotated, the small header is replaced and the payload stays.

use ringfence::TenantId;
use ringfence::envelope::stream::{ChunkSize, Complete, StreamOpener, StreamSealer};
use ringfence::envelope::{Context, Keyring, stream};
use ringfence::secrecy::ExposeSecret;
use rusqlite::{Connection, params};

use crate::keys::Keys;
use crate::page::{Sentence, ensure, refusal};
use crate::{Result, database, tickets};

const TABLE: &str = "exports";
const FILE: &str = "file";

pub struct Export {
    pub id: String,
    pub header: Vec<u8>,
    pub payload: Vec<u8>,
}

/// Writes a new export.
pub fn create(db: &mut Connection, keys: &mut Keys, tenant: &TenantId) -> Result<Export> {
    let transaction = db.transaction()?;
    let id = database::new_id(&transaction)?;
    // The data key seals the stream's own key and nothing else: 32 bytes.
    let ring = keys.ring_to_seal(&transaction, tenant, [32])?;
    let tickets = tickets::all(&transaction, &ring, tenant)?;

    let (mut header, mut payload) = (Vec::new(), Vec::new());
    let context = Context::new(tenant, TABLE, FILE, &id);
    // Small chunks, so that this small export has several. `ChunkSize::default()` is right for files.
    let mut sealer = StreamSealer::new(&[&ring], &context, ChunkSize::from_log2(11)?, &mut header)?;
    for ticket in &tickets {
        let line = format!("{},{}\n", ticket.id, ticket.body.expose_secret());
        sealer.update(line.as_bytes(), &mut payload)?;
    }
    sealer.finish(&mut payload)?;

    transaction.execute(
        "INSERT INTO exports (tenant, id, header, payload) VALUES (?1, ?2, ?3, ?4)",
        params![tenant.as_str(), id, header, payload],
    )?;
    transaction.commit()?;
    Ok(Export { id, header, payload })
}

/// All exports of a tenant, still sealed.
pub fn all(db: &Connection, tenant: &TenantId) -> Result<Vec<Export>> {
    let sql = "SELECT id, header, payload FROM exports WHERE tenant = ?1 ORDER BY id";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map([tenant.as_str()], |row| {
        Ok(Export { id: row.get(0)?, header: row.get(1)?, payload: row.get(2)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Opens an export. The text leaves this function only with the proof that all of it was there.
pub fn open(ring: &Keyring, tenant: &TenantId, export: &Export) -> Result<String> {
    let context = Context::new(tenant, TABLE, FILE, &export.id);
    let mut text = Vec::new();
    let mut opener = StreamOpener::new(ring, &context);
    opener.update(&export.header, &mut text)?;
    opener.update(&export.payload, &mut text)?;
    let complete: Complete = opener.finish(&mut text)?;
    ensure(complete.plaintext_len() == u64::try_from(text.len())?, "an export is whole")?;
    Ok(String::from_utf8(text)?)
}

/// Part of a rotation: the exports' file keys go over to the primary key. No payload byte is read.
pub fn rewrap(db: &Connection, ring: &Keyring, tenant: &TenantId) -> Result<usize> {
    let mut changed = 0;
    for export in all(db, tenant)? {
        let context = Context::new(tenant, TABLE, FILE, &export.id);
        let header = stream::rewrap(ring, &[ring], &context, &export.header)?;
        changed += db.execute(
            "UPDATE exports SET header = ?3 WHERE tenant = ?1 AND id = ?2 AND header = ?4",
            params![tenant.as_str(), export.id, header, export.header],
        )?;
    }
    Ok(changed)
}

/// Act: an export is read back whole; a damaged, cut or foreign one is refused.
pub fn is_sealed(
    db: &mut Connection,
    keys: &mut Keys,
    tenant: &TenantId,
    other: &TenantId,
) -> Result<Sentence> {
    let export = create(db, keys, tenant)?;
    let ring = keys.ring_to_open(db, tenant)?;
    let text = open(&ring, tenant, &export)?;
    let lines = text.lines().count();
    ensure(lines == tickets::all(db, &ring, tenant)?.len(), "an export holds every ticket")?;

    let foreign = refusal(open(&keys.ring_to_open(db, other)?, other, &export))?;
    let sealed_len = export.header.len() + export.payload.len();
    let file = database::file_bytes(db)?;
    let samples = tickets::samples(tenant);
    let readable = samples.iter().filter(|body| database::contains(&file, body.as_bytes())).count();
    ensure(readable == 0, "no ticket stands in the database file")?;

    let mut damaged = export;
    if let Some(byte) = damaged.payload.last_mut() {
        *byte ^= 1;
    }
    let damage = refusal(open(&ring, tenant, &damaged))?;
    // Cut where a chunk ends: what is left is a sound beginning.
    damaged.payload.truncate(2 * (2048 + 16));
    let cut = refusal(open(&ring, tenant, &damaged))?;

    Ok(Sentence {
        claim: "Tickets and exports are encrypted. An export that is damaged, incomplete or another \
                customer's is rejected.",
        evidence: format!(
            "{lines} tickets ({} bytes) exported into {sealed_len} bytes and read back; tickets \
             readable in the database: {readable}; export with one bit flipped: \"{damage}\"; cut \
             short: \"{cut}\"; opened for {other}: \"{foreign}\"",
            text.len(),
        ),
    })
}
