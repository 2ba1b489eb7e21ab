//! Equality search: who shares a token with whom, and what a search asks for.

use ringfence::envelope::{BlindIndex, Generation, Keyring, Normaliser};

use crate::fixture::{acme_ring, data_key, outcome, ring_of, scope};

const ALL: [Normaliser; 5] = [
    Normaliser::Exact,
    Normaliser::Lowercase,
    Normaliser::Email,
    Normaliser::Digits,
    Normaliser::NfkcCasefold,
];

fn by_email(normaliser: Normaliser, bits: u32) -> BlindIndex {
    BlindIndex::new("contacts", "email", "by_email", normaliser, bits).unwrap()
}

fn same(normaliser: Normaliser, one: &str, other: &str) -> bool {
    let (ring, index) = (acme_ring(), by_email(normaliser, 256));
    ring.blind_index(&index, one).unwrap() == ring.blind_index(&index, other).unwrap()
}

/// Rows may still be under an older key, so a search asks for every live generation, newest first.
#[test]
fn a_search_has_one_candidate_for_each_key_that_opens() {
    let index = by_email(Normaliser::Email, 64);
    let ring = Keyring::builder(scope("acme"))
        .older(Generation::new(2), data_key(2))
        .primary(Generation::new(4), data_key(4))
        .older(Generation::new(3), data_key(3))
        .older(Generation::new(1), data_key(1))
        .destroyed(Generation::new(3))
        .min_generation(Generation::new(2))
        .build()
        .unwrap();
    let token = |fill| ring_of("acme", fill).blind_index(&index, "ann@example.com").unwrap();
    // Generation 3 is destroyed, 1 is below the minimum.
    let expected = [token(4), token(2)];
    assert_eq!(ring.blind_index_candidates(&index, "Ann@Example.com"), expected);
    assert_eq!(ring.blind_index(&index, "ann@example.com").unwrap(), expected[0]);
}

#[test]
fn a_ring_without_a_primary_key_searches_but_does_not_store() {
    let ring = Keyring::builder(scope("acme")).older(Generation::FIRST, data_key(1)).build().unwrap();
    let index = by_email(Normaliser::Exact, 64);
    assert_eq!(outcome(&ring.blind_index(&index, "x")), "no_primary_key");
    assert_eq!(ring.blind_index_candidates(&index, "x").len(), 1);
}

#[test]
fn tenants_share_no_token() {
    let index = by_email(Normaliser::Exact, 256);
    let acme = ring_of("acme", 1).blind_index(&index, "ann@example.com").unwrap();
    let globex = ring_of("globex", 2).blind_index(&index, "ann@example.com").unwrap();
    assert_ne!(acme, globex);
}

#[test]
fn normalisers_share_no_token() {
    for one in ALL {
        for other in ALL.into_iter().filter(|other| *other != one) {
            // "1" is what each of them makes of "1".
            let token = |normaliser| acme_ring().blind_index(&by_email(normaliser, 256), "1").unwrap();
            assert_ne!(token(one), token(other), "{one:?} and {other:?}");
        }
    }
}

/// The token of fewer bits is no prefix of the longer one, since the width is in the key.
#[test]
fn widths_share_no_token() {
    let token = |bits| {
        let token = acme_ring().blind_index(&by_email(Normaliser::Exact, bits), "x").unwrap();
        token.as_bytes()[..16].to_vec()
    };
    assert_ne!(token(128), token(256));
    assert_ne!(token(128), token(136));
}

#[test]
fn a_token_has_the_bits_it_was_asked_for() {
    for bits in 1..=256_u32 {
        let index = by_email(Normaliser::Exact, bits);
        let mut spare = 0_u8;
        for value in 0..8 {
            let token = acme_ring().blind_index(&index, &value.to_string()).unwrap();
            assert_eq!(token.as_bytes().len(), bits.div_ceil(8) as usize, "{bits} bits");
            let below = 0xff_u16 >> ((bits - 1) % 8 + 1);
            spare |= token.as_bytes().last().unwrap() & below as u8;
        }
        assert_eq!(spare, 0, "bits behind the first {bits}");
    }
}

/// Values from the documentation of the normalisers, and from RFC 5321 and UAX #15 practice.
#[test]
fn values_that_a_normaliser_treats_alike() {
    use Normaliser::{Digits, Email, Lowercase, NfkcCasefold};

    let alike = [
        (Lowercase, "ANN", "ann"),
        (Lowercase, "ÅNGSTRÖM", "ångström"),
        (Email, " Ann@Example.COM\n", "ann@example.com"),
        (Email, "\tJOSÉ@example.com", "josé@example.com"),
        (Digits, "+49 (30) 123-456", "4930123456"),
        (Digits, "49.30.123456", "4930123456"),
        // Full width, ligature, long s, Kelvin sign, sharp s, final sigma.
        (NfkcCasefold, "ＡＮＮ", "ann"),
        (NfkcCasefold, "ﬁle", "file"),
        (NfkcCasefold, "ſ", "S"),
        (NfkcCasefold, "\u{212a}", "k"),
        (NfkcCasefold, "Straße", "STRASSE"),
        (NfkcCasefold, "ΟΔΟΣ", "οδος"),
        // Composed and decomposed.
        (NfkcCasefold, "\u{e9}", "e\u{301}"),
        // Invisible characters.
        (NfkcCasefold, "a\u{ad}n\u{200d}n\u{feff}", "ann"),
    ];
    for (normaliser, one, other) in alike {
        assert!(same(normaliser, one, other), "{normaliser:?}: {one:?} and {other:?}");
    }
}

#[test]
fn values_that_a_normaliser_keeps_apart() {
    use Normaliser::{Digits, Email, Exact, Lowercase, NfkcCasefold};

    let apart = [
        (Exact, "Ann", "ann"),
        (Exact, "ann", "ann "),
        (Exact, "\u{e9}", "e\u{301}"),
        (Lowercase, "ann", " ann"),
        (Lowercase, "\u{e9}", "e\u{301}"),
        (Email, "ann@example.com", "ann+x@example.com"),
        (Email, "a.nn@example.com", "ann@example.com"),
        (Digits, "0049", "049"),
        (NfkcCasefold, "ann", "anna"),
        (NfkcCasefold, "a", "\u{430}"),
    ];
    for (normaliser, one, other) in apart {
        assert!(!same(normaliser, one, other), "{normaliser:?}: {one:?} and {other:?}");
    }
}

#[test]
fn an_index_is_tenant_wide() {
    let scope = ringfence::envelope::Scope::from_parts(b"acme", b"user-9").unwrap();
    let ring = Keyring::new(scope, Generation::FIRST, data_key(1));
    assert_eq!(outcome(&ring.blind_index(&by_email(Normaliser::Email, 32), "a@b.c")), "wrong_scope");
}
