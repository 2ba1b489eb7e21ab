//! `tests/vectors/envelope.json`: made by the Python implementation in `tests/interop`, never by us.

use data_encoding::HEXLOWER;
use ringfence::envelope::{DataKey, Generation};
use serde_json::{Map, Value};

use crate::fixture::secret;

/// One object of the file, with its fields read by type.
#[derive(Clone)]
pub struct Row(Map<String, Value>);

/// The file's section `name`, as a list of rows that is not empty.
pub fn section(name: &str) -> Vec<Row> {
    let rows: Vec<Row> = rows_of(&file()[name]);
    assert!(!rows.is_empty(), "section {name}");
    rows
}

/// A section of refusals: each case laid over the section's defaults.
pub fn negative_section(name: &str) -> Vec<Row> {
    let section = &file()[name];
    let defaults = section["defaults"].as_object().unwrap();
    let cases = rows_of(&section["cases"]);
    assert!(!cases.is_empty(), "section {name}");
    let over_defaults = |case: Row| {
        let mut whole = defaults.clone();
        whole.extend(case.0);
        Row(whole)
    };
    cases.into_iter().map(over_defaults).collect()
}

fn file() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/envelope.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn rows_of(list: &Value) -> Vec<Row> {
    list.as_array().unwrap().iter().map(|row| Row(row.as_object().unwrap().clone())).collect()
}

pub fn unhex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).unwrap()
}

/// Eight hexadecimal digits.
pub fn id(text: &str) -> u32 {
    assert_eq!(text.len(), 8);
    u32::from_str_radix(text, 16).unwrap()
}

/// 32 bytes of a key.
pub fn key_bytes(bytes: &[u8]) -> [u8; 32] {
    bytes.try_into().unwrap()
}

pub fn data_key(bytes: &[u8]) -> DataKey {
    DataKey::from_secret(&secret(key_bytes(bytes)))
}

impl Row {
    pub fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    pub fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap()
    }

    pub fn name(&self) -> &str {
        self.text("name")
    }

    pub fn flag(&self, field: &str) -> bool {
        self.0[field].as_bool().unwrap()
    }

    pub fn number(&self, field: &str) -> u32 {
        self.0[field].as_u64().unwrap().try_into().unwrap()
    }

    pub fn hex(&self, field: &str) -> Vec<u8> {
        unhex(self.text(field))
    }

    /// A key id in the form of [`id`].
    pub fn generation(&self, field: &str) -> Generation {
        Generation::new(id(self.text(field)))
    }

    /// A list of texts; empty where the field is missing.
    pub fn texts(&self, field: &str) -> Vec<&str> {
        let list = self.0.get(field).map(|list| list.as_array().unwrap().as_slice());
        list.unwrap_or_default().iter().map(|text| text.as_str().unwrap()).collect()
    }

    pub fn numbers(&self, field: &str) -> Vec<u64> {
        self.0[field].as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect()
    }

    pub fn rows(&self, field: &str) -> Vec<Self> {
        rows_of(&self.0[field])
    }

    pub fn row(&self, field: &str) -> Self {
        Self(self.0[field].as_object().unwrap().clone())
    }

    /// A map of key ids to keys.
    pub fn keys(&self, field: &str) -> Vec<(u32, Vec<u8>)> {
        let map = self.0[field].as_object().unwrap();
        map.iter().map(|(key_id, key)| (id(key_id), unhex(key.as_str().unwrap()))).collect()
    }

    /// The four parts of `ctx`.
    pub fn parts(&self) -> [Vec<u8>; 4] {
        let parts: Vec<_> = self.texts("ctx").into_iter().map(unhex).collect();
        parts.try_into().unwrap()
    }

    /// The one error that is expected, or those that the specification leaves open.
    pub fn expected_errors(&self) -> Vec<&str> {
        if self.has("error") { vec![self.text("error")] } else { self.texts("error_any") }
    }
}
