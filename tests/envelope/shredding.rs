//! Crypto-shredding: what can be opened afterwards, and what the receipt records.

use ringfence::envelope::{
    Error, Generation, KekId, KeyWrap, Keyring, LocalKeyWrap, Scope, Shredding, WrapContext, WrappedKey,
};
use ringfence::secrecy::ExposeSecret;
use ringfence::{ErrorKind, SubjectId};

use crate::clock::at;
use crate::fixture::{acme_place, acme_ring, code, data_key, kek, outcome, scope, tenant};
use crate::stream_file;

fn wrapped(scope: &Scope, generation: Generation, fill: u8) -> WrappedKey {
    let key_wrap = LocalKeyWrap::new(KekId::new(7), kek(9));
    key_wrap.wrap(&WrapContext::new(scope, generation), &data_key(fill)).unwrap()
}

#[test]
fn what_a_shredded_scope_sealed_says_key_destroyed() {
    let (first, second) = (Generation::FIRST, Generation::new(2));
    let ring = acme_ring().rotate(second, data_key(2)).unwrap();
    let old = acme_ring().seal(&acme_place(), b"old").unwrap();
    let new = ring.seal(&acme_place(), b"new").unwrap();
    let file = stream_file::seal(&[&ring], &acme_place(), b"export");

    let receipt = Shredding::of(scope("acme"))
        .wrapped_key(second, &wrapped(&scope("acme"), second, 2))
        .wrapped_key(first, &wrapped(&scope("acme"), first, 1))
        .executed(at(0));
    let rest = Keyring::shredded(&receipt);

    let refused = rest.open(&acme_place(), &new).unwrap_err();
    assert_eq!(code(&refused), "key_destroyed");
    assert_eq!(refused.kind(), ErrorKind::Corrupt);
    assert_eq!(outcome(&rest.open(&acme_place(), &old)), "key_destroyed");
    assert_eq!(outcome(&stream_file::open(&rest, &acme_place(), &file)), "key_destroyed");
    assert_eq!(outcome(&rest.seal(&acme_place(), b"x")), "no_primary_key");
    assert_eq!(rest.scope(), &scope("acme"));
}

/// A generation that the receipt does not name was not destroyed.
#[test]
fn an_unnamed_generation_is_unknown_instead() {
    let sealed =
        Keyring::new(scope("acme"), Generation::new(3), data_key(3)).seal(&acme_place(), b"x").unwrap();
    let receipt = Shredding::of(scope("acme"))
        .wrapped_key(Generation::FIRST, &wrapped(&scope("acme"), Generation::FIRST, 1))
        .executed(at(0));
    assert_eq!(outcome(&Keyring::shredded(&receipt).open(&acme_place(), &sealed)), "unknown_key");
}

/// The same generation wrapped twice (before and after a rotation of the key-encryption key).
#[test]
fn a_generation_may_be_named_twice() {
    let key = wrapped(&scope("acme"), Generation::FIRST, 1);
    let sealed = acme_ring().seal(&acme_place(), b"x").unwrap();
    let receipt = Shredding::of(scope("acme"))
        .wrapped_key(Generation::FIRST, &key)
        .wrapped_key(Generation::FIRST, &key)
        .executed(at(0));
    assert_eq!(outcome(&Keyring::shredded(&receipt).open(&acme_place(), &sealed)), "key_destroyed");
}

#[test]
fn shredding_a_subject_leaves_the_tenant_alone() {
    let ann = Scope::subject(&tenant("acme"), &SubjectId::from(9_u64));
    let of_ann = Keyring::new(ann.clone(), Generation::FIRST, data_key(3));
    let hers = of_ann.seal(&acme_place(), b"hers").unwrap();
    let ours = acme_ring().seal(&acme_place(), b"ours").unwrap();
    let receipt = Shredding::of(ann.clone())
        .wrapped_key(Generation::FIRST, &wrapped(&ann, Generation::FIRST, 3))
        .executed(at(0));
    let rest = Keyring::shredded(&receipt);
    assert_eq!(outcome(&rest.open(&acme_place(), &hers)), "key_destroyed");
    assert_eq!(acme_ring().open(&acme_place(), &ours).unwrap().expose_secret(), b"ours");
}

#[test]
fn the_receipt_names_scope_time_keys_and_index_columns() {
    // Bytes of known digests: FIPS 180-2, appendix B.1 ("abc"), and RFC 6234's empty-ish neighbour "a".
    let abc = WrappedKey::from_bytes(*b"abc").unwrap();
    let a = WrappedKey::from_bytes(*b"a").unwrap();
    let receipt = Shredding::of(scope("acme"))
        .wrapped_key(Generation::new(2), &abc)
        .wrapped_key(Generation::FIRST, &a)
        .index_column("contacts.email_index")
        .index_column(String::from("contacts.phone_index"))
        .executed(at(5));
    assert_eq!(receipt.scope(), &scope("acme"));
    assert_eq!(receipt.at(), at(5));
    assert_eq!(receipt.index_columns(), ["contacts.email_index", "contacts.phone_index"]);
    let digests: Vec<_> = receipt
        .keys()
        .iter()
        .map(|key| (key.generation(), data_encoding::HEXLOWER.encode(key.wrapped_sha256())))
        .collect();
    let expected = [
        (Generation::new(2), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned()),
        (Generation::FIRST, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb".to_owned()),
    ];
    assert_eq!(digests, expected);
}

#[test]
fn key_destroyed_is_told_apart_from_other_refusals() {
    assert!(matches!(Error::KeyDestroyed.kind(), ErrorKind::Corrupt));
    assert!(matches!(Error::Rejected.kind(), ErrorKind::Hostile));
    assert_eq!(Error::KeyDestroyed.to_string(), "the data key was destroyed");
}

#[cfg(feature = "serde")]
mod stored {
    use ringfence::envelope::Receipt;

    use super::*;

    fn receipt(scope: Scope) -> Receipt {
        let key = WrappedKey::from_bytes(*b"abc").unwrap();
        Shredding::of(scope)
            .wrapped_key(Generation::new(2), &key)
            .index_column("contacts.email_index")
            .executed(at(5))
    }

    #[test]
    fn a_receipt_comes_back_as_it_was_stored() {
        let not_text = Scope::from_parts(b"\xff\x00", b"\xfe").unwrap();
        for scope in [scope("acme"), not_text] {
            let receipt = receipt(scope);
            let stored = serde_json::to_string(&receipt).unwrap();
            assert_eq!(serde_json::from_str::<Receipt>(&stored).unwrap(), receipt);
        }
    }

    #[test]
    fn a_receipt_is_stored_in_standard_forms() {
        let stored = serde_json::to_value(receipt(scope("acme"))).unwrap();
        assert_eq!(stored["version"], 1);
        assert_eq!(stored["at"], "2026-11-22T00:00:05.000000Z");
        assert_eq!(stored["scope"]["tenant_base64url"], "YWNtZQ");
        assert_eq!(stored["scope"]["subject_base64url"], "");
        assert_eq!(stored["keys"][0]["generation"], 2);
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            stored["keys"][0]["wrapped_sha256"],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_receipt_of_another_version_is_refused() {
        let mut stored = serde_json::to_value(receipt(scope("acme"))).unwrap();
        for version in [0, 2, 255] {
            stored["version"] = version.into();
            assert!(serde_json::from_value::<Receipt>(stored.clone()).is_err(), "version {version}");
        }
    }

    #[test]
    fn a_receipt_with_a_broken_field_is_refused() {
        let good = serde_json::to_value(receipt(scope("acme"))).unwrap();
        let broken: [(&str, serde_json::Value); 6] = [
            ("/at", "yesterday".into()),
            ("/keys/0/wrapped_sha256", "BA7816".into()),
            ("/keys/0/wrapped_sha256", "BA".repeat(32).into()),
            ("/keys/0/generation", (1_u64 << 32).into()),
            ("/scope/tenant_base64url", "YWNtZQ==".into()),
            ("/scope/tenant_base64url", "YWNtZR".into()),
        ];
        for (field, value) in broken {
            let mut stored = good.clone();
            *stored.pointer_mut(field).unwrap() = value;
            assert!(serde_json::from_value::<Receipt>(stored).is_err(), "{field}");
        }
    }
}
