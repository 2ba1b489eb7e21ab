//! Ids: what is taken, what is refused, and that they stay as they were given.

use ringfence::{ActorId, IdError, RequestId, ResourceId, SubjectId, TenantId};

/// The same checks for each of the id types.
macro_rules! for_each_id {
    ($($name:ident: $id:ty),+ $(,)?) => {$(
        mod $name {
            use super::*;

            #[test]
            fn usable_text_is_taken_as_it_is() {
                for text in usable() {
                    let id: $id = text.parse().unwrap();
                    assert_eq!(id.as_str(), text);
                    assert_eq!(id.to_string(), text);
                    assert_eq!(<$id>::new(text.clone()).as_ref(), Ok(&id));
                    assert_eq!(<$id>::try_from(text.as_str()).as_ref(), Ok(&id));
                    assert_eq!(<$id>::try_from(text.clone()).as_ref(), Ok(&id));
                    assert_eq!(AsRef::<[u8]>::as_ref(&id), text.as_bytes());
                    assert_eq!(AsRef::<str>::as_ref(&id), text);
                }
            }

            #[test]
            fn unusable_text_is_refused_on_every_way_in() {
                for (text, error) in unusable() {
                    assert_eq!(text.parse::<$id>(), Err(error), "{text:?}");
                    assert_eq!(<$id>::new(text.clone()), Err(error), "{text:?}");
                    assert_eq!(<$id>::try_from(text.as_str()), Err(error), "{text:?}");
                    assert_eq!(<$id>::try_from(text.clone()), Err(error), "{text:?}");
                }
            }

            #[test]
            fn numbers_are_written_in_decimal() {
                assert_eq!(<$id>::from(0_u64).as_str(), "0");
                assert_eq!(<$id>::from(u64::MAX).as_str(), "18446744073709551615");
            }

            /// Debug shows the type, so that a log tells a tenant from a user.
            #[test]
            fn debug_names_the_type() {
                let id: $id = "a\"b".parse().unwrap();
                assert_eq!(format!("{id:?}"), format!("{}(\"a\\\"b\")", stringify!($id)));
            }

            #[cfg(feature = "serde")]
            #[test]
            fn serde_goes_through_the_parser() {
                for text in usable() {
                    let id: $id = text.parse().unwrap();
                    let stored = serde_json::to_value(&id).unwrap();
                    assert_eq!(stored, serde_json::Value::from(text));
                    assert_eq!(serde_json::from_value::<$id>(stored).unwrap(), id);
                }
                for (text, _) in unusable() {
                    let stored = serde_json::Value::from(text.clone());
                    assert!(serde_json::from_value::<$id>(stored).is_err(), "{text:?}");
                }
                assert!(serde_json::from_str::<$id>("7").is_err());
            }

            #[cfg(feature = "uuid")]
            #[test]
            fn uuids_have_their_canonical_form() {
                // RFC 9562, appendix A.1, in capitals.
                let uuid = uuid::Uuid::parse_str("C232AB00-9414-11EC-B3C8-9F6BDECED846").unwrap();
                assert_eq!(<$id>::from(uuid).as_str(), "c232ab00-9414-11ec-b3c8-9f6bdeced846");
            }
        }
    )+};
}

for_each_id! {
    tenant: TenantId,
    actor: ActorId,
    subject: SubjectId,
    resource: ResourceId,
    request: RequestId,
}

fn usable() -> Vec<String> {
    vec![
        "a".to_owned(),
        "acme".to_owned(),
        "Acme".to_owned(),
        " acme ".to_owned(),
        "東京-🔑".to_owned(),
        // Composed and decomposed stay apart: nothing is normalised.
        "\u{e9}".to_owned(),
        "e\u{301}".to_owned(),
        "'; DROP TABLE tenants; --".to_owned(),
        "x".repeat(255),
        "é".repeat(127),
    ]
}

fn unusable() -> Vec<(String, IdError)> {
    let mut texts = vec![
        (String::new(), IdError::Empty),
        ("x".repeat(256), IdError::TooLong),
        // 128 characters, 256 bytes.
        ("é".repeat(128), IdError::TooLong),
        ("x".repeat(1_000_000), IdError::TooLong),
    ];
    // Unicode's Cc (C0, DEL, C1), and the two separators that break lines in JavaScript and JSON logs.
    let controls = (0..=0x1f).chain(0x7f..=0x9f).chain([0x2028, 0x2029]);
    for control in controls.filter_map(char::from_u32) {
        for text in [format!("{control}"), format!("ac{control}me"), format!("acme{control}")] {
            texts.push((text, IdError::ControlCharacter));
        }
    }
    texts
}

#[test]
fn errors_do_not_repeat_the_text() {
    let error = TenantId::new("secret\n").unwrap_err();
    assert_eq!(format!("{error} {error:?}"), "the id holds a control character ControlCharacter");
}

#[test]
fn ids_that_differ_in_any_byte_are_different() {
    let all: std::collections::HashSet<TenantId> =
        usable().into_iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(all.len(), usable().len());
}

#[test]
fn ids_are_ordered_by_their_bytes() {
    let mut ids: Vec<TenantId> = ["b", "a", "B", "aa", "é", "z"].map(|text| text.parse().unwrap()).into();
    ids.sort();
    let texts: Vec<_> = ids.iter().map(TenantId::as_str).collect();
    assert_eq!(texts, ["B", "a", "aa", "b", "z", "é"]);
}
