//! Personal fields: salted commitments in the chain, values beside it.
//!
//! ```text
//! commitment = SHA-256("audit-field-v1" | len | path | salt 32 | len | canonical value)
//! ```

mod disclosure;
mod erase;
mod fields;

pub use disclosure::{Disclosure, Salt};
pub use erase::erase;
pub(super) use fields::Fields;
pub use fields::{FieldReport, FieldStatus};

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use super::json::{Value, write_string};

/// The key that stands for a commitment.
pub(super) const KEY: &str = "$c";
const LABEL: &[u8] = b"audit-field-v1";

/// What stands in an entry in place of a personal field.
pub(super) struct Commitment {
    pointer: Box<str>,
    text: String,
}

impl Commitment {
    pub(super) fn new(pointer: &str, salt: &Salt, value: &Value) -> Self {
        Self { pointer: pointer.into(), text: BASE64URL_NOPAD.encode(&hash(pointer, salt, value)) }
    }

    pub(super) fn pointer(&self) -> &str {
        &self.pointer
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"$c\":");
        write_string(out, &self.text);
        out.push(b'}');
    }

    pub(super) fn to_value(&self) -> Value {
        // One member, so no key can occur twice.
        Value::object([(KEY, self.text.as_str())]).unwrap_or_else(|_| Value::from(self.text.as_str()))
    }
}

/// The committed hash.
pub(super) fn hash(pointer: &str, salt: &Salt, value: &Value) -> [u8; 32] {
    let canonical = value.to_canonical();
    let len = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    Sha256::new()
        .chain_update(LABEL)
        .chain_update(len(pointer.as_bytes()))
        .chain_update(pointer)
        .chain_update(salt.as_bytes())
        .chain_update(len(&canonical))
        .chain_update(&canonical)
        .finalize()
        .into()
}

/// Reads a commitment: exactly `{"$c":"<43 characters of canonical base64url>"}`.
pub(super) fn parse(value: &Value) -> Option<[u8; 32]> {
    let mut members = value.members()?;
    let (key, text) = members.next()?;
    if key != KEY || members.next().is_some() {
        return None;
    }
    let bytes = BASE64URL_NOPAD.decode(text.as_str()?.as_bytes()).ok()?;
    bytes.try_into().ok()
}
