//! Opening a stream from its start to its end.

use super::chunks::{ChunkCipher, Pieces, Place};
use super::header::StreamHeader;
use super::recipients::open_header;
use crate::envelope::{Context, Error, Keyring};

/// The proof that a stream was opened to its end: only [`StreamOpener::finish`] makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Complete {
    plaintext_len: u64,
}

impl Complete {
    /// The length of the whole plaintext, in bytes.
    #[must_use]
    pub const fn plaintext_len(&self) -> u64 {
        self.plaintext_len
    }
}

/// Opens a stream, piece by piece, into a buffer of yours.
///
/// Each chunk's plaintext is released once its tag was verified. That the stream is whole is known only
/// when [`finish`](Self::finish) gives its proof.
pub struct StreamOpener<'a> {
    ring: &'a Keyring,
    context: &'a Context<'a>,
    state: State,
    released: u64,
}

crate::vocabulary::redacted_debug!(StreamOpener<'_> => "StreamOpener");

enum State {
    Header(Vec<u8>),
    Chunks { chunks: Box<ChunkCipher>, pieces: Pieces, counter: Option<u32> },
    Failed,
}

impl<'a> StreamOpener<'a> {
    /// Starts opening a stream that belongs to this place.
    #[must_use]
    pub const fn new(ring: &'a Keyring, context: &'a Context<'a>) -> Self {
        Self { ring, context, state: State::Header(Vec::new()), released: 0 }
    }

    /// Takes more of the stream, and appends the plaintext of the chunks that are whole to `out`.
    ///
    /// # Errors
    ///
    /// For the header: [`Error::Malformed`], [`Error::UnsupportedSuite`], [`Error::KeyDestroyed`] if no
    /// other recipient is left, [`Error::KeyTooOld`], [`Error::UnknownKey`], [`Error::Rejected`]. For
    /// chunks: [`Error::Rejected`]. From then on [`Error::StreamState`].
    pub fn update(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let updated = self.advance(sealed, out);
        if updated.is_err() {
            self.state = State::Failed;
        }
        updated
    }

    fn advance(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        match &mut self.state {
            State::Failed => Err(Error::StreamState),
            State::Chunks { chunks, pieces, counter } => {
                let before = out.len();
                let pushed = pieces.push(sealed, chunks.sealed_len(), |piece| {
                    let number = counter.ok_or(Error::Rejected)?;
                    chunks.open(number, Place::Inner, piece, out)?;
                    *counter = number.checked_add(1);
                    Ok(())
                });
                self.released = self.released.saturating_add(out.len().saturating_sub(before) as u64);
                pushed
            }
            State::Header(bytes) => {
                let room = StreamHeader::MAX_LEN.saturating_sub(bytes.len());
                let (taken, rest) = sealed.split_at_checked(room).unwrap_or((sealed, &[]));
                bytes.extend_from_slice(taken);
                let header = match StreamHeader::parse(bytes) {
                    Ok(header) => header,
                    Err(Error::Truncated) => return Ok(()),
                    Err(Error::Malformed) if is_short(bytes) => return Ok(()),
                    Err(error) => return Err(error),
                };
                let (_, chunks) = open_header(self.ring, self.context, &header)?;
                let behind = bytes.get(header.len()..).unwrap_or_default().to_vec();
                self.state = State::Chunks {
                    chunks: Box::new(chunks),
                    pieces: Pieces::growing(),
                    counter: Some(0),
                };
                self.advance(&behind, out)?;
                self.advance(rest, out)
            }
        }
    }

    /// Says that this was all, appends the plaintext of the last chunk to `out`, and proves that
    /// nothing is missing.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] if the stream ends after a whole chunk, or after or inside its header;
    /// [`Error::Rejected`] if it ends inside of a chunk or goes on behind the last one;
    /// [`Error::Malformed`] if it is no stream; [`Error::StreamState`] after an earlier error.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<Complete, Error> {
        match self.state {
            State::Failed => Err(Error::StreamState),
            State::Header(bytes) => Err(StreamHeader::parse(&bytes).err().unwrap_or(Error::StreamState)),
            State::Chunks { chunks, pieces, counter } => {
                let last = pieces.last();
                if last.is_empty() {
                    return Err(Error::Truncated);
                }
                let before = out.len();
                chunks.open_last(counter.ok_or(Error::Rejected)?, last, out)?;
                let released = out.len().saturating_sub(before) as u64;
                Ok(Complete { plaintext_len: self.released.saturating_add(released) })
            }
        }
    }
}

/// Whether so few bytes have come that nothing can be said yet.
fn is_short(bytes: &[u8]) -> bool {
    const SAYS_ENOUGH: usize = 7;
    bytes.len() < SAYS_ENOUGH
}
