//! Going through canonical bytes.

use std::borrow::Cow;

use ringfence::ErrorKind;
use ringfence::audit::json::{self, CanonicalObject, CanonicalValue, Kind, Refusal};

fn members(text: &str) -> Vec<(Cow<'_, str>, CanonicalValue<'_>)> {
    let members = CanonicalObject::new(text.as_bytes()).unwrap();
    members.map(|member| member.map(|member| (member.key(), member.value())).unwrap()).collect()
}

#[test]
fn members_are_seen_as_they_stand() {
    let text = r#"{"":null,"\n":"a\"b","a":[1,{"x":[]}],"b":{"c":{"d":true},"é":-1.5},"n":42,"t":"plain"}"#;
    let seen = members(text);
    let raw: Vec<(&str, &str)> = seen.iter().map(|(key, value)| (&**key, value.raw())).collect();
    assert_eq!(
        raw,
        [
            ("", "null"),
            ("\n", r#""a\"b""#),
            ("a", r#"[1,{"x":[]}]"#),
            ("b", r#"{"c":{"d":true},"é":-1.5}"#),
            ("n", "42"),
            ("t", r#""plain""#),
        ]
    );
    let kinds: Vec<Kind> = seen.iter().map(|(_, value)| value.kind()).collect();
    assert_eq!(kinds, [Kind::Null, Kind::String, Kind::Array, Kind::Object, Kind::Number, Kind::String]);

    let by_key =
        |wanted: &str| seen.iter().find(|(key, _)| key == wanted).map(|(_, value)| *value).unwrap();
    assert_eq!(by_key("n").as_u64(), Some(42));
    assert_eq!(by_key("n").as_text(), None);
    assert_eq!(by_key("\n").as_text().as_deref(), Some("a\"b"));
    assert_eq!(by_key("\n").as_plain_text(), None);
    assert_eq!(by_key("t").as_plain_text(), Some("plain"));
    assert_eq!(by_key("t").as_u64(), None);
    assert!(by_key("a").members().is_none());
    let inner: Vec<_> =
        by_key("b").members().unwrap().map(|member| member.unwrap().value().raw()).collect();
    assert_eq!(inner, [r#"{"d":true}"#, "-1.5"]);
    assert!(members("{}").is_empty());
}

#[test]
fn raw_keys_keep_their_escapes() {
    let text = r#"{"\u0001\t\"\\":1,"é":2}"#;
    let keys: Vec<_> =
        CanonicalObject::new(text.as_bytes()).unwrap().map(|member| member.unwrap()).collect();
    assert_eq!(keys[0].raw_key(), r#"\u0001\t\"\\"#);
    assert_eq!(keys[0].key(), "\u{1}\t\"\\");
    assert_eq!(keys[1].raw_key(), "é");
}

/// Sorted by what the keys mean, not by how they are spelt: `"` comes before `#`, a line feed before a space.
#[test]
fn keys_with_escapes_are_sorted_by_their_characters() {
    for text in [
        r##"{"!":1,"\"":2,"#":3}"##,
        r#"{"[":1,"\\":2,"]":3}"#,
        r#"{"\u0000":1,"\b":2,"\t":3,"\n":4,"\u000b":5,"\f":6,"\r":7,"\u000e":8," ":9}"#,
        r#"{"a":1,"a\n":2,"a ":3,"aa":4}"#,
    ] {
        assert!(json::is_canonical(text.as_bytes()), "{text}");
    }
    for text in [r##"{"#":1,"\"":2}"##, r#"{"\\":1,"[":2}"#, r#"{"\n":1,"\t":2}"#, r#"{"\n":1,"\n":2}"#] {
        assert!(!json::is_canonical(text.as_bytes()), "{text}");
    }
}

#[test]
fn other_forms_are_refused() {
    for text in [
        r#" {"a":1}"#,
        r#"{"a":1} "#,
        "{\"a\":1}\n",
        r#"{ "a":1}"#,
        r#"{"a" :1}"#,
        r#"{"a": 1}"#,
        r#"{"a":1 }"#,
        r#"{"a":1, "b":2}"#,
        r#"{"b":1,"a":2}"#,
        r#"{"a":1,"a":2}"#,
        r#"{"b":{"y":1,"x":2}}"#,
        r#"{"😀":1,"😀":2}"#,
        "{\"\u{fb33}\":1,\"\u{1f600}\":2}",
        r#"{"a":1.0}"#,
        r#"{"a":1e2}"#,
        r#"{"a":1E+21}"#,
        r#"{"a":1e21}"#,
        r#"{"a":-0}"#,
        r#"{"a":01}"#,
        r#"{"a":+1}"#,
        r#"{"a":.5}"#,
        r#"{"a":1.}"#,
        r#"{"a":0.10}"#,
        r#"{"a":9007199254740993}"#,
        r#"{"a":1e309}"#,
        r#"{"a":inf}"#,
        r#"{"a":nan}"#,
        r#"{"a":e}"#,
        r#"{"a":-}"#,
        r#"{"a":}"#,
        r#"{"a":"\u0041"}"#,
        r#"{"a":"\/"}"#,
        r#"{"a":"\u000A"}"#,
        r#"{"a":"\u000a"}"#,
        r#"{"a":"\u001F"}"#,
        r#"{"a":"\u0022"}"#,
        r#"{"a":"\u005c"}"#,
        r#"{"a":"\u007f"}"#,
        r#"{"a":"\ud83d\ude00"}"#,
        r#"{"a":"\ud800"}"#,
        r#"{"a":"\u00"}"#,
        "{\"a\":\"\n\"}",
        "{\"a\n\":1}",
        r#"{"a":1,}"#,
        r#"{,"a":1}"#,
        r#"{"a":1"b":2}"#,
        r#"{"a":[1,]}"#,
        r#"{"a":[,]}"#,
        r#"{"a":[1 ]}"#,
        r#"{"a":True}"#,
        r#"{"a":truex}"#,
        r#"{"a":1}}"#,
        r#"{"a":1}{"#,
        r#"{"a":1"#,
        r#"{"a":"#,
        r#"{"a"#,
        "{",
    ] {
        assert!(!json::is_canonical(text.as_bytes()), "{text}");
        let error = CanonicalObject::new(text.as_bytes())
            .map_or_else(Some, |members| members.into_iter().find_map(Result::err))
            .unwrap_or_else(|| panic!("{text} was accepted"));
        assert_eq!((error.refusal(), error.kind()), (Refusal::NotCanonical, ErrorKind::Hostile), "{text}");
    }
    for text in ["", "[]", "1", "null", "\"a\""] {
        assert_eq!(CanonicalObject::new(text.as_bytes()).unwrap_err().refusal(), Refusal::NotCanonical);
    }
}

#[test]
fn the_place_of_a_fault_is_that_of_the_member() {
    let text = r#"{"a":1,"b":[1, 2]}"#;
    let error = CanonicalObject::new(text.as_bytes()).unwrap().find_map(Result::err).unwrap();
    assert_eq!(error.offset(), Some(6));
}
