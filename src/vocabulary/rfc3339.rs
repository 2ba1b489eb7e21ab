//! RFC 3339 text, in and out.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "calendar arithmetic over at most six digits of year, month, day and offset, or over a `Timestamp`, \
              which is bounded: nothing here comes near the range of i64"
)]

use super::timestamp::Timestamp;

const MICROS_PER_SEC: i64 = 1_000_000;
const SECS_PER_DAY: i64 = 86_400;
/// Days from 0000-03-01 to 1970-01-01 in the proleptic Gregorian calendar.
const DAYS_TO_EPOCH: i64 = 719_468;
/// Days in 400 Gregorian years.
const DAYS_PER_ERA: i64 = 146_097;
/// The longest text worth reading: a date-time with 30 digits of a second and an offset.
const MAX_LEN: usize = 56;

/// The text is not an RFC 3339 date-time within the years 0000 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 date-time")]
pub struct TimestampParseError(());

struct Civil {
    year: i64,
    month: i64,
    day: i64,
}

/// Days since the epoch -> civil date. The year is counted from March, so that the leap day is its
/// last day and month lengths follow one linear rule.
fn civil_from_days(days: i64) -> Civil {
    let days = days.saturating_add(DAYS_TO_EPOCH);
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA);
    // Take out the leap days, then divide by the plain year.
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Civil { year, month, day }
}

/// Civil date -> days since the epoch; the inverse of [`civil_from_days`].
fn days_from_civil(date: &Civil) -> i64 {
    let year = date.year - i64::from(date.month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (date.month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + date.day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Whether the second is the last one of a month, in UTC: the only place for a leap second.
fn ends_a_month(secs: i64) -> bool {
    let Civil { year, month, day } = civil_from_days(secs.div_euclid(SECS_PER_DAY));
    secs.rem_euclid(SECS_PER_DAY) == SECS_PER_DAY - 1 && day == days_in_month(year, month)
}

/// The one text form, of 27 characters.
pub(super) fn format(timestamp: Timestamp) -> [u8; 27] {
    let micros = timestamp.as_micros();
    let secs = micros.div_euclid(MICROS_PER_SEC);
    let Civil { year, month, day } = civil_from_days(secs.div_euclid(SECS_PER_DAY));
    let second_of_day = secs.rem_euclid(SECS_PER_DAY);
    let (hour, minute, second) = (second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    let mut fields = text.split_mut(|byte| !byte.is_ascii_digit());
    for value in [year, month, day, hour, minute, second, micros.rem_euclid(MICROS_PER_SEC)] {
        let mut rest = value;
        for digit in fields.next().into_iter().flatten().rev() {
            // A digit is 0 to 9.
            *digit = b'0'.wrapping_add(u8::try_from(rest % 10).unwrap_or_default());
            rest /= 10;
        }
    }
    text
}

pub(super) fn parse(text: &[u8]) -> Result<Timestamp, TimestampParseError> {
    if text.len() > MAX_LEN {
        return Err(TimestampParseError(()));
    }
    let mut reader = Reader { rest: text };
    reader.date_time().ok_or(TimestampParseError(()))
}

/// A cursor over the text; every step says `None` where the text does not fit.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn expect(&mut self, wanted: &[u8]) -> Option<()> {
        wanted.contains(&self.byte()?).then_some(())
    }

    fn digit(&mut self) -> Option<i64> {
        let byte = self.byte()?;
        byte.is_ascii_digit().then(|| i64::from(byte - b'0'))
    }

    /// A number of exactly `width` digits within `low..=high`.
    fn number(&mut self, width: usize, low: i64, high: i64) -> Option<i64> {
        let mut value = 0_i64;
        for _ in 0..width {
            value = value * 10 + self.digit()?;
        }
        (low..=high).contains(&value).then_some(value)
    }

    fn date_time(&mut self) -> Option<Timestamp> {
        let year = self.number(4, 0, 9999)?;
        self.expect(b"-")?;
        let month = self.number(2, 1, 12)?;
        self.expect(b"-")?;
        let day = self.number(2, 1, days_in_month(year, month))?;
        self.expect(b"Tt ")?;
        let hour = self.number(2, 0, 23)?;
        self.expect(b":")?;
        let minute = self.number(2, 0, 59)?;
        self.expect(b":")?;
        let second = self.number(2, 0, 60)?;
        let fraction = self.fraction()?;
        let offset_minutes = self.offset()?;
        if !self.rest.is_empty() {
            return None;
        }

        let leap_second = second == 60;
        let (second, fraction) = if leap_second { (59, MICROS_PER_SEC - 1) } else { (second, fraction) };
        let days = days_from_civil(&Civil { year, month, day });
        let secs = days * SECS_PER_DAY + hour * 3600 + minute * 60 + second - offset_minutes * 60;
        if leap_second && !ends_a_month(secs) {
            return None;
        }
        Timestamp::from_micros(secs * MICROS_PER_SEC + fraction).ok()
    }

    /// Nothing, or a point and at least one digit; what lies below a microsecond is dropped.
    fn fraction(&mut self) -> Option<i64> {
        if self.rest.first() != Some(&b'.') {
            return Some(0);
        }
        self.byte()?;
        let mut micros = self.digit()? * 100_000;
        let mut weight = 10_000;
        while self.rest.first().is_some_and(u8::is_ascii_digit) {
            micros += self.digit()? * weight;
            weight /= 10;
        }
        Some(micros)
    }

    /// `Z` or a numeric offset, in minutes east of UTC.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.byte()? {
            b'Z' | b'z' => return Some(0),
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let hours = self.number(2, 0, 23)?;
        self.expect(b":")?;
        let minutes = self.number(2, 0, 59)?;
        Some(sign * (hours * 60 + minutes))
    }
}
