//! Arithmetic on timestamps: exact inside of the range, and never wrapping at its ends.

use core::time::Duration;

use proptest::prelude::*;
use ringfence::Timestamp;

const MICRO: Duration = Duration::from_micros(1);

#[test]
fn the_range_is_the_years_0000_to_9999() {
    // Seconds by Howard Hinnant's days_from_civil: -719528 and 2932897 days.
    assert_eq!(Timestamp::MIN.as_micros(), -719_528 * 86_400 * 1_000_000);
    assert_eq!(Timestamp::MAX.as_micros(), 2_932_897 * 86_400 * 1_000_000 - 1);
    assert_eq!(Timestamp::UNIX_EPOCH.as_micros(), 0);
    assert_eq!(Timestamp::UNIX_EPOCH.to_string(), "1970-01-01T00:00:00.000000Z");
    for end in [Timestamp::MIN, Timestamp::MAX] {
        assert_eq!(Timestamp::from_micros(end.as_micros()), Ok(end));
    }
    for beyond in [Timestamp::MIN.as_micros() - 1, Timestamp::MAX.as_micros() + 1, i64::MIN, i64::MAX] {
        assert!(Timestamp::from_micros(beyond).is_err(), "{beyond}");
    }
}

#[test]
fn seconds_are_checked_before_they_are_multiplied() {
    assert_eq!(Timestamp::from_secs(1).unwrap().as_micros(), 1_000_000);
    assert_eq!(Timestamp::from_secs(-719_528 * 86_400), Ok(Timestamp::MIN));
    assert!(Timestamp::from_secs(2_932_897 * 86_400).is_err());
    // 2^58 * 10^6 is 0 modulo 2^64.
    for secs in [i64::MIN, i64::MAX, 1 << 58, i64::MAX / 1_000_000 + 1] {
        assert!(Timestamp::from_secs(secs).is_err(), "{secs}");
    }
}

#[test]
fn whole_seconds_are_rounded_towards_the_past() {
    for (micros, secs) in
        [(0, 0), (999_999, 0), (1_000_000, 1), (-1, -1), (-1_000_000, -1), (-1_000_001, -2)]
    {
        assert_eq!(Timestamp::from_micros(micros).unwrap().as_secs(), secs, "{micros}");
    }
}

#[test]
fn the_ends_hold() {
    let (min, max) = (Timestamp::MIN, Timestamp::MAX);
    assert_eq!(max.checked_add(MICRO), None);
    assert_eq!(min.checked_sub(MICRO), None);
    assert_eq!(max.saturating_add(MICRO), max);
    assert_eq!(min.saturating_sub(MICRO), min);
    for huge in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_micros(u64::MAX)] {
        assert_eq!(min.checked_add(huge), None);
        assert_eq!(max.checked_sub(huge), None);
        assert_eq!(min.saturating_add(huge), max);
        assert_eq!(max.saturating_sub(huge), min);
    }
    let whole = max.since(min).unwrap();
    assert_eq!(min.checked_add(whole), Some(max));
    assert_eq!(max.checked_sub(whole), Some(min));
    assert_eq!(min.checked_add(whole + MICRO), None);
}

#[test]
fn what_lies_below_a_microsecond_is_dropped() {
    let nanos = Duration::from_nanos(1_999);
    assert_eq!(Timestamp::UNIX_EPOCH.saturating_add(nanos).as_micros(), 1);
    assert_eq!(Timestamp::UNIX_EPOCH.saturating_sub(nanos).as_micros(), -1);
    assert_eq!(Timestamp::MAX.checked_add(Duration::from_nanos(999)), Some(Timestamp::MAX));
}

fn timestamps() -> impl Strategy<Value = Timestamp> {
    (Timestamp::MIN.as_micros()..=Timestamp::MAX.as_micros())
        .prop_map(|micros| Timestamp::from_micros(micros).unwrap())
}

proptest! {
    #[test]
    fn adding_and_subtracting_are_exact_or_say_so(
        start in timestamps(),
        micros in prop_oneof![any::<u64>(), 0..400_000_000_000_000_000_u64],
    ) {
        let duration = Duration::from_micros(micros);
        let exact = |sum: i128| {
            i64::try_from(sum).ok().and_then(|sum| Timestamp::from_micros(sum).ok())
        };
        let (start_micros, micros) = (i128::from(start.as_micros()), i128::from(micros));
        let (later, earlier) = (exact(start_micros + micros), exact(start_micros - micros));
        prop_assert_eq!(start.checked_add(duration), later);
        prop_assert_eq!(start.checked_sub(duration), earlier);
        prop_assert_eq!(start.saturating_add(duration), later.unwrap_or(Timestamp::MAX));
        prop_assert_eq!(start.saturating_sub(duration), earlier.unwrap_or(Timestamp::MIN));
    }

    #[test]
    fn a_distance_has_one_direction(a in timestamps(), b in timestamps()) {
        let (early, late) = (a.min(b), a.max(b));
        let distance = late.since(early).unwrap();
        prop_assert_eq!(distance.as_micros(), (late.as_micros() - early.as_micros()) as u128);
        prop_assert_eq!(early.checked_add(distance), Some(late));
        prop_assert_eq!(early.since(late), (early == late).then_some(Duration::ZERO));
    }
}
