//! JSON that has one form: what the audit log hashes.
//!
//! A hash needs bytes, and JSON has many spellings of one value. [RFC 8785] (JCS) gives each value one: no
//! white space, keys sorted by UTF-16 code units, numbers as ECMAScript prints them, the shortest escapes. This
//! module reads JSON strictly, writes that form, and checks whether bytes are in it already.
//!
//! ```
//! use ringfence::audit::json::{self, Value};
//!
//! # fn main() -> Result<(), json::Error> {
//! let value = Value::parse(r#"{ "to": [1.50, "\u00e9"], "from": null }"#)?;
//! let bytes = value.to_canonical();
//! assert_eq!(bytes, r#"{"from":null,"to":[1.5,"é"]}"#.as_bytes());
//! assert!(json::is_canonical(&bytes));
//! # Ok(())
//! # }
//! ```
//!
//! # What is refused
//!
//! What [I-JSON] forbids because two readers would understand it differently, and what would be written as
//! something else than was read:
//!
//! - a key that comes twice in one object, in whatever spelling;
//! - half of a surrogate pair, escaped or as bytes; bytes that are not UTF-8; a byte order mark;
//! - numbers beyond the range of a double;
//! - integers that are not what their double prints as: 2^53 + 1 would be rounded, 10^21 and more print with an
//!   exponent, and `-0` prints as `0`.
//!
//! A number with a fraction or an exponent says of itself that it is a double. It is read as the nearest one
//! and written as that prints: `1.0` as `1`, `1e2` as `100`, `-0.0` as `0`, `333333333.33333329` as
//! `333333333.3333333`.
//!
//! The 66 noncharacters of Unicode, as U+FFFF, are refused where text is read, as I-JSON demands. A text that is
//! made into a [`Value`] gets U+FFFD in their places, so that one from outside cannot keep an event out of the
//! log.
//!
//! # Limits
//!
//! A text that is read, or checked for its form, has at most [`MAX_BYTES`] bytes, [`MAX_DEPTH`] levels of
//! arrays and objects, and [`MAX_VALUES`] values. No [`Value`] is deeper than that. One made by hand may be
//! longer: whoever stores it looks at the length of what was written.
//!
//! [RFC 8785]: https://www.rfc-editor.org/rfc/rfc8785
//! [I-JSON]: https://www.rfc-editor.org/rfc/rfc7493

mod canonical;
mod container;
mod convert;
mod error;
mod escape;
mod noncharacter;
mod number;
mod order;
mod parse;
mod pointer;
mod scan;
mod scanner;
mod value;
mod write;

pub use canonical::{CanonicalMember, CanonicalObject, CanonicalValue, is_canonical};
pub use error::{Error, Refusal};
pub(in crate::audit) use noncharacter::is_noncharacter;
pub use value::{Kind, Value};
#[expect(unused_imports, reason = "for the events, which are being written")]
pub(in crate::audit) use write::{write_i64, write_string, write_u64, write_value};

/// The longest JSON text that is read: 1 MiB.
pub const MAX_BYTES: usize = 1 << 20;
/// The greatest depth of arrays and objects: 64. An empty list has depth 1.
pub const MAX_DEPTH: usize = 64;
/// The greatest number of values in a text, arrays and objects included: 2^18. A text of at most 512 KiB
/// cannot hold more.
pub const MAX_VALUES: usize = 1 << 18;
