//! Values made by hand.

use ringfence::audit::json::{Kind, Refusal, Value};

#[test]
fn values_from_rusts_own() {
    for (value, form, kind) in [
        (Value::from(true), "true", Kind::Bool),
        (Value::from(false), "false", Kind::Bool),
        (Value::NULL, "null", Kind::Null),
        (Value::default(), "null", Kind::Null),
        (Value::from(None::<bool>), "null", Kind::Null),
        (Value::from(Some("a")), "\"a\"", Kind::String),
        (Value::from("a".to_owned()), "\"a\"", Kind::String),
        (Value::from(i32::MIN), "-2147483648", Kind::Number),
        (Value::from(u32::MAX), "4294967295", Kind::Number),
        (Value::try_from(-9_007_199_254_740_992_i64).unwrap(), "-9007199254740992", Kind::Number),
        (Value::try_from(9_007_199_254_740_991_u64).unwrap(), "9007199254740991", Kind::Number),
        (Value::try_from(10_000_000_000_000_000_000_u64).unwrap(), "10000000000000000000", Kind::Number),
        (Value::try_from(-0.0).unwrap(), "0", Kind::Number),
        (Value::try_from(0.1).unwrap(), "0.1", Kind::Number),
        (Value::array::<Value>([]).unwrap(), "[]", Kind::Array),
        (Value::object::<String, Value>([]).unwrap(), "{}", Kind::Object),
    ] {
        assert_eq!(value.to_string(), form);
        assert_eq!(format!("{value:?}"), form);
        assert_eq!(value.kind(), kind);
        assert_eq!(form.parse::<Value>().unwrap(), value);
    }
}

#[test]
fn integers_that_a_double_would_round() {
    for error in [
        Value::try_from(9_007_199_254_740_993_i64).unwrap_err(),
        Value::try_from(i64::MAX).unwrap_err(),
        Value::try_from(u64::MAX).unwrap_err(),
    ] {
        assert_eq!((error.refusal(), error.offset()), (Refusal::InexactInteger, None));
    }
}

#[test]
fn each_accessor_is_for_its_kind() {
    let values: Vec<Value> =
        ["null", "true", "7", "-7", "0.5", "9007199254740992", "\"a\"", "[1]", "{\"a\":1}"]
            .map(|text| Value::parse(text).unwrap())
            .into();
    let which = |holds: fn(&Value) -> bool| -> Vec<usize> {
        values.iter().enumerate().filter(|(_, value)| holds(value)).map(|(index, _)| index).collect()
    };
    assert_eq!(which(Value::is_null), [0]);
    assert_eq!(which(|value| value.as_bool().is_some()), [1]);
    assert_eq!(which(|value| value.as_u64().is_some()), [2]);
    assert_eq!(which(|value| value.as_i64().is_some()), [2, 3]);
    assert_eq!(which(|value| value.as_f64().is_some()), [2, 3, 4, 5]);
    assert_eq!(which(|value| value.as_str().is_some()), [6]);
    assert_eq!(which(|value| value.items().is_some()), [7]);
    assert_eq!(which(|value| value.members().is_some()), [8]);
    assert_eq!(which(|value| value.member("a").is_some()), [8]);
    assert_eq!(values[3].as_f64(), Some(-7.0));
    assert_eq!(values[5].as_f64(), Some(9_007_199_254_740_992.0));
}

#[test]
fn writing_appends() {
    let mut out = b"x".to_vec();
    Value::parse("[1, 2]").unwrap().write_to(&mut out);
    assert_eq!(out, b"x[1,2]");
}
