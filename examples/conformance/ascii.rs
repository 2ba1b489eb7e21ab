//! JSON in ASCII: every other character is escaped, so that no reader takes one for the end of a line.

use std::io::{self, Write};

use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        for character in fragment.chars() {
            if character.is_ascii() {
                write!(out, "{character}")?;
                continue;
            }
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

/// Writes a value on one line, and ends the line.
pub fn write_line(out: &mut impl Write, value: &Value) -> io::Result<()> {
    serde::Serialize::serialize(value, &mut Serializer::with_formatter(&mut *out, Ascii))?;
    out.write_all(b"\n")
}
