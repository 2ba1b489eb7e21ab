//! The examples of RFC 8785, and those of its author's repository.

use ringfence::audit::json::{self, Value};

fn canonical(text: &str) -> String {
    Value::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

/// RFC 8785, appendix B: the bits of a double, and its form. The last two of the table, NaN and infinity,
/// are in the next test.
const APPENDIX_B: [(u64, &str); 24] = [
    (0x0000_0000_0000_0000, "0"),
    (0x8000_0000_0000_0000, "0"),
    (0x0000_0000_0000_0001, "5e-324"),
    (0x8000_0000_0000_0001, "-5e-324"),
    (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
    (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
    (0x4340_0000_0000_0000, "9007199254740992"),
    (0xc340_0000_0000_0000, "-9007199254740992"),
    (0x4430_0000_0000_0000, "295147905179352830000"),
    (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
    (0x44b5_2d02_c7e1_4af6, "1e+23"),
    (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
    (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
    (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
    (0x444b_1ae4_d6e2_ef50, "1e+21"),
    (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
    (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
    (0x41b3_de43_5555_5553, "333333333.3333332"),
    (0x41b3_de43_5555_5554, "333333333.33333325"),
    (0x41b3_de43_5555_5555, "333333333.3333333"),
    (0x41b3_de43_5555_5556, "333333333.3333334"),
    (0x41b3_de43_5555_5557, "333333333.33333343"),
    (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
    (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
];

#[test]
fn numbers_of_appendix_b() {
    for (bits, form) in APPENDIX_B {
        let value = Value::try_from(f64::from_bits(bits)).unwrap();
        assert_eq!(value.to_string(), form, "{bits:#x}");
        assert_eq!(canonical(form), form);
        assert_eq!(Value::parse(form).unwrap(), value);
        assert!(json::is_canonical(form.as_bytes()), "{form}");
        assert!(json::is_canonical(format!("[{form}]").as_bytes()), "{form}");
    }
}

#[test]
fn no_numbers_of_appendix_b() {
    for bits in [0x7fff_ffff_ffff_ffff, 0x7ff0_0000_0000_0000, 0xfff0_0000_0000_0000] {
        assert!(Value::try_from(f64::from_bits(bits)).is_err(), "{bits:#x}");
    }
}

/// Section 3.2.2 as it is read, section 3.2.3 as it is sorted, section 3.2.4 as bytes.
#[test]
fn sample_of_section_3_2_2() {
    let text = r#"{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"#;
    let bytes = b"\x7b\x22\x6c\x69\x74\x65\x72\x61\x6c\x73\x22\x3a\x5b\x6e\x75\x6c\x6c\x2c\x74\x72\
        \x75\x65\x2c\x66\x61\x6c\x73\x65\x5d\x2c\x22\x6e\x75\x6d\x62\x65\x72\x73\x22\x3a\
        \x5b\x33\x33\x33\x33\x33\x33\x33\x33\x33\x2e\x33\x33\x33\x33\x33\x33\x33\x2c\x31\
        \x65\x2b\x33\x30\x2c\x34\x2e\x35\x2c\x30\x2e\x30\x30\x32\x2c\x31\x65\x2d\x32\x37\
        \x5d\x2c\x22\x73\x74\x72\x69\x6e\x67\x22\x3a\x22\xe2\x82\xac\x24\x5c\x75\x30\x30\
        \x30\x66\x5c\x6e\x41\x27\x42\x5c\x22\x5c\x5c\x5c\x5c\x5c\x22\x2f\x22\x7d";
    assert_eq!(Value::parse(text).unwrap().to_canonical(), bytes);
    assert!(json::is_canonical(bytes));
}

#[test]
fn sorting_of_section_3_2_3() {
    let text = r#"{
  "\u20ac": "Euro Sign",
  "\r": "Carriage Return",
  "\ufb33": "Hebrew Letter Dalet With Dagesh",
  "1": "One",
  "\ud83d\ude00": "Emoji: Grinning Face",
  "\u0080": "Control",
  "\u00f6": "Latin Small Letter O With Diaeresis"
}"#;
    let value = Value::parse(text).unwrap();
    let names: Vec<&str> = value.members().unwrap().filter_map(|(_, name)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Carriage Return",
            "One",
            "Control",
            "Latin Small Letter O With Diaeresis",
            "Euro Sign",
            "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh",
        ]
    );
    assert!(json::is_canonical(&value.to_canonical()));
}

/// From `testdata/` of <https://github.com/cyberphone/json-canonicalization>, the repository of the RFC's author.
#[test]
fn test_data_of_the_authors() {
    for (input, output) in [
        (r#"[ 56, { "d": true, "10": null, "1": [ ] } ]"#, r#"[56,{"1":[],"10":null,"d":true}]"#),
        (
            r#"{ "peach": "This sorting order", "péché": "is wrong according to French",
                 "pêche": "but canonicalization MUST", "sin":   "ignore locale" }"#,
            r#"{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}"#,
        ),
        (
            r#"{ "1": {"f": {"f": "hi","F": 5} ,"\n": 56.0}, "10": { }, "": "empty", "a": { }, "111": [ {"e": "yes", "E": "no" } ], "A": { } }"#,
            r#"{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}"#,
        ),
        ("{ \"Unnormalized Unicode\":\"A\\u030a\" }", "{\"Unnormalized Unicode\":\"A\u{30a}\"}"),
        (
            r#"{ "\u20ac": "Euro Sign", "\r": "Carriage Return", "\u000a": "Newline", "1": "One",
                 "\u0080": "Control\u007f", "\ud83d\ude02": "Smiley", "\u00f6": "Latin Small Letter O With Diaeresis",
                 "\ufb33": "Hebrew Letter Dalet With Dagesh", "</script>": "Browser Challenge" }"#,
            "{\"\\n\":\"Newline\",\"\\r\":\"Carriage Return\",\"1\":\"One\",\"</script>\":\"Browser Challenge\",\
             \"\u{80}\":\"Control\u{7f}\",\"\u{f6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20ac}\":\"Euro Sign\",\
             \"\u{1f602}\":\"Smiley\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}",
        ),
    ] {
        assert_eq!(canonical(input), output);
        assert_eq!(canonical(output), output);
        assert!(json::is_canonical(output.as_bytes()), "{output}");
    }
}

/// Section 3.2.2.2: each control character has one escape, and nothing else has any.
#[test]
fn escapes() {
    for code in 0..=0x7f {
        let character = char::from(code);
        let form = match code {
            8 => r"\b".to_owned(),
            9 => r"\t".to_owned(),
            10 => r"\n".to_owned(),
            12 => r"\f".to_owned(),
            13 => r"\r".to_owned(),
            0..=0x1f => format!("\\u{code:04x}"),
            b'"' | b'\\' => format!("\\{character}"),
            _ => character.to_string(),
        };
        let form = format!("\"{form}\"");
        assert_eq!(Value::from(character.to_string()).to_string(), form);
        assert_eq!(canonical(&format!("\"\\u{code:04X}\"")), form);
        assert!(json::is_canonical(form.as_bytes()), "{form}");
        // Any other spelling is refused as canonical bytes.
        for other in [format!("\"\\u{code:04X}\""), format!("\"\\u{code:04x}\"")] {
            assert_eq!(json::is_canonical(other.as_bytes()), other == form, "{other}");
        }
    }
}

/// Floats are read as the nearest double and written as ECMAScript prints that.
#[test]
fn forms_of_numbers() {
    for (token, form) in [
        ("1.0", "1"),
        ("1e2", "100"),
        ("1E+2", "100"),
        ("0.10", "0.1"),
        ("-0.0", "0"),
        ("-0e7", "0"),
        ("0.0", "0"),
        ("1e21", "1e+21"),
        ("1e20", "100000000000000000000"),
        ("100000000000000000000", "100000000000000000000"),
        ("1e-6", "0.000001"),
        ("1e-7", "1e-7"),
        ("9007199254740991", "9007199254740991"),
        ("-9007199254740991", "-9007199254740991"),
        ("9007199254740992", "9007199254740992"),
        ("9007199254740993.0", "9007199254740992"),
        ("1.7976931348623158e308", "1.7976931348623157e+308"),
        ("4.9e-324", "5e-324"),
        ("1e-400", "0"),
        ("-1e-400", "0"),
        ("0e99999999999", "0"),
    ] {
        assert_eq!(canonical(token), form, "{token}");
        assert_eq!(json::is_canonical(token.as_bytes()), token == form, "{token}");
        assert!(json::is_canonical(form.as_bytes()), "{form}");
    }
}
