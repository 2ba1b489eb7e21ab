//! A scope's data key.

use secrecy::{ExposeSecret, SecretBox};
use zeroize::Zeroizing;

use super::Error;
use super::derive::PseudoRandomKey;
use crate::CryptoRng;
use crate::vocabulary::{entropy, redacted_debug};

/// Bytes of every key.
pub(super) const KEY_LEN: usize = 32;

/// A data key: 32 bytes that seal the values of one [`Scope`](super::Scope).
///
/// It is wiped from memory when dropped, and its `Debug` shows nothing. The bytes
/// come out only through [`expose_for_wrapping`](Self::expose_for_wrapping), for drivers of key services.
pub struct DataKey {
    bytes: Zeroizing<[u8; KEY_LEN]>,
    prk: PseudoRandomKey,
}

redacted_debug!(DataKey => "DataKey");

impl DataKey {
    /// A new random key.
    ///
    /// # Errors
    ///
    /// [`Error::Entropy`] if the operating system gives no random bytes.
    pub fn generate() -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0_u8; KEY_LEN]);
        entropy::fill_key(&mut *bytes)?;
        Ok(Self::from_zeroizing(bytes))
    }

    /// A new random key from a generator of your own.
    #[must_use]
    pub fn generate_with_rng(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut bytes = Zeroizing::new([0_u8; KEY_LEN]);
        rng.fill_bytes(&mut *bytes);
        Self::from_zeroizing(bytes)
    }

    /// The key with these bytes, which must be uniformly random: what a key service unwrapped, never a
    /// password.
    ///
    /// ```
    /// use ringfence::{envelope::DataKey, secrecy::SecretBox};
    ///
    /// let from_the_key_service = SecretBox::new(Box::new([7_u8; 32]));
    /// let key = DataKey::from_secret(&from_the_key_service);
    /// assert_eq!(format!("{key:?}"), "DataKey([redacted])");
    /// ```
    #[must_use]
    pub fn from_secret(bytes: &SecretBox<[u8; KEY_LEN]>) -> Self {
        Self::from_zeroizing(Zeroizing::new(*bytes.expose_secret()))
    }

    pub(super) fn from_zeroizing(bytes: Zeroizing<[u8; KEY_LEN]>) -> Self {
        let prk = PseudoRandomKey::new(&bytes);
        Self { bytes, prk }
    }

    /// For drivers of key services: the bytes to be wrapped.
    ///
    /// The name says it: whoever holds these bytes can read everything of the scope. Hand them to the
    /// key service and to nothing else.
    #[must_use]
    pub fn expose_for_wrapping(&self) -> &[u8; KEY_LEN] {
        &self.bytes
    }

    pub(super) const fn prk(&self) -> &PseudoRandomKey {
        &self.prk
    }
}
