//! Blind indexes: any value, through every normaliser, to any number of bits.

use std::sync::LazyLock;

use ringfence::envelope::{BlindIndex, Error, Generation, Keyring, Normaliser, Scope};

use super::columns::data_key;
use super::input::Input;
use super::refusal::assert_same;

const NORMALISERS: [Normaliser; 5] = [
    Normaliser::Exact,
    Normaliser::Lowercase,
    Normaliser::Email,
    Normaliser::Digits,
    Normaliser::NfkcCasefold,
];

static RING: LazyLock<Keyring> = LazyLock::new(|| {
    Keyring::builder(Scope::from_parts(b"acme", b"").unwrap())
        .older(Generation::new(1), data_key(0x00))
        .primary(Generation::new(2), data_key(0x40))
        .build()
        .unwrap()
});

pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let (bits, with_names) = (input.below(320) as u32, input.byte() & 1 == 1);
    let names =
        if with_names { [input.short(32), input.short(32), input.short(32)] } else { [&b"t"[..]; 3] };
    let names = names.map(String::from_utf8_lossy);
    let value = String::from_utf8_lossy(input.rest());
    for normaliser in NORMALISERS {
        let index = BlindIndex::new(&names[0], &names[1], &names[2], normaliser, bits);
        if bits == 0 || bits > 256 {
            assert_same(&index.unwrap_err(), &Error::InvalidSetting);
        } else {
            check_token(&index.unwrap(), bits, &value);
        }
    }
    check_same_values(bits, &value);
}

/// As many bytes as the bits need, and no bit more.
fn check_token(index: &BlindIndex, bits: u32, value: &str) {
    let token = RING.blind_index(index, value).unwrap();
    let bytes = token.as_bytes();
    assert_eq!(bytes.len(), bits.div_ceil(8) as usize);
    let spare = (8 - bits % 8) % 8;
    assert_eq!(bytes.last().unwrap().trailing_zeros().min(spare), spare, "the rest of the last byte");
    assert_eq!(RING.blind_index(index, value).unwrap(), token);
    // One for each key that may have made it, the primary one first.
    let candidates = RING.blind_index_candidates(index, value);
    assert_eq!(candidates.len(), 2);
    assert_eq!(candidates[0], token);
    assert!(bits < 128 || candidates[1] != token, "two keys, one token");
}

/// Spellings that each normaliser takes for one value have one token; other values have others.
fn check_same_values(bits: u32, value: &str) {
    let bits = bits.clamp(1, 256);
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let spellings = [
        (Normaliser::Exact, value.to_owned()),
        (Normaliser::Lowercase, value.to_lowercase()),
        (Normaliser::Email, format!("\t{} \n", value.to_lowercase())),
        (Normaliser::Digits, format!("+{digits}٣ a")),
        (Normaliser::NfkcCasefold, format!("\u{200b}{value}\u{ad}")),
        (Normaliser::NfkcCasefold, if value.is_ascii() { value.to_uppercase() } else { value.to_owned() }),
    ];
    for (normaliser, spelling) in &spellings {
        let index = BlindIndex::new("t", "c", "n", *normaliser, bits).unwrap();
        assert!(index.is_same_value(value, spelling), "{normaliser:?} {value:?} {spelling:?}");
        assert!(index.is_same_value(spelling, value));
        assert_eq!(RING.blind_index(&index, value).unwrap(), RING.blind_index(&index, spelling).unwrap());

        let other = format!("{value}7");
        assert!(!index.is_same_value(value, &other), "{normaliser:?} {value:?}");
        let tokens = [value, &other].map(|value| RING.blind_index(&index, value).unwrap());
        assert!(bits < 128 || tokens[0] != tokens[1], "{normaliser:?} {value:?}");
    }
}
