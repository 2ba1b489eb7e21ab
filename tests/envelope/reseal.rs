//! Moving stored values to a new key, row by row, and how far a pass has come.

use ringfence::envelope::{Context, Generation, Keyring, ResealProgress, Resealed};
use ringfence::secrecy::ExposeSecret;

use crate::fixture::{acme_place, acme_ring, data_key, outcome, scope};

fn rotated() -> Keyring {
    acme_ring().rotate(Generation::new(2), data_key(2)).unwrap()
}

#[test]
fn a_value_under_an_older_key_is_replaced() {
    let old = acme_ring().seal(&acme_place(), b"sk_live_1").unwrap();
    let Resealed::Replace(new) = rotated().reseal(&acme_place(), &old).unwrap() else {
        panic!("it is under an older key");
    };
    assert_eq!(new.generation(), Generation::new(2));
    assert_eq!(rotated().open(&acme_place(), &new).unwrap().expose_secret(), b"sk_live_1");
    assert_eq!(rotated().reseal(&acme_place(), &new).unwrap(), Resealed::Current);
}

/// A rotation that went back (a restored configuration) reseals under the primary key of now.
#[test]
fn a_value_under_a_newer_key_is_replaced_too() {
    let new =
        Keyring::new(scope("acme"), Generation::new(2), data_key(2)).seal(&acme_place(), b"x").unwrap();
    let ring = Keyring::builder(scope("acme"))
        .primary(Generation::FIRST, data_key(1))
        .older(Generation::new(2), data_key(2))
        .build()
        .unwrap();
    let Resealed::Replace(again) = ring.reseal(&acme_place(), &new).unwrap() else {
        panic!("it is not under the primary key");
    };
    assert_eq!(again.generation(), Generation::FIRST);
}

#[test]
fn a_value_that_does_not_open_is_not_replaced() {
    let ring = rotated();
    let mut tampered = acme_ring().seal(&acme_place(), b"x").unwrap().into_bytes();
    *tampered.last_mut().unwrap() ^= 1;
    assert_eq!(outcome(&ring.reseal(&acme_place(), &tampered)), "rejected");
    assert_eq!(outcome(&ring.reseal(&acme_place(), &tampered[..68])), "malformed");
    tampered[4] = 9;
    assert_eq!(outcome(&ring.reseal(&acme_place(), &tampered)), "unknown_key");
    // A value out of another row must not be legalised by the migration.
    let moved = acme_ring().seal(&acme_place(), b"x").unwrap();
    let other_row = Context::from_parts(b"acme", b"integrations", b"api_key", b"row-43");
    assert_eq!(outcome(&ring.reseal(&other_row, &moved)), "rejected");
}

/// A whole pass over a table with an interruption in the middle: the stored progress carries on.
#[test]
fn a_pass_is_resumed_where_it_stopped() {
    let ring = rotated();
    let mut table: Vec<(String, Vec<u8>)> = (0..10)
        .map(|n| {
            let row = format!("row-{n}");
            let context = Context::from_parts(b"acme", b"t", b"c", row.as_bytes());
            let sealer = if n % 3 == 0 { &ring } else { &acme_ring() };
            let mut sealed = sealer.seal(&context, row.as_bytes()).unwrap().into_bytes();
            if n == 7 {
                *sealed.last_mut().unwrap() ^= 1;
            }
            (row, sealed)
        })
        .collect();
    let batch = |table: &mut Vec<(String, Vec<u8>)>, progress: &mut ResealProgress, size: usize| {
        let after = progress.after().map(str::to_owned);
        let rest = table.iter_mut().filter(|(row, _)| Some(row) > after.as_ref());
        for (row, stored) in rest.take(size) {
            let context = Context::from_parts(b"acme", b"t", b"c", row.as_bytes());
            let outcome = ring.reseal(&context, &*stored);
            progress.record(row, &outcome);
            if let Ok(Resealed::Replace(new)) = outcome {
                *stored = new.into_bytes();
            }
        }
    };
    let mut progress = ResealProgress::default();
    batch(&mut table, &mut progress, 4);
    assert_eq!(progress.after(), Some("row-3"));
    // The process dies here; the value was stored, and is read back by the next one.
    batch(&mut table, &mut progress, 100);
    assert_eq!((progress.current(), progress.replaced(), progress.refused()), (4, 5, 1));
    assert_eq!(progress.after(), Some("row-9"));
    // Doing it all again finds nothing to do but the broken row.
    let mut again = ResealProgress::default();
    batch(&mut table, &mut again, 100);
    assert_eq!((again.current(), again.replaced(), again.refused()), (9, 0, 1));
}

#[cfg(feature = "serde")]
mod stored {
    use super::*;

    fn progress() -> ResealProgress {
        let mut progress = ResealProgress::default();
        progress.record("row-1", &Ok(Resealed::Current));
        progress.record("row-2", &Err(ringfence::envelope::Error::Rejected));
        progress
    }

    #[test]
    fn progress_comes_back_as_it_was_stored() {
        for progress in [ResealProgress::default(), progress()] {
            let stored = serde_json::to_string(&progress).unwrap();
            let read: ResealProgress = serde_json::from_str(&stored).unwrap();
            assert_eq!(read, progress);
        }
    }

    #[test]
    fn progress_carries_its_version() {
        let stored = serde_json::to_value(progress()).unwrap();
        assert_eq!(stored["version"], 1);
    }

    /// What a later release wrote must not be misread as version 1.
    #[test]
    fn progress_of_another_version_is_refused() {
        let mut stored = serde_json::to_value(progress()).unwrap();
        for version in [0, 2, 255] {
            stored["version"] = version.into();
            let read: Result<ResealProgress, _> = serde_json::from_value(stored.clone());
            assert!(read.is_err(), "version {version}");
        }
    }

    #[test]
    fn sealed_values_and_generations_are_stored_in_their_text_and_number() {
        use ringfence::envelope::SealedValue;

        let sealed = acme_ring().seal(&acme_place(), b"x").unwrap();
        let stored = serde_json::to_value(&sealed).unwrap();
        assert_eq!(stored, serde_json::Value::from(sealed.to_text()));
        assert_eq!(serde_json::from_value::<SealedValue>(stored).unwrap(), sealed);
        for wrong in ["", "e1.", "e1.AQ==", &format!("{}=", sealed.to_text())] {
            assert!(serde_json::from_value::<SealedValue>(wrong.into()).is_err(), "{wrong:?}");
        }
        assert_eq!(serde_json::to_value(Generation::new(7)).unwrap(), serde_json::Value::from(7));
        assert!(serde_json::from_str::<Generation>("4294967296").is_err());
        assert!(serde_json::from_str::<Generation>("-1").is_err());
    }
}

/// What says nothing about the row is not noted: the next pass comes to it again.
#[test]
fn a_failing_service_does_not_use_a_row_up() {
    let mut progress = ResealProgress::default();
    progress.record("row-1", &Ok(Resealed::Current));
    let service = ringfence::envelope::Error::KeyService("down".into());
    progress.record("row-2", &Err(service));
    progress.record("row-2", &Err(ringfence::envelope::Error::NoPrimaryKey));
    assert_eq!((progress.after(), progress.refused()), (Some("row-1"), 0));
    progress.record("row-2", &Err(ringfence::envelope::Error::Rejected));
    assert_eq!((progress.after(), progress.refused()), (Some("row-2"), 1));
}
