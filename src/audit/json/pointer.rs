//! JSON pointers (RFC 6901): one place in a value.

use super::MAX_DEPTH;
use super::error::{Error, Refusal};
use super::value::{Node, Value};

impl Value {
    /// The value at a JSON pointer (RFC 6901): `""` is the whole, `"/a/0"` the first item of the list under
    /// the key `a`; `~1` in a key stands for `/`, and `~0` for `~`. Nothing if the pointer leads nowhere or is none.
    ///
    /// ```
    /// # use ringfence::audit::json::Value;
    /// let value = Value::parse(r#"{"changes":{"e-mail":{"to":"ann@example.com"}}}"#).unwrap();
    /// assert_eq!(value.pointer("/changes/e-mail/to"), Some(&Value::from("ann@example.com")));
    /// assert_eq!(value.pointer("/changes/phone"), None);
    /// ```
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        let mut value = self;
        for step in steps(pointer)? {
            value = match value.node() {
                Node::Array(array) => array.items().get(index(step)?)?,
                Node::Object(object) => object.member(&unescape(step)?)?,
                _ => return None,
            };
        }
        Some(value)
    }

    /// Puts another value in the place that a JSON pointer names, and gives back the one that was there. The
    /// place must exist: no key is added.
    ///
    /// ```
    /// # use ringfence::audit::json::Value;
    /// # fn main() -> Result<(), ringfence::audit::json::Error> {
    /// let mut value = Value::parse(r#"{"to":["a","b"]}"#)?;
    /// assert_eq!(value.replace("/to/1", Value::NULL)?, Value::from("b"));
    /// assert_eq!(value.to_string(), r#"{"to":["a",null]}"#);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Refusal::NoSuchPlace`] if the pointer leads nowhere, [`Refusal::TooDeep`] if the whole would become too
    /// deep. The value is then as it was.
    pub fn replace(&mut self, pointer: &str, new: Self) -> Result<Self, Error> {
        let missing = || Error::of_value(Refusal::NoSuchPlace);
        self.pointer(pointer).ok_or_else(missing)?;
        let mut steps = steps(pointer).ok_or_else(missing)?;
        if steps.clone().count().saturating_add(new.depth()) > MAX_DEPTH {
            return Err(Error::of_value(Refusal::TooDeep));
        }
        replace_below(self, &mut steps, new).map_err(Error::of_value)
    }
}

fn replace_below<'p>(
    value: &mut Value,
    steps: &mut impl Iterator<Item = &'p str>,
    new: Value,
) -> Result<Value, Refusal> {
    let Some(step) = steps.next() else {
        return Ok(core::mem::replace(value, new));
    };
    match value.node_mut() {
        Node::Array(array) => {
            let item = index(step).and_then(|index| array.item_mut(index)).ok_or(Refusal::NoSuchPlace)?;
            let old = replace_below(item, steps, new)?;
            array.update_depth()?;
            Ok(old)
        }
        Node::Object(object) => {
            let member =
                unescape(step).and_then(|key| object.member_mut(&key)).ok_or(Refusal::NoSuchPlace)?;
            let old = replace_below(member, steps, new)?;
            object.update_depth()?;
            Ok(old)
        }
        _ => Err(Refusal::NoSuchPlace),
    }
}

/// The parts between the slashes. Nothing for a text that is neither empty nor begins with one.
fn steps(pointer: &str) -> Option<impl Iterator<Item = &str> + Clone> {
    let mut parts = pointer.split('/');
    parts.next().filter(|before| before.is_empty()).map(|_| parts)
}

/// The key that a step names. Nothing for a `~` that is no escape.
fn unescape(step: &str) -> Option<std::borrow::Cow<'_, str>> {
    if !step.contains('~') {
        return Some(step.into());
    }
    let mut parts = step.split('~');
    let mut key = parts.next()?.to_owned();
    for part in parts {
        let (character, rest) = match part.strip_prefix('0') {
            Some(rest) => ('~', rest),
            None => ('/', part.strip_prefix('1')?),
        };
        key.push(character);
        key.push_str(rest);
    }
    Some(key.into())
}

/// The index that a step names: digits, without leading zeros.
fn index(step: &str) -> Option<usize> {
    let canonical =
        step.bytes().all(|byte| byte.is_ascii_digit()) && (step == "0" || !step.starts_with('0'));
    if canonical { step.parse().ok() } else { None }
}
