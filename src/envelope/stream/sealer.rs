//! Sealing a stream.

use super::chunks::{ChunkCipher, Pieces, Place};
use super::header::ChunkSize;
use super::recipients::{FileKey, Fill, fill_from_rng, fill_from_system};
use crate::CryptoRng;
use crate::envelope::aead::TAG_LEN;
use crate::envelope::{Context, Error, Keyring};

/// Seals a stream, piece by piece, into a buffer of yours.
///
/// Write out and clear the buffer between calls as you like. A stream that is dropped before
/// [`finish`](Self::finish) is refused as truncated by whoever opens it.
pub struct StreamSealer {
    chunks: ChunkCipher,
    pieces: Pieces,
    /// The number of the next chunk; `None` after the last one that the format can count.
    counter: Option<u32>,
    failed: bool,
}

crate::vocabulary::redacted_debug!(StreamSealer => "StreamSealer");

impl StreamSealer {
    /// Starts a stream for these recipients, each with its primary key, and appends the header to
    /// `out`.
    ///
    /// Recipients may be of different scopes: a tenant and a subject inside it, or a scope of your own
    /// for backups, whose tenant need not be the context's. Any of them opens the stream.
    ///
    /// # Errors
    ///
    /// [`Error::RecipientCount`] unless there are 1 to 16, [`Error::WrongScope`] if none is of the context's
    /// tenant (shredding that tenant would not shred the stream), [`Error::NoPrimaryKey`],
    /// [`Error::ContextTooLong`], [`Error::Entropy`].
    pub fn new(
        recipients: &[&Keyring],
        context: &Context<'_>,
        chunk: ChunkSize,
        out: &mut Vec<u8>,
    ) -> Result<Self, Error> {
        Self::start(recipients, context, chunk, &mut fill_from_system, out)
    }

    /// As [`new`](Self::new), with file key and salts from a generator of your own.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), but for [`Error::Entropy`].
    pub fn new_with_rng(
        recipients: &[&Keyring],
        context: &Context<'_>,
        chunk: ChunkSize,
        out: &mut Vec<u8>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Self, Error> {
        Self::start(recipients, context, chunk, &mut fill_from_rng(rng), out)
    }

    fn start(
        recipients: &[&Keyring],
        context: &Context<'_>,
        chunk: ChunkSize,
        fill: &mut Fill<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Self, Error> {
        let file_key = FileKey::generate(fill)?;
        let chunks = file_key.write_header(recipients, context, chunk, fill, out)?;
        Ok(Self { chunks, pieces: Pieces::with_room(chunk.bytes()), counter: Some(0), failed: false })
    }

    /// Takes more plaintext, and appends the chunks that are whole to `out`.
    ///
    /// # Errors
    ///
    /// [`Error::TooLong`] after 2^32 chunks; from then on [`Error::StreamState`].
    pub fn update(&mut self, plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let before = out.len();
        out.resize(before.saturating_add(self.sealed_len(plaintext.len())), 0);
        let written = self.update_slice(plaintext, out.get_mut(before..).unwrap_or_default());
        out.truncate(before.saturating_add(*written.as_ref().unwrap_or(&0)));
        written.map(|_| ())
    }

    /// As [`update`](Self::update), to the front of a slice; gives the number of bytes written. With a
    /// buffer that is used again and again nothing is copied or cleared besides the sealing itself.
    ///
    /// # Errors
    ///
    /// [`Error::BufferTooSmall`], before anything is taken, if `out` is shorter than
    /// [`sealed_len`](Self::sealed_len) says; otherwise as [`update`](Self::update).
    pub fn update_slice(&mut self, plaintext: &[u8], out: &mut [u8]) -> Result<usize, Error> {
        if self.failed {
            return Err(Error::StreamState);
        }
        if out.len() < self.sealed_len(plaintext.len()) {
            return Err(Error::BufferTooSmall);
        }
        let Self { chunks, pieces, counter, .. } = self;
        let mut written = 0;
        let pushed = pieces.push(plaintext, chunks.plain_len(), |piece| {
            let number = counter.ok_or(Error::TooLong)?;
            let room = out.get_mut(written..).unwrap_or_default();
            let len = chunks.seal(number, Place::Inner, piece, room)?;
            written = len.saturating_add(written);
            *counter = number.checked_add(1);
            Ok(())
        });
        self.failed = pushed.is_err();
        pushed.map(|()| written)
    }

    /// How many bytes the next [`update`](Self::update) with so much plaintext writes.
    #[must_use]
    pub fn sealed_len(&self, plaintext_len: usize) -> usize {
        let count = self.pieces.count_with(plaintext_len, self.chunks.plain_len());
        count.saturating_mul(self.chunks.sealed_len())
    }

    /// Appends the last chunk to `out`.
    ///
    /// # Errors
    ///
    /// [`Error::TooLong`] after 2^32 chunks, [`Error::StreamState`] after an earlier error.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), Error> {
        if self.failed {
            return Err(Error::StreamState);
        }
        let number = self.counter.ok_or(Error::TooLong)?;
        let before = out.len();
        let last_len = self.pieces.last().len().saturating_add(TAG_LEN);
        out.resize(before.saturating_add(last_len), 0);
        let room = out.get_mut(before..).unwrap_or_default();
        let written = self.chunks.seal(number, Place::Last, self.pieces.last(), room);
        out.truncate(before.saturating_add(*written.as_ref().unwrap_or(&0)));
        written.map(|_| ())
    }
}
