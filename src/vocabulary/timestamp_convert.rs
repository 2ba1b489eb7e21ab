//! Conversions between [`Timestamp`] and the clocks' own types.

use std::time::{Duration, SystemTime};

use super::timestamp::{Timestamp, TimestampRangeError};

/// A part below a microsecond is dropped, towards the past.
impl TryFrom<SystemTime> for Timestamp {
    type Error = TimestampRangeError;

    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        let out_of_range = TimestampRangeError(());
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Self::UNIX_EPOCH.checked_add(after).ok_or(out_of_range),
            Err(error) => {
                let before = error.duration();
                let whole = Self::UNIX_EPOCH.checked_sub(before).ok_or(out_of_range)?;
                if before.subsec_nanos() % 1_000 == 0 {
                    return Ok(whole);
                }
                whole.checked_sub(Duration::from_micros(1)).ok_or(out_of_range)
            }
        }
    }
}

/// Fails only where the platform's clock type cannot hold the point in time.
impl TryFrom<Timestamp> for SystemTime {
    type Error = TimestampRangeError;

    fn try_from(timestamp: Timestamp) -> Result<Self, Self::Error> {
        let distance = Duration::from_micros(timestamp.as_micros().unsigned_abs());
        let time = if timestamp < Timestamp::UNIX_EPOCH {
            Self::UNIX_EPOCH.checked_sub(distance)
        } else {
            Self::UNIX_EPOCH.checked_add(distance)
        };
        time.ok_or(TimestampRangeError(()))
    }
}

/// A part below a microsecond is dropped, towards the past.
#[cfg(feature = "time")]
impl TryFrom<time::OffsetDateTime> for Timestamp {
    type Error = TimestampRangeError;

    fn try_from(time: time::OffsetDateTime) -> Result<Self, Self::Error> {
        let micros = time.unix_timestamp_nanos().div_euclid(1_000);
        i64::try_from(micros).map_err(|_| TimestampRangeError(())).and_then(Self::from_micros)
    }
}

#[cfg(feature = "time")]
impl TryFrom<Timestamp> for time::OffsetDateTime {
    type Error = TimestampRangeError;

    fn try_from(timestamp: Timestamp) -> Result<Self, Self::Error> {
        let nanos = i128::from(timestamp.as_micros()).saturating_mul(1_000);
        Self::from_unix_timestamp_nanos(nanos).map_err(|_| TimestampRangeError(()))
    }
}

/// A part below a microsecond is dropped, towards the past.
#[cfg(feature = "jiff")]
impl TryFrom<jiff::Timestamp> for Timestamp {
    type Error = TimestampRangeError;

    fn try_from(time: jiff::Timestamp) -> Result<Self, Self::Error> {
        let micros = time.as_nanosecond().div_euclid(1_000);
        i64::try_from(micros).map_err(|_| TimestampRangeError(())).and_then(Self::from_micros)
    }
}

#[cfg(feature = "jiff")]
impl TryFrom<Timestamp> for jiff::Timestamp {
    type Error = TimestampRangeError;

    fn try_from(timestamp: Timestamp) -> Result<Self, Self::Error> {
        Self::from_microsecond(timestamp.as_micros()).map_err(|_| TimestampRangeError(()))
    }
}

/// The RFC 3339 text.
#[cfg(feature = "serde")]
impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From RFC 3339 text.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = Timestamp;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("an RFC 3339 date-time")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
                Timestamp::parse_rfc3339(text).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}
