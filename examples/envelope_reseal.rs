//! Moving a table: first from columns that something else has encrypted (or nothing has) to sealed
//! ones, then to a new data key while the application goes on writing.
//!
//! Both are passes over the table in batches. How far a pass has come is stored in the same transaction
//! as each batch, so it can be stopped at any point and goes on from there.
//!
//! ```sh
//! cargo run --example envelope_reseal --features envelope-legacy,serde
//! ```

use data_encoding::HEXLOWER;
use ringfence::TenantId;
use ringfence::envelope::legacy::{GcmLayout, LegacyColumn};
use ringfence::envelope::{
    Context, DataKey, Error, Generation, Keyring, ResealProgress, Resealed, Scope, SealedValue,
};
use ringfence::secrecy::{ExposeSecret, SecretSlice, SecretString};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, ToSql, params};

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

const BATCH: u32 = 3;
/// The name that the sealed values are bound to, in each of the tables.
const COLUMN: &str = "secret";

// What the old code left behind. None of it was made by this crate: the values are the output of
// Python's `cryptography` 48, `Fernet` and `AESGCM`.

/// Newest first: the key was changed once.
const FERNET_KEYS: [&str; 2] =
    ["ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1-f4CBgoM=", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="];
const FERNET_TOKENS: [&str; 7] = [
    "gAAAAABoTuGBAQEBAQEBAQEBAQEBAQEBAU7zzgHsGH27qk52h2UkIY7zfsz3HU-yMXoozVOuyaFXpeaB3Ufn74pSKH9vNZQkDw==",
    "gAAAAABoTuGCAgICAgICAgICAgICAgICAo7XoQkKxDeQsv7xCSXkunwIBRY5km-WA63ZfjvHWKecE9SN5IBzytTq04dU1FmF2w==",
    "gAAAAABoTuGDAwMDAwMDAwMDAwMDAwMDA29tTOSl_yEVROWUcSlz5oATTJ0WsRPicp2YrXQeOFDKivQd-h0-ruvav-qwaUL-xQ==",
    "gAAAAABoTuGEBAQEBAQEBAQEBAQEBAQEBPFstYK1q7vlTvRkdyrFD2ZK0E68WvAhmuUFACp-9PuGy8w8zcLLTeXiMl2kUA5WmA==",
    "gAAAAABoTuGFBQUFBQUFBQUFBQUFBQUFBZ7y1VqpDK5zB7QbhCGuDfYD9jFEj6Zczut9tct8j1kO0QI7LSaR4U-X3EeQl43XTw==",
    "gAAAAABoTuGGBgYGBgYGBgYGBgYGBgYGBsq1ph0RIoPTKbroN8Siec95nccWTxQlvsCiETOdD0lj_kqgMxAcJ_lMJU0qC6BRYg==",
    "gAAAAABoTuGHBwcHBwcHBwcHBwcHBwcHBxO_98I3913ieMok1szjyw59S-uy1b72mt8V8bGicPtwfn_DNMaNDtrot0e-n0fvZg==",
];
/// `nonce | ciphertext | tag` under the key 200, 201... 231, with the id of the row as associated data.
const GCM_VALUES: [&str; 3] = [
    "11111111111111111111111193e355e063e7df7d300fb0666f8dc736ac3653c4279b9fc27ad1e9c1ea",
    "12121212121212121212121201a73a0a4b950cf838f6c603f373b226a701d5d03da48b45207bc39fbb",
    "131313131313131313131313ba9d5ed1490b1b16675753fc45d892b390bede4bd515d47da9ebf675ff",
];

fn main() -> Result<()> {
    let acme = TenantId::new("acme")?;
    let ring = Keyring::new(Scope::tenant(&acme), Generation::FIRST, DataKey::generate()?);
    let mut db = Connection::open_in_memory()?;
    fill(&db, &acme)?;

    // A reader is chosen here, for one table and for the time of its migration. There is none that
    // finds out by itself: it would take an attacker's plaintext for an old value.
    let fernet = LegacyColumn::fernet(&FERNET_KEYS.map(SecretString::from))?;
    let gcm_key = SecretSlice::from((200..232).collect::<Vec<u8>>());
    let gcm = LegacyColumn::aes_gcm(&gcm_key, GcmLayout::NonceCiphertextTag)?;
    let plain = LegacyColumn::plaintext();

    let crash = |_: &Connection, id: &str| match id {
        "row-5" => Err(format!("killed in the middle of a batch, at {id}").into()),
        _ => Ok(()),
    };
    if let Err(killed) = migrate(&mut db, &ring, &acme, "stripe_keys", &fernet, &crash) {
        println!("stripe_keys: {killed}; {} old values left", old_values(&db, "stripe_keys")?);
    }
    for (table, reader) in [("stripe_keys", &fernet), ("slack_tokens", &gcm), ("zendesk_tokens", &plain)] {
        let progress = migrate(&mut db, &ring, &acme, table, reader, &|_, _| Ok(()))?;
        let (sealed, refused) = (progress.replaced(), progress.refused());
        let left = old_values(&db, table)?;
        println!("{table}: {sealed} sealed in all, {refused} refused, {left} old values left");
        if left > 0 {
            // Refused values stay for a person to look at. Only an empty column is dropped.
            return Err("the migration is not complete".into());
        }
    }

    // A new data key. The application has it too, and writes while the pass is under way.
    let ring = ring.rotate(Generation::new(2), DataKey::generate()?)?;
    let application = |db: &Connection, id: &str| -> Result<()> {
        if id == "row-5" {
            let sealed = ring.seal(&Context::new(&acme, "stripe_keys", COLUMN, id), b"a newer key")?;
            let sql = "UPDATE stripe_keys SET sealed = ?3 WHERE tenant = ?1 AND id = ?2";
            db.execute(sql, params![acme.as_str(), id, sealed.as_bytes()])?;
        }
        Ok(())
    };
    let progress = reseal(&mut db, &ring, &acme, "stripe_keys", &application)?;
    println!(
        "stripe_keys: {} resealed for generation 2, {} changed meanwhile and left alone",
        progress.replaced(),
        progress.lost(),
    );

    for (id, expected) in [("row-1", "stripe-key-1"), ("row-5", "a newer key"), ("row-7", "stripe-key-7")] {
        let sql = "SELECT sealed FROM stripe_keys WHERE tenant = ?1 AND id = ?2";
        let sealed: Vec<u8> = db.query_row(sql, [acme.as_str(), id], |row| row.get(0))?;
        let opened = ring.open_string(&Context::new(&acme, "stripe_keys", COLUMN, id), &sealed)?;
        if opened.expose_secret() != expected || ring.needs_reseal(&sealed)? {
            return Err("a value was lost".into());
        }
        println!("{id}: opens, under the key of generation {}", SealedValue::generation_of(&sealed)?);
    }
    Ok(())
}

/// The tables as the old code left them, with a new column beside the old one.
fn fill(db: &Connection, tenant: &TenantId) -> Result<()> {
    db.execute_batch("CREATE TABLE passes (name TEXT PRIMARY KEY, progress TEXT NOT NULL) STRICT;")?;
    for (table, kind) in [("stripe_keys", "TEXT"), ("slack_tokens", "BLOB"), ("zendesk_tokens", "TEXT")] {
        db.execute_batch(&format!(
            "CREATE TABLE {table} (tenant TEXT, id TEXT, legacy {kind}, sealed BLOB,
                 PRIMARY KEY (tenant, id)) STRICT;"
        ))?;
    }
    let insert = |table: &str, number: usize, value: &dyn ToSql| {
        let sql = format!("INSERT INTO {table} (tenant, id, legacy) VALUES (?1, ?2, ?3)");
        db.execute(&sql, params![tenant.as_str(), format!("row-{}", number + 1), value])
    };
    for (number, token) in FERNET_TOKENS.iter().enumerate() {
        insert("stripe_keys", number, token)?;
    }
    for (number, value) in GCM_VALUES.iter().enumerate() {
        insert("slack_tokens", number, &HEXLOWER.decode(value.as_bytes())?)?;
    }
    for (number, value) in ["zendesk-token-1", "zendesk-token-2"].iter().enumerate() {
        insert("zendesk_tokens", number, value)?;
    }
    Ok(())
}

/// What comes in between, just before a row is written: a crash, or a write of the application.
type Meanwhile<'a> = &'a dyn Fn(&Connection, &str) -> Result<()>;

/// Seals the old values of a tenant into the new column and empties the old one.
fn migrate(
    db: &mut Connection,
    ring: &Keyring,
    tenant: &TenantId,
    table: &str,
    reader: &LegacyColumn,
    meanwhile: Meanwhile<'_>,
) -> Result<ResealProgress> {
    let name = format!("migrate {table} of {tenant}");
    let (set, guard) = ("sealed = ?3, legacy = NULL", " AND sealed IS NULL");
    let pass = Pass { name, tenant, table, column: "legacy", set, guard };
    // For the AES-GCM column, the id of the row was the associated data.
    pass.run(db, meanwhile, |context, id, old| reader.seal_anew(ring, context, old, id.as_bytes()))
}

/// Seals the values of a tenant anew, under the keyring's primary key.
fn reseal(
    db: &mut Connection,
    ring: &Keyring,
    tenant: &TenantId,
    table: &str,
    meanwhile: Meanwhile<'_>,
) -> Result<ResealProgress> {
    let to = ring.primary().ok_or("the keyring cannot seal")?;
    let name = format!("reseal {table} of {tenant} to {to}");
    let pass = Pass { name, tenant, table, column: "sealed", set: "sealed = ?3", guard: "" };
    pass.run(db, meanwhile, |context, _, stored| ring.reseal(context, stored))
}

/// A pass over the values of one tenant in one table.
struct Pass<'a> {
    /// Its progress is stored under this name.
    name: String,
    tenant: &'a TenantId,
    table: &'a str,
    /// What it reads.
    column: &'static str,
    /// What it writes.
    set: &'static str,
    /// What must hold besides: a migration never writes over what the application has sealed itself.
    guard: &'static str,
}

impl Pass<'_> {
    /// Goes on where it stopped, to the end of the table.
    fn run(
        &self,
        db: &mut Connection,
        meanwhile: Meanwhile<'_>,
        step: impl Fn(&Context<'_>, &str, &[u8]) -> Result<Resealed, Error>,
    ) -> Result<ResealProgress> {
        let Self { name, tenant, table, column, set, guard } = self;
        // With the value that was read: what the application has written since is not overwritten.
        let update =
            format!("UPDATE {table} SET {set} WHERE tenant = ?1 AND id = ?2 AND {column} = ?4{guard}");
        loop {
            let mut progress = load(db, name)?;
            // Read without a transaction: a large table is not locked meanwhile.
            let batch = self.batch(db, &progress)?;
            if batch.is_empty() {
                return Ok(progress);
            }
            let transaction = db.transaction()?;
            for (id, stored) in batch {
                meanwhile(&transaction, &id)?;
                let context = Context::new(tenant, table, COLUMN, &id);
                let outcome = step(&context, &id, ValueRef::from(&stored).as_bytes()?);
                if let Ok(Resealed::Replace(sealed)) = &outcome
                    && transaction
                        .execute(&update, params![tenant.as_str(), id, sealed.as_bytes(), stored])?
                        == 0
                {
                    // Nothing to repeat: what the application wrote is under the new key already.
                    progress.record_lost(&id);
                } else {
                    progress.record(&id, &outcome);
                }
            }
            store(&transaction, name, &progress)?;
            transaction.commit()?;
        }
    }

    /// The rows behind the last one that was dealt with, in the order of their key.
    fn batch(&self, db: &Connection, progress: &ResealProgress) -> Result<Vec<(String, Value)>> {
        let Self { tenant, table, column, .. } = self;
        let mut statement = db.prepare_cached(&format!(
            "SELECT id, {column} FROM {table}
             WHERE tenant = ?1 AND id > ?2 AND {column} IS NOT NULL ORDER BY id LIMIT ?3"
        ))?;
        let after = progress.after().unwrap_or("");
        let rows = statement.query_map(params![tenant.as_str(), after, BATCH], |row| row.try_into())?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn load(db: &Connection, pass: &str) -> Result<ResealProgress> {
    let sql = "SELECT progress FROM passes WHERE name = ?1";
    let stored: Option<String> = db.query_row(sql, [pass], |row| row.get(0)).optional()?;
    Ok(stored.map(|json| serde_json::from_str(&json)).transpose()?.unwrap_or_default())
}

fn store(db: &Connection, pass: &str, progress: &ResealProgress) -> Result<()> {
    db.execute(
        "INSERT INTO passes (name, progress) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET progress = excluded.progress",
        [pass, &serde_json::to_string(progress)?],
    )?;
    Ok(())
}

fn old_values(db: &Connection, table: &str) -> Result<u32> {
    let sql = format!("SELECT count(*) FROM {table} WHERE legacy IS NOT NULL");
    Ok(db.query_row(&sql, [], |row| row.get(0))?)
}
