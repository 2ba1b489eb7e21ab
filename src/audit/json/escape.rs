//! Undoing the escapes of the canonical form.

use std::borrow::Cow;

/// The text that stands between quotation marks in canonical form.
pub(super) fn decode(raw: &str) -> Cow<'_, str> {
    if !raw.as_bytes().contains(&b'\\') {
        return Cow::Borrowed(raw);
    }
    let bytes: Vec<u8> = Decoded::new(raw.as_bytes()).collect();
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// The UTF-8 bytes of a text in canonical form. There, an escape always stands for one ASCII character.
pub(super) struct Decoded<'a> {
    bytes: core::slice::Iter<'a, u8>,
}

impl<'a> Decoded<'a> {
    pub(super) fn new(raw: &'a [u8]) -> Self {
        Self { bytes: raw.iter() }
    }
}

impl Iterator for Decoded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        match *self.bytes.next()? {
            b'\\' => {}
            byte => return Some(byte),
        }
        Some(match *self.bytes.next()? {
            b'b' => 0x08,
            b't' => b'\t',
            b'n' => b'\n',
            b'f' => 0x0c,
            b'r' => b'\r',
            b'u' => match *self.bytes.as_slice() {
                [b'0', b'0', high, low, ..] => {
                    self.bytes.nth(3)?;
                    (nibble(high) << 4) | nibble(low)
                }
                _ => return None,
            },
            byte => byte,
        })
    }
}

const fn nibble(digit: u8) -> u8 {
    match digit {
        b'a'..=b'f' => digit.wrapping_sub(b'a' - 10),
        _ => digit.wrapping_sub(b'0'),
    }
}

/// How long the canonical escape is that a text begins with. Nothing if it begins with another one.
pub(super) const fn length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\\', b'"' | b'\\' | b'b' | b't' | b'n' | b'f' | b'r', ..] => Some(2),
        [b'\\', b'u', b'0', b'0', high, low, ..] => match (*high, *low) {
            // U+0008, 9, A, C and D have shorter ones.
            (b'0', b'0'..=b'7' | b'b' | b'e' | b'f') | (b'1', b'0'..=b'9' | b'a'..=b'f') => Some(6),
            _ => None,
        },
        _ => None,
    }
}
