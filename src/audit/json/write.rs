//! Writing the canonical form (RFC 8785) straight into the caller's buffer.

use super::number::Number;
use super::scan;
use super::value::{Node, Value};

/// Appends a value. The caller sees to what comes before and after.
pub(in crate::audit) fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value.node() {
        Node::Null => out.extend_from_slice(b"null"),
        Node::Bool(true) => out.extend_from_slice(b"true"),
        Node::Bool(false) => out.extend_from_slice(b"false"),
        Node::Number(Number::Integer(number)) => write_i64(out, *number),
        Node::Number(Number::Float(number)) => {
            out.extend_from_slice(ryu_js::Buffer::new().format_finite(*number).as_bytes());
        }
        Node::String(text) => write_string(out, text),
        Node::Array(array) => {
            out.push(b'[');
            for (index, item) in array.items().iter().enumerate() {
                if index != 0 {
                    out.push(b',');
                }
                write_value(out, item);
            }
            out.push(b']');
        }
        Node::Object(object) => {
            out.push(b'{');
            for (index, (key, member)) in object.members().iter().enumerate() {
                if index != 0 {
                    out.push(b',');
                }
                write_string(out, key);
                out.push(b':');
                write_value(out, member);
            }
            out.push(b'}');
        }
    }
}

/// Appends a string with its quotation marks.
pub(in crate::audit) fn write_string(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len().saturating_add(2));
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (plain, after) = rest.split_at_checked(scan::plain_prefix(rest)).unwrap_or((rest, &[]));
        out.extend_from_slice(plain);
        let Some((special, behind)) = after.split_first() else {
            break;
        };
        write_escape(out, *special);
        rest = behind;
    }
    out.push(b'"');
}

/// Appends the escape of a quotation mark, a backslash or a control character.
#[cold]
fn write_escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        b'"' | b'\\' => byte,
        _ => {
            out.extend_from_slice(b"\\u00");
            out.push(hex_digit(byte >> 4));
            out.push(hex_digit(byte & 0x0f));
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

const fn hex_digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => nibble.wrapping_add(b'0'),
        _ => nibble.wrapping_add(b'a' - 10),
    }
}

/// Appends an integer. The caller sees to it that it is at most 2^53.
pub(in crate::audit) fn write_i64(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    write_u64(out, number.unsigned_abs());
}

/// Appends an integer. The caller sees to it that it is at most 2^53.
pub(in crate::audit) fn write_u64(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    let mut left = number;
    for digit in digits.iter_mut().rev() {
        let [last, ..] = (left % 10).to_le_bytes();
        *digit = b'0' | last;
        start = start.saturating_sub(1);
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(start..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::{write_i64, write_u64};

    #[test]
    fn integers_are_written_with_all_their_digits() {
        for number in [0, 1, 9, 10, 99, 100, 9_007_199_254_740_991, u64::MAX] {
            let mut out = Vec::new();
            write_u64(&mut out, number);
            assert_eq!(out, number.to_string().as_bytes());
        }
        for number in [0, -1, i64::MIN, i64::MAX] {
            let mut out = Vec::new();
            write_i64(&mut out, number);
            assert_eq!(out, number.to_string().as_bytes());
        }
    }
}
