//! What is done to a value before it is indexed.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// What a value goes through before it is indexed, so that `Ann@example.com` finds `ann@example.com`.
///
/// The name of the normaliser is part of the index key: two normalisers never share a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Normaliser {
    /// The value as it is.
    Exact,
    /// Unicode lower case.
    Lowercase,
    /// White space around it removed, then Unicode lower case, the local part too: what every mail
    /// provider of note does, though RFC 5321 would allow them not to.
    Email,
    /// The ASCII digits alone: telephone and card numbers.
    Digits,
    /// Unicode's `NFKC_Casefold`: compatibility forms, case and invisible characters make no difference.
    NfkcCasefold,
}

impl Normaliser {
    /// The name that goes into the index key.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Lowercase => "lowercase",
            Self::Email => "email",
            Self::Digits => "digits",
            Self::NfkcCasefold => "nfkc_casefold",
        }
    }

    pub(super) fn apply(self, value: &str) -> Zeroizing<String> {
        Zeroizing::new(match self {
            Self::Exact => value.to_owned(),
            Self::Lowercase => value.to_lowercase(),
            Self::Email => value.trim().to_lowercase(),
            Self::Digits => value.chars().filter(char::is_ascii_digit).collect(),
            Self::NfkcCasefold => nfkc_casefold(value),
        })
    }
}

/// The Unicode Standard's `toNFKC_Casefold` (section 3.13, R5): each character by itself is mapped to its
/// `NFKC_Casefold`, and the whole is brought into NFC.
fn nfkc_casefold(value: &str) -> String {
    if value.is_ascii() {
        return value.to_ascii_lowercase();
    }
    value.chars().map(fold_character).collect::<String>().nfc().collect()
}

/// The property `NFKC_Casefold` of one character: compatibility form, no invisible characters, folded case,
/// until nothing changes any more.
fn fold_character(character: char) -> String {
    let mut text = String::from(character);
    loop {
        let visible = text.nfkc().filter(|c| !is_default_ignorable(*c));
        let folded: String = visible.default_case_fold().nfkc().collect();
        if folded == text {
            return text;
        }
        text = folded;
    }
}

/// The property `Default_Ignorable_Code_Point` (`DerivedCoreProperties.txt` of Unicode 17): characters that
/// show nothing.
const fn is_default_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::nfkc_casefold;

    /// No character keeps the loop going, or a search term could: each is mapped, and its image to itself.
    #[test]
    fn every_character_reaches_its_folded_form() {
        for character in (0..=0x0010_ffff).filter_map(char::from_u32) {
            let folded = super::fold_character(character);
            let again: String = folded.chars().map(super::fold_character).collect();
            assert_eq!(nfkc_casefold(&again), nfkc_casefold(&folded), "{character:?}");
        }
    }

    /// Expected values from `tests/interop/envelope.py` and the tables of the Unicode Standard.
    #[test]
    fn follows_rule_r5_of_the_unicode_standard() {
        for (value, expected) in [
            ("Straße", "strasse"),
            ("ＡＢＣ①", "abc1"),
            ("so\u{ad}ft", "soft"),
            ("ﬃ", "ffi"),
            // U+0345 is folded to a letter before marks could be put in order.
            ("α\u{345}\u{301}", "αί"),
            ("α\u{345}\u{200b}\u{301}", "αί"),
            ("ΐ", "ΐ"),
        ] {
            assert_eq!(nfkc_casefold(value), expected, "{value:?}");
            assert_eq!(nfkc_casefold(expected), expected, "{value:?} twice");
        }
    }
}
