//! The longest and shortest values, and what lies one byte beyond.

use ringfence::envelope::{BlindIndex, Context, Normaliser, Scope, SealedValue, WrappedKey};
use ringfence::secrecy::ExposeSecret;

use crate::fixture::{acme_place, acme_ring, outcome};

/// 16 MiB, and 1 + 4 + 16 + 32 + 16 bytes around it (DECISIONS.md, Envelope, Suite 1).
const MAX_PLAINTEXT: usize = 16 * 1024 * 1024;
const OVERHEAD: usize = 69;

#[test]
fn the_stated_numbers_hold() {
    assert_eq!(SealedValue::OVERHEAD, OVERHEAD);
    assert_eq!(SealedValue::MAX_PLAINTEXT, MAX_PLAINTEXT);
    let api_key = acme_ring().seal(&acme_place(), &[b'k'; 40]).unwrap();
    assert_eq!(api_key.as_bytes().len(), 109);
    assert_eq!(api_key.to_text().len(), 149);
}

#[test]
fn the_longest_value_seals_and_opens_in_both_forms() {
    let (ring, place) = (acme_ring(), acme_place());
    let plaintext = vec![7; MAX_PLAINTEXT];
    let sealed = ring.seal(&place, &plaintext).unwrap();
    assert_eq!(sealed.as_bytes().len(), MAX_PLAINTEXT + OVERHEAD);
    // `assert!`, since `assert_eq!` would print 16 MiB.
    assert!(ring.open(&place, &sealed).unwrap().expose_secret() == plaintext);
    assert!(sealed.to_text().parse::<SealedValue>().unwrap() == sealed);
}

#[test]
fn one_byte_more_is_too_long() {
    let plaintext = vec![7; MAX_PLAINTEXT + 1];
    assert_eq!(outcome(&acme_ring().seal(&acme_place(), &plaintext)), "too_long");
}

#[test]
fn longer_stored_values_are_malformed_without_work() {
    let mut bytes = vec![0; MAX_PLAINTEXT + OVERHEAD + 1];
    bytes[0] = 1;
    assert_eq!(outcome(&acme_ring().open(&acme_place(), &bytes)), "malformed");
    assert_eq!(outcome(&SealedValue::from_bytes(bytes)), "malformed");
    let text = format!("e1.{}", "A".repeat((MAX_PLAINTEXT + OVERHEAD) * 4 / 3 + 100));
    assert_eq!(outcome(&SealedValue::from_text(&text)), "malformed");
    assert_eq!(outcome(&acme_ring().open_text(&acme_place(), &text)), "malformed");
}

#[test]
fn a_part_of_the_context_has_64_kib_at_most() {
    let (longest, longer) = (vec![b'x'; 64 * 1024], vec![b'x'; 64 * 1024 + 1]);
    let ring = acme_ring();
    let place = |n: usize, part| {
        let mut parts: [&[u8]; 4] = [b"acme", b"t", b"c", b"r"];
        parts[n] = part;
        let [tenant, table, column, row] = parts;
        Context::from_parts(tenant, table, column, row)
    };
    let home = acme_place();
    let sealed = ring.seal(&home, b"x").unwrap();
    for n in 1..4 {
        let at_longest = ring.seal(&place(n, &longest), b"x").unwrap();
        assert_eq!(outcome(&ring.open(&place(n, &longest), &at_longest)), "ok");
        assert_eq!(outcome(&ring.seal(&place(n, &longer), b"x")), "context_too_long");
        assert_eq!(outcome(&ring.open(&place(n, &longer), &sealed)), "context_too_long");
    }
}

#[test]
fn a_scope_has_64_kib_a_part_at_most() {
    let (longest, longer) = (vec![b'x'; 64 * 1024], vec![b'x'; 64 * 1024 + 1]);
    assert_eq!(outcome(&Scope::from_parts(&longest, &longest)), "ok");
    assert_eq!(outcome(&Scope::from_parts(&longer, b"")), "context_too_long");
    assert_eq!(outcome(&Scope::from_parts(b"acme", &longer)), "context_too_long");
}

#[test]
fn a_wrapped_key_has_1_byte_to_8_kib() {
    assert_eq!(outcome(&WrappedKey::from_bytes(Vec::new())), "malformed");
    assert_eq!(outcome(&WrappedKey::from_bytes(vec![1])), "ok");
    assert_eq!(outcome(&WrappedKey::from_bytes(vec![1; 8 * 1024])), "ok");
    assert_eq!(outcome(&WrappedKey::from_bytes(vec![1; 8 * 1024 + 1])), "malformed");
}

#[test]
fn a_blind_index_keeps_1_to_256_bits() {
    for (bits, expected) in [(0, "invalid_setting"), (1, "ok"), (256, "ok"), (257, "invalid_setting")] {
        let index = BlindIndex::new("t", "c", "i", Normaliser::Exact, bits);
        assert_eq!(outcome(&index), expected, "{bits} bits");
    }
    let longer = "x".repeat(64 * 1024 + 1);
    for names in [[&*longer, "c", "i"], ["t", &longer, "i"], ["t", "c", &longer]] {
        let index = BlindIndex::new(names[0], names[1], names[2], Normaliser::Exact, 8);
        assert_eq!(outcome(&index), "context_too_long");
    }
}
