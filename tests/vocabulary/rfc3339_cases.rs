//! RFC 3339 by hand: its own examples, and the places where parsers disagree.

use ringfence::Timestamp;

fn utc(text: &str) -> Option<String> {
    Timestamp::parse_rfc3339(text).ok().map(|timestamp| timestamp.to_string())
}

fn assert_read(text: &str, expected: &str) {
    assert_eq!(utc(text).as_deref(), Some(expected), "{text:?}");
    // The other two ways in are the same parser.
    assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), expected, "{text:?}");
}

fn assert_refused(text: &str) {
    assert_eq!(utc(text), None, "{text:?}");
}

/// RFC 3339, section 5.8.
#[test]
fn the_examples_of_the_standard() {
    assert_read("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520000Z");
    assert_read("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000000Z");
    assert_read("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870000Z");
    // A leap second, in UTC and in Pacific time: the last microsecond before it.
    assert_read("1990-12-31T23:59:60Z", "1990-12-31T23:59:59.999999Z");
    assert_read("1990-12-31T15:59:60-08:00", "1990-12-31T23:59:59.999999Z");
}

#[test]
fn leap_seconds_are_read_where_they_can_be() {
    // The last two that were inserted (IERS Bulletin C 49 and 52).
    assert_read("2015-06-30T23:59:60Z", "2015-06-30T23:59:59.999999Z");
    assert_read("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z");
    assert_read("2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59.999999Z");
    assert_read("2017-01-01T05:29:60+05:30", "2016-12-31T23:59:59.999999Z");
    // ITU-R TF.460-6 allows the last day of any month.
    assert_read("2024-02-29T23:59:60Z", "2024-02-29T23:59:59.999999Z");
    for wrong in [
        "2016-12-31T23:59:61Z",
        "2016-12-30T23:59:60Z",
        "2016-12-31T22:59:60Z",
        "2016-12-31T23:58:60Z",
        "2016-12-31T23:59:60+01:00",
        "2024-02-28T23:59:60Z",
        "2016-12-31T00:00:60Z",
    ] {
        assert_refused(wrong);
    }
}

#[test]
fn offsets_are_converted() {
    assert_read("2026-11-22T10:15:00+01:00", "2026-11-22T09:15:00.000000Z");
    assert_read("2026-11-22T00:30:00+05:45", "2026-11-21T18:45:00.000000Z");
    assert_read("2026-03-01T00:00:00+23:59", "2026-02-28T00:01:00.000000Z");
    assert_read("2026-12-31T23:59:59-23:59", "2027-01-01T23:58:59.000000Z");
    // RFC 3339, section 4.3: UTC, the local offset is unknown.
    assert_read("2026-11-22T10:15:00-00:00", "2026-11-22T10:15:00.000000Z");
    assert_read("2026-11-22T10:15:00+00:00", "2026-11-22T10:15:00.000000Z");
    for wrong in [
        "2026-11-22T10:15:00",
        "2026-11-22T10:15:00+24:00",
        "2026-11-22T10:15:00+01:60",
        "2026-11-22T10:15:00+0100",
        "2026-11-22T10:15:00+01",
        "2026-11-22T10:15:00+1:00",
        "2026-11-22T10:15:00+01:0",
        "2026-11-22T10:15:00+01:00Z",
        "2026-11-22T10:15:00Z+01:00",
        "2026-11-22T10:15:00\u{2212}01:00",
        "2026-11-22T10:15:00 Z",
        "2026-11-22T10:15:00UTC",
    ] {
        assert_refused(wrong);
    }
}

/// RFC 3339, section 5.6: the letters may be lower case, and a space may stand for the `T`.
#[test]
fn letters_and_separator() {
    assert_read("2026-11-22t10:15:00z", "2026-11-22T10:15:00.000000Z");
    assert_read("2026-11-22 10:15:00Z", "2026-11-22T10:15:00.000000Z");
    for wrong in [
        "2026-11-22_10:15:00Z",
        "2026-11-22  10:15:00Z",
        "2026-11-2210:15:00Z",
        "2026/11/22T10:15:00Z",
        "2026-11-22T10.15.00Z",
        "20261122T101500Z",
    ] {
        assert_refused(wrong);
    }
}

#[test]
fn digits_beyond_the_sixth_are_dropped() {
    let digits = "123456789012";
    for count in 1..=digits.len() {
        let kept = format!("{:0<6}", &digits[..count.min(6)]);
        let text = format!("2026-11-22T10:15:00.{}Z", &digits[..count]);
        assert_read(&text, &format!("2026-11-22T10:15:00.{kept}Z"));
    }
    assert_read("2026-11-22T10:15:00.9999999Z", "2026-11-22T10:15:00.999999Z");
    assert_read("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z");
    assert_refused("2026-11-22T10:15:00.Z");
    assert_refused("2026-11-22T10:15:00,5Z");
    assert_refused("2026-11-22T10:15:00.5.5Z");
    assert_refused("2026-11-22T10:15:00.-5Z");
}

#[test]
fn dates_that_do_not_exist_are_refused() {
    for wrong in [
        "2026-00-10",
        "2026-13-10",
        "2026-01-00",
        "2026-01-32",
        "2026-04-31",
        "2026-06-31",
        "2026-09-31",
        "2026-11-31",
        "2026-02-29",
        "2024-02-30",
        "1900-02-29",
        "2100-02-29",
    ] {
        assert_refused(&format!("{wrong}T00:00:00Z"));
    }
    for right in ["2024-02-29", "2000-02-29", "0000-02-29", "2026-12-31", "2026-01-31"] {
        assert_read(&format!("{right}T00:00:00Z"), &format!("{right}T00:00:00.000000Z"));
    }
}

#[test]
fn times_that_do_not_exist_are_refused() {
    for wrong in ["24:00:00", "23:60:00", "99:00:00", "10:15", "10:15:0", "1:15:00", "10:15:000"] {
        assert_refused(&format!("2026-11-22T{wrong}Z"));
    }
}

#[test]
fn the_ends_of_the_range() {
    assert_read("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000000Z");
    assert_read("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z");
    assert_eq!("0000-01-01T00:00:00Z".parse(), Ok(Timestamp::MIN));
    assert_eq!("9999-12-31T23:59:59.999999999Z".parse(), Ok(Timestamp::MAX));
    assert_eq!("9999-12-31T23:59:60Z".parse(), Ok(Timestamp::MAX));
    // Offsets that lead back into the range, and out of it.
    assert_read("0000-01-01T00:00:00-00:01", "0000-01-01T00:01:00.000000Z");
    assert_read("9999-12-31T23:59:59+00:01", "9999-12-31T23:58:59.000000Z");
    assert_refused("0000-01-01T00:00:00+00:01");
    assert_refused("9999-12-31T23:59:59-00:01");
    assert_refused("10000-01-01T00:00:00Z");
    assert_refused("+2026-11-22T10:15:00Z");
    assert_refused("-001-01-01T00:00:00Z");
}

#[test]
fn garbage_is_refused() {
    let long = format!("2026-11-22T10:15:00.{}Z", "0".repeat(1_000_000));
    for wrong in [
        "",
        "Z",
        " 2026-11-22T10:15:00Z",
        "2026-11-22T10:15:00Z ",
        "2026-11-22T10:15:00Z\n",
        "2026-11-22T10:15:00Z\0",
        "\u{feff}2026-11-22T10:15:00Z",
        // Digits of another script: full width, Arabic-Indic.
        "２026-11-22T10:15:00Z",
        "٢٠٢٦-١١-٢٢T10:15:00Z",
        "2026-11-22",
        "10:15:00Z",
        "1795342500",
        "Sun, 22 Nov 2026 10:15:00 GMT",
        &long,
    ] {
        assert_refused(wrong);
    }
}

#[test]
fn the_refusal_does_not_repeat_the_text() {
    let error = "sk_live_secret".parse::<Timestamp>().unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"));
}

#[cfg(feature = "serde")]
#[test]
fn serde_goes_through_the_parser() {
    let timestamp: Timestamp = "2026-11-22T10:15:00.5Z".parse().unwrap();
    let stored = serde_json::to_string(&timestamp).unwrap();
    assert_eq!(stored, "\"2026-11-22T10:15:00.500000Z\"");
    assert_eq!(serde_json::from_str::<Timestamp>(&stored).unwrap(), timestamp);
    for wrong in ["\"yesterday\"", "0", "1795342500", "null", "[]", "\"2026-02-29T00:00:00Z\""] {
        assert!(serde_json::from_str::<Timestamp>(wrong).is_err(), "{wrong}");
    }
    // From an owned value too, where the text cannot be borrowed.
    let value = serde_json::Value::from("2026-11-22T10:15:00.5Z");
    assert_eq!(serde_json::from_value::<Timestamp>(value).unwrap(), timestamp);
}
