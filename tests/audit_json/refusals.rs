//! What strict I-JSON forbids, and what the limits are.

use ringfence::ErrorKind;
use ringfence::audit::json::{
    self, CanonicalObject, Error, MAX_BYTES, MAX_DEPTH, MAX_VALUES, Refusal, Value,
};

fn refusal(text: impl AsRef<[u8]>) -> (Refusal, usize) {
    let text = text.as_ref();
    let error = Value::parse(text).expect_err(&String::from_utf8_lossy(text));
    assert_eq!(error.kind(), ErrorKind::Hostile);
    assert!(!json::is_canonical(text), "{}", String::from_utf8_lossy(text));
    (error.refusal(), error.offset().expect("a text has places"))
}

#[test]
fn keys_that_come_twice() {
    for (text, at) in [
        (r#"{"a":1,"a":1}"#, 0),
        (r#"{"a":1,"b":2,"a":3}"#, 0),
        (r#"{"a":1,"\u0061":2}"#, 0),
        (r#"[{"x":{"":1,"":2}}]"#, 6),
        (r#"{"\ud83d\ude00":1,"😀":2}"#, 0),
        (r#"{"a\n":1,"a\u000a":2}"#, 0),
    ] {
        assert_eq!(refusal(text), (Refusal::DuplicateKey, at), "{text}");
    }
}

#[test]
fn halves_of_surrogate_pairs() {
    for text in [
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\uDFFF""#,
        r#""\udbff""#,
        r#""\ud800x""#,
        r#""\ud800\n""#,
        r#""\ud800\ud800""#,
        r#""\udc00\ud800""#,
        r#""\ud83d\u0041""#,
    ] {
        assert_eq!(refusal(text), (Refusal::LoneSurrogate, 1), "{text}");
        assert_eq!(refusal(format!("{{{text}:1}}")), (Refusal::LoneSurrogate, 2), "{text}");
    }
    assert_eq!(refusal(b"\"\xed\xa0\x80\""), (Refusal::NotUtf8, 1));
    assert_eq!(refusal(b"\"\xed\xa0\xbd\xed\xb8\x80\""), (Refusal::NotUtf8, 1));
}

#[test]
fn bytes_that_are_not_utf8() {
    for bytes in [&b"\"\xff\""[..], b"\"\xc0\x80\"", b"\"\xf4\x90\x80\x80\"", b"\"\xe2\x82\"", b"\"\x80\""]
    {
        assert_eq!(refusal(bytes), (Refusal::NotUtf8, 1), "{bytes:?}");
        assert_eq!(CanonicalObject::new(bytes).unwrap_err().refusal(), Refusal::NotUtf8);
    }
}

#[test]
fn byte_order_marks() {
    assert_eq!(refusal("\u{feff}{}"), (Refusal::ByteOrderMark, 0));
    assert_eq!(refusal(b"\xff\xfe{\0}\0"), (Refusal::NotUtf8, 0));
    assert_eq!(refusal("{}\u{feff}"), (Refusal::TrailingData, 2));
    // Within a string it is a character like others.
    assert_eq!(Value::parse("\"\u{feff}\"").unwrap(), Value::from("\u{feff}"));
}

#[test]
fn integers_that_a_double_would_change() {
    for text in [
        "-0",
        "9007199254740993",
        "-9007199254740993",
        "18446744073709551615",
        "9223372036854775807",
        "1000000000000000000000",
        "-1000000000000000000000",
        "123456789012345678901234567890",
    ] {
        assert_eq!(refusal(text), (Refusal::InexactInteger, 0), "{text}");
        assert_eq!(refusal(format!("[1,{text}]")), (Refusal::InexactInteger, 3), "{text}");
    }
}

#[test]
fn numbers_that_are_not_finite() {
    let digits = "9".repeat(400);
    for text in ["1e309", "-1e309", "1e400", "1.7976931348623159e308", "1e99999999999999999999", &digits] {
        assert_eq!(refusal(text), (Refusal::NotFinite, 0), "{text}");
    }
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = Value::try_from(value).unwrap_err();
        assert_eq!((error.refusal(), error.offset()), (Refusal::NotFinite, None));
        assert_eq!(error.kind(), ErrorKind::Caller);
    }
}

#[test]
fn control_characters() {
    for code in 0..0x20_u8 {
        assert_eq!(refusal(format!("\"a{}\"", char::from(code))), (Refusal::ControlCharacter, 2));
        assert_eq!(refusal(format!("{{\"{}\":1}}", char::from(code))), (Refusal::ControlCharacter, 2));
    }
}

#[test]
fn things_that_follow() {
    for (text, at) in [("1 2", 2), ("{}{}", 2), ("null,", 4), ("[] x", 3), ("0\0", 1), ("\"\"\"", 2)] {
        assert_eq!(refusal(text), (Refusal::TrailingData, at), "{text}");
    }
}

#[test]
fn other_grammars() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "\"",
        "\"a",
        "\"\\",
        "\"\\x\"",
        "\"\\u\"",
        "\"\\u12\"",
        "\"\\u123g\"",
        "\"\\u+123\"",
        "\"\\U0041\"",
        "\"\\'\"",
        "'a'",
        "nul",
        "nulll",
        "Null",
        "TRUE",
        "tru",
        "fals",
        "NaN",
        "Infinity",
        "-Infinity",
        "-",
        "+1",
        ".5",
        "1.",
        "-.5",
        "01",
        "-01",
        "00",
        "1.e5",
        "1e",
        "1e+",
        "1e1.5",
        "0x10",
        "1_000",
        "--1",
        "// c\n1",
        "/* c */1",
        "1 // c",
        "\u{a0}1",
        "\u{b}1",
        "\u{c}1",
        "undefined",
        "[1}",
        "{\"a\":1]",
        "\u{2028}1",
    ] {
        assert!(matches!(refusal(text).0, Refusal::Syntax | Refusal::TrailingData), "{text}");
    }
}

#[test]
fn texts_that_are_too_long() {
    let text = |length: usize| format!("\"{}\"", "a".repeat(length - 2));
    assert!(Value::parse(text(MAX_BYTES)).is_ok());
    assert!(json::is_canonical(text(MAX_BYTES).as_bytes()));
    assert_eq!(refusal(text(MAX_BYTES + 1)), (Refusal::TooLong, MAX_BYTES));
    let object = format!("{{\"a\":{}}}", text(MAX_BYTES));
    assert_eq!(CanonicalObject::new(object.as_bytes()).unwrap_err().refusal(), Refusal::TooLong);
}

#[test]
fn values_that_are_too_deep() {
    let lists = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let objects = |depth: usize| "{\"a\":".repeat(depth - 1) + "{}" + &"}".repeat(depth - 1);
    for text in [lists(MAX_DEPTH), objects(MAX_DEPTH)] {
        let value = Value::parse(&text).unwrap();
        assert_eq!(value.depth(), MAX_DEPTH);
        assert!(json::is_canonical(text.as_bytes()));
        assert_eq!(Value::array([value.clone()]).unwrap_err().refusal(), Refusal::TooDeep);
        assert_eq!(Value::object([("a", value)]).unwrap_err().refusal(), Refusal::TooDeep);
    }
    assert!(CanonicalObject::new(objects(MAX_DEPTH).as_bytes()).unwrap().all(|member| member.is_ok()));
    assert!(CanonicalObject::new(objects(MAX_DEPTH + 1).as_bytes()).unwrap().any(|member| member.is_err()));
    assert_eq!(refusal(lists(MAX_DEPTH + 1)), (Refusal::TooDeep, MAX_DEPTH));
    assert_eq!(refusal("[".repeat(MAX_BYTES)), (Refusal::TooDeep, MAX_DEPTH));
    assert_eq!(refusal("{\"a\":".repeat(200_000)).0, Refusal::TooDeep);
}

#[test]
fn too_many_values() {
    let list = |values: usize| format!("[{}0]", "0,".repeat(values - 2));
    assert!(Value::parse(list(MAX_VALUES)).is_ok());
    assert!(json::is_canonical(list(MAX_VALUES).as_bytes()));
    assert_eq!(refusal(list(MAX_VALUES + 1)).0, Refusal::TooManyValues);

    // The cursor counts alike: the object around the list is one more.
    let object = |values: usize| format!("{{\"a\":{}}}", list(values - 1)).into_bytes();
    let passes = |bytes: &[u8]| CanonicalObject::new(bytes).unwrap().all(|member| member.is_ok());
    assert!(Value::parse(object(MAX_VALUES)).is_ok() && passes(&object(MAX_VALUES)));
    assert!(Value::parse(object(MAX_VALUES + 1)).is_err() && !passes(&object(MAX_VALUES + 1)));
}

/// A million keys of one object would show it: finding one that comes twice is no matter of pairs.
#[test]
fn many_keys() {
    let members: Vec<String> = (0..80_000).rev().map(|key| format!("\"{key}\":0")).collect();
    let text = format!("{{{}}}", members.join(","));
    assert_eq!(Value::parse(&text).unwrap().members().unwrap().len(), 80_000);
    let text = format!("{{{},\"79999\":1}}", members.join(","));
    assert_eq!(refusal(&text), (Refusal::DuplicateKey, 0));
}

#[test]
fn errors_hold_nothing_of_the_input() {
    let error: Error = Value::parse("\"s3cret\u{1}\"").unwrap_err();
    assert!(!error.to_string().contains("s3cret") && !format!("{error:?}").contains("s3cret"));
    assert_eq!(error.to_string(), "a control character is not escaped");
}

/// RFC 7493, 2.1, in each of the forms in which one can stand in a text.
#[test]
fn noncharacters_are_refused_where_text_is_read() {
    use ringfence::audit::json::{Refusal, Value, is_canonical};
    for text in [
        "\"\u{ffff}\"",
        r#""\ufffe""#,
        "\"\u{fdd0}\"",
        "\"\u{1fffe}\"",
        "{\"\u{ffff}\":1}",
        r#"["\ud83f\udfff"]"#,
    ] {
        assert_eq!(Value::parse(text).unwrap_err().refusal(), Refusal::Noncharacter, "{text:?}");
        assert!(!is_canonical(text.as_bytes()));
    }
    assert_eq!(Value::from("a\u{ffff}b"), Value::from("a\u{fffd}b"));
}
