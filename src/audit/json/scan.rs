//! Where a run of plain characters ends: the step that reading, writing and checking strings share.

/// Eight times the same byte.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// A word whose lowest set bit lies in the first byte that JSON cannot hold as it is: a quotation mark, a
/// backslash or a control character below U+0020. Zero if there is none.
///
/// Flipping the second bit swaps 0x20 with 0x22, the quotation mark, and keeps what is below 0x20 there: what is
/// then below 0x21 is one of these. Both terms are exact up to their first hit; a borrow can only make false
/// hits behind it.
const fn special(word: u64) -> u64 {
    let flipped = word ^ eight(0x02);
    let quote_or_control = flipped.wrapping_sub(eight(0x21)) & !flipped;
    let backslash = word ^ eight(b'\\');
    let backslash = backslash.wrapping_sub(eight(1)) & !backslash;
    (quote_or_control | backslash) & eight(0x80)
}

/// How many bytes of a word lie before the marked one.
const fn bytes_before(mark: u64) -> usize {
    (mark.trailing_zeros() >> 3) as usize
}

const fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..0x20)
}

/// How many bytes from the start on may stand in a JSON string as they are.
#[inline]
pub(super) fn plain_prefix(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut before: usize = 0;
    for word in words {
        let mark = special(u64::from_le_bytes(*word));
        if mark != 0 {
            return before.wrapping_add(bytes_before(mark));
        }
        before = before.wrapping_add(8);
    }
    let in_rest = rest.iter().position(|byte| is_special(*byte)).unwrap_or(rest.len());
    before.wrapping_add(in_rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{is_special, plain_prefix};

    proptest! {
        #[test]
        fn equals_the_slow_way(bytes in proptest::collection::vec(prop_oneof![Just(b'a'), Just(0x7f), Just(0x80), Just(0x21), Just(0x23), Just(0xff), any::<u8>()], 0..40)) {
            let slow = bytes.iter().position(|byte| is_special(*byte)).unwrap_or(bytes.len());
            prop_assert_eq!(plain_prefix(&bytes), slow);
        }
    }

    #[test]
    fn finds_each_byte_at_each_place() {
        for byte in 0..=u8::MAX {
            for place in 0..24 {
                let mut bytes = [b'x'; 24];
                bytes[place] = byte;
                let expected = if is_special(byte) { place } else { 24 };
                assert_eq!(plain_prefix(&bytes), expected, "{byte:#x} at {place}");
            }
        }
    }
}
