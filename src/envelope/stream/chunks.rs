//! The chunks of a stream: `ciphertext | tag 16` each, under the nonce `prefix 7 | counter u32 | flag`.

use super::header::ChunkSize;
use crate::envelope::Error;
use crate::envelope::aead::{Cipher, TAG_LEN};

/// Whether a chunk is the last one: authenticated through the nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Inner,
    Last,
}

/// Seals and opens single chunks.
pub(super) struct ChunkCipher {
    cipher: Cipher,
    prefix: [u8; 7],
    chunk: ChunkSize,
}

impl ChunkCipher {
    pub(super) fn new(key: &[u8; 32], prefix: [u8; 7], chunk: ChunkSize) -> Self {
        Self { cipher: Cipher::new(key), prefix, chunk }
    }

    /// The plaintext length of a whole chunk.
    pub(super) const fn plain_len(&self) -> usize {
        self.chunk.bytes()
    }

    /// The sealed length of a whole chunk.
    pub(super) const fn sealed_len(&self) -> usize {
        self.chunk.bytes() + TAG_LEN
    }

    pub(super) fn seal(
        &self,
        counter: u32,
        place: Place,
        plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        self.cipher.seal(self.nonce(counter, place), plaintext, out).map_err(|_| Error::TooLong)
    }

    /// Opens a chunk onto the end of `out`. A last chunk may be empty only if it is the first.
    pub(super) fn open(
        &self,
        counter: u32,
        place: Place,
        sealed: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let needless = place == Place::Last && counter > 0 && sealed.len() <= TAG_LEN;
        if needless || sealed.len() > self.sealed_len() {
            return Err(Error::Rejected);
        }
        self.cipher.open(self.nonce(counter, place), sealed, out).map_err(|_| Error::Rejected)
    }

    /// Opens what stands where the last chunk belongs. If it is a whole inner chunk instead, the rest
    /// of the stream was cut off.
    pub(super) fn open_last(&self, counter: u32, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        if self.open(counter, Place::Last, sealed, out).is_ok() {
            return Ok(());
        }
        let before = out.len();
        let is_inner = sealed.len() == self.sealed_len()
            && self.open(counter, Place::Inner, sealed, out).is_ok();
        if !is_inner {
            return Err(Error::Rejected);
        }
        if let Some(plaintext) = out.get_mut(before..) {
            zeroize::Zeroize::zeroize(plaintext);
        }
        out.truncate(before);
        Err(Error::Truncated)
    }

    fn nonce(&self, counter: u32, place: Place) -> [u8; 12] {
        let [a, b, c, d, e, f, g] = self.prefix;
        let [h, i, j, k] = counter.to_be_bytes();
        let flag = match place {
            Place::Inner => 0,
            Place::Last => 1,
        };
        [a, b, c, d, e, f, g, h, i, j, k, flag]
    }
}

/// Cuts a flow of bytes into pieces of one length, and keeps what may be the last piece back until more
/// bytes, or the end, have come.
pub(super) struct Pieces {
    held: zeroize::Zeroizing<Vec<u8>>,
}

impl Pieces {
    /// For plaintext: room for a whole piece at once, so that growing leaves no copies behind.
    pub(super) fn with_room(len: usize) -> Self {
        Self { held: zeroize::Zeroizing::new(Vec::with_capacity(len)) }
    }

    /// For sealed bytes: room as it is needed, since the length comes from a stranger.
    pub(super) fn growing() -> Self {
        Self { held: zeroize::Zeroizing::new(Vec::new()) }
    }

    /// Gives every piece of `len` bytes that is not the last one to `take`. At most one piece is held
    /// back, and whole pieces inside of `input` are not copied.
    pub(super) fn push(
        &mut self,
        mut input: &[u8],
        len: usize,
        mut take: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if !self.held.is_empty() {
            let missing = len.saturating_sub(self.held.len());
            let (fill, rest) = input.split_at_checked(missing).unwrap_or((input, &[]));
            self.held.extend_from_slice(fill);
            input = rest;
            if input.is_empty() {
                return Ok(());
            }
            take(&self.held)?;
            self.held.clear();
        }
        while input.len() > len {
            let Some((piece, rest)) = input.split_at_checked(len) else {
                break;
            };
            take(piece)?;
            input = rest;
        }
        self.held.extend_from_slice(input);
        Ok(())
    }

    /// What is held back.
    pub(super) fn last(&self) -> &[u8] {
        &self.held
    }
}
