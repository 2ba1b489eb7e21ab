//! Ids: five types with one rule.

use ringfence::{ActorId, IdError, RequestId, ResourceId, SubjectId, TenantId};

pub fn check(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else {
        return;
    };
    let expected = expected(text);
    macro_rules! check {
        ($($id:ty),*) => {$(
            let id = text.parse::<$id>();
            assert_eq!(id, <$id>::new(text));
            assert_eq!(id, <$id>::try_from(text));
            assert_eq!(id, <$id>::try_from(text.to_owned()));
            assert_eq!(id.as_ref().err(), expected.as_ref());
            if let Ok(id) = id {
                assert_eq!(id.as_str(), text);
                assert_eq!(id.to_string(), text);
                assert!(format!("{id:?}").is_ascii() || !text.is_ascii());
            }
        )*};
    }
    check!(TenantId, ActorId, SubjectId, ResourceId, RequestId);

    let mut number = [0; 8];
    let len = data.len().min(8);
    number[..len].copy_from_slice(&data[..len]);
    let number = u64::from_be_bytes(number);
    let id = TenantId::from(number);
    assert_eq!(id.as_str().parse::<u64>(), Ok(number));
    assert_eq!(id.as_str().parse::<TenantId>(), Ok(id));
}

/// The rule, written down a second time.
fn expected(text: &str) -> Option<IdError> {
    let breaks = |c: char| matches!(u32::from(c), 0..=0x1f | 0x7f..=0x9f | 0x2028 | 0x2029);
    match text.len() {
        0 => Some(IdError::Empty),
        256.. => Some(IdError::TooLong),
        _ => text.chars().any(breaks).then_some(IdError::ControlCharacter),
    }
}
