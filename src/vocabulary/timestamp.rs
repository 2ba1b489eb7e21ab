//! A point in time: whole microseconds, UTC, years 0000 to 9999.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use super::rfc3339::{self, TimestampParseError};

/// Microseconds in a second.
const MICROS_PER_SEC: i64 = 1_000_000;

/// A point in time: whole microseconds since the Unix epoch, UTC, without leap seconds.
///
/// The crate never reads a clock. Whatever depends on the time takes a `now: Timestamp`, and the
/// caller converts from the clock that it uses: [`std::time::SystemTime`] always, and the types of
/// the `time` and `jiff` crates with the features of those names.
///
/// The range is what RFC 3339 can write: the years 0000 to 9999. Within it every value has exactly
/// one text form, 27 characters long, so text order is time order. Arithmetic either saturates at
/// the ends of the range or says `None`; it never wraps and never panics.
///
/// ```
/// use core::time::Duration;
/// use ringfence::Timestamp;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let now = Timestamp::try_from(std::time::SystemTime::now())?;
/// assert!(now.saturating_add(Duration::from_secs(90)) > now);
///
/// let t: Timestamp = "2026-11-22T10:15:00+01:00".parse()?;
/// assert_eq!(t.to_string(), "2026-11-22T09:15:00.000000Z");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(0);
    /// 0000-01-01T00:00:00Z, the earliest value.
    pub const MIN: Self = Self(-62_167_219_200 * MICROS_PER_SEC);
    /// 9999-12-31T23:59:59.999999Z, the latest value.
    pub const MAX: Self = Self(253_402_300_800 * MICROS_PER_SEC - 1);

    /// From microseconds since the Unix epoch.
    ///
    /// # Errors
    ///
    /// [`TimestampRangeError`] if the point lies outside of the years 0000 to 9999.
    pub const fn from_micros(micros: i64) -> Result<Self, TimestampRangeError> {
        if micros < Self::MIN.0 || micros > Self::MAX.0 {
            return Err(TimestampRangeError(()));
        }
        Ok(Self(micros))
    }

    /// From whole seconds since the Unix epoch, as most network protocols carry them.
    ///
    /// # Errors
    ///
    /// [`TimestampRangeError`] if the point lies outside of the years 0000 to 9999.
    pub const fn from_secs(secs: i64) -> Result<Self, TimestampRangeError> {
        match secs.checked_mul(MICROS_PER_SEC) {
            Some(micros) => Self::from_micros(micros),
            None => Err(TimestampRangeError(())),
        }
    }

    /// Microseconds since the Unix epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded towards the past.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SEC)
    }

    /// `self + duration`, at most [`Timestamp::MAX`]. A part of the duration below a microsecond is
    /// dropped.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        self.checked_add(duration).unwrap_or(Self::MAX)
    }

    /// `self - duration`, at least [`Timestamp::MIN`]. A part of the duration below a microsecond is
    /// dropped.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        self.checked_sub(duration).unwrap_or(Self::MIN)
    }

    /// `self + duration`, or `None` beyond [`Timestamp::MAX`].
    #[must_use]
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        let micros = i64::try_from(duration.as_micros()).ok()?;
        Self::from_micros(self.0.checked_add(micros)?).ok()
    }

    /// `self - duration`, or `None` before [`Timestamp::MIN`].
    #[must_use]
    pub fn checked_sub(self, duration: Duration) -> Option<Self> {
        let micros = i64::try_from(duration.as_micros()).ok()?;
        Self::from_micros(self.0.checked_sub(micros)?).ok()
    }

    /// The time from `earlier` to `self`, or `None` if `earlier` is the later one: a clock that went
    /// back shows as `None`, never as a huge or a zero duration.
    ///
    /// ```
    /// # use core::time::Duration;
    /// # use ringfence::Timestamp;
    /// let a = Timestamp::UNIX_EPOCH;
    /// let b = a.saturating_add(Duration::from_micros(5));
    /// assert_eq!(b.since(a), Some(Duration::from_micros(5)));
    /// assert_eq!(a.since(b), None);
    /// ```
    #[must_use]
    pub fn since(self, earlier: Self) -> Option<Duration> {
        let micros = self.0.checked_sub(earlier.0)?;
        u64::try_from(micros).ok().map(Duration::from_micros)
    }

    /// The text form, as bytes and without an allocation.
    #[cfg(feature = "audit")]
    pub(crate) fn to_rfc3339(self) -> [u8; 27] {
        rfc3339::format(self)
    }

    /// Parses an RFC 3339 date-time.
    ///
    /// Any UTC offset is taken and converted. Digits of a second beyond the sixth are dropped; a text of
    /// more than 56 bytes is refused. A leap
    /// second (`23:59:60` UTC on the last day of a month) becomes the last microsecond before it.
    ///
    /// # Errors
    ///
    /// [`TimestampParseError`] for anything else.
    pub fn parse_rfc3339(text: &str) -> Result<Self, TimestampParseError> {
        rfc3339::parse(text.as_bytes())
    }
}

/// RFC 3339 in UTC with six digits of a second: always 27 characters, such as
/// `2026-11-22T09:15:00.000000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(core::str::from_utf8(&rfc3339::format(*self)).unwrap_or_default())
    }
}

impl FromStr for Timestamp {
    type Err = TimestampParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse_rfc3339(text)
    }
}

/// A point in time outside of the years 0000 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the point in time lies outside of the years 0000 to 9999")]
pub struct TimestampRangeError(pub(super) ());
