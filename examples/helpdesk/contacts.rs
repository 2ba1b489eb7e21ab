//! Contacts: sealed e-mail addresses that can still be searched for, through a blind index.

use ringfence::TenantId;
use ringfence::envelope::{BlindIndex, BlindToken, Context, Keyring, Normaliser};
use ringfence::secrecy::ExposeSecret;
use rusqlite::{Connection, ToSql, params};

use crate::keys::Keys;
use crate::page::{Sentence, ensure};
use crate::{Result, database};

const TABLE: &str = "contacts";
const EMAIL: &str = "email";

/// Who writes to each tenant. One and the same person writes to both.
pub const SAMPLES: [&str; 3] = ["ann@example.com", "bo@example.org", "chi@example.net"];

pub struct Contact {
    pub id: String,
    pub email: String,
}

/// 32 bits: two addresses of a tenant with the same token are rare, and a stolen index says less than
/// a longer one would. A hit is therefore compared after opening.
fn by_email() -> Result<BlindIndex> {
    Ok(BlindIndex::new(TABLE, EMAIL, "by_email", Normaliser::Email, 32)?)
}

pub fn add(db: &Connection, keys: &mut Keys, tenant: &TenantId, email: &str) -> Result<()> {
    let id = database::new_id(db)?;
    let ring = keys.ring_to_seal(db, tenant, [email.len()])?;
    let sealed = ring.seal(&Context::new(tenant, TABLE, EMAIL, &id), email.as_bytes())?;
    let token = ring.blind_index(&by_email()?, email)?;
    db.execute(
        "INSERT INTO contacts (tenant, id, email, email_index) VALUES (?1, ?2, ?3, ?4)",
        params![tenant.as_str(), id, sealed.as_bytes(), token.as_bytes()],
    )?;
    Ok(())
}

/// Finds a tenant's contacts by e-mail address. While a rotation is under way, a row may be indexed
/// under the old key or the new one: the keyring gives one candidate for each.
pub fn find(db: &Connection, ring: &Keyring, tenant: &TenantId, email: &str) -> Result<Vec<Contact>> {
    let index = by_email()?;
    let candidates = ring.blind_index_candidates(&index, email);
    let tokens: Vec<_> = candidates.iter().map(AsRef::<[u8]>::as_ref).collect();
    let tenant_id = tenant.as_str();
    let mut values: Vec<&dyn ToSql> = vec![&tenant_id];
    values.extend(tokens.iter().map(|token| -> &dyn ToSql { token }));

    let marks = vec!["?"; tokens.len()].join(", ");
    let sql = format!("SELECT id, email FROM contacts WHERE tenant = ? AND email_index IN ({marks})");
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(values.as_slice())?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let contact = open(ring, tenant, row.get(0)?, &row.get::<_, Vec<u8>>(1)?)?;
        if index.is_same_value(&contact.email, email) {
            found.push(contact);
        }
    }
    Ok(found)
}

/// All contacts of a tenant.
pub fn all(db: &Connection, ring: &Keyring, tenant: &TenantId) -> Result<Vec<Contact>> {
    let mut statement = db.prepare_cached("SELECT id, email FROM contacts WHERE tenant = ?1")?;
    let mut rows = statement.query([tenant.as_str()])?;
    let mut contacts = Vec::new();
    while let Some(row) = rows.next()? {
        contacts.push(open(ring, tenant, row.get(0)?, &row.get::<_, Vec<u8>>(1)?)?);
    }
    Ok(contacts)
}

/// Part of a rotation: the index goes over to the primary key, as the addresses do.
pub fn reindex(db: &Connection, ring: &Keyring, tenant: &TenantId) -> Result<usize> {
    let index = by_email()?;
    let mut changed = 0;
    for contact in all(db, ring, tenant)? {
        let token = ring.blind_index(&index, &contact.email)?;
        changed += db.execute(
            "UPDATE contacts SET email_index = ?3 WHERE tenant = ?1 AND id = ?2",
            params![tenant.as_str(), contact.id, token.as_bytes()],
        )?;
    }
    Ok(changed)
}

fn open(ring: &Keyring, tenant: &TenantId, id: String, sealed: &[u8]) -> Result<Contact> {
    let email = ring.open_string(&Context::new(tenant, TABLE, EMAIL, &id), sealed)?;
    Ok(Contact { email: email.expose_secret().to_owned(), id })
}

/// Act: a person who writes to both tenants is found in each, and the index does not link the two.
pub fn are_found_by_email(
    db: &Connection,
    keys: &mut Keys,
    tenant: &TenantId,
    other: &TenantId,
) -> Result<Sentence> {
    let typed = " Ann@Example.COM";
    let index = by_email()?;
    let mut look_up = |tenant| -> Result<(String, Vec<BlindToken>)> {
        let ring = keys.ring_to_open(db, tenant)?;
        let contact = find(db, &ring, tenant, typed)?.pop().ok_or("no contact is found")?;
        Ok((contact.email, ring.blind_index_candidates(&index, typed)))
    };
    let (found, tokens) = look_up(tenant)?;
    let (also_found, other_tokens) = look_up(other)?;
    ensure(found == "ann@example.com" && found == also_found, "each tenant finds its contact")?;
    let shared = tokens.iter().filter(|token| other_tokens.contains(token)).count();
    ensure(shared == 0, "the index does not link two tenants")?;

    let file = database::file_bytes(db)?;
    let readable = SAMPLES.iter().filter(|email| database::contains(&file, email.as_bytes())).count();
    ensure(readable == 0, "no address stands in the database file")?;
    Ok(Sentence {
        claim: "E-mail addresses are stored encrypted, and can still be looked up.",
        evidence: format!(
            "\"{typed}\" finds {found}, for {tenant} and for {other}; index entries that the two \
             share: {shared}; addresses readable in the database: {readable} of {}",
            SAMPLES.len(),
        ),
    })
}
