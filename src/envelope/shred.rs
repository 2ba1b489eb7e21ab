//! Crypto-shredding: making data unreadable by destroying its keys, and the receipt of it.

use core::fmt;

use sha2::{Digest, Sha256};

use super::{Generation, Scope, WrappedKey};
use crate::Timestamp;
#[cfg(feature = "serde")]
use crate::vocabulary::version::Version;

/// The work of shredding one scope, and then its receipt.
///
/// Whatever was sealed under the scope's data keys, in rows, files, exports and backups of the data, cannot be
/// opened any more once no copy of the wrapped keys is left. Your code does three things, in one database
/// transaction:
///
/// 1. delete the scope's rows of the key table (all generations),
/// 2. clear the columns named with [`index_column`](Self::index_column): a blind index is derived from
///    the *tenant's* key, so for a subject inside a tenant it does not die with the subject's key,
/// 3. record the [`Receipt`].
///
/// Then [purge](super::KeyCache::purge) the scope in every process.
///
/// A tenant's own scope does not include its subjects': when a tenant leaves, do this for each of its scopes.
///
/// What it cannot do: a backup of the key table undoes it, so keep the key table apart from the data
/// and its backups shorter; plaintext in logs, caches and other systems is not touched; a file that was
/// sealed for several scopes opens with any of them.
///
/// ```
/// use ringfence::{TenantId, Timestamp};
/// use ringfence::envelope::{DataKey, Error, Generation, Keyring, Scope, Shredding, WrappedKey};
/// # use ringfence::envelope::Context;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let acme = TenantId::from(7_u64);
/// # let now = Timestamp::UNIX_EPOCH;
/// # let stored_wrapped_key = vec![2_u8; 101];
/// # let context = Context::new(&acme, "t", "c", "r");
/// # let sealed = Keyring::new(Scope::tenant(&acme), Generation::FIRST, DataKey::generate()?)
/// #     .seal(&context, b"x")?;
/// let scope = Scope::tenant(&acme);
/// let wrapped = WrappedKey::from_bytes(stored_wrapped_key)?;
/// let shredding = Shredding::of(scope).wrapped_key(Generation::FIRST, &wrapped);
/// // ... DELETE FROM data_keys WHERE tenant = ...
/// let receipt = shredding.executed(now);
///
/// let ring = Keyring::shredded(&receipt);
/// assert!(matches!(ring.open(&context, &sealed), Err(Error::KeyDestroyed)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Shredding {
    scope: Scope,
    keys: Vec<ShreddedKey>,
    index_columns: Vec<String>,
}

impl Shredding {
    /// Starts with the scope.
    pub const fn of(scope: Scope) -> Self {
        Self { scope, keys: Vec::new(), index_columns: Vec::new() }
    }

    /// Adds one row of the key table. The receipt names it by the SHA-256 of the wrapped bytes.
    pub fn wrapped_key(mut self, generation: Generation, wrapped: &WrappedKey) -> Self {
        let wrapped_sha256 = Sha256::digest(wrapped.as_bytes()).into();
        self.keys.push(ShreddedKey { generation, wrapped_sha256 });
        self
    }

    /// Adds a blind-index column to be cleared with it.
    pub fn index_column(mut self, column: impl Into<String>) -> Self {
        self.index_columns.push(column.into());
        self
    }

    /// The receipt, after the rows are gone.
    #[must_use]
    pub fn executed(self, at: Timestamp) -> Receipt {
        Receipt {
            #[cfg(feature = "serde")]
            version: Version,
            scope: self.scope,
            keys: self.keys,
            index_columns: self.index_columns,
            at,
        }
    }
}

/// One key that was destroyed.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ShreddedKey {
    generation: Generation,
    #[cfg_attr(feature = "serde", serde(with = "crate::vocabulary::encoding::hex_32"))]
    wrapped_sha256: [u8; 32],
}

impl ShreddedKey {
    /// Its generation.
    #[must_use]
    pub const fn generation(&self) -> Generation {
        self.generation
    }

    /// SHA-256 of the wrapped key that was deleted: two receipts of the same key agree on it, and it
    /// tells nothing about the key.
    #[must_use]
    pub const fn wrapped_sha256(&self) -> &[u8; 32] {
        &self.wrapped_sha256
    }
}

impl fmt::Debug for ShreddedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShreddedKey").field("generation", &self.generation).finish_non_exhaustive()
    }
}

/// The record that a scope's keys were destroyed: what the audit log keeps.
///
/// It says what your code did; the crate has not seen your database. It holds no secret. It is stored and
/// read back through `serde` (feature `serde`); without it, keep scope and generations in columns of your
/// own, and build the keyring of a shredded scope with
/// [`KeyringBuilder::destroyed`](super::KeyringBuilder::destroyed).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Receipt {
    #[cfg(feature = "serde")]
    version: Version<1>,
    scope: Scope,
    keys: Vec<ShreddedKey>,
    index_columns: Vec<String>,
    at: Timestamp,
}

impl Receipt {
    /// Whose data was shredded.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The keys that were destroyed.
    #[must_use]
    pub fn keys(&self) -> &[ShreddedKey] {
        &self.keys
    }

    /// The blind-index columns that were to be cleared.
    #[must_use]
    pub fn index_columns(&self) -> &[String] {
        &self.index_columns
    }

    /// When it was done.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}
