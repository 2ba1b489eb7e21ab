//! Values from Rust's own types.

use super::noncharacter::without_noncharacters;
use core::str::FromStr;

use super::container::{Array, Object};
use super::error::Error;
use super::number::Number;
use super::value::{Node, Value};

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Node::Bool(value).into()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Node::String(without_noncharacters(text)).into()
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Number::from(value).into()
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Number::from(value).into()
    }
}

/// `null` for nothing.
impl<V: Into<Self>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::NULL, Into::into)
    }
}

/// Refuses what a double would round. Text is the way out: `Value::from(id.to_string())`.
impl TryFrom<i64> for Value {
    type Error = Error;

    fn try_from(value: i64) -> Result<Self, Error> {
        Number::try_from(value).map(Self::from)
    }
}

/// Refuses what a double would round. Text is the way out: `Value::from(id.to_string())`.
impl TryFrom<u64> for Value {
    type Error = Error;

    fn try_from(value: u64) -> Result<Self, Error> {
        Number::try_from(value).map(Self::from)
    }
}

/// Refuses infinities and NaN. Negative zero becomes zero, as RFC 8785 writes it.
impl TryFrom<f64> for Value {
    type Error = Error;

    fn try_from(value: f64) -> Result<Self, Error> {
        Number::try_from(value).map(Self::from)
    }
}

/// As [`Value::parse`].
impl FromStr for Value {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Node::Number(number).into()
    }
}

impl From<Array> for Value {
    fn from(array: Array) -> Self {
        Node::Array(array).into()
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Node::Object(object).into()
    }
}
