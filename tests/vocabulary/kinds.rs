//! Which answer each kind of error maps to, and which kind each error has.

use ringfence::ErrorKind;

#[test]
fn kinds_map_to_the_documented_status() {
    assert_eq!(ErrorKind::Caller.http_status(), 500);
    assert_eq!(ErrorKind::Hostile.http_status(), 400);
    assert_eq!(ErrorKind::Unavailable.http_status(), 503);
    assert_eq!(ErrorKind::Corrupt.http_status(), 500);
}

/// By DECISIONS.md, General: what the caller did wrong, what a stranger sent, what could not be
/// asked, and what is not readable any more.
#[cfg(feature = "envelope")]
#[test]
fn every_envelope_error_has_its_kind() {
    use ErrorKind::{Caller, Corrupt, Hostile, Unavailable};
    use ringfence::envelope::Error;

    let kinds = [
        (Error::Malformed, Hostile),
        (Error::UnsupportedSuite, Hostile),
        (Error::Rejected, Hostile),
        (Error::Truncated, Hostile),
        (Error::KeyDestroyed, Corrupt),
        (Error::KeyTooOld, Corrupt),
        (Error::UnknownKey, Corrupt),
        (Error::NotUtf8, Corrupt),
        (Error::OutOfRange, Caller),
        (Error::TooLong, Caller),
        (Error::ContextTooLong, Caller),
        (Error::WrongScope, Caller),
        (Error::NoPrimaryKey, Caller),
        (Error::KeyConflict, Caller),
        (Error::RecipientCount, Caller),
        (Error::InvalidSetting, Caller),
        (Error::StreamState, Caller),
        (Error::BufferTooSmall, Caller),
        (Error::KeyService("down".into()), Unavailable),
    ];
    for (error, kind) in kinds {
        assert_eq!(error.kind(), kind, "{error:?}");
    }
}

/// Only errors that come from elsewhere have a source.
#[cfg(feature = "envelope")]
#[test]
fn sources_are_passed_on() {
    use core::error::Error as _;
    use ringfence::envelope::Error;

    assert!(Error::Rejected.source().is_none());
    let service = Error::KeyService("down".into());
    assert_eq!(service.source().unwrap().to_string(), "down");
}
