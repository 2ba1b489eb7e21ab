//! The keys and places that most tests share.

use ringfence::TenantId;
use ringfence::envelope::{Context, DataKey, Error, Generation, Kek, Keyring, Scope};
use ringfence::secrecy::SecretBox;

/// A key as callers hand it in.
pub fn secret(bytes: [u8; 32]) -> SecretBox<[u8; 32]> {
    SecretBox::new(Box::new(bytes))
}

/// A data key of 32 equal bytes: tests tell keys apart by that byte.
pub fn data_key(fill: u8) -> DataKey {
    DataKey::from_secret(&secret([fill; 32]))
}

pub fn kek(fill: u8) -> Kek {
    Kek::from_secret(&secret([fill; 32]))
}

pub fn tenant(id: &str) -> TenantId {
    id.parse().unwrap()
}

pub fn scope(id: &str) -> Scope {
    Scope::tenant(&tenant(id))
}

/// The keyring of the tenant `acme`: generation 1, key `[1; 32]`.
pub fn acme_ring() -> Keyring {
    ring_of("acme", 1)
}

/// A keyring of any tenant, generation 1, with the key `[fill; 32]`.
pub fn ring_of(tenant: &str, fill: u8) -> Keyring {
    Keyring::new(scope(tenant), Generation::FIRST, data_key(fill))
}

/// The place that [`acme_ring`] seals for.
pub fn acme_place() -> Context<'static> {
    Context::from_parts(b"acme", b"integrations", b"api_key", b"row-42")
}

/// The error's code, as `HARNESS.md` spells it; errors themselves cannot be compared.
pub fn code(error: &Error) -> &'static str {
    match error {
        Error::Malformed => "malformed",
        Error::UnsupportedSuite => "unsupported_suite",
        Error::KeyDestroyed => "key_destroyed",
        Error::KeyTooOld => "key_too_old",
        Error::UnknownKey => "unknown_key",
        Error::Rejected => "rejected",
        Error::Truncated => "truncated",
        Error::OutOfRange => "out_of_range",
        Error::TooLong => "too_long",
        Error::ContextTooLong => "context_too_long",
        Error::WrongScope => "wrong_scope",
        Error::NoPrimaryKey => "no_primary_key",
        Error::KeyConflict => "key_conflict",
        Error::RecipientCount => "recipient_count",
        Error::InvalidSetting => "invalid_setting",
        Error::NotUtf8 => "not_utf8",
        Error::StreamState => "stream_state",
        Error::BufferTooSmall => "buffer_too_small",
        Error::Entropy(_) => "entropy",
        Error::KeyService(_) => "key_service",
        _ => "an error without a code here",
    }
}

/// The code of an outcome: `ok`, or the error's.
pub fn outcome<T>(result: &Result<T, Error>) -> &'static str {
    result.as_ref().err().map_or("ok", code)
}
