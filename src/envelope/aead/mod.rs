//! AES-256-GCM with a 16-byte tag and no associated data, by one of two backends.
//!
//! Both write identical bytes. `aws-lc-rs` takes over where its feature is on.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(any(not(feature = "aws-lc-rs"), test))]
mod one_shot;
#[cfg(any(not(feature = "aws-lc-rs"), test))]
#[cfg_attr(feature = "aws-lc-rs", expect(dead_code, reason = "here only to be compared with"))]
mod rustcrypto;
#[cfg(test)]
mod tests;

use zeroize::Zeroize;

#[cfg(feature = "aws-lc-rs")]
use aws_lc as backend;
#[cfg(not(feature = "aws-lc-rs"))]
use rustcrypto as backend;

/// Bytes of a GCM tag: always whole, never cut.
pub(super) const TAG_LEN: usize = 16;

/// The nonce of a key that seals one message only.
const SINGLE_USE_NONCE: [u8; 12] = [0; 12];

/// The tag did not fit, or the message is longer than the mode allows.
#[derive(Debug)]
pub(super) struct Refused;

/// Appends ciphertext and tag of the only message of this key to `out`.
#[inline]
pub(super) fn seal_once(key: &[u8; 32], plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
    backend::seal_once(key, plaintext, out)
}

/// Appends the plaintext of the only message of this key to `out`. On refusal `out` is as it was, and
/// nothing of the plaintext is left behind its end.
#[inline]
pub(super) fn open_once(key: &[u8; 32], sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
    backend::open_once(key, sealed, out)
}

/// Overwrites the part of the stack that sealing or opening a message of this length has used: the
/// block cipher and the compiler leave copies of the message key there.
#[inline]
pub(super) fn wipe_stack(message_len: usize) {
    backend::wipe_stack(message_len);
}

/// A key for many messages, each under a nonce of its own.
pub(super) struct Cipher(backend::Cipher);

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(backend::Cipher::new(key))
    }

    /// Writes ciphertext and tag to `out`, which is [`TAG_LEN`] longer than `plaintext`.
    pub(super) fn seal(&self, nonce: [u8; 12], plaintext: &[u8], out: &mut [u8]) -> Result<(), Refused> {
        self.0.seal(nonce, plaintext, out)
    }

    /// Writes the plaintext of `sealed` (ciphertext and tag) to `out`, which is [`TAG_LEN`] shorter. On
    /// refusal `out` is all zeros.
    pub(super) fn open(&self, nonce: [u8; 12], sealed: &[u8], out: &mut [u8]) -> Result<(), Refused> {
        let opened = self.0.open(nonce, sealed, out);
        if opened.is_err() {
            out.zeroize();
        }
        opened
    }
}

/// Wipes what was written behind `before`, then cuts it off.
fn roll_back(out: &mut Vec<u8>, before: usize) {
    if let Some(written) = out.get_mut(before..) {
        written.zeroize();
    }
    out.truncate(before);
}
