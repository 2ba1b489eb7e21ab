//! What is refused, and where.

use core::fmt;

use crate::ErrorKind;

/// Why a text or a value is not JSON that can be written canonically.
///
/// The texts are static: nothing of the input is in them.
///
/// ```
/// use ringfence::audit::json::{Refusal, Value};
///
/// let error = Value::parse(r#"{"a":1,"a":2}"#).unwrap_err();
/// assert_eq!(error.refusal(), Refusal::DuplicateKey);
/// assert_eq!(error.to_string(), "a key comes twice in one object");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Error {
    refusal: Refusal,
    offset: Option<usize>,
}

/// What an [`Error`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// The text does not follow the grammar of JSON, or it ends too early.
    Syntax,
    /// Something other than white space follows the value.
    TrailingData,
    /// The text begins with a byte order mark.
    ByteOrderMark,
    /// The bytes are not UTF-8. Surrogates that were encoded as three bytes are among these.
    NotUtf8,
    /// A control character stands in a string without an escape.
    ControlCharacter,
    /// An escape names one half of a surrogate pair.
    LoneSurrogate,
    /// A string holds a noncharacter, such as U+FFFF.
    Noncharacter,
    /// A key comes twice in one object.
    DuplicateKey,
    /// An integer is not what a double prints as: it would be rounded, or is written as `-0`.
    InexactInteger,
    /// A number is infinite or beyond the range of a double, or it is no number.
    NotFinite,
    /// The text is longer than [`MAX_BYTES`](super::MAX_BYTES).
    TooLong,
    /// Arrays and objects are nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    TooDeep,
    /// There are more values than [`MAX_VALUES`](super::MAX_VALUES).
    TooManyValues,
    /// The bytes are not the canonical form of a JSON value, or not of an object where one is asked for.
    NotCanonical,
    /// A JSON pointer leads to nothing.
    NoSuchPlace,
}

impl Refusal {
    const fn text(self) -> &'static str {
        match self {
            Self::Syntax => "the text is not JSON",
            Self::TrailingData => "something follows the JSON value",
            Self::ByteOrderMark => "the JSON text begins with a byte order mark",
            Self::NotUtf8 => "the JSON text is not UTF-8",
            Self::ControlCharacter => "a control character is not escaped",
            Self::LoneSurrogate => "an escape is half of a surrogate pair",
            Self::Noncharacter => "a string holds a noncharacter",
            Self::DuplicateKey => "a key comes twice in one object",
            Self::InexactInteger => "an integer is not exact as a double",
            Self::NotFinite => "a number is not finite",
            Self::TooLong => "the JSON text is too long",
            Self::TooDeep => "the JSON value is nested too deep",
            Self::TooManyValues => "there are too many JSON values",
            Self::NotCanonical => "the bytes are not canonical JSON",
            Self::NoSuchPlace => "the JSON pointer leads to nothing",
        }
    }
}

impl Error {
    pub(super) const fn at(refusal: Refusal, offset: usize) -> Self {
        Self { refusal, offset: Some(offset) }
    }

    pub(super) const fn of_value(refusal: Refusal) -> Self {
        Self { refusal, offset: None }
    }

    /// What was refused.
    #[must_use]
    pub const fn refusal(&self) -> Refusal {
        self.refusal
    }

    /// Where in the text it was noticed, in bytes. For a key that comes twice, where its object begins. Nothing
    /// for a value that was not read from a text.
    ///
    /// ```
    /// # use ringfence::audit::json::Value;
    /// assert_eq!(Value::parse("[1,2,}").unwrap_err().offset(), Some(5));
    /// assert_eq!(Value::try_from(f64::NAN).unwrap_err().offset(), None);
    /// ```
    #[must_use]
    pub const fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// What sort of failure this is: the text's, or the caller's own.
    ///
    /// ```
    /// # use ringfence::{ErrorKind, audit::json::Value};
    /// assert_eq!(Value::parse("[1,2,}").unwrap_err().kind(), ErrorKind::Hostile);
    /// assert_eq!(Value::try_from(f64::NAN).unwrap_err().kind(), ErrorKind::Caller);
    /// ```
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self.offset {
            Some(_) => ErrorKind::Hostile,
            None => ErrorKind::Caller,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.refusal.text())
    }
}

impl core::error::Error for Error {}
