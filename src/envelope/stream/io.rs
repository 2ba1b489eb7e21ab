//! Streams through [`std::io::Read`] and [`std::io::Write`].

use std::io::{self, Read, Write};

use zeroize::{Zeroize, Zeroizing};

use super::header::ChunkSize;
use super::opener::{Complete, StreamOpener};
use super::sealer::StreamSealer;
use crate::ErrorKind;
use crate::envelope::{Context, Error, Keyring};

/// How much is read from the inner reader at once.
const READ_LEN: usize = 64 * 1024;

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::Caller => io::ErrorKind::InvalidInput,
            ErrorKind::Hostile | ErrorKind::Corrupt => io::ErrorKind::InvalidData,
            ErrorKind::Unavailable => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

/// Seals what is written to it into another writer.
///
/// Call [`finish`](Self::finish) at the end: without it the stream has no last chunk, and is refused.
///
/// ```
/// # use ringfence::TenantId;
/// use std::io::{Read, Write};
/// use ringfence::envelope::stream::{ChunkSize, StreamRead, StreamWrite};
/// # use ringfence::envelope::{Context, DataKey, Generation, Keyring, Scope};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let acme: TenantId = "acme".parse()?;
/// # let ring = Keyring::new(Scope::tenant(&acme), Generation::FIRST, DataKey::generate()?);
/// # let context = Context::new(&acme, "exports", "file", "export-2026-11");
/// let mut writer = StreamWrite::new(Vec::new(), &[&ring], &context, ChunkSize::default())?;
/// writer.write_all(b"id,name\n")?;
/// let file = writer.finish()?;
///
/// let mut reader = StreamRead::new(file.as_slice(), &ring, &context);
/// let mut text = String::new();
/// reader.read_to_string(&mut text)?;
/// assert_eq!(text, "id,name\n");
/// assert!(reader.complete().is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct StreamWrite<W> {
    inner: W,
    sealer: StreamSealer,
    buffer: Vec<u8>,
    /// The inner writer has failed: nobody knows how much of the buffer it has taken.
    failed: bool,
}

impl<W: Write> StreamWrite<W> {
    /// Starts a stream and writes its header.
    ///
    /// # Errors
    ///
    /// As [`StreamSealer::new`] (the [`Error`] is inside the [`io::Error`]), or the writer's own.
    pub fn new(
        inner: W,
        recipients: &[&Keyring],
        context: &Context<'_>,
        chunk: ChunkSize,
    ) -> io::Result<Self> {
        let mut buffer = Vec::new();
        let sealer = StreamSealer::new(recipients, context, chunk, &mut buffer)?;
        let mut this = Self { inner, sealer, buffer, failed: false };
        this.drain()?;
        Ok(this)
    }

    /// Writes the last chunk, and gives the inner writer back.
    ///
    /// # Errors
    ///
    /// As [`StreamSealer::finish`], or the writer's own.
    pub fn finish(self) -> io::Result<W> {
        if self.failed {
            return Err(Error::StreamState.into());
        }
        let Self { mut inner, sealer, mut buffer, .. } = self;
        sealer.finish(&mut buffer)?;
        inner.write_all(&buffer)?;
        inner.flush()?;
        Ok(inner)
    }

    fn drain(&mut self) -> io::Result<()> {
        let written = self.inner.write_all(&self.buffer);
        self.buffer.clear();
        self.failed = written.is_err();
        written
    }
}

impl<W: Write> Write for StreamWrite<W> {
    /// Takes all of `plaintext`. After an error of the inner writer the stream is lost:
    /// [`Error::StreamState`] from then on.
    fn write(&mut self, plaintext: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Err(Error::StreamState.into());
        }
        self.sealer.update(plaintext, &mut self.buffer)?;
        self.drain()?;
        Ok(plaintext.len())
    }

    /// Flushes the inner writer. Plaintext of the chunk that is not yet full stays behind.
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Opens a stream that is read from another reader.
///
/// What it gives is verified chunk by chunk. The end of the file (`Ok(0)`) is given only if the stream
/// is whole; a truncated one ends with an error of the kind [`io::ErrorKind::InvalidData`].
pub struct StreamRead<'a, R> {
    inner: R,
    opener: Option<StreamOpener<'a>>,
    sealed: Vec<u8>,
    plaintext: Zeroizing<Vec<u8>>,
    given: usize,
    complete: Option<Complete>,
}

impl<R> core::fmt::Debug for StreamRead<'_, R> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("StreamRead").field("complete", &self.complete).finish_non_exhaustive()
    }
}

impl<'a, R: Read> StreamRead<'a, R> {
    /// Starts opening a stream that belongs to this place.
    #[must_use]
    pub fn new(inner: R, ring: &'a Keyring, context: &'a Context<'a>) -> Self {
        Self {
            inner,
            opener: Some(StreamOpener::new(ring, context)),
            sealed: vec![0; READ_LEN],
            plaintext: Zeroizing::new(Vec::new()),
            given: 0,
            complete: None,
        }
    }

    /// The proof that all of the stream was read and verified; `None` before its end.
    #[must_use]
    pub const fn complete(&self) -> Option<Complete> {
        self.complete
    }

    fn refill(&mut self) -> io::Result<()> {
        self.plaintext.zeroize();
        self.given = 0;
        while self.plaintext.is_empty() && self.complete.is_none() {
            let count = self.inner.read(&mut self.sealed)?;
            let mut opener = self.opener.take().ok_or(Error::StreamState)?;
            if count == 0 {
                self.complete = Some(opener.finish(&mut self.plaintext)?);
            } else {
                let sealed = self.sealed.get(..count).unwrap_or_default();
                opener.update(sealed, &mut self.plaintext)?;
                self.opener = Some(opener);
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for StreamRead<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if self.given == self.plaintext.len() && self.complete.is_none() {
            let refilled = self.refill();
            if refilled.is_err() {
                // Chunks that came in the same read as a bad one are not given after the error.
                self.plaintext.zeroize();
            }
            refilled?;
        }
        let ready = self.plaintext.get(self.given..).unwrap_or_default();
        let count = ready.len().min(out.len());
        for (to, from) in out.iter_mut().zip(ready) {
            *to = *from;
        }
        self.given = self.given.saturating_add(count);
        Ok(count)
    }
}
