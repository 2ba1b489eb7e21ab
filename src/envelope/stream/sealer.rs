//! Sealing a stream.

use super::chunks::{ChunkCipher, Pieces, Place};
use super::header::ChunkSize;
use super::recipients::{FileKey, Fill, fill_from_rng, fill_from_system};
use crate::CryptoRng;
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
    /// Recipients may be of different scopes: a tenant and a subject inside it, say. Any of them opens
    /// the stream.
    ///
    /// # Errors
    ///
    /// [`Error::RecipientCount`] unless there are 1 to 16, [`Error::NoPrimaryKey`],
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
        if self.failed {
            return Err(Error::StreamState);
        }
        let Self { chunks, pieces, counter, .. } = self;
        let pushed = pieces.push(plaintext, chunks.plain_len(), |piece| {
            let number = counter.ok_or(Error::TooLong)?;
            chunks.seal(number, Place::Inner, piece, out)?;
            *counter = number.checked_add(1);
            Ok(())
        });
        self.failed = pushed.is_err();
        pushed
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
        self.chunks.seal(number, Place::Last, self.pieces.last(), out)
    }
}
