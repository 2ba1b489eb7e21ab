//! What is kept beside the chain, and may be deleted.

use core::fmt;

use super::hash;
use crate::CryptoRng;
use crate::audit::json::Value;
use crate::vocabulary::{constant_time, entropy};

/// The salt of a commitment: 32 random bytes. Without it nobody can tell what was committed to, even if
/// there are only a few possible values.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt([redacted])")
    }
}

impl Salt {
    pub(in crate::audit) fn generate() -> Result<Self, crate::EntropyError> {
        let mut salt = [0; 32];
        entropy::fill_salt(&mut salt)?;
        Ok(Self(salt))
    }

    pub(in crate::audit) fn generate_with_rng(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut salt = [0; 32];
        rng.fill_bytes(&mut salt);
        Self(salt)
    }

    /// A salt that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The value of a personal field, with what proves that the entry committed to it.
///
/// Store it beside the log, where it can be deleted: its deletion, and an `audit.erase` entry that says
/// so, is the erasure of the field. It is personal data and its `Debug` shows none of it.
#[derive(Clone, PartialEq)]
pub struct Disclosure {
    seq: u64,
    pointer: Box<str>,
    salt: Salt,
    value: Value,
}

impl Disclosure {
    /// A disclosure that was stored.
    #[must_use]
    pub fn new(seq: u64, pointer: &str, salt: Salt, value: Value) -> Self {
        Self { seq, pointer: pointer.into(), salt, value }
    }

    /// The entry that the field belongs to.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The JSON pointer of the field in the entry.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The salt.
    #[must_use]
    pub const fn salt(&self) -> &Salt {
        &self.salt
    }

    /// The value.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// Whether this is what was committed to.
    pub(in crate::audit) fn opens(&self, commitment: &[u8; 32]) -> bool {
        constant_time::equal(&hash(&self.pointer, &self.salt, &self.value), commitment)
    }
}

impl fmt::Debug for Disclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disclosure")
            .field("seq", &self.seq)
            .field("pointer", &self.pointer)
            .finish_non_exhaustive()
    }
}
