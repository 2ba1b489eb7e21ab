//! What holds for any value and any bytes.

use proptest::prelude::*;
use ringfence::audit::json::{self, CanonicalObject, Kind, Value};

use crate::generate;

/// Whether the cursor goes through all of it, and what it saw.
fn cursor(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let mut members = CanonicalObject::new(bytes).ok()?;
    let seen: Result<Vec<_>, _> = members
        .by_ref()
        .map(|member| member.map(|member| (member.key().into_owned(), member.value().raw().to_owned())))
        .collect();
    assert!(members.next().is_none(), "it ends once");
    seen.ok()
}

/// All readers agree on what canonical bytes are.
fn readers_agree(bytes: &[u8]) -> Result<(), TestCaseError> {
    let value = Value::parse(bytes);
    let rewritten = value.as_ref().map(Value::to_canonical);
    let canonical = rewritten.as_ref().is_ok_and(|rewritten| rewritten == bytes);
    prop_assert_eq!(json::is_canonical(bytes), canonical);

    let object = value.ok().filter(|value| canonical && value.kind() == Kind::Object);
    let members = object.as_ref().and_then(Value::members);
    let members =
        members.map(|members| members.map(|(key, value)| (key.to_owned(), value.to_string())).collect());
    prop_assert_eq!(cursor(bytes), members);
    Ok(())
}

/// The other implementation, which does not refuse what I-JSON does.
fn oracle(bytes: &[u8]) -> Option<Vec<u8>> {
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    serde_json_canonicalizer::to_vec(&value).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_written_is_read_as_it_was(value in generate::value()) {
        let bytes = value.to_canonical();
        let read = Value::parse(&bytes).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&read, &value);
        prop_assert_eq!(read.to_canonical(), &*bytes);
        prop_assert_eq!(read.depth(), value.depth());
        prop_assert!(json::is_canonical(&bytes));
        readers_agree(&bytes)?;
    }

    #[test]
    fn another_implementation_writes_the_same(value in generate::value()) {
        let bytes = value.to_canonical();
        let pretty: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let pretty = serde_json::to_string_pretty(&pretty).unwrap();
        prop_assert_eq!(oracle(pretty.as_bytes()), Some(bytes));
    }

    #[test]
    fn another_implementation_agrees_on_what_is_accepted(bytes in prop_oneof![generate::soup(), generate::damaged()]) {
        if let Ok(value) = Value::parse(&bytes) {
            prop_assert_eq!(oracle(&bytes), Some(value.to_canonical()));
        }
    }

    #[test]
    fn readers_agree_on_token_soup(bytes in generate::soup()) {
        readers_agree(&bytes)?;
    }

    #[test]
    fn readers_agree_on_damaged_bytes(bytes in generate::damaged()) {
        readers_agree(&bytes)?;
    }

    #[test]
    fn readers_agree_on_any_bytes(bytes: Vec<u8>) {
        readers_agree(&bytes)?;
    }

    #[test]
    fn readers_agree_on_any_number(number in prop_oneof!["-?[0-9]{1,22}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", generate::number().prop_map(|number| format!("{number:e}")), generate::number().prop_map(|number| number.to_string())]) {
        readers_agree(number.as_bytes())?;
        readers_agree(format!("{{\"a\":{number}}}").as_bytes())?;
        // An integer is never rounded.
        if let (Ok(value), true) = (Value::parse(&number), number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')) {
            prop_assert_eq!(value.to_string(), number);
        }
    }

    #[test]
    fn the_order_of_making_makes_no_difference(members in proptest::collection::hash_map(generate::text(), any::<u32>(), 0..8)) {
        let mut members: Vec<_> = members.into_iter().collect();
        let value = Value::object(members.clone()).unwrap();
        members.sort();
        prop_assert_eq!(&Value::object(members.clone()).unwrap(), &value);
        members.reverse();
        prop_assert_eq!(&Value::object(members.clone()).unwrap(), &value);
        for (key, number) in &members {
            prop_assert_eq!(value.member(key), Some(&Value::from(*number)));
        }
        if let Some(twice) = members.first().cloned() {
            members.push(twice);
            prop_assert!(Value::object(members).is_err());
        }
        let keys: Vec<Vec<u16>> = value.members().unwrap().map(|(key, _)| key.encode_utf16().collect()).collect();
        prop_assert!(keys.is_sorted());
    }

    #[test]
    fn each_cut_is_refused(value in generate::value(), at: prop::sample::Index) {
        let list = Value::array([value]).unwrap().to_canonical();
        let cut = &list[..at.index(list.len())];
        prop_assert!(Value::parse(cut).is_err());
        prop_assert!(!json::is_canonical(cut));
    }
}
