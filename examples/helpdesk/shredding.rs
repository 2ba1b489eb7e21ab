//! The end of a tenant: its keys are destroyed, and with them all that they sealed.

use ringfence::TenantId;
use ringfence::envelope::{Receipt, Scope, Shredding};
use rusqlite::{Connection, params};

use crate::keys::{self, Keys};
use crate::page::{Sentence, destroyed, ensure};
use crate::tenants::{self, open_everything};
use crate::{Result, contacts, credentials, database, export, tickets};

/// Destroys a tenant's keys. Keys, index columns and receipt go in one transaction: there is no
/// moment in which the keys are gone and nobody knows why.
fn shred(db: &mut Connection, keys: &mut Keys, tenant: &TenantId) -> Result<Receipt> {
    let transaction = db.transaction()?;
    let mut shredding = Shredding::of(Scope::tenant(tenant)).index_column("contacts.email_index");
    for (generation, wrapped) in keys::rows(&transaction, tenant)? {
        shredding = shredding.wrapped_key(generation, &wrapped);
    }
    transaction.execute("DELETE FROM data_keys WHERE tenant = ?1", [tenant.as_str()])?;
    transaction.execute("UPDATE contacts SET email_index = NULL WHERE tenant = ?1", [tenant.as_str()])?;

    let receipt = shredding.executed(database::now()?);
    for key in receipt.keys() {
        transaction.execute(
            "INSERT INTO receipts (tenant, generation, wrapped_sha256, index_columns, shredded)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                tenant.as_str(),
                key.generation().number(),
                key.wrapped_sha256(),
                receipt.index_columns().join(", "),
                receipt.at().to_string(),
            ],
        )?;
    }
    transaction.commit()?;
    // In every process. A process that has not heard of it yet reads the key table first.
    keys.forget(tenant);
    Ok(receipt)
}

/// Act: the tenant leaves.
pub fn destroys_everything(db: &mut Connection, keys: &mut Keys, tenant: &TenantId) -> Result<Sentence> {
    let ring = keys.ring_to_open(db, tenant)?;
    let before = open_everything(db, &ring, tenant)?;
    let wrapped_before = keys::rows(db, tenant)?;
    drop(ring);

    let receipt = shred(db, keys, tenant)?;

    let refused = refuse_everything(db, keys, tenant)?;
    let file = database::file_bytes(db)?;
    let left =
        wrapped_before.iter().filter(|(_, wrapped)| database::contains(&file, wrapped.as_bytes())).count();
    ensure(left == 0, "no wrapped key is left in the database file")?;
    let indexed: u32 = db.query_row(
        "SELECT count(*) FROM contacts WHERE tenant = ?1 AND email_index IS NOT NULL",
        [tenant.as_str()],
        |row| row.get(0),
    )?;
    ensure(indexed == 0, "the index columns are cleared")?;

    // The receipt outweighs a key row that a backup brings back.
    let restored = db.transaction()?;
    for (generation, wrapped) in &wrapped_before {
        keys::insert(&restored, tenant, *generation, wrapped)?;
    }
    let still_refused = refuse_everything(&restored, keys, tenant)?;
    restored.rollback()?;
    Ok(Sentence {
        claim: "When a customer leaves, we destroy their keys, and their data can no longer be read.",
        evidence: format!(
            "{tenant}: {before} values readable before; {} key(s) destroyed at {}, left in the \
             database: {left}; entries left in {}: {indexed}; reading anything now: \"{refused}\"; \
             with the keys restored from a backup: \"{still_refused}\"",
            receipt.keys().len(),
            receipt.at(),
            receipt.index_columns().join(", "),
        ),
    })
}

/// Asks for every kind of data that the tenant had, as the application would.
fn refuse_everything(db: &Connection, keys: &mut Keys, tenant: &TenantId) -> Result<String> {
    let ring = keys.ring_to_open(db, tenant)?;
    for credential in credentials::samples(tenant) {
        destroyed(credentials::read(db, &ring, tenant, credential.provider))?;
    }
    destroyed(contacts::all(db, &ring, tenant))?;
    for export in export::all(db, tenant)? {
        destroyed(export::open(&ring, tenant, &export))?;
    }
    destroyed(tickets::all(db, &ring, tenant))
}

/// Act: the other tenant notices nothing.
pub fn spares_the_others(db: &Connection, keys: &mut Keys, tenant: &TenantId) -> Result<Sentence> {
    let ring = keys.ring_to_open(db, tenant)?;
    let opened = open_everything(db, &ring, tenant)?;
    let stored = database::sealed_bytes(db)?;
    let of_tenant =
        stored.iter().filter(|(column, owner, ..)| owner == tenant.as_str() && column != "exports.payload");
    let of_tenant = of_tenant.count();
    ensure(opened == of_tenant, "every value of the other tenant opens")?;
    Ok(Sentence {
        claim: "When one customer leaves, no other customer is affected.",
        evidence: format!("{tenant}: {opened} of {of_tenant} values still readable"),
    })
}

/// Act: who was shredded stays shredded, also those of earlier runs.
pub fn lasts(db: &Connection, keys: &mut Keys) -> Result<Sentence> {
    let gone = tenants::shredded(db)?;
    let mut refused = String::new();
    for tenant in &gone {
        refused = refuse_everything(db, keys, tenant)?;
    }
    ensure(!gone.is_empty(), "somebody has left")?;
    let names: Vec<_> = gone.iter().map(TenantId::as_str).collect();
    Ok(Sentence {
        claim: "Destroyed keys stay destroyed, and we keep a record of each.",
        evidence: format!("on record for {}; reading their data: \"{refused}\"", names.join(", ")),
    })
}
