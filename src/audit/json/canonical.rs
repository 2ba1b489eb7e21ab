//! Reading bytes that must be canonical already, without building anything.

use std::borrow::Cow;

use super::error::{Error, Refusal};
use super::noncharacter::holds_noncharacter;
use super::scanner::{Quoted, Scanner};
use super::value::Kind;
use super::{MAX_BYTES, escape};

/// Whether these are exactly the bytes that [`Value::write_to`](super::Value::write_to) would write for some
/// value that [`Value::parse`](super::Value::parse) accepts.
///
/// One pass, nothing allocated.
///
/// ```
/// use ringfence::audit::json;
///
/// assert!(json::is_canonical(br#"{"a":1,"b":[true,"x"]}"#));
/// assert!(!json::is_canonical(br#"{"a": 1}"#), "white space");
/// assert!(!json::is_canonical(br#"{"b":1,"a":1}"#), "unsorted keys");
/// assert!(!json::is_canonical(br#"{"a":1.0}"#), "another form of the number");
/// ```
#[must_use]
pub fn is_canonical(bytes: &[u8]) -> bool {
    as_text(bytes).is_ok_and(|text| Scanner::new(text).value(0, 0) == Some(text.len()))
}

fn as_text(bytes: &[u8]) -> Result<&str, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::at(Refusal::TooLong, MAX_BYTES));
    }
    let text =
        core::str::from_utf8(bytes).map_err(|error| Error::at(Refusal::NotUtf8, error.valid_up_to()))?;
    // In canonical form none of them is escaped.
    if holds_noncharacter(text) {
        return Err(Error::at(Refusal::Noncharacter, 0));
    }
    Ok(text)
}

/// Goes through the members of an object in canonical form, without building anything.
///
/// Each step checks one member: its form, its place in the order, and all that lies in it. **The object is
/// known to be canonical only when the iterator has ended without an error**: what comes after the last
/// brace is seen last. [`is_canonical`] accepts the same objects.
///
/// ```
/// use ringfence::audit::json::CanonicalObject;
///
/// # fn main() -> Result<(), ringfence::audit::json::Error> {
/// let mut seq = None;
/// for member in CanonicalObject::new(br#"{"log":"acme","seq":7}"#)? {
///     let member = member?;
///     if member.raw_key() == "seq" {
///         seq = member.value().as_u64();
///     }
/// }
/// assert_eq!(seq, Some(7));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CanonicalObject<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    at: usize,
    state: State<'a>,
}

#[derive(Debug, Clone, Copy)]
enum State<'a> {
    Start,
    /// With the key that came last.
    After(Quoted<'a>),
    End,
}

/// A key of a canonical object, and what stands under it.
#[derive(Debug, Clone, Copy)]
pub struct CanonicalMember<'a> {
    key: &'a str,
    value: CanonicalValue<'a>,
}

/// The bytes of a value in canonical form.
#[derive(Debug, Clone, Copy)]
pub struct CanonicalValue<'a> {
    text: &'a str,
}

impl<'a> CanonicalObject<'a> {
    /// Begins with the bytes of an object. Nothing is checked but their length, that they are UTF-8, and the
    /// opening brace.
    ///
    /// # Errors
    ///
    /// [`Refusal::TooLong`], [`Refusal::NotUtf8`], or [`Refusal::NotCanonical`] if they are no object.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        let text = as_text(bytes)?;
        let mut scanner = Scanner::new(text);
        let at = scanner.enter_object().ok_or(Error::at(Refusal::NotCanonical, 0))?;
        Ok(Self { text, scanner, at, state: State::Start })
    }

    const fn refuse(at: usize) -> Error {
        Error::at(Refusal::NotCanonical, at)
    }

    #[inline]
    fn member(&mut self) -> Option<CanonicalMember<'a>> {
        let (start, last) = match self.state {
            State::After(key) => (self.scanner.byte(self.at, b',')?, Some(key)),
            _ => (self.at, None),
        };
        let (key, colon) = self.scanner.key(start, last)?;
        let behind = self.scanner.value(colon, 1)?;
        self.state = State::After(key);
        self.at = behind;
        let text = self.text.get(colon..behind)?;
        // The quotation mark and the colon lie between the key and its value.
        let key = self.text.get(start.wrapping_add(1)..colon.wrapping_sub(2))?;
        Some(CanonicalMember { key, value: CanonicalValue { text } })
    }
}

impl<'a> Iterator for CanonicalObject<'a> {
    type Item = Result<CanonicalMember<'a>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let State::End = self.state {
            return None;
        }
        if let Some(behind) = self.scanner.byte(self.at, b'}') {
            self.state = State::End;
            return if behind == self.text.len() { None } else { Some(Err(Self::refuse(behind))) };
        }
        let member = self.member();
        if member.is_none() {
            self.state = State::End;
        }
        Some(member.ok_or_else(|| Self::refuse(self.at)))
    }
}

impl core::iter::FusedIterator for CanonicalObject<'_> {}

impl<'a> CanonicalMember<'a> {
    /// The key as it stands between its quotation marks, escapes and all. Two keys are equal if and only if
    /// these are, so that one without special characters may be compared as it is.
    #[must_use]
    pub const fn raw_key(&self) -> &'a str {
        self.key
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> Cow<'a, str> {
        escape::decode(self.key)
    }

    /// What stands under the key.
    #[must_use]
    pub const fn value(&self) -> CanonicalValue<'a> {
        self.value
    }
}

impl<'a> CanonicalValue<'a> {
    /// The value as it stands in the bytes.
    #[must_use]
    pub const fn raw(&self) -> &'a str {
        self.text
    }

    /// What sort of value it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.text.as_bytes() {
            [b'{', ..] => Kind::Object,
            [b'[', ..] => Kind::Array,
            [b'"', ..] => Kind::String,
            [b't' | b'f', ..] => Kind::Bool,
            [b'n', ..] => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// The text, if it is one. It is borrowed unless it has escapes.
    #[must_use]
    pub fn as_text(&self) -> Option<Cow<'a, str>> {
        self.between_quotes().map(escape::decode)
    }

    /// The text, if it is one without escapes, as the log's own fields are.
    #[must_use]
    pub fn as_plain_text(&self) -> Option<&'a str> {
        self.between_quotes().filter(|text| !text.as_bytes().contains(&b'\\'))
    }

    fn between_quotes(&self) -> Option<&'a str> {
        self.text.strip_prefix('"')?.strip_suffix('"')
    }

    /// The number, if it is whole, not negative, and below 2^53.
    ///
    /// ```
    /// # use ringfence::audit::json::CanonicalObject;
    /// # let as_u64 = |text: &str| CanonicalObject::new(text.as_bytes()).unwrap().next().unwrap().unwrap().value().as_u64();
    /// assert_eq!(as_u64(r#"{"n":9007199254740991}"#), Some(9_007_199_254_740_991));
    /// assert_eq!(as_u64(r#"{"n":9007199254740992}"#), None);
    /// assert_eq!(as_u64(r#"{"n":-1}"#), None);
    /// assert_eq!(as_u64(r#"{"n":0.5}"#), None);
    /// ```
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        // A plus sign, which `parse` takes, is in no canonical number but behind an `e`.
        self.text.parse().ok().filter(|number| *number < (1 << 53))
    }

    /// The members, if it is an object.
    #[must_use]
    pub fn members(&self) -> Option<CanonicalObject<'a>> {
        CanonicalObject::new(self.text.as_bytes()).ok()
    }
}
