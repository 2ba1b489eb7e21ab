//! The order of keys: by UTF-16 code units (RFC 8785, section 3.2.3).

use core::cmp::Ordering;

/// Compares two keys as RFC 8785 does, by their UTF-8 and without making UTF-16 of it.
///
/// UTF-8 sorts by code points. UTF-16 differs in one thing: what lies above U+FFFF begins with a surrogate,
/// and so comes before U+E000 to U+FFFF. Those are the characters whose UTF-8 begins with `EE` or `EF`, and no
/// other byte of UTF-8 has these values, so that lifting the two above `F4` is all it takes.
#[inline]
pub(super) fn by_utf16(mut a: impl Iterator<Item = u8>, mut b: impl Iterator<Item = u8>) -> Ordering {
    loop {
        match (a.next(), b.next()) {
            (Some(x), Some(y)) if x == y => {}
            (Some(x), Some(y)) => return rank(x).cmp(&rank(y)),
            (x, y) => return x.is_some().cmp(&y.is_some()),
        }
    }
}

const fn rank(byte: u8) -> u8 {
    match byte {
        0xee | 0xef => byte | 0x10,
        _ => byte,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::by_utf16;

    proptest! {
        #[test]
        fn equals_the_order_of_code_units(a in "[a\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}]{0,3}", b in "[b\u{d7ff}\u{e000}\u{fffd}\u{10001}\u{10ffff}]{0,3}") {
            prop_assert_eq!(by_utf16(a.bytes(), b.bytes()), a.encode_utf16().cmp(b.encode_utf16()));
        }

        #[test]
        fn equals_the_order_of_code_units_for_any_text(a: String, b: String) {
            prop_assert_eq!(by_utf16(a.bytes(), b.bytes()), a.encode_utf16().cmp(b.encode_utf16()));
        }
    }
}
