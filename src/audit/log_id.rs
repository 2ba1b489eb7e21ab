//! Which log.

use core::fmt;
use core::str::FromStr;

use super::Error;

/// The longest log id.
const MAX_LEN: usize = 128;

/// Which log an entry belongs to: usually one for each tenant.
///
/// 1 to 128 characters of `a-z 0-9 . _ / -`. It stands in every entry, it is bound into every key, and it
/// is the origin of the log's checkpoints; so choose one that is unique beyond your own database, such
/// as `example.com/audit/tenant-7`.
///
/// ```
/// use ringfence::audit::LogId;
///
/// let log: LogId = "example.com/audit/acme".parse()?;
/// assert_eq!(log.as_str(), "example.com/audit/acme");
/// assert!("Example".parse::<LogId>().is_err());
/// # Ok::<(), ringfence::audit::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId(Box<str>);

impl LogId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LogId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_usable = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'/' | b'-');
        if text.is_empty() || text.len() > MAX_LEN || !text.bytes().all(is_usable) {
            return Err(Error::LogId);
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LogId").field(&self.0).finish()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for LogId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for LogId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
