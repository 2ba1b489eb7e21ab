//! The header of a stream.
//!
//! ```text
//! "RFS1" | 0x03 | log2 chunk | n | n recipients of 101 bytes | header MAC 32
//! ```

use crate::envelope::data_key::KEY_LEN;
use crate::envelope::suite;
use crate::envelope::{Error, Generation};

pub(super) const MAGIC: &[u8; 4] = b"RFS1";
pub(super) const SUITE: u8 = 0x03;
/// Bytes before the recipients.
const FIXED_LEN: usize = 7;
/// Bytes of one recipient: the file key as a sealed value.
pub(super) const RECIPIENT_LEN: usize = suite::OVERHEAD + KEY_LEN;
pub(super) const MAX_RECIPIENTS: usize = 16;
pub(super) const MAC_LEN: usize = 32;

/// The size of a stream's chunks: a power of two from 1 KiB to 16 MiB, 64 KiB by default.
///
/// ```
/// use ringfence::envelope::stream::ChunkSize;
///
/// assert_eq!(ChunkSize::default().bytes(), 65_536);
/// assert!(ChunkSize::from_log2(9).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChunkSize(u8);

impl Default for ChunkSize {
    fn default() -> Self {
        Self(16)
    }
}

impl ChunkSize {
    /// Chunks of `2^log2` bytes.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSetting`] unless `log2` is 10 to 24.
    pub const fn from_log2(log2: u8) -> Result<Self, Error> {
        if log2 < 10 || log2 > 24 {
            return Err(Error::InvalidSetting);
        }
        Ok(Self(log2))
    }

    /// Its length in bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        // The exponent is at most 24.
        1 << self.0
    }

    pub(super) const fn log2(self) -> u8 {
        self.0
    }
}

/// The header of a stream: parsed, not yet verified.
///
/// ```
/// # use ringfence::TenantId;
/// use ringfence::envelope::stream::StreamHeader;
/// # use ringfence::envelope::stream::{ChunkSize, StreamSealer};
/// # use ringfence::envelope::{Context, DataKey, Generation, Keyring, Scope};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let acme: TenantId = "acme".parse()?;
/// # let ring = Keyring::new(Scope::tenant(&acme), Generation::FIRST, DataKey::generate()?);
/// # let context = Context::new(&acme, "exports", "file", "export-2026-11");
/// # let mut file = Vec::new();
/// # StreamSealer::new(&[&ring], &context, ChunkSize::default(), &mut file)?.finish(&mut file)?;
/// let header = StreamHeader::parse(&file)?;
/// assert_eq!(header.len(), 140);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct StreamHeader<'a> {
    chunk: ChunkSize,
    /// All that the MAC covers.
    authenticated: &'a [u8],
    recipients: &'a [u8],
    mac: &'a [u8; MAC_LEN],
}

impl<'a> StreamHeader<'a> {
    /// The longest header, in bytes: 16 recipients.
    pub const MAX_LEN: usize = FIXED_LEN + MAX_RECIPIENTS * RECIPIENT_LEN + MAC_LEN;

    /// Reads the header at the start of `bytes`; what follows it is left alone.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if this is no stream (or fewer than 7 bytes), [`Error::UnsupportedSuite`],
    /// [`Error::Truncated`] if the header is longer than `bytes`.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let (magic, rest) = bytes.split_first_chunk::<4>().ok_or(Error::Malformed)?;
        let (&[suite, log2, count], rest) = rest.split_first_chunk::<3>().ok_or(Error::Malformed)?;
        if magic != MAGIC {
            return Err(Error::Malformed);
        }
        if suite != SUITE {
            return Err(Error::UnsupportedSuite);
        }
        let chunk = ChunkSize::from_log2(log2).map_err(|_| Error::Malformed)?;
        let count = usize::from(count);
        if count == 0 || count > MAX_RECIPIENTS {
            return Err(Error::Malformed);
        }
        // At most 16 * 101.
        let recipients_len = count * RECIPIENT_LEN;
        let (recipients, rest) = rest.split_at_checked(recipients_len).ok_or(Error::Truncated)?;
        let (mac, _) = rest.split_first_chunk().ok_or(Error::Truncated)?;
        let authenticated =
            bytes.get(..recipients_len.saturating_add(FIXED_LEN)).ok_or(Error::Truncated)?;
        Ok(Self { chunk, authenticated, recipients, mac })
    }

    /// Its length in bytes: where the first chunk starts.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a header is never empty")]
    pub const fn len(&self) -> usize {
        self.authenticated.len().saturating_add(MAC_LEN)
    }

    /// The size of the chunks.
    #[must_use]
    pub const fn chunk_size(&self) -> ChunkSize {
        self.chunk
    }

    /// The generations that the recipients name, in their order and without any key: whether a header is to
    /// be [rewrapped](super::rewrap) after a rotation. They are not authenticated, and generations of
    /// different scopes may have the same number.
    pub fn generations(&self) -> impl Iterator<Item = Generation> + use<'a> {
        self.recipients().filter_map(|recipient| {
            suite::Sealed::parse(recipient, suite::FILE.suite)
                .ok()
                .map(|parts| Generation::new(parts.key_id))
        })
    }

    pub(super) fn recipients(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.recipients.chunks_exact(RECIPIENT_LEN)
    }

    pub(super) const fn authenticated(&self) -> &'a [u8] {
        self.authenticated
    }

    pub(super) const fn mac(&self) -> &'a [u8; MAC_LEN] {
        self.mac
    }
}
