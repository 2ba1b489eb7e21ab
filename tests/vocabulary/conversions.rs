//! Timestamps from and to the clocks' own types.

use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use ringfence::Timestamp;

fn micros(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap()
}

/// Nanoseconds from the epoch, and the microsecond that they lie in: always the one before.
const NANOS: [(i64, i64); 12] = [
    (0, 0),
    (1, 0),
    (999, 0),
    (1_000, 1),
    (1_999, 1),
    (-1, -1),
    (-999, -1),
    (-1_000, -1),
    (-1_001, -2),
    (-1_500, -2),
    (-2_000, -2),
    (-1_000_000_001, -1_000_001),
];

fn system_time(nanos: i64) -> SystemTime {
    let distance = Duration::from_nanos(nanos.unsigned_abs());
    if nanos < 0 { SystemTime::UNIX_EPOCH - distance } else { SystemTime::UNIX_EPOCH + distance }
}

#[test]
fn system_time_is_rounded_towards_the_past() {
    for (nanos, expected) in NANOS {
        assert_eq!(Timestamp::try_from(system_time(nanos)), Ok(micros(expected)), "{nanos} ns");
    }
}

#[test]
fn system_times_outside_of_the_range_are_refused() {
    let to = |timestamp: Timestamp| SystemTime::try_from(timestamp).unwrap();
    let nano = Duration::from_nanos(1);
    let (first, last) = (to(Timestamp::MIN), to(Timestamp::MAX));
    assert_eq!(Timestamp::try_from(first), Ok(Timestamp::MIN));
    assert_eq!(Timestamp::try_from(last), Ok(Timestamp::MAX));
    assert_eq!(Timestamp::try_from(last + Duration::from_nanos(999)), Ok(Timestamp::MAX));
    assert!(Timestamp::try_from(last + Duration::from_micros(1)).is_err());
    assert!(Timestamp::try_from(first - nano).is_err());
    assert!(Timestamp::try_from(first - Duration::from_micros(1)).is_err());
    let far = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1 << 62));
    assert!(far.is_none_or(|far| Timestamp::try_from(far).is_err()));
}

proptest! {
    #[test]
    fn system_time_comes_back(
        value in Timestamp::MIN.as_micros()..=Timestamp::MAX.as_micros(),
    ) {
        let there = SystemTime::try_from(micros(value)).unwrap();
        prop_assert_eq!(Timestamp::try_from(there), Ok(micros(value)));
    }
}

#[cfg(feature = "time")]
mod with_time {
    use time::OffsetDateTime;

    use super::*;

    #[test]
    fn it_is_rounded_towards_the_past() {
        for (nanos, expected) in NANOS {
            let there = OffsetDateTime::from_unix_timestamp_nanos(nanos.into()).unwrap();
            assert_eq!(Timestamp::try_from(there), Ok(micros(expected)), "{nanos} ns");
        }
    }

    #[test]
    fn the_offset_makes_no_difference() {
        let utc = OffsetDateTime::from_unix_timestamp(1_795_342_500).unwrap();
        let there = utc.to_offset(time::UtcOffset::from_hms(5, 45, 0).unwrap());
        assert_eq!(Timestamp::try_from(there), Timestamp::try_from(utc));
        assert_eq!(Timestamp::try_from(there).unwrap().as_secs(), 1_795_342_500);
    }

    #[test]
    fn what_lies_outside_of_the_range_is_refused() {
        let early =
            OffsetDateTime::from_unix_timestamp_nanos(i128::from(Timestamp::MIN.as_micros()) * 1000 - 1);
        assert!(Timestamp::try_from(early.unwrap()).is_err());
    }

    proptest! {
        #[test]
        fn it_comes_back(value in Timestamp::MIN.as_micros()..=Timestamp::MAX.as_micros()) {
            let there = OffsetDateTime::try_from(micros(value)).unwrap();
            prop_assert_eq!(there.unix_timestamp_nanos(), i128::from(value) * 1000);
            prop_assert_eq!(Timestamp::try_from(there), Ok(micros(value)));
        }
    }
}

#[cfg(feature = "jiff")]
mod with_jiff {
    use super::*;

    #[test]
    fn it_is_rounded_towards_the_past() {
        for (nanos, expected) in NANOS {
            let there = jiff::Timestamp::from_nanosecond(nanos.into()).unwrap();
            assert_eq!(Timestamp::try_from(there), Ok(micros(expected)), "{nanos} ns");
        }
    }

    /// The ranges differ at both ends: jiff's starts in the year -9999 and ends before 9999-12-31.
    #[test]
    fn each_end_is_checked() {
        assert!(Timestamp::try_from(jiff::Timestamp::MIN).is_err());
        let last = Timestamp::try_from(jiff::Timestamp::MAX).unwrap();
        assert_eq!(last.as_micros(), jiff::Timestamp::MAX.as_microsecond());
        assert!(jiff::Timestamp::try_from(Timestamp::MAX).is_err());
        assert!(jiff::Timestamp::try_from(Timestamp::MIN).is_ok());
    }

    proptest! {
        #[test]
        fn it_comes_back(
            value in Timestamp::MIN.as_micros()..=jiff::Timestamp::MAX.as_microsecond(),
        ) {
            let there = jiff::Timestamp::try_from(micros(value)).unwrap();
            prop_assert_eq!(there.as_microsecond(), value);
            prop_assert_eq!(Timestamp::try_from(there), Ok(micros(value)));
        }
    }
}
