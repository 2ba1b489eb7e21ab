//! Credentials of integrations: API keys and OAuth tokens, sealed value by value.

use std::iter;

use ringfence::TenantId;
use ringfence::envelope::{Context, Keyring, SealedValue};
use ringfence::secrecy::{ExposeSecret, SecretString};
use rusqlite::{Connection, OptionalExtension, params};

use crate::keys::Keys;
use crate::page::{Sentence, ensure, refusal};
use crate::{Result, database};

/// The names that the values are bound to. They outlive a renaming of the table.
const TABLE: &str = "integrations";
const ACCESS: &str = "access_token";
const REFRESH: &str = "refresh_token";

/// How the helpdesk gets at another product, on behalf of a tenant.
pub struct Credential {
    pub provider: &'static str,
    pub access_token: SecretString,
    /// OAuth only.
    pub refresh_token: Option<SecretString>,
}

/// What each tenant connects.
pub fn samples(tenant: &TenantId) -> [Credential; 3] {
    let secret = |what: &str| SecretString::from(format!("{what}-of-{tenant}"));
    [
        Credential { provider: "stripe", access_token: secret("sk_live_example_key"), refresh_token: None },
        Credential {
            provider: "slack",
            access_token: secret("xoxe.example-access-token"),
            refresh_token: Some(secret("xoxe-1-example-refresh-token")),
        },
        Credential {
            provider: "zendesk",
            access_token: secret("zendesk-example-access-token"),
            refresh_token: Some(secret("zendesk-example-refresh-token")),
        },
    ]
}

/// Stores the credential of a new integration.
pub fn connect(db: &Connection, keys: &mut Keys, tenant: &TenantId, credential: &Credential) -> Result<()> {
    let access = credential.access_token.expose_secret();
    let refresh = credential.refresh_token.as_ref().map(ExposeSecret::expose_secret);
    let ring = keys.ring_to_seal(db, tenant, iter::once(access).chain(refresh).map(str::len))?;
    let seal = |column: &str, secret: &str| {
        ring.seal(&Context::new(tenant, TABLE, column, credential.provider), secret.as_bytes())
    };
    let access_token = seal(ACCESS, access)?;
    let refresh_token = refresh.map(|secret| seal(REFRESH, secret)).transpose()?;
    db.execute(
        "INSERT INTO integrations (tenant, id, access_token, refresh_token) VALUES (?1, ?2, ?3, ?4)",
        params![
            tenant.as_str(),
            credential.provider,
            access_token.as_bytes(),
            refresh_token.map(SealedValue::into_bytes),
        ],
    )?;
    Ok(())
}

/// Reads a credential back. The context is what was asked for, not what the row says of itself: a row that
/// somebody has relabelled does not open. What happens before each call of the other product.
pub fn read(
    db: &Connection,
    ring: &Keyring,
    tenant: &TenantId,
    provider: &'static str,
) -> Result<Credential> {
    let (access_token, refresh_token): (Vec<u8>, Option<Vec<u8>>) = db
        .query_row(
            "SELECT access_token, refresh_token FROM integrations WHERE tenant = ?1 AND id = ?2",
            [tenant.as_str(), provider],
            |row| row.try_into(),
        )
        .optional()?
        .ok_or("no such integration")?;
    let open = |column: &str, sealed: &Vec<u8>| {
        ring.open_string(&Context::new(tenant, TABLE, column, provider), sealed)
    };
    Ok(Credential {
        provider,
        access_token: open(ACCESS, &access_token)?,
        refresh_token: refresh_token.map(|sealed| open(REFRESH, &sealed)).transpose()?,
    })
}

/// Act: all credentials are read back, and none of them stands in the file.
pub fn are_sealed(db: &Connection, keys: &mut Keys, tenants: &[&TenantId]) -> Result<Sentence> {
    let file = database::file_bytes(db)?;
    let (mut opened, mut found) = (0, 0);
    for tenant in tenants {
        let ring = keys.ring_to_open(db, tenant)?;
        for expected in samples(tenant) {
            let stored = read(db, &ring, tenant, expected.provider)?;
            let pairs = [
                (Some(stored.access_token), Some(expected.access_token)),
                (stored.refresh_token, expected.refresh_token),
            ];
            for (stored, expected) in pairs {
                let stored = stored.as_ref().map(ExposeSecret::expose_secret);
                let expected = expected.as_ref().map(ExposeSecret::expose_secret);
                ensure(stored == expected, "a credential comes back as it was stored")?;
                if let Some(secret) = stored {
                    opened += 1;
                    found += u32::from(database::contains(&file, secret.as_bytes()));
                }
            }
        }
    }
    ensure(opened > 0 && found == 0, "no credential stands in the database file")?;
    Ok(Sentence {
        claim: "API keys and OAuth tokens are encrypted with AES-256-GCM before they are stored.",
        evidence: format!(
            "{opened} secrets of {} customers read back correctly; searched for all of them in the {} \
             bytes of the database: {found} found",
            tenants.len(),
            file.len(),
        ),
    })
}

/// Act: somebody who can write to the database copies sealed values to where they do not belong.
pub fn are_bound_to_their_place(
    db: &mut Connection,
    keys: &mut Keys,
    tenant: &TenantId,
    other: &TenantId,
) -> Result<Sentence> {
    let copies = [
        (
            "another customer's row",
            "UPDATE integrations SET access_token = (SELECT access_token FROM integrations
                 WHERE tenant = ?2 AND id = 'slack')
             WHERE tenant = ?1 AND id = 'slack'",
        ),
        (
            "another row",
            "UPDATE integrations SET access_token = (SELECT access_token FROM integrations
                 WHERE tenant = ?1 AND id = 'zendesk' AND ?2 <> '')
             WHERE tenant = ?1 AND id = 'slack'",
        ),
        (
            "another column",
            "UPDATE integrations SET access_token = refresh_token
             WHERE tenant = ?1 AND id = 'slack' AND ?2 <> ''",
        ),
    ];
    let mut evidence = Vec::new();
    for (target, sql) in copies {
        let attack = db.transaction()?;
        let copied = attack.execute(sql, [tenant.as_str(), other.as_str()])?;
        ensure(copied == 1, "the sealed value was copied")?;
        // The application reads as always.
        let ring = keys.ring_to_open(&attack, tenant)?;
        let refused = refusal(read(&attack, &ring, tenant, "slack"))?;
        evidence.push(format!("copied into {target}: \"{refused}\""));
        attack.rollback()?;
    }
    let ring = keys.ring_to_open(db, tenant)?;
    read(db, &ring, tenant, "slack")?;
    Ok(Sentence {
        claim: "An encrypted value only works in its own place: copied to another customer, record \
                or field, it is rejected.",
        evidence: evidence.join("; "),
    })
}
