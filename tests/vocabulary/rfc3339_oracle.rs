//! RFC 3339 against the `time` crate as an oracle.

use proptest::prelude::*;
use ringfence::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

fn micros() -> impl Strategy<Value = i64> {
    let (min, max) = (Timestamp::MIN.as_micros(), Timestamp::MAX.as_micros());
    prop_oneof![
        8 => min..=max,
        1 => min..=min + 1_000_000_000,
        1 => max - 1_000_000_000..=max,
        1 => -2_000_000..=2_000_000_i64,
    ]
}

/// What the oracle makes of a text, within our range; what lies below a microsecond is dropped.
fn oracle(text: &str) -> Option<i64> {
    let parsed = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let micros = i64::try_from(parsed.unix_timestamp_nanos().div_euclid(1_000)).ok()?;
    Timestamp::from_micros(micros).ok().map(Timestamp::as_micros)
}

fn ours(text: &str) -> Option<i64> {
    Timestamp::parse_rfc3339(text).ok().map(Timestamp::as_micros)
}

/// Texts of the right shape, with numbers in and out of range.
fn date_time_like() -> impl Strategy<Value = String> {
    let date = (
        prop_oneof![0..=9999_u32, Just(0), Just(9999), 1900..2100_u32],
        0..=13_u32,
        prop_oneof![0..=33_u32, 28..=31_u32],
    );
    let time = (0..=24_u32, 0..=60_u32, prop_oneof![4 => 0..=61_u32, 1 => Just(60_u32)]);
    let fraction = prop_oneof!["", "\\.[0-9]{1,9}", "\\."];
    let offset = prop_oneof![
        Just("Z".to_owned()),
        Just("z".to_owned()),
        Just("-00:00".to_owned()),
        (0..=24_u32, 0..=60_u32, any::<bool>()).prop_map(|(hours, minutes, east)| {
            format!("{}{hours:02}:{minutes:02}", if east { '+' } else { '-' })
        }),
    ];
    (date, prop_oneof![Just('T'), Just('t'), Just(' ')], time, fraction, offset).prop_map(
        |((year, month, day), separator, (hour, minute, second), fraction, offset)| {
            format!(
                "{year:04}-{month:02}-{day:02}{separator}{hour:02}:{minute:02}:{second:02}{fraction}{offset}"
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn writing_agrees_with_the_oracle(micros in micros()) {
        let text = Timestamp::from_micros(micros).unwrap().to_string();
        prop_assert_eq!(text.len(), 27);
        prop_assert_eq!(oracle(&text), Some(micros));
        prop_assert_eq!(ours(&text), Some(micros));
    }

    /// The oracle writes no more digits of a second than it needs, and any offset.
    #[test]
    fn reading_what_the_oracle_writes(micros in micros(), hours in -23..=23_i8, minutes in 0..60_i8) {
        let offset = time::UtcOffset::from_hms(hours, minutes * hours.signum(), 0).unwrap();
        let there = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000)
            .unwrap()
            .checked_to_offset(offset);
        // At the ends of the range the local year leaves what RFC 3339 can write.
        let text = there.and_then(|there| there.format(&Rfc3339).ok());
        prop_assume!(text.is_some());
        prop_assert_eq!(ours(&text.unwrap()), Some(micros));
    }

    #[test]
    fn reading_agrees_with_the_oracle(text in date_time_like()) {
        prop_assert_eq!(ours(&text), oracle(&text), "{}", text);
    }

    /// A valid text with one character replaced, removed or added.
    #[test]
    fn near_misses_agree_with_the_oracle(
        micros in micros(),
        at in any::<prop::sample::Index>(),
        other in "[-+.:0-9TZtz é]",
        change in 0..3_u8,
    ) {
        let text = Timestamp::from_micros(micros).unwrap().to_string();
        let at = at.index(text.len());
        let changed = match change {
            0 => format!("{}{other}{}", &text[..at], &text[at + 1..]),
            1 => format!("{}{}", &text[..at], &text[at + 1..]),
            _ => format!("{}{other}{}", &text[..at], &text[at..]),
        };
        // RFC 3339 names `T`, `t` and the space; the oracle takes any separator.
        if matches!(changed.as_bytes().get(10), Some(b'T' | b't' | b' ')) {
            prop_assert_eq!(ours(&changed), oracle(&changed), "{}", changed);
        } else {
            prop_assert_eq!(ours(&changed), None, "{}", changed);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), digits in "[-+.:0-9TZtz ]{0,60}") {
        for text in [text, digits] {
            if let Ok(timestamp) = Timestamp::parse_rfc3339(&text) {
                prop_assert_eq!(Some(timestamp.as_micros()), oracle(&text), "{}", text);
            }
        }
    }

    #[test]
    fn text_order_is_time_order(a in micros(), b in micros()) {
        let (a, b) = (Timestamp::from_micros(a).unwrap(), Timestamp::from_micros(b).unwrap());
        prop_assert_eq!(a.to_string().cmp(&b.to_string()), a.cmp(&b));
    }
}

/// Each day of 800 years, and around every century of the range: where leap-year rules go wrong.
#[test]
fn every_day_agrees_with_the_oracle() {
    const DAY: i64 = 86_400;
    let centuries = (0..=99_i64).flat_map(|century| {
        let start = time::Date::from_calendar_date(century as i32 * 100, time::Month::January, 1);
        let first = start.unwrap().midnight().assume_utc().unix_timestamp() / DAY;
        first - 1..first + 366
    });
    let recent = -146_097..146_097_i64;
    for day in recent.chain(centuries) {
        let Ok(midnight) = Timestamp::from_secs(day * DAY) else { continue };
        assert_eq!(oracle(&midnight.to_string()), Some(midnight.as_micros()), "{midnight}");
        assert_eq!(ours(&midnight.to_string()), Some(midnight.as_micros()), "{midnight}");
    }
}
