//! JSON pointers: RFC 6901, section 5, and replacing.

use proptest::prelude::*;
use ringfence::audit::json::{MAX_DEPTH, Refusal, Value};

use crate::generate;

#[test]
fn examples_of_rfc_6901() {
    let text =
        r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#;
    let value = Value::parse(text).unwrap();
    for (pointer, expected) in [
        ("", text),
        ("/foo", r#"["bar","baz"]"#),
        ("/foo/0", r#""bar""#),
        ("/", "0"),
        ("/a~1b", "1"),
        ("/c%d", "2"),
        ("/e^f", "3"),
        ("/g|h", "4"),
        ("/i\\j", "5"),
        ("/k\"l", "6"),
        ("/ ", "7"),
        ("/m~0n", "8"),
    ] {
        assert_eq!(value.pointer(pointer), Some(&Value::parse(expected).unwrap()), "{pointer}");
    }
}

#[test]
fn pointers_that_lead_nowhere() {
    let mut value = Value::parse(r#"{"a":[1,2],"m~n":3,"~1":4,"01":5}"#).unwrap();
    let before = value.clone();
    for pointer in [
        "a",
        "/b",
        "/a/2",
        "/a/-",
        "/a/01",
        "/a/+1",
        "/a/",
        "/a/0/0",
        "/a/x",
        "//a",
        "/a//",
        "/m~n",
        "/m~2n",
        "/m~",
        "/~",
        "/a/99999999999999999999999",
        "#/a",
        " /a",
    ] {
        assert_eq!(value.pointer(pointer), None, "{pointer}");
        let error = value.replace(pointer, Value::NULL).unwrap_err();
        assert_eq!((error.refusal(), error.offset()), (Refusal::NoSuchPlace, None), "{pointer}");
        assert_eq!(value, before);
    }
    // `~01` is `~1`, not `/`.
    assert_eq!(value.pointer("/~01"), Some(&Value::from(4)));
    assert_eq!(value.pointer("/01"), Some(&Value::from(5)));
}

#[test]
fn what_is_replaced_keeps_the_limit_of_depth() {
    let lists = |depth: usize| Value::parse("[".repeat(depth) + &"]".repeat(depth)).unwrap();
    let mut value = Value::parse(r#"{"a":[0]}"#).unwrap();
    let before = value.clone();
    assert_eq!(value.replace("/a/0", lists(MAX_DEPTH - 1)).unwrap_err().refusal(), Refusal::TooDeep);
    assert_eq!(value, before);

    assert_eq!(value.replace("/a/0", lists(MAX_DEPTH - 2)).unwrap(), Value::from(0));
    assert_eq!(value.depth(), MAX_DEPTH);
    assert!(Value::array([value.clone()]).is_err());
    // It is as deep as it is, not as it once was.
    assert_eq!(value.replace("/a/0", Value::NULL).unwrap().depth(), MAX_DEPTH - 2);
    assert_eq!(value.depth(), 2);
    assert!(Value::array([value.clone()]).is_ok());
    assert_eq!(value.replace("", lists(3)).unwrap().to_string(), r#"{"a":[null]}"#);
    assert_eq!(value, lists(3));
}

proptest! {
    #[test]
    fn each_member_is_found_and_replaced(value in generate::value(), key in generate::text(), other in generate::text()) {
        prop_assume!(key != other);
        let mut object = Value::object([(key.clone(), value.clone()), (other.clone(), Value::NULL)]).unwrap();
        let pointer = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
        prop_assert_eq!(object.pointer(&pointer), Some(&value));
        prop_assert_eq!(object.replace(&pointer, Value::from(1)).unwrap(), value);
        prop_assert_eq!(object, Value::object([(key, Value::from(1)), (other, Value::NULL)]).unwrap());
    }

    #[test]
    fn any_text_as_pointer(mut value in generate::value(), pointer in "[/~01a-]{0,8}") {
        let found = value.pointer(&pointer).cloned();
        prop_assert_eq!(value.replace(&pointer, Value::NULL).ok(), found);
    }
}
