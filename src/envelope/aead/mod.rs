//! AES-256-GCM with a 16-byte tag and no associated data, by one of two backends.
//!
//! Both write identical bytes. `aws-lc-rs` takes over where its feature is on.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(any(not(feature = "aws-lc-rs"), test))]
mod rustcrypto;

use zeroize::Zeroize;

#[cfg(feature = "aws-lc-rs")]
use aws_lc as backend;
#[cfg(not(feature = "aws-lc-rs"))]
use rustcrypto as backend;

/// Bytes of a GCM tag: always whole, never cut.
pub(super) const TAG_LEN: usize = 16;

/// The nonce of a key that seals one message only.
pub(super) const SINGLE_USE_NONCE: [u8; 12] = [0; 12];

/// A key, ready to seal and open.
pub(super) struct Cipher(backend::Cipher);

/// The tag did not fit, or the message is longer than the mode allows.
pub(super) struct Refused;

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(backend::Cipher::new(key))
    }

    /// Appends ciphertext and tag to `out`. On refusal `out` is as it was.
    pub(super) fn seal(&self, nonce: [u8; 12], plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        let before = out.len();
        let sealed = self.0.seal(nonce, plaintext, out);
        if sealed.is_err() {
            roll_back(out, before);
        }
        sealed
    }

    /// Appends the plaintext of `sealed` (ciphertext and tag) to `out`. On refusal `out` is as it was,
    /// and nothing of the plaintext is left behind its end.
    pub(super) fn open(&self, nonce: [u8; 12], sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        let before = out.len();
        let opened = self.0.open(nonce, sealed, out);
        if opened.is_err() {
            roll_back(out, before);
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
