//! Verifier keys: whose signature it is, and how it is verified.

use core::fmt;
use core::str::FromStr;

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};

use super::Error;

/// The longest name of a key, in bytes.
const MAX_NAME_LEN: usize = 255;
/// The longest text of a key: name, id and 33 bytes in base64.
const MAX_TEXT_LEN: usize = MAX_NAME_LEN + 1 + 8 + 1 + 44;

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// Checkpoints, as the log itself: Ed25519 over the text, type `0x01`.
    Log,
    /// Cosignatures with a time, as a witness: type `0x04`.
    Witness,
}

impl KeyKind {
    const fn type_byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }
}

/// A public key with its name: what a verifier is configured with.
///
/// Its text is C2SP's *vkey*, `name+id+base64`, as Go's `note` package and witnesses write it. The name is part of
/// the key's id, and stands in each signature line.
///
/// ```
/// use ringfence::audit::checkpoint::{KeyKind, VerifierKey};
///
/// let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
/// let key: VerifierKey = text.parse()?;
/// assert_eq!(key.name(), "PeterNeumann");
/// assert_eq!(key.kind(), KeyKind::Log);
/// assert_eq!(key.to_string(), text);
/// # Ok::<(), ringfence::audit::checkpoint::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: Box<str>,
    id: [u8; 4],
    kind: KeyKind,
    public: VerifyingKey,
}

pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let refused = |c: char| c == '+' || c.is_whitespace() || c.is_control();
    if name.is_empty() || name.len() > MAX_NAME_LEN || name.contains(refused) {
        return Err(Error::InvalidKeyName);
    }
    Ok(())
}

impl VerifierKey {
    /// A key from its name, its kind and the 32 bytes of the Ed25519 public key.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKeyName`], or [`Error::MalformedKey`] for bytes that are no point of the curve,
    /// or one of the weak ones.
    pub fn new(name: &str, kind: KeyKind, public: &[u8; 32]) -> Result<Self, Error> {
        check_name(name)?;
        let public = VerifyingKey::from_bytes(public).map_err(|_| Error::MalformedKey)?;
        if public.is_weak() {
            return Err(Error::MalformedKey);
        }
        let hash = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', kind.type_byte()])
            .chain_update(public.as_bytes())
            .finalize();
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash);
        Ok(Self { name: name.into(), id: [a, b, c, d], kind, public })
    }

    /// The key of a log that signs with this seed.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKeyName`].
    pub fn log_from_seed(name: &str, seed: &SecretBox<[u8; 32]>) -> Result<Self, Error> {
        Self::new(name, KeyKind::Log, signing_key(seed).verifying_key().as_bytes())
    }

    /// The key of a witness that cosigns with this seed.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKeyName`].
    pub fn witness_from_seed(name: &str, seed: &SecretBox<[u8; 32]>) -> Result<Self, Error> {
        Self::new(name, KeyKind::Witness, signing_key(seed).verifying_key().as_bytes())
    }

    /// The name, as signature lines carry it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id, as signature lines carry it: it finds a key, and proves nothing.
    #[must_use]
    pub const fn id(&self) -> [u8; 4] {
        self.id
    }

    /// What the key signs.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The Ed25519 public key.
    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        self.public.as_bytes()
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), Error> {
        self.public
            .verify_strict(message, &Signature::from_bytes(signature))
            .map_err(|_| Error::BadSignature)
    }
}

/// The seed as a key for signing; it is wiped when dropped.
pub(super) fn signing_key(seed: &SecretBox<[u8; 32]>) -> SigningKey {
    SigningKey::from_bytes(seed.expose_secret())
}

impl FromStr for VerifierKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_TEXT_LEN {
            return Err(Error::MalformedKey);
        }
        // The base64 may hold a plus, the name may not.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Error::MalformedKey);
        };
        let bytes = BASE64.decode(encoded.as_bytes()).map_err(|_| Error::MalformedKey)?;
        let (type_byte, public) = bytes.split_first().ok_or(Error::MalformedKey)?;
        let kind = match *type_byte {
            0x01 => KeyKind::Log,
            0x04 => KeyKind::Witness,
            _ => return Err(Error::UnsupportedKey),
        };
        let public: &[u8; 32] = public.try_into().map_err(|_| Error::MalformedKey)?;
        let key = Self::new(name, kind, public)?;
        if HEXLOWER.encode(&key.id) != id {
            return Err(Error::MalformedKey);
        }
        Ok(key)
    }
}

/// The *vkey* text.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [self.kind.type_byte(); 33];
        bytes[1..].copy_from_slice(self.public.as_bytes());
        write!(f, "{}+{}+{}", self.name, HEXLOWER.encode(&self.id), BASE64.encode(&bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

/// The *vkey* text.
#[cfg(feature = "serde")]
impl serde::Serialize for VerifierKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From the *vkey* text.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for VerifierKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
