//! A JSON value that can be written canonically: there is no other.

use core::fmt;

use super::container::{Array, Object};
use super::error::Error;
use super::noncharacter::without_noncharacters;
use super::number::Number;
use super::parse;
use super::write;

/// A JSON value within what RFC 8785 can write: finite numbers, no key twice in an object, whole Unicode
/// characters, at most [`MAX_DEPTH`](super::MAX_DEPTH) levels.
///
/// Two values are equal if and only if their canonical bytes are.
///
/// ```
/// use ringfence::audit::json::Value;
///
/// # fn main() -> Result<(), ringfence::audit::json::Error> {
/// let plan = Value::object([("name", Value::from("team")), ("seats", Value::from(12))])?;
/// let list = Value::array([plan, Value::NULL, Value::try_from(0.5)?])?;
/// assert_eq!(list.to_string(), r#"[{"name":"team","seats":12},null,0.5]"#);
///
/// let read = Value::parse(r#" [ {"seats":1.2e1, "name":"t\u0065am"}, null, 0.50 ] "#)?;
/// assert_eq!(read, list);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Value(Node);

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Array),
    Object(Object),
}

/// What sort of value a [`Value`] is.
#[expect(clippy::exhaustive_enums, reason = "JSON has these six, and callers match them in full")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A finite number.
    Number,
    /// A text.
    String,
    /// A list of values.
    Array,
    /// Values under keys.
    Object,
}

impl Value {
    /// `null`.
    pub const NULL: Self = Self(Node::Null);

    /// Reads a JSON text, strictly.
    ///
    /// Refused are: a key that comes twice in one object, half of a surrogate pair, a number that no finite
    /// double is near to, an integer that a double would round, `-0` as an integer, a byte order mark, bytes
    /// that are not UTF-8, anything after the value, and what is longer, deeper or more than the
    /// [limits](super#limits) allow. A number with a fraction or an exponent is read as the nearest double.
    ///
    /// ```
    /// # use ringfence::audit::json::Value;
    /// assert_eq!(Value::parse("[1.0, 1e2, -0.0]").unwrap().to_string(), "[1,100,0]");
    /// assert!(Value::parse("9007199254740993").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// An [`Error`] with what was refused, and where.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, Error> {
        parse::value(text.as_ref())
    }

    /// A list.
    ///
    /// ```
    /// # use ringfence::audit::json::Value;
    /// assert_eq!(Value::array(["a", "b"]).unwrap().to_string(), r#"["a","b"]"#);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Refusal::TooDeep`](super::Refusal::TooDeep) if an item has the greatest depth already.
    pub fn array<V: Into<Self>>(items: impl IntoIterator<Item = V>) -> Result<Self, Error> {
        Array::new(items.into_iter().map(Into::into).collect()).map(Self::from).map_err(Error::of_value)
    }

    /// Values under keys, in any order.
    ///
    /// ```
    /// # use ringfence::audit::json::Value;
    /// assert_eq!(Value::object([("to", 2), ("from", 1)]).unwrap().to_string(), r#"{"from":1,"to":2}"#);
    /// assert!(Value::object([("to", 2), ("to", 1)]).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Refusal::DuplicateKey`](super::Refusal::DuplicateKey) for a key that comes twice,
    /// [`Refusal::TooDeep`](super::Refusal::TooDeep) if a value has the greatest depth already.
    pub fn object<K: Into<String>, V: Into<Self>>(
        members: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, Error> {
        let key = |key: K| without_noncharacters(key.into()).into_boxed_str();
        let members = members.into_iter().map(|(name, value)| (key(name), value.into()));
        Object::new(members.collect()).map(Self::from).map_err(Error::of_value)
    }

    /// What sort of value this is.
    ///
    /// ```
    /// # use ringfence::audit::json::{Kind, Value};
    /// assert_eq!(Value::from("a").kind(), Kind::String);
    /// ```
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.0 {
            Node::Null => Kind::Null,
            Node::Bool(_) => Kind::Bool,
            Node::Number(_) => Kind::Number,
            Node::String(_) => Kind::String,
            Node::Array(_) => Kind::Array,
            Node::Object(_) => Kind::Object,
        }
    }

    /// Whether this is `null`.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self.0, Node::Null)
    }

    /// The truth value, if it is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self.0 {
            Node::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Node::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is whole and its amount is below 2^53.
    #[must_use]
    pub const fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Node::Number(Number::Integer(value)) => Some(value),
            _ => None,
        }
    }

    /// The number, if it is whole, not negative, and below 2^53.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_i64().and_then(|value| value.try_into().ok())
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self.0 {
            Node::Number(number) => Some(number.to_f64()),
            _ => None,
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        match &self.0 {
            Node::Array(array) => Some(array.items()),
            _ => None,
        }
    }

    /// The keys and values in canonical order, if it is an object.
    ///
    /// ```
    /// # use ringfence::audit::json::Value;
    /// let value = Value::parse(r#"{"b":1,"a":2}"#).unwrap();
    /// let keys: Vec<&str> = value.members().into_iter().flatten().map(|(key, _)| key).collect();
    /// assert_eq!(keys, ["a", "b"]);
    /// ```
    #[must_use]
    pub fn members(&self) -> Option<impl ExactSizeIterator<Item = (&str, &Self)>> {
        match &self.0 {
            Node::Object(object) => Some(object.members().iter().map(|(key, value)| (&**key, value))),
            _ => None,
        }
    }

    /// The value under a key, if this is an object that has it.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Self> {
        match &self.0 {
            Node::Object(object) => object.member(key),
            _ => None,
        }
    }

    /// How deep arrays and objects are nested: 0 for all else, 1 for an empty list.
    #[must_use]
    pub const fn depth(&self) -> usize {
        match &self.0 {
            Node::Array(array) => array.depth(),
            Node::Object(object) => object.depth(),
            _ => 0,
        }
    }

    /// Appends the canonical form (RFC 8785). Nothing is allocated if the buffer has room.
    ///
    /// ```
    /// # use ringfence::audit::json::Value;
    /// let mut line = b"data: ".to_vec();
    /// Value::from("caf\u{e9}\n").write_to(&mut line);
    /// assert_eq!(line, "data: \"caf\u{e9}\\n\"".as_bytes());
    /// ```
    pub fn write_to(&self, out: &mut Vec<u8>) {
        write::write_value(out, self);
    }

    /// The canonical form (RFC 8785).
    #[must_use]
    pub fn to_canonical(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_to(&mut out);
        out
    }

    pub(super) const fn node(&self) -> &Node {
        &self.0
    }

    pub(super) const fn node_mut(&mut self) -> &mut Node {
        &mut self.0
    }
}

impl From<Node> for Value {
    fn from(node: Node) -> Self {
        Self(node)
    }
}

/// The canonical form.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_canonical()))
    }
}

/// The canonical form.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `null`.
impl Default for Value {
    fn default() -> Self {
        Self::NULL
    }
}
