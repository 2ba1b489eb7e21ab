//! Opening a stream from its start to its end.

use zeroize::Zeroize;

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
}

crate::vocabulary::redacted_debug!(StreamOpener<'_> => "StreamOpener");

enum State {
    Header(Vec<u8>),
    Chunks(Chunks),
    Failed,
}

impl<'a> StreamOpener<'a> {
    /// Starts opening a stream that belongs to this place.
    #[must_use]
    pub const fn new(ring: &'a Keyring, context: &'a Context<'a>) -> Self {
        Self { ring, context, state: State::Header(Vec::new()) }
    }

    /// Takes more of the stream, and appends the plaintext of the chunks that are whole to `out`.
    ///
    /// # Errors
    ///
    /// For the header: [`Error::Malformed`], [`Error::UnsupportedSuite`], [`Error::KeyDestroyed`] if no
    /// other recipient is left, [`Error::KeyTooOld`], [`Error::UnknownKey`], [`Error::Rejected`]. For
    /// chunks: [`Error::Rejected`]; those before it were released. From then on
    /// [`Error::StreamState`].
    pub fn update(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        // At once, since a buffer that grows leaves copies of plaintext behind.
        out.reserve(self.plaintext_bound(sealed.len()));
        self.take_in(sealed, |chunks, sealed| {
            let before = out.len();
            out.resize(before.saturating_add(chunks.plain_len(sealed.len())), 0);
            let mut written = 0;
            let opened = chunks.open(sealed, out.get_mut(before..).unwrap_or_default(), &mut written);
            out.truncate(before.saturating_add(written));
            opened
        })
    }

    /// As [`update`](Self::update), to the front of a slice; gives the number of bytes written. With a
    /// buffer that is used again and again nothing is copied or cleared besides the opening itself.
    ///
    /// # Errors
    ///
    /// [`Error::BufferTooSmall`], before anything is taken, if `out` is shorter than
    /// [`plaintext_bound`](Self::plaintext_bound) says; otherwise as [`update`](Self::update), and
    /// `out` is then all zeros.
    pub fn update_slice(&mut self, sealed: &[u8], out: &mut [u8]) -> Result<usize, Error> {
        if out.len() < self.plaintext_bound(sealed.len()) {
            return Err(Error::BufferTooSmall);
        }
        let mut written = 0;
        let opened = self.take_in(sealed, |chunks, sealed| {
            let room = out.get_mut(written..).unwrap_or_default();
            let mut more = 0;
            let opened = chunks.open(sealed, room, &mut more);
            written = written.saturating_add(more);
            opened
        });
        if opened.is_err() {
            out.zeroize();
        }
        opened.map(|()| written)
    }

    /// The most that the next [`update`](Self::update) with so many sealed bytes can give.
    #[must_use]
    pub fn plaintext_bound(&self, sealed_len: usize) -> usize {
        match &self.state {
            State::Header(bytes) => bytes.len().saturating_add(sealed_len),
            State::Chunks(chunks) => chunks.plain_len(sealed_len),
            State::Failed => 0,
        }
    }

    /// Hands what is not header to `open`.
    fn take_in(
        &mut self,
        sealed: &[u8],
        mut open: impl FnMut(&mut Chunks, &[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let taken = self.try_take_in(sealed, &mut open);
        if taken.is_err() {
            self.state = State::Failed;
        }
        taken
    }

    fn try_take_in(
        &mut self,
        sealed: &[u8],
        open: &mut impl FnMut(&mut Chunks, &[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let bytes = match &mut self.state {
            State::Failed => return Err(Error::StreamState),
            State::Chunks(chunks) => return open(chunks, sealed),
            State::Header(bytes) => bytes,
        };
        let before = bytes.len();
        let room = StreamHeader::MAX_LEN.saturating_sub(before);
        bytes.extend_from_slice(sealed.get(..room).unwrap_or(sealed));
        let header = match StreamHeader::parse(bytes) {
            Ok(header) => header,
            Err(Error::Truncated) => return Ok(()),
            Err(Error::Malformed) if is_short(bytes) => return Ok(()),
            Err(error) => return Err(error),
        };
        let (_, cipher) = open_header(self.ring, self.context, &header)?;
        let mut chunks =
            Chunks { cipher: Box::new(cipher), pieces: Pieces::growing(), counter: Some(0), released: 0 };
        // The header ends inside of `sealed`, or it would have been whole before.
        let behind = sealed.get(header.len().saturating_sub(before)..).unwrap_or_default();
        open(&mut chunks, behind)?;
        self.state = State::Chunks(chunks);
        Ok(())
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
            State::Chunks(chunks) => {
                let last = chunks.pieces.last();
                if last.is_empty() {
                    return Err(Error::Truncated);
                }
                let before = out.len();
                chunks.cipher.open_last(chunks.counter.ok_or(Error::Rejected)?, last, out)?;
                let released = out.len().saturating_sub(before) as u64;
                Ok(Complete { plaintext_len: chunks.released.saturating_add(released) })
            }
        }
    }
}

/// Behind the header.
struct Chunks {
    cipher: Box<ChunkCipher>,
    pieces: Pieces,
    /// The number of the next chunk; `None` after the last one that the format can count.
    counter: Option<u32>,
    released: u64,
}

impl Chunks {
    /// The plaintext of the chunks that are whole after so many more sealed bytes.
    fn plain_len(&self, sealed_len: usize) -> usize {
        self.pieces.count_with(sealed_len, self.cipher.sealed_len()).saturating_mul(self.cipher.plain_len())
    }

    /// Opens the chunks that are whole to the front of `out`, and counts what it wrote in `written`,
    /// also when a later one is refused.
    fn open(&mut self, sealed: &[u8], out: &mut [u8], written: &mut usize) -> Result<(), Error> {
        let Self { cipher, pieces, counter, released } = self;
        pieces.push(sealed, cipher.sealed_len(), |piece| {
            let number = counter.ok_or(Error::Rejected)?;
            let room = out.get_mut(*written..).unwrap_or_default();
            let len = cipher.open(number, Place::Inner, piece, room)?;
            *written = written.saturating_add(len);
            *released = released.saturating_add(len as u64);
            *counter = number.checked_add(1);
            Ok(())
        })
    }
}

/// Whether so few bytes have come that nothing can be said yet.
fn is_short(bytes: &[u8]) -> bool {
    const SAYS_ENOUGH: usize = 7;
    bytes.len() < SAYS_ENOUGH
}
