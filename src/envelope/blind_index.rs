//! Equality search over sealed columns.

use core::fmt;

use zeroize::Zeroizing;

use super::context::MAX_PART;
use super::derive;
use super::{DataKey, Error, Normaliser};

const LABEL: &[u8] = b"bidx/1";
/// Bits of a whole HMAC-SHA256.
const MAX_BITS: u32 = 256;

/// A blind index: which column it is for, how values are normalised, how many bits are kept.
///
/// The token is an HMAC under a key derived from the scope's data key, so equal values of one tenant
/// have equal tokens, and tokens of two tenants tell nothing about each other.
///
/// What it gives away: which rows of a tenant hold equal values, and how often each value occurs.
/// Whoever holds the tenant's data key can test guesses. Keep fewer bits to let unlike values collide
/// (and filter after opening); do not index columns of few possible values at all.
///
/// ```
/// use ringfence::TenantId;
/// use ringfence::envelope::{BlindIndex, DataKey, Generation, Keyring, Normaliser, Scope};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let acme: TenantId = "acme".parse()?;
/// let ring = Keyring::new(Scope::tenant(&acme), Generation::FIRST, DataKey::generate()?);
/// let by_email = BlindIndex::new("contacts", "email", "by_email", Normaliser::Email, 32)?;
///
/// let stored = ring.blind_index(&by_email, "Ann@Example.com")?;
/// let wanted = ring.blind_index_candidates(&by_email, "ann@example.com");
/// assert_eq!(wanted, [stored]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BlindIndex {
    table: Box<str>,
    column: Box<str>,
    name: Box<str>,
    normaliser: Normaliser,
    bits: u32,
}

impl BlindIndex {
    /// Describes an index. All five parts go into its key: change one, and it is another index.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSetting`] unless `bits` is 1 to 256; [`Error::ContextTooLong`] for a name longer
    /// than 64 KiB.
    pub fn new(
        table: &str,
        column: &str,
        name: &str,
        normaliser: Normaliser,
        bits: u32,
    ) -> Result<Self, Error> {
        if bits == 0 || bits > MAX_BITS {
            return Err(Error::InvalidSetting);
        }
        if [table, column, name].iter().any(|part| part.len() > MAX_PART) {
            return Err(Error::ContextTooLong);
        }
        Ok(Self { table: table.into(), column: column.into(), name: name.into(), normaliser, bits })
    }

    /// Whether two values are the same to this index: for the rows that a search of few bits has found
    /// and your code has opened.
    ///
    /// ```
    /// # use ringfence::envelope::{BlindIndex, Error, Normaliser};
    /// let by_email = BlindIndex::new("contacts", "email", "by_email", Normaliser::Email, 16)?;
    /// assert!(by_email.is_same_value("Ann@Example.com", "ann@example.com"));
    /// assert!(!by_email.is_same_value("Ann@Example.com", "bob@example.com"));
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn is_same_value(&self, a: &str, b: &str) -> bool {
        self.normalise(a) == self.normalise(b)
    }

    pub(super) fn normalise(&self, value: &str) -> Zeroizing<String> {
        self.normaliser.apply(value)
    }

    pub(super) fn token(&self, key: &DataKey, value: &str) -> BlindToken {
        self.token_of_normalised(key, &self.normalise(value))
    }

    pub(super) fn token_of_normalised(&self, key: &DataKey, normalised: &str) -> BlindToken {
        let names = [&*self.table, &*self.column, &*self.name, self.normaliser.name()];
        // Cannot be cut short: `new` has checked the lengths.
        let [table_len, column_len, name_len, normaliser_len] =
            names.map(|name| u32::try_from(name.len()).unwrap_or(u32::MAX).to_be_bytes());
        let mut index_key = Zeroizing::new([0_u8; 32]);
        key.prk().expand(
            &[
                LABEL,
                &table_len,
                self.table.as_bytes(),
                &column_len,
                self.column.as_bytes(),
                &name_len,
                self.name.as_bytes(),
                &normaliser_len,
                self.normaliser.name().as_bytes(),
                &self.bits.to_be_bytes(),
            ],
            &mut *index_key,
        );
        BlindToken::leading_bits(derive::hmac(&index_key, &[normalised.as_bytes()]), self.bits)
    }
}

/// The token of a value in a blind index: what is stored in the index column and searched for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlindToken(Box<[u8]>);

impl BlindToken {
    /// The leading `bits`, most significant bit first, the rest of the last byte zero.
    fn leading_bits(mac: [u8; 32], bits: u32) -> Self {
        let mut left = bits;
        let mut bytes = Vec::with_capacity(mac.len());
        for byte in mac {
            let mask = match left {
                0 => break,
                1..8 => !(0xff_u8 >> left),
                _ => 0xff,
            };
            bytes.push(byte & mask);
            left = left.saturating_sub(8);
        }
        Self(bytes.into_boxed_slice())
    }

    /// The bytes for the index column: as many as the bits need.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for BlindToken {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for BlindToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlindToken({} bytes)", self.0.len())
    }
}
