//! What a keyring holds, what it refuses to hold, and what it does with it.

use std::sync::Arc;

use ringfence::envelope::{Context, DataKey, Error, Generation, Keyring, SealedValue};
use ringfence::secrecy::ExposeSecret;
use ringfence::{ErrorKind, SubjectId};

use crate::fixture::{acme_place, acme_ring, data_key, outcome, scope, tenant};

const SECOND: Generation = Generation::new(2);
const THIRD: Generation = Generation::new(3);

fn opens(ring: &Keyring, sealed: &SealedValue) -> &'static str {
    outcome(&ring.open(&acme_place(), sealed))
}

#[test]
fn rotation_seals_with_the_new_key_and_opens_with_both() {
    let old = acme_ring().seal(&acme_place(), b"old").unwrap();
    let ring = acme_ring().rotate(SECOND, data_key(2)).unwrap();
    assert_eq!(ring.primary(), Some(SECOND));
    let new = ring.seal(&acme_place(), b"new").unwrap();
    assert_eq!(new.generation(), SECOND);

    assert_eq!(ring.open(&acme_place(), &old).unwrap().expose_secret(), b"old");
    assert_eq!(ring.open(&acme_place(), &new).unwrap().expose_secret(), b"new");
    assert!(ring.needs_reseal(&old).unwrap());
    assert!(!ring.needs_reseal(&new).unwrap());
    assert_eq!(opens(&acme_ring(), &new), "unknown_key");
}

#[test]
fn a_generation_is_never_given_a_second_key() {
    let again = acme_ring().rotate(Generation::FIRST, data_key(2));
    assert_eq!(outcome(&again), "key_conflict");
    let twice = Keyring::builder(scope("acme"))
        .primary(SECOND, data_key(2))
        .older(Generation::FIRST, data_key(1))
        .older(Generation::FIRST, data_key(3))
        .build();
    assert_eq!(outcome(&twice), "key_conflict");
    let same_as_primary =
        Keyring::builder(scope("acme")).primary(SECOND, data_key(2)).older(SECOND, data_key(2));
    assert_eq!(outcome(&same_as_primary.build()), "key_conflict");
    // Not even if it is destroyed anyway.
    let destroyed = Keyring::builder(scope("acme"))
        .older(Generation::FIRST, data_key(1))
        .older(Generation::FIRST, data_key(3))
        .destroyed(Generation::FIRST);
    assert_eq!(outcome(&destroyed.build()), "key_conflict");
}

#[test]
fn a_destroyed_generation_is_not_brought_back() {
    let builder = || Keyring::builder(scope("acme")).destroyed(Generation::FIRST);
    assert_eq!(outcome(&builder().primary(Generation::FIRST, data_key(1)).build()), "key_conflict");
    let ring = builder().build().unwrap();
    assert_eq!(outcome(&ring.rotate(Generation::FIRST, data_key(1))), "key_conflict");
    assert_eq!(builder().build().unwrap().rotate(SECOND, data_key(2)).unwrap().primary(), Some(SECOND));
}

#[test]
fn destroyed_wins_over_a_held_key() {
    let sealed = acme_ring().seal(&acme_place(), b"x").unwrap();
    // In either order of the builder's calls.
    let before =
        Keyring::builder(scope("acme")).destroyed(Generation::FIRST).older(Generation::FIRST, data_key(1));
    let after = Keyring::builder(scope("acme"))
        .older(Generation::FIRST, data_key(1))
        .destroyed(Generation::FIRST)
        .destroyed(Generation::FIRST);
    assert_eq!(opens(&before.build().unwrap(), &sealed), "key_destroyed");
    assert_eq!(opens(&after.build().unwrap(), &sealed), "key_destroyed");
}

/// The ring gives its own copy of the key away: a destroyed key is wiped although it was handed in.
#[test]
fn a_destroyed_key_is_dropped() {
    let key = Arc::new(data_key(1));
    let ring = Keyring::builder(scope("acme"))
        .older(Generation::FIRST, Arc::clone(&key))
        .destroyed(Generation::FIRST)
        .build()
        .unwrap();
    assert_eq!(Arc::strong_count(&key), 1);
    drop(ring);
}

#[test]
fn the_minimum_generation_is_the_oldest_that_opens() {
    let two = Keyring::new(scope("acme"), SECOND, data_key(2)).seal(&acme_place(), b"two").unwrap();
    let one = acme_ring().seal(&acme_place(), b"one").unwrap();
    let ring = Keyring::builder(scope("acme"))
        .primary(THIRD, data_key(3))
        .older(SECOND, data_key(2))
        .older(Generation::FIRST, data_key(1))
        .min_generation(SECOND)
        .build()
        .unwrap();
    assert_eq!(opens(&ring, &two), "ok");
    assert_eq!(opens(&ring, &one), "key_too_old");
    assert_eq!(opens(&ring, &ring.seal(&acme_place(), b"three").unwrap()), "ok");
}

#[test]
fn nothing_is_sealed_below_the_minimum() {
    let builder = || Keyring::builder(scope("acme")).min_generation(THIRD);
    assert_eq!(outcome(&builder().primary(SECOND, data_key(2)).build()), "key_conflict");
    let ring = builder().primary(THIRD, data_key(3)).build().unwrap();
    assert_eq!(outcome(&ring.rotate(SECOND, data_key(2))), "key_conflict");
}

#[test]
fn a_ring_without_a_primary_key_only_opens() {
    let sealed = acme_ring().seal(&acme_place(), b"x").unwrap();
    let ring = Keyring::builder(scope("acme")).older(Generation::FIRST, data_key(1)).build().unwrap();
    assert_eq!(ring.primary(), None);
    assert_eq!(opens(&ring, &sealed), "ok");
    assert_eq!(outcome(&ring.seal(&acme_place(), b"x")), "no_primary_key");
    assert_eq!(outcome(&ring.reseal(&acme_place(), &sealed)), "no_primary_key");
}

#[test]
fn an_empty_ring_knows_no_key() {
    let ring = Keyring::builder(scope("acme")).build().unwrap();
    let sealed = acme_ring().seal(&acme_place(), b"x").unwrap();
    assert_eq!(opens(&ring, &sealed), "unknown_key");
}

/// Generations need not be added in order, and all of u32 may be used.
#[test]
fn any_number_of_generations_open_in_any_order() {
    let numbers = [7, 0, u32::MAX, 3, 1 << 31, 5];
    let place = acme_place();
    let single = |n: u32| Keyring::new(scope("acme"), Generation::new(n), data_key(n as u8));
    let mut builder = Keyring::builder(scope("acme"));
    for n in numbers {
        builder = builder.older(Generation::new(n), data_key(n as u8));
    }
    let ring = builder.build().unwrap();
    for n in numbers {
        let sealed = single(n).seal(&place, &n.to_be_bytes()).unwrap();
        assert_eq!(ring.open(&place, &sealed).unwrap().expose_secret(), n.to_be_bytes());
    }
    let unknown = single(4).seal(&place, b"x").unwrap();
    assert_eq!(opens(&ring, &unknown), "unknown_key");
}

#[test]
fn the_scope_is_the_one_given() {
    let subject = ringfence::envelope::Scope::subject(&tenant("acme"), &SubjectId::from(9_u64));
    let ring = Keyring::new(subject.clone(), Generation::FIRST, data_key(1));
    assert_eq!(ring.scope(), &subject);
    assert_eq!(ring.scope().tenant_bytes(), b"acme");
    assert_eq!(ring.scope().subject_bytes(), b"9");
    // Its values name the tenant in their context, and open again.
    let sealed = ring.seal(&acme_place(), b"x").unwrap();
    assert_eq!(opens(&ring, &sealed), "ok");
}

/// Tenant ids are compared byte for byte: no folding, no trimming, no prefix match.
#[test]
fn a_similar_tenant_is_another_tenant() {
    for other in ["acme ", "Acme", "acm", "acme2", "\u{430}cme"] {
        let there = Context::from_parts(other.as_bytes(), b"integrations", b"api_key", b"row-42");
        assert_eq!(outcome(&acme_ring().seal(&there, b"x")), "wrong_scope", "{other:?}");
        let ring = acme_ring();
        assert_eq!(outcome(&ring.open(&there, &[1; 80])), "wrong_scope", "{other:?}");
    }
}

#[test]
fn text_comes_back_as_text() {
    let ring = acme_ring();
    for text in ["", "sk_live_1", "schlüssel-東京-🔑", "\0"] {
        let sealed = ring.seal(&acme_place(), text.as_bytes()).unwrap();
        assert_eq!(ring.open_string(&acme_place(), &sealed).unwrap().expose_secret(), text);
    }
}

#[test]
fn what_is_not_text_is_refused_as_text_and_opens_as_bytes() {
    let ring = acme_ring();
    for bytes in [&[0xff_u8][..], &[0xc0, 0x80], &[b'a', 0xed, 0xa0, 0x80], &[0xf0, 0x9f]] {
        let sealed = ring.seal(&acme_place(), bytes).unwrap();
        let refused = ring.open_string(&acme_place(), &sealed).unwrap_err();
        assert!(matches!(refused, Error::NotUtf8), "{bytes:?}");
        assert_eq!(refused.kind(), ErrorKind::Corrupt);
        assert_eq!(ring.open(&acme_place(), &sealed).unwrap().expose_secret(), bytes);
    }
}

/// Two seals of one value share neither salt, commitment nor ciphertext.
#[test]
fn sealing_is_not_deterministic() {
    let ring = acme_ring();
    let one = ring.seal(&acme_place(), b"sk_live_1").unwrap();
    let other = ring.seal(&acme_place(), b"sk_live_1").unwrap();
    for field in [5..21, 21..53, 53..62, 62..78] {
        assert_ne!(one.as_bytes()[field.clone()], other.as_bytes()[field.clone()], "{field:?}");
    }
}

/// A generated key is 32 random bytes: two of them differ, and seal apart.
#[test]
fn generated_keys_differ() {
    let (one, other) = (DataKey::generate().unwrap(), DataKey::generate().unwrap());
    assert_ne!(one.expose_for_wrapping(), other.expose_for_wrapping());
    let one = Keyring::new(scope("acme"), Generation::FIRST, one);
    let other = Keyring::new(scope("acme"), Generation::FIRST, other);
    let sealed = one.seal(&acme_place(), b"x").unwrap();
    assert_eq!(opens(&one, &sealed), "ok");
    assert_eq!(opens(&other, &sealed), "rejected");
}

#[test]
fn generations_count_to_their_end() {
    assert_eq!(Generation::FIRST.number(), 1);
    assert_eq!(Generation::new(0).next(), Some(Generation::FIRST));
    assert_eq!(Generation::new(u32::MAX - 1).next(), Some(Generation::new(u32::MAX)));
    assert_eq!(Generation::new(u32::MAX).next(), None);
    assert_eq!(Generation::new(0xab).to_string(), "000000ab");
}

#[test]
fn the_minimum_can_be_raised_up_to_the_primary_key() {
    let old = acme_ring().seal(&acme_place(), b"old").unwrap();
    let ring = acme_ring().rotate(SECOND, data_key(2)).unwrap().with_min_generation(SECOND).unwrap();
    assert_eq!(opens(&ring, &old), "key_too_old");
    assert_eq!(outcome(&ring.with_min_generation(THIRD)), "key_conflict");
}

/// The cache seals with the newest generation of a scope; a keyring must not be brought to disagree.
#[test]
fn a_rotation_goes_forwards() {
    let ring = acme_ring().rotate(THIRD, data_key(3)).unwrap();
    assert_eq!(outcome(&ring.rotate(SECOND, data_key(2))), "key_conflict");
}
