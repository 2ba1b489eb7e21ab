//! Reading the fields of a request, and writing those of a response.

use std::error::Error;

#[cfg(all(feature = "audit", feature = "serde"))]
use data_encoding::BASE64;
use data_encoding::HEXLOWER_PERMISSIVE;
use serde_json::{Map, Value};

type Bytes = Vec<u8>;

/// One request line.
pub struct Request(Map<String, Value>);

/// Why an operation gave no answer.
#[derive(Debug)]
pub struct Failure {
    code: &'static str,
    message: Option<Box<dyn Error>>,
    more: Option<Map<String, Value>>,
}

impl Failure {
    pub const BAD_REQUEST: Self = Self::code("bad_request");
    pub const UNKNOWN_OP: Self = Self::code("unknown_op");

    pub const fn code(code: &'static str) -> Self {
        Self { code, message: None, more: None }
    }

    pub fn with_message(code: &'static str, message: impl Into<Box<dyn Error>>) -> Self {
        Self { message: Some(message.into()), ..Self::code(code) }
    }

    pub fn into_fields(self) -> Map<String, Value> {
        let mut fields = self.more.unwrap_or_default();
        fields.insert("ok".to_owned(), Value::Bool(false));
        fields.insert("error".to_owned(), Value::from(self.code));
        if let Some(message) = self.message {
            fields.insert("message".to_owned(), Value::from(message.to_string()));
        }
        fields
    }
}

fn bad_field(name: &str) -> Failure {
    Failure::with_message("bad_request", format!("field {name}"))
}

impl Request {
    pub const fn new(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    pub fn optional(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn required(&self, name: &str) -> Result<&Value, Failure> {
        self.optional(name).ok_or_else(|| bad_field(name))
    }

    pub fn text(&self, name: &str) -> Result<&str, Failure> {
        self.required(name)?.as_str().ok_or_else(|| bad_field(name))
    }

    pub fn number<N: TryFrom<u64>>(&self, name: &str) -> Result<N, Failure> {
        let number = self.required(name)?.as_u64().and_then(|number| N::try_from(number).ok());
        number.ok_or_else(|| bad_field(name))
    }

    pub fn hex(&self, name: &str) -> Result<Bytes, Failure> {
        decode_hex(self.text(name)?).ok_or_else(|| bad_field(name))
    }

    /// A list of hexadecimal texts; empty if the field is absent.
    pub fn hex_list(&self, name: &str) -> Result<Vec<Bytes>, Failure> {
        let Some(value) = self.optional(name) else {
            return Ok(Vec::new());
        };
        let items = value.as_array().ok_or_else(|| bad_field(name))?;
        items.iter().map(|item| item.as_str().and_then(decode_hex).ok_or_else(|| bad_field(name))).collect()
    }

    /// An object whose keys and values are hexadecimal texts.
    pub fn hex_map(&self, name: &str) -> Result<Vec<(Bytes, Bytes)>, Failure> {
        let object = self.required(name)?.as_object().ok_or_else(|| bad_field(name))?;
        object
            .iter()
            .map(|(key, value)| Some((decode_hex(key)?, decode_hex(value.as_str()?)?)))
            .collect::<Option<_>>()
            .ok_or_else(|| bad_field(name))
    }
}

/// What the operations on audit logs need besides.
#[cfg(all(feature = "audit", feature = "serde"))]
impl Failure {
    /// With fields besides the code.
    pub const fn with_fields(code: &'static str, more: Map<String, Value>) -> Self {
        Self { code, message: None, more: Some(more) }
    }
}

#[cfg(all(feature = "audit", feature = "serde"))]
impl Request {
    /// An object inside of a request.
    pub fn of(value: &Value) -> Result<Self, Failure> {
        value.as_object().cloned().map(Self).ok_or(Failure::BAD_REQUEST)
    }

    /// Any value; `null` if the field is absent.
    pub fn any(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    pub fn list(&self, name: &str) -> Result<&[Value], Failure> {
        self.required(name)?.as_array().map(Vec::as_slice).ok_or_else(|| bad_field(name))
    }

    pub fn integer(&self, name: &str) -> Result<i64, Failure> {
        self.required(name)?.as_i64().ok_or_else(|| bad_field(name))
    }

    pub fn base64(&self, name: &str) -> Result<Bytes, Failure> {
        BASE64.decode(self.text(name)?.as_bytes()).map_err(|_| bad_field(name))
    }
}

fn decode_hex(text: &str) -> Option<Bytes> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()
}

pub fn to_hex(bytes: &[u8]) -> Value {
    Value::from(HEXLOWER_PERMISSIVE.encode(bytes))
}

/// The fields of a good answer.
pub fn fields<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
