//! The chunks of a stream: `ciphertext | tag 16` each, under the nonce `prefix 7 | counter u32 | flag`.

use zeroize::{Zeroize, optimization_barrier};

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
        self.chunk.bytes().saturating_add(TAG_LEN)
    }

    /// Seals a chunk to the front of `out`, and says how many bytes it wrote.
    pub(super) fn seal(
        &self,
        counter: u32,
        place: Place,
        plaintext: &[u8],
        out: &mut [u8],
    ) -> Result<usize, Error> {
        let len = plaintext.len().saturating_add(TAG_LEN);
        let out = out.get_mut(..len).ok_or(Error::BufferTooSmall)?;
        self.cipher.seal(self.nonce(counter, place), plaintext, out).map_err(|_| Error::TooLong)?;
        Ok(len)
    }

    /// Opens a chunk to the front of `out`, and says how many bytes it wrote. A last chunk may be empty
    /// only if it is the first. On refusal nothing is left in `out`.
    pub(super) fn open(
        &self,
        counter: u32,
        place: Place,
        sealed: &[u8],
        out: &mut [u8],
    ) -> Result<usize, Error> {
        let len = sealed.len().checked_sub(TAG_LEN).ok_or(Error::Rejected)?;
        let needless = place == Place::Last && counter > 0 && len == 0;
        if needless || len > self.plain_len() {
            return Err(Error::Rejected);
        }
        let out = out.get_mut(..len).ok_or(Error::BufferTooSmall)?;
        self.cipher.open(self.nonce(counter, place), sealed, out).map_err(|_| Error::Rejected)?;
        Ok(len)
    }

    /// Opens what stands where the last chunk belongs onto the end of `out`. If it is a whole inner
    /// chunk instead, the rest of the stream was cut off.
    pub(super) fn open_last(&self, counter: u32, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let before = out.len();
        out.resize(before.saturating_add(sealed.len().saturating_sub(TAG_LEN)), 0);
        let room = out.get_mut(before..).unwrap_or_default();
        let opened = self.open(counter, Place::Last, sealed, room);
        let cut_off = opened.is_err()
            && sealed.len() == self.sealed_len()
            && self.open(counter, Place::Inner, sealed, room).is_ok();
        if opened.is_err() {
            room.zeroize();
        }
        out.truncate(before.saturating_add(*opened.as_ref().unwrap_or(&0)));
        if cut_off {
            return Err(Error::Truncated);
        }
        opened.map(|_| ())
    }

    fn nonce(&self, counter: u32, place: Place) -> [u8; 12] {
        let flag = match place {
            Place::Inner => 0,
            Place::Last => 1,
        };
        let parts = self.prefix.into_iter().chain(counter.to_be_bytes()).chain([flag]);
        let mut nonce = [0; 12];
        for (to, from) in nonce.iter_mut().zip(parts) {
            *to = from;
        }
        nonce
    }
}

/// Cuts a flow of bytes into pieces of one length, and keeps what may be the last piece back until more
/// bytes, or the end, have come.
pub(super) struct Pieces {
    held: Vec<u8>,
}

/// Overwrites what was held. In one go: `zeroize` writes byte by byte, which for a chunk takes as long as
/// sealing several.
impl Drop for Pieces {
    fn drop(&mut self) {
        let capacity = self.held.capacity();
        self.held.clear();
        self.held.resize(capacity, 0);
        optimization_barrier(&self.held);
    }
}

impl Pieces {
    /// For plaintext: room for a whole piece at once, so that growing leaves no copies behind.
    pub(super) fn with_room(len: usize) -> Self {
        Self { held: Vec::with_capacity(len) }
    }

    /// For sealed bytes: room as it is needed, since the length comes from a stranger.
    pub(super) fn growing() -> Self {
        Self { held: Vec::new() }
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

    /// How many pieces of `len` bytes a [`push`](Self::push) of `more` bytes gives.
    pub(super) fn count_with(&self, more: usize, len: usize) -> usize {
        self.held.len().saturating_add(more).saturating_sub(1).checked_div(len).unwrap_or(0)
    }

    /// What is held back.
    pub(super) fn last(&self) -> &[u8] {
        &self.held
    }
}
