//! The 66 code points that are no characters and never will be: I-JSON forbids them (RFC 7493, 2.1).

/// Whether it is U+FDD0 to U+FDEF, or one of the last two of a plane.
pub(in crate::audit) const fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xfffe == 0xfffe
}

/// Whether one of them stands in the text.
pub(super) fn holds_noncharacter(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(is_noncharacter)
}

/// The text with U+FFFD in their places.
pub(super) fn without_noncharacters(text: String) -> String {
    if !holds_noncharacter(&text) {
        return text;
    }
    text.chars().map(|c| if is_noncharacter(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::is_noncharacter;

    #[test]
    fn there_are_66_of_them() {
        let all = (0..=0x0010_ffff).filter_map(char::from_u32);
        assert_eq!(all.filter(|c| is_noncharacter(*c)).count(), 66);
    }
}
