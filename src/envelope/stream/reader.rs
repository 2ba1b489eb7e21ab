//! Opening single chunks of a stream, in any order.

use core::ops::Range;

use super::chunks::{ChunkCipher, Place};
use super::header::StreamHeader;
use super::recipients::open_header;
use crate::envelope::aead::TAG_LEN;
use crate::envelope::{Context, Error, Keyring};

/// Where the chunks of a stream lie. Its header is verified, its end is not yet.
///
/// The chunks' number follows from the length of the file, which nobody has vouched for so far. So the
/// last chunk comes first: read the bytes of [`last_chunk`](Self::last_chunk), and
/// [`authenticate`](Self::authenticate) gives the reader.
///
/// ```
/// # use ringfence::TenantId;
/// use ringfence::envelope::stream::StreamLayout;
/// # use ringfence::envelope::stream::{ChunkSize, StreamSealer};
/// # use ringfence::envelope::{Context, DataKey, Generation, Keyring, Scope};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let acme: TenantId = "acme".parse()?;
/// # let ring = Keyring::new(Scope::tenant(&acme), Generation::FIRST, DataKey::generate()?);
/// # let context = Context::new(&acme, "exports", "file", "export-2026-11");
/// # let mut file = Vec::new();
/// # let mut sealer = StreamSealer::new(&[&ring], &context, ChunkSize::from_log2(10)?, &mut file)?;
/// # sealer.update(&[7; 5000], &mut file)?;
/// # sealer.finish(&mut file)?;
/// let read = |range: core::ops::Range<u64>| &file[range.start as usize..range.end as usize];
///
/// let layout = StreamLayout::new(&ring, &context, &file, file.len() as u64)?;
/// let reader = layout.authenticate(read(layout.last_chunk()))?;
/// assert_eq!(reader.plaintext_len(), 5000);
///
/// let range = reader.chunk_range(2)?;
/// let mut plaintext = Vec::new();
/// reader.open_chunk(2, read(range), &mut plaintext)?;
/// assert_eq!(plaintext, [7; 1024]);
/// # Ok(())
/// # }
/// ```
pub struct StreamLayout {
    chunks: ChunkCipher,
    header_len: u64,
    total_len: u64,
    last: u32,
}

crate::vocabulary::redacted_debug!(StreamLayout => "StreamLayout", StreamReader<'_> => "StreamReader");

impl StreamLayout {
    /// Verifies the header at the start of `bytes` (which may go on behind it), for a stream of
    /// `total_len` bytes in all.
    ///
    /// # Errors
    ///
    /// As [`StreamOpener::update`](super::StreamOpener::update) for the header; [`Error::Truncated`] if
    /// `total_len` leaves no room for a chunk, [`Error::Rejected`] if no stream has this length.
    pub fn new(ring: &Keyring, context: &Context<'_>, bytes: &[u8], total_len: u64) -> Result<Self, Error> {
        let header = StreamHeader::parse(bytes)?;
        let (_, chunks) = open_header(ring, context, &header)?;
        let header_len = header.len() as u64;
        let payload = total_len.checked_sub(header_len).ok_or(Error::Truncated)?;
        let to_last_byte = payload.checked_sub(1).ok_or(Error::Truncated)?;
        let before_last = to_last_byte.checked_div(chunks.sealed_len() as u64).ok_or(Error::Malformed)?;
        let last = u32::try_from(before_last).map_err(|_| Error::Rejected)?;
        Ok(Self { chunks, header_len, total_len, last })
    }

    /// Which bytes of the stream are its last chunk.
    #[must_use]
    pub fn last_chunk(&self) -> Range<u64> {
        self.range(self.last)
    }

    /// Verifies the bytes of the last chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] if it is a chunk, but not the last one; [`Error::Rejected`] otherwise.
    pub fn authenticate(&self, last_chunk: &[u8]) -> Result<StreamReader<'_>, Error> {
        let range = self.last_chunk();
        if range.end.saturating_sub(range.start) != last_chunk.len() as u64 {
            return Err(Error::Rejected);
        }
        let mut plaintext = zeroize::Zeroizing::new(Vec::new());
        self.chunks.open_last(self.last, last_chunk, &mut plaintext)?;
        Ok(StreamReader { layout: self })
    }

    fn range(&self, number: u32) -> Range<u64> {
        let sealed_len = self.chunks.sealed_len() as u64;
        let start = self.header_len.saturating_add(u64::from(number).saturating_mul(sealed_len));
        start..start.saturating_add(sealed_len).min(self.total_len)
    }
}

/// Opens single chunks of a stream whose end is known to be its end.
pub struct StreamReader<'a> {
    layout: &'a StreamLayout,
}

impl StreamReader<'_> {
    /// The length of the whole plaintext, in bytes.
    #[must_use]
    pub fn plaintext_len(&self) -> u64 {
        let tags = u64::from(self.layout.last).saturating_add(1).saturating_mul(TAG_LEN as u64);
        self.layout.total_len.saturating_sub(self.layout.header_len).saturating_sub(tags)
    }

    /// How many chunks there are: at least one.
    #[must_use]
    pub fn chunk_count(&self) -> u64 {
        u64::from(self.layout.last).saturating_add(1)
    }

    /// The plaintext length of every chunk but the last: offset / this = number of the chunk.
    #[must_use]
    pub const fn chunk_len(&self) -> usize {
        self.layout.chunks.plain_len()
    }

    /// Which bytes of the stream are chunk `number`, counted from 0.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] behind the last chunk.
    pub fn chunk_range(&self, number: u64) -> Result<Range<u64>, Error> {
        Ok(self.layout.range(self.check(number)?))
    }

    /// Opens the bytes of chunk `number` onto the end of `out`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] behind the last chunk, [`Error::Rejected`] for other bytes than this
    /// chunk's.
    pub fn open_chunk(&self, number: u64, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let number = self.check(number)?;
        let place = if number == self.layout.last { Place::Last } else { Place::Inner };
        let before = out.len();
        out.resize(before.saturating_add(sealed.len().saturating_sub(TAG_LEN)), 0);
        let room = out.get_mut(before..).unwrap_or_default();
        let opened = self.layout.chunks.open(number, place, sealed, room);
        out.truncate(before.saturating_add(*opened.as_ref().unwrap_or(&0)));
        opened.map(|_| ())
    }

    fn check(&self, number: u64) -> Result<u32, Error> {
        let number = u32::try_from(number).map_err(|_| Error::OutOfRange)?;
        if number > self.layout.last {
            return Err(Error::OutOfRange);
        }
        Ok(number)
    }
}
