//! Where several reasons to refuse hold, the first of the stated order is given:
//! malformed, unsupported suite, destroyed, too old, unknown key, rejected (DECISIONS.md, Envelope).

use ringfence::envelope::{Context, Generation, Keyring};

use crate::fixture::{acme_place, acme_ring, data_key, outcome, scope};

/// The order of the codes; the position is the bit in a set of faults.
const ORDER: [&str; 6] =
    ["malformed", "unsupported_suite", "key_destroyed", "key_too_old", "unknown_key", "rejected"];

/// A value and a ring with exactly these faults.
fn with_faults(faults: usize) -> (Vec<u8>, Keyring) {
    let has = |code: &str| ORDER.iter().position(|c| *c == code).is_some_and(|bit| faults >> bit & 1 == 1);
    let mut value = acme_ring().seal(&acme_place(), b"sk_live_1").unwrap().into_bytes();
    if has("rejected") {
        // In the commitment, so that it survives the cut below.
        value[30] ^= 1;
    }
    if has("unsupported_suite") {
        value[0] = 9;
    }
    if has("malformed") {
        value.truncate(68);
    }
    let mut builder = Keyring::builder(scope("acme")).primary(Generation::new(5), data_key(5));
    if !has("unknown_key") {
        builder = builder.older(Generation::FIRST, data_key(1));
    }
    if has("key_destroyed") {
        builder = builder.destroyed(Generation::FIRST);
    }
    if has("key_too_old") {
        builder = builder.min_generation(Generation::new(2));
    }
    (value, builder.build().unwrap())
}

fn first_of(faults: usize) -> &'static str {
    ORDER.iter().enumerate().find(|(bit, _)| faults >> bit & 1 == 1).map_or("ok", |(_, code)| code)
}

#[test]
fn every_combination_of_faults_gives_the_first_in_order() {
    for faults in 0..1 << ORDER.len() {
        let (value, ring) = with_faults(faults);
        let expected = first_of(faults);
        assert_eq!(outcome(&ring.open(&acme_place(), &value)), expected, "{faults:06b}");
        assert_eq!(outcome(&ring.open_string(&acme_place(), &value)), expected, "{faults:06b}");
        let mut plaintext = Vec::new();
        let opened = ring.open_into(&acme_place(), &value, &mut plaintext);
        assert_eq!(outcome(&opened), expected, "{faults:06b}");
        assert_eq!(plaintext.is_empty(), opened.is_err(), "{faults:06b}");
    }
}

#[test]
fn the_text_form_follows_the_same_order() {
    for faults in 0..1 << ORDER.len() {
        let (value, ring) = with_faults(faults);
        let text = format!("e1.{}", data_encoding::BASE64URL_NOPAD.encode(&value));
        assert_eq!(outcome(&ring.open_text(&acme_place(), &text)), first_of(faults), "{faults:06b}");
        // Broken text is malformed before anything that its bytes may say.
        let broken = format!("{text}=");
        assert_eq!(outcome(&ring.open_text(&acme_place(), &broken)), "malformed", "{faults:06b}");
    }
}

/// The documentation of `open` puts the caller's own mistake before anything about the value.
#[test]
fn a_wrong_tenant_comes_before_everything() {
    let elsewhere = Context::from_parts(b"globex", b"integrations", b"api_key", b"row-42");
    for faults in 0..1 << ORDER.len() {
        let (value, ring) = with_faults(faults);
        assert_eq!(outcome(&ring.open(&elsewhere, &value)), "wrong_scope", "{faults:06b}");
        let text = format!("e1.{}", data_encoding::BASE64URL_NOPAD.encode(&value));
        assert_eq!(outcome(&ring.open_text(&elsewhere, &text)), "wrong_scope", "{faults:06b}");
    }
}

/// `open_text` documents its errors as those of `open`.
#[test]
fn a_wrong_tenant_comes_before_malformed_text() {
    let elsewhere = Context::from_parts(b"globex", b"integrations", b"api_key", b"row-42");
    assert_eq!(outcome(&acme_ring().open(&elsewhere, b"")), "wrong_scope");
    assert_eq!(outcome(&acme_ring().open_text(&elsewhere, "not sealed")), "wrong_scope");
}

/// A shorter order, of what can be known without a key.
#[test]
fn needs_reseal_refuses_in_order() {
    let no_primary = Keyring::builder(scope("acme")).older(Generation::FIRST, data_key(1)).build().unwrap();
    let value = acme_ring().seal(&acme_place(), b"x").unwrap().into_bytes();
    let mut unsupported = value.clone();
    unsupported[0] = 9;
    assert_eq!(outcome(&no_primary.needs_reseal(&unsupported[..68])), "malformed");
    assert_eq!(outcome(&no_primary.needs_reseal(&unsupported)), "unsupported_suite");
    assert_eq!(outcome(&no_primary.needs_reseal(&value)), "no_primary_key");
}
