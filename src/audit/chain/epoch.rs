//! The keys of the MACs: one for each epoch, each derived from the one before it.
//!
//! ```text
//! K[0]   = HMAC(root key, "audit-key-v1" | len(log) | log | u64 epoch length in microseconds)
//! K[e+1] = HMAC(K[e], "next")
//! m      = HMAC(K[e], "mac-v1|" | u64 epoch | u64 seq | h)
//! ```
//!
//! Who has the key of epoch `e` can forge entries of `e` and of all later epochs, and of none before. Who
//! has the root key can forge everything.

use core::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::audit::merkle::Hash;
use crate::audit::{Error, LogId};
use crate::vocabulary::redacted_debug;

/// The farthest that a key is derived in one go: more is a clock that is wrong, or an attack.
pub(in crate::audit) const MAX_EPOCHS_AHEAD: u64 = 1 << 20;

/// How long an epoch is: how much a thief of the current key can rewrite, at the most.
///
/// ```
/// use core::time::Duration;
/// use ringfence::audit::EpochLength;
///
/// assert_eq!(EpochLength::default().as_micros(), 3_600_000_000);
/// assert!(EpochLength::new(Duration::from_secs(59)).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EpochLength(u64);

impl Default for EpochLength {
    /// One hour.
    fn default() -> Self {
        Self(3_600_000_000)
    }
}

impl EpochLength {
    /// 60 seconds to 400 days, in whole microseconds.
    ///
    /// # Errors
    ///
    /// [`Error::EpochLength`] outside of that range.
    pub fn new(length: Duration) -> Result<Self, Error> {
        if length < Duration::from_secs(60) || length > Duration::from_secs(400 * 86_400) {
            return Err(Error::EpochLength);
        }
        u64::try_from(length.as_micros()).map(Self).map_err(|_| Error::EpochLength)
    }

    /// In microseconds.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }
}

/// The root key of a log: 32 random bytes that the auditor or a key service keeps. The application needs
/// it once, to make the first [`EpochKey`].
pub struct RootKey(Zeroizing<[u8; 32]>);

/// The key of one epoch of one log. The application keeps it, apart from the head and outside of the
/// database, and replaces it by its successor.
pub struct EpochKey {
    log: LogId,
    length: EpochLength,
    epoch: u64,
    key: Zeroizing<[u8; 32]>,
    mac: Hmac<Sha256>,
}

redacted_debug!(RootKey => "RootKey", EpochKey => "EpochKey");

impl RootKey {
    /// The root key with these bytes, which must be uniformly random.
    #[must_use]
    pub fn from_secret(bytes: &SecretBox<[u8; 32]>) -> Self {
        Self(Zeroizing::new(*bytes.expose_secret()))
    }

    /// The key of a log's first epoch.
    #[must_use]
    pub fn first_epoch(&self, log: &LogId, length: EpochLength) -> EpochKey {
        let log_len = u32::try_from(log.as_str().len()).unwrap_or(u32::MAX);
        let key = hmac(
            &self.0,
            &[
                b"audit-key-v1",
                &log_len.to_be_bytes(),
                log.as_str().as_bytes(),
                &length.as_micros().to_be_bytes(),
            ],
        );
        EpochKey::from_parts(log.clone(), length, 0, key)
    }

    /// The key of the epoch that is open in a log, for a head that was verified; `None` if the log has no
    /// MACs.
    #[must_use]
    pub fn epoch_of_head(&self, head: &super::Head) -> Option<EpochKey> {
        let first = self.first_epoch(head.log(), head.epoch_length()?);
        first.later_unbounded(head.epoch()).ok()
    }

    /// HMAC-SHA256 under the root key: for anchors.
    pub(in crate::audit) fn mac(&self, pieces: &[&[u8]]) -> [u8; 32] {
        *hmac(&self.0, pieces)
    }
}

impl EpochKey {
    fn from_parts(log: LogId, length: EpochLength, epoch: u64, key: Zeroizing<[u8; 32]>) -> Self {
        let mac = keyed(&key);
        Self { log, length, epoch, key, mac }
    }

    /// A key that was stored: what [`log`](Self::log), [`length`](Self::length),
    /// [`epoch`](Self::epoch) and [`expose_for_storing`](Self::expose_for_storing) gave.
    #[must_use]
    pub fn from_stored(log: LogId, length: EpochLength, epoch: u64, key: &SecretBox<[u8; 32]>) -> Self {
        Self::from_parts(log, length, epoch, Zeroizing::new(*key.expose_secret()))
    }

    /// Which log.
    #[must_use]
    pub const fn log(&self) -> &LogId {
        &self.log
    }

    /// How long the log's epochs are.
    #[must_use]
    pub const fn length(&self) -> EpochLength {
        self.length
    }

    /// Which epoch.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The bytes, for the secret store that keeps the key between two runs of the application.
    #[must_use]
    pub fn expose_for_storing(&self) -> &[u8; 32] {
        &self.key
    }

    /// The key of a later epoch.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for an earlier epoch, which cannot be derived, and
    /// [`Error::ClockAhead`] for one more than 2^20 ahead.
    pub fn later(&self, epoch: u64) -> Result<Self, Error> {
        let steps = epoch.checked_sub(self.epoch).ok_or(Error::OutOfRange)?;
        if steps > MAX_EPOCHS_AHEAD {
            return Err(Error::ClockAhead);
        }
        Ok(self.stepped(epoch, steps))
    }

    /// As [`later`](Self::later), however far: for a verifier that has reached the epoch already.
    pub(in crate::audit) fn later_unbounded(&self, epoch: u64) -> Result<Self, Error> {
        let steps = epoch.checked_sub(self.epoch).ok_or(Error::OutOfRange)?;
        Ok(self.stepped(epoch, steps))
    }

    fn stepped(&self, epoch: u64, steps: u64) -> Self {
        let mut key = self.key.clone();
        for _ in 0..steps {
            key = hmac(&key, &[b"next"]);
        }
        Self::from_parts(self.log.clone(), self.length, epoch, key)
    }

    /// The MAC of an entry of this epoch.
    pub(in crate::audit) fn entry_mac(&self, seq: u64, leaf: &Hash) -> [u8; 32] {
        let mut mac = self.mac.clone();
        mac.update(b"mac-v1|");
        mac.update(&self.epoch.to_be_bytes());
        mac.update(&seq.to_be_bytes());
        mac.update(leaf.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

fn hmac(key: &[u8; 32], pieces: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut mac = keyed(key);
    for piece in pieces {
        mac.update(piece);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mac = Hmac::new(&block);
    zeroize::Zeroize::zeroize(block.as_mut_slice());
    mac
}
