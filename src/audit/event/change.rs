//! One field that an event changed.

use core::cmp::Ordering;

use super::body::holds_commitment_key;
use super::text::{MAX_NAME, check};
use crate::audit::Error;
use crate::audit::json::Value;

/// The key that stands for a commitment, and for nothing else.
pub(in crate::audit) const COMMITMENT_KEY: &str = "$c";

/// A field, what it was, and what it is.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) field: Box<str>,
    pub(super) from: Option<Value>,
    pub(super) to: Option<Value>,
    /// `/changes/FIELD`, escaped as RFC 6901 wants it.
    pub(super) pointer: Box<str>,
}

impl Change {
    pub(super) fn new(field: &str, from: Option<Value>, to: Option<Value>) -> Result<Self, Error> {
        check(field, MAX_NAME)?;
        let is_reserved = |value: &Option<Value>| value.as_ref().is_some_and(holds_commitment_key);
        if field == COMMITMENT_KEY || is_reserved(&from) || is_reserved(&to) {
            return Err(Error::Value);
        }
        let pointer = format!("/changes/{}", field.replace('~', "~0").replace('/', "~1"));
        Ok(Self { field: field.into(), from, to, pointer: pointer.into() })
    }

    /// The order of keys in canonical JSON: by UTF-16 code units (RFC 8785, 3.2.3).
    pub(super) fn cmp_field(&self, other: &Self) -> Ordering {
        self.field.encode_utf16().cmp(other.field.encode_utf16())
    }

    /// The value at a pointer into this change; the whole of it as an object.
    pub(super) fn value_at(&self, pointer: &str) -> Option<Value> {
        let rest = pointer.strip_prefix(&*self.pointer)?;
        if rest.is_empty() {
            let sides = [("from", &self.from), ("to", &self.to)];
            let sides = sides.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
            return Value::object(sides).ok();
        }
        let (side, rest) = if let Some(rest) = rest.strip_prefix("/from") {
            (self.from.as_ref()?, rest)
        } else {
            (self.to.as_ref()?, rest.strip_prefix("/to")?)
        };
        side.pointer(rest).cloned()
    }
}
