//! Strategies for values, and for texts that are nearly JSON.

use proptest::collection::vec;
use proptest::prelude::*;
use ringfence::audit::json::Value;

/// Texts with much of what is special: escapes, the edges of UTF-8 and of UTF-16.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,12}",
        "[a-b\"\\\\/\n\r\t\u{0}\u{8}\u{c}\u{1f}\u{7f}\u{80}\u{7ff}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}\u{fb33}\u{1f600}]{0,10}",
        any::<String>(),
    ]
    .prop_map(|text| without_noncharacters(&text))
}

pub fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        any::<i32>().prop_map(f64::from),
        any::<u64>().prop_map(f64::from_bits),
        (any::<i32>(), -30..30_i32)
            .prop_map(|(digits, exponent)| f64::from(digits) * 10_f64.powi(exponent)),
    ]
    .prop_filter("finite", |number| number.is_finite())
}

pub fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::NULL),
        any::<bool>().prop_map(Value::from),
        number().prop_map(|number| Value::try_from(number).unwrap()),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(|items| Value::array(items).unwrap()),
            proptest::collection::hash_map(text(), inner, 0..6)
                .prop_map(|members| Value::object(members).unwrap()),
        ]
    })
}

/// Tokens of JSON and things that look like them, in any order; some of these are JSON.
pub fn soup() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        prop::sample::select(vec![
            &b"{"[..],
            b"}",
            b"[",
            b"]",
            b",",
            b":",
            b" ",
            b"\n",
            b"null",
            b"true",
            b"false",
            b"0",
            b"-0",
            b"1",
            b"-1",
            b"1.0",
            b"1.5",
            b"1e2",
            b"1e+21",
            b"1e-7",
            b"9007199254740992",
            b"9007199254740993",
            b"\"\"",
            b"\"a\"",
            b"\"b\"",
            b"\"a\":",
            b"\"b\":",
            b"\"c\":",
            b"{}",
            b"[]",
            b"\"\\n\"",
            b"\"\\u0000\"",
            b"\"\\u000A\"",
            b"\"\\ud83d\\ude00\"",
            b"\"\\ud800\"",
            b"\"\\/\"",
            b"\"",
            b"\\",
            b"\xef\xbb\xbf",
            b"\xff",
            b"\x00",
            b".",
            b"e",
            b"+",
        ])
        .prop_map(<[u8]>::to_vec),
        text().prop_map(String::into_bytes),
    ];
    vec(token, 0..12).prop_map(|tokens| tokens.concat())
}

/// The canonical bytes of a value, with a few bytes changed, taken out or put in.
pub fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop_oneof![any::<u8>(), prop::sample::select(b"{}[],:\"\\ 019-+.eubtn\n\xc3".to_vec())];
    (value(), vec((any::<prop::sample::Index>(), 0..3_u8, bytes), 0..3)).prop_map(|(value, changes)| {
        let mut text = value.to_canonical();
        for (place, change, byte) in changes {
            let place = place.index(text.len() + 1);
            match (change, place < text.len()) {
                (0, true) => text[place] = byte,
                (1, true) => drop(text.remove(place)),
                _ => text.insert(place, byte),
            }
        }
        text
    })
}

/// What I-JSON allows (RFC 7493, 2.1): a value gets U+FFFD in the place of a noncharacter, so that two texts with
/// different ones would be the same.
fn without_noncharacters(text: &str) -> String {
    let is_one = |c: &char| ('\u{fdd0}'..='\u{fdef}').contains(c) || u32::from(*c) & 0xfffe == 0xfffe;
    text.chars().filter(|c| !is_one(c)).collect()
}
