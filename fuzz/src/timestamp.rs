//! RFC 3339, in and out.

use core::time::Duration;
use std::time::SystemTime;

use ringfence::Timestamp;

pub fn check(data: &[u8]) {
    if let Ok(text) = core::str::from_utf8(data) {
        check_text(text);
    }
    let mut bytes = [0; 16];
    let len = data.len().min(16);
    bytes[..len].copy_from_slice(&data[..len]);
    let (micros, rest) = bytes.split_at(8);
    check_value(i64::from_be_bytes(micros.try_into().unwrap()), rest);
}

fn check_text(text: &str) {
    let parsed = Timestamp::parse_rfc3339(text);
    assert_eq!(parsed, text.parse());
    let Ok(timestamp) = parsed else {
        return;
    };
    assert!(text.is_ascii() && (20..=56).contains(&text.len()));
    check_one_form(timestamp);
    // What is said about the time zone is all that tells two spellings of one time apart.
    let offset = offset_minutes(text);
    let local = timestamp.as_micros() + offset * 60_000_000;
    if let Ok(local) = Timestamp::from_micros(local) {
        let (shown, given) = (local.to_string(), text.to_ascii_uppercase().replace(' ', "T"));
        let leap = given.get(17..19) == Some("60");
        assert_eq!(shown[..17], given[..17]);
        assert_eq!(shown[17..19], *if leap { "59" } else { &given[17..19] });
    }
}

/// The one text form is the inverse of parsing, 27 characters long.
fn check_one_form(timestamp: Timestamp) {
    let text = timestamp.to_string();
    assert_eq!(text.len(), 27);
    assert_eq!(Timestamp::parse_rfc3339(&text), Ok(timestamp));
    assert_eq!(Timestamp::parse_rfc3339(&text.to_ascii_lowercase()), Ok(timestamp));
    assert_eq!(Timestamp::parse_rfc3339(&text.replace('T', " ")), Ok(timestamp));
    assert_eq!(Timestamp::parse_rfc3339(&text.replace('Z', "999+00:00")), Ok(timestamp));
    assert!(Timestamp::parse_rfc3339(&text[..26]).is_err(), "a time without a zone is no point in time");
    assert_eq!(Timestamp::from_micros(timestamp.as_micros()), Ok(timestamp));
    let whole = Timestamp::parse_rfc3339(&format!("{}Z", &text[..19])).unwrap();
    assert_eq!(Timestamp::from_secs(timestamp.as_secs()), Ok(whole));
    if let Ok(system) = SystemTime::try_from(timestamp) {
        assert_eq!(Timestamp::try_from(system), Ok(timestamp));
    }
}

/// A number, and what is done with it.
fn check_value(micros: i64, rest: &[u8]) {
    let range = Timestamp::MIN.as_micros()..=Timestamp::MAX.as_micros();
    assert_eq!(Timestamp::from_micros(micros).is_ok(), range.contains(&micros));
    assert_eq!(
        Timestamp::from_secs(micros).is_ok(),
        micros.checked_mul(1_000_000).is_some_and(|micros| range.contains(&micros))
    );
    // Into the range, so that most numbers say something.
    let (start, end) = (*range.start(), *range.end());
    let timestamp = Timestamp::from_micros(start + micros.rem_euclid(end - start + 1)).unwrap();
    check_one_form(timestamp);

    let by = i64::from_be_bytes(rest.try_into().unwrap());
    let (duration, text) = (Duration::from_micros(by.unsigned_abs()), timestamp.to_string());
    let sum = timestamp.checked_add(duration);
    let exact = i128::from(timestamp.as_micros()) + i128::from(by.unsigned_abs());
    assert_eq!(sum.is_some(), exact <= i128::from(end));
    assert_eq!(sum.unwrap_or(Timestamp::MAX), timestamp.saturating_add(duration));
    if let Some(later) = sum {
        assert_eq!(later.since(timestamp), Some(duration));
        assert_eq!(later.checked_sub(duration), Some(timestamp));
        assert_eq!(timestamp.since(later).is_none(), !duration.is_zero());
        assert_eq!(later.to_string() > text, !duration.is_zero(), "text order is time order");
    }
    let difference = timestamp.checked_sub(duration);
    assert_eq!(difference.unwrap_or(Timestamp::MIN), timestamp.saturating_sub(duration));

    check_offset(timestamp, by.rem_euclid(48 * 60) - 24 * 60);
    check_leap_second(timestamp);
}

/// The local time with its offset is the same point in time.
fn check_offset(timestamp: Timestamp, minutes: i64) {
    let Ok(local) = Timestamp::from_micros(timestamp.as_micros() + minutes * 60_000_000) else {
        return;
    };
    let sign = if minutes < 0 { '-' } else { '+' };
    let zone = format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
    let text = local.to_string().replace('Z', &zone);
    let expected = (minutes.abs() < 24 * 60).then_some(timestamp);
    assert_eq!(Timestamp::parse_rfc3339(&text).ok(), expected, "{text}");
}

/// Second 60 exists at the end of a month only, and is the last microsecond before it.
fn check_leap_second(timestamp: Timestamp) {
    let text = timestamp.to_string();
    let leap = format!("{}T23:59:60.5Z", &text[..10]);
    let last = Timestamp::parse_rfc3339(&format!("{}T23:59:59.999999Z", &text[..10])).unwrap();
    let next = last.saturating_add(Duration::from_micros(1)).to_string();
    let ends_a_month = last == Timestamp::MAX || &next[8..10] == "01";
    assert_eq!(Timestamp::parse_rfc3339(&leap).ok(), ends_a_month.then_some(last), "{leap}");
    assert!(Timestamp::parse_rfc3339(&leap.replace("23:59", "23:58")).is_err());
}

fn offset_minutes(text: &str) -> i64 {
    let Some((sign, zone)) = text.split_at_checked(text.len() - 6).map(|(_, zone)| zone.split_at(1)) else {
        return 0;
    };
    let number = |digits: &str| digits.parse::<i64>().ok();
    let minutes = zone.split_once(':').and_then(|(h, m)| Some(number(h)? * 60 + number(m)?));
    match (sign, minutes) {
        ("+", Some(minutes)) => minutes,
        ("-", Some(minutes)) => -minutes,
        _ => 0,
    }
}
