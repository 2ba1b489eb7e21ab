//! The construction that sealed values, wrapped keys and stream recipients share.
//!
//! ```text
//! suite 1 | key id u32 | salt 16 | commitment 32 | ciphertext | tag 16
//! ```
//!
//! Every message has an AES key of its own, derived from the key, a random salt and the context. The
//! second half of the derivation is the commitment: it is compared before any AES runs, so a wrong
//! context costs two HMACs and reveals nothing.

use super::Error;
use super::aead::{self, TAG_LEN};
use super::context::Binding;
use super::derive::{COMMITMENT_LEN, PseudoRandomKey, Purpose, SALT_LEN};
use crate::vocabulary::constant_time;

/// What a sealed value is longer than its plaintext, in bytes.
pub(super) const OVERHEAD: usize = 1 + 4 + SALT_LEN + COMMITMENT_LEN + TAG_LEN;
/// The longest plaintext of a single value: longer data belongs into a stream.
pub(super) const MAX_PLAINTEXT: usize = 16 * 1024 * 1024;

/// A column value.
pub(super) const COLUMN: Purpose = Purpose { label: b"env/1", suite: 0x01 };
/// A data key under a KEK.
pub(super) const WRAP: Purpose = Purpose { label: b"wrap/1", suite: 0x02 };
/// A stream's file key under a scope's data key.
pub(super) const FILE: Purpose = Purpose { label: b"file/1", suite: 0x01 };

/// The parts of a sealed value, as they lie in the bytes.
pub(super) struct Sealed<'a> {
    pub(super) key_id: u32,
    salt: &'a [u8; SALT_LEN],
    commitment: &'a [u8; COMMITMENT_LEN],
    /// Ciphertext and tag.
    body: &'a [u8],
}

impl<'a> Sealed<'a> {
    /// # Errors
    ///
    /// [`Error::Malformed`] for a length that no sealed value has, [`Error::UnsupportedSuite`] for
    /// another first byte than `suite`.
    pub(super) fn parse(bytes: &'a [u8], suite: u8) -> Result<Self, Error> {
        // Both bounds are far below the address range, so the sum cannot overflow.
        if bytes.len() < OVERHEAD || bytes.len() > MAX_PLAINTEXT + OVERHEAD {
            return Err(Error::Malformed);
        }
        let (&found, rest) = bytes.split_first().ok_or(Error::Malformed)?;
        if found != suite {
            return Err(Error::UnsupportedSuite);
        }
        let (key_id, rest) = rest.split_first_chunk().ok_or(Error::Malformed)?;
        let (salt, rest) = rest.split_first_chunk().ok_or(Error::Malformed)?;
        let (commitment, body) = rest.split_first_chunk().ok_or(Error::Malformed)?;
        Ok(Self { key_id: u32::from_be_bytes(*key_id), salt, commitment, body })
    }

    /// Appends the plaintext to `out`; on refusal `out` is as it was.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`] for a wrong key, a wrong context or changed bytes.
    pub(super) fn open(
        &self,
        purpose: Purpose,
        key: &PseudoRandomKey,
        context: Binding<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let keys = key.message_keys(purpose, self.key_id, self.salt, context);
        if !constant_time::equal(&keys.commitment, self.commitment) {
            return Err(Error::Rejected);
        }
        let plaintext_len = self.body.len().saturating_sub(TAG_LEN);
        if out.is_empty() {
            // So that the buffer can become a box without being moved.
            out.reserve_exact(plaintext_len);
        } else {
            out.reserve(plaintext_len);
        }
        let opened = aead::open_once(&keys.aead, self.body, out);
        drop(keys);
        aead::wipe_stack(plaintext_len);
        opened.map_err(|_| Error::Rejected)
    }
}

/// Appends the sealed form of `plaintext` to `out`.
///
/// # Errors
///
/// [`Error::TooLong`] above [`MAX_PLAINTEXT`].
pub(super) fn seal(
    purpose: Purpose,
    key: &PseudoRandomKey,
    key_id: u32,
    salt: &[u8; SALT_LEN],
    context: Binding<'_>,
    plaintext: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(Error::TooLong);
    }
    let keys = key.message_keys(purpose, key_id, salt, context);
    let before = out.len();
    out.reserve_exact(plaintext.len().saturating_add(OVERHEAD));
    out.push(purpose.suite);
    out.extend_from_slice(&key_id.to_be_bytes());
    out.extend_from_slice(salt);
    out.extend_from_slice(&keys.commitment);
    let sealed = aead::seal_once(&keys.aead, plaintext, out);
    drop(keys);
    aead::wipe_stack(plaintext.len());
    sealed.map_err(|_| {
        out.truncate(before);
        Error::TooLong
    })
}
