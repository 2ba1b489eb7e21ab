//! A sealed column value: its bytes and its text.

use core::fmt;
use core::str::FromStr;

use super::suite::{self, MAX_PLAINTEXT, OVERHEAD};
use super::{Error, Generation};
use crate::vocabulary::encoding;

/// What the text form starts with.
const TEXT_PREFIX: &str = "e1.";
/// The longest text form: four characters for each three bytes.
const MAX_TEXT: usize = TEXT_PREFIX.len() + (MAX_PLAINTEXT + OVERHEAD).div_ceil(3) * 4;

/// A sealed column value.
///
/// It is not secret: it may be stored, logged and compared. It shows the generation of the key that
/// opens it, and the length of what it holds; pad the plaintext if the length tells too much.
///
/// Two forms, for `BYTEA`/`BLOB` columns and for text columns. A 40-byte API key takes 109 bytes, or
/// 149 characters.
///
/// ```
/// use ringfence::{TenantId, envelope::{Context, DataKey, Generation, Keyring, Scope, SealedValue}};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let tenant: TenantId = "acme".parse()?;
/// let ring = Keyring::new(Scope::tenant(&tenant), Generation::FIRST, DataKey::generate()?);
/// let context = Context::new(&tenant, "integrations", "api_key", "row-1");
///
/// let sealed = ring.seal(&context, b"sk_live_1")?;
/// let text = sealed.to_text();
/// assert!(text.starts_with("e1."));
/// assert_eq!(text.parse::<SealedValue>()?, sealed);
/// assert_eq!(sealed.generation(), Generation::FIRST);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SealedValue {
    bytes: Vec<u8>,
    generation: Generation,
}

impl SealedValue {
    /// What a sealed value is longer than its plaintext: 69 bytes.
    pub const OVERHEAD: usize = OVERHEAD;
    /// The longest plaintext: 16 MiB. Longer data belongs into a [stream](super::stream).
    pub const MAX_PLAINTEXT: usize = MAX_PLAINTEXT;

    /// Takes stored bytes as a sealed value. Nothing is decrypted or verified yet.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] for a length that no sealed value has, [`Error::UnsupportedSuite`] for
    /// bytes that are something else.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let bytes = bytes.into();
        let generation = Self::generation_of(&bytes)?;
        Ok(Self { bytes, generation })
    }

    /// Takes stored text as a sealed value. Nothing is decrypted or verified yet.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] for text that is not in the one canonical form, otherwise as
    /// [`from_bytes`](Self::from_bytes).
    pub fn from_text(text: &str) -> Result<Self, Error> {
        Self::from_bytes(decode_text(text)?)
    }

    /// The generation that stored bytes name, without copying them and without any key.
    ///
    /// # Errors
    ///
    /// As [`from_bytes`](Self::from_bytes).
    pub fn generation_of(bytes: &[u8]) -> Result<Generation, Error> {
        suite::Sealed::parse(bytes, suite::COLUMN.suite).map(|parts| Generation::new(parts.key_id))
    }

    /// For values that were just sealed.
    pub(super) const fn from_sealed(bytes: Vec<u8>, generation: Generation) -> Self {
        Self { bytes, generation }
    }

    /// The generation of the data key that opens this value.
    #[must_use]
    pub const fn generation(&self) -> Generation {
        self.generation
    }

    /// The binary form.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The binary form, without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The text form: `e1.` and unpadded base64url.
    #[must_use]
    pub fn to_text(&self) -> String {
        let encoded_len = encoding::base64url_len(self.bytes.len());
        let mut text = String::with_capacity(encoded_len.saturating_add(TEXT_PREFIX.len()));
        text.push_str(TEXT_PREFIX);
        encoding::push_base64url(&self.bytes, &mut text);
        text
    }
}

pub(super) fn decode_text(text: &str) -> Result<Vec<u8>, Error> {
    if text.len() > MAX_TEXT {
        return Err(Error::Malformed);
    }
    let encoded = text.strip_prefix(TEXT_PREFIX).ok_or(Error::Malformed)?;
    encoding::decode_base64url(encoded).ok_or(Error::Malformed)
}

impl FromStr for SealedValue {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_text(text)
    }
}

impl AsRef<[u8]> for SealedValue {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The text form.
impl fmt::Display for SealedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Debug for SealedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedValue")
            .field("generation", &self.generation)
            .field("len", &self.bytes.len())
            .finish()
    }
}

/// The text form.
#[cfg(feature = "serde")]
impl serde::Serialize for SealedValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

/// From the text form.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for SealedValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::from_text(&text).map_err(serde::de::Error::custom)
    }
}
