//! A sealed value opens in its own place and in no other.

use ringfence::envelope::{Context, Generation, Keyring, Scope};
use ringfence::secrecy::ExposeSecret;
use ringfence::{SubjectId, TenantId};

use crate::fixture::{acme_place, acme_ring, data_key, outcome, tenant};
use crate::stream_file;

type Parts = [&'static [u8]; 4];

const HOME: Parts = [b"acme", b"integrations", b"api_key", b"row-42"];

fn context(parts: &Parts) -> Context<'_> {
    let [tenant, table, column, row] = parts;
    Context::from_parts(tenant, table, column, row)
}

/// The scope that the context names, under one key for all: so that nothing but the context differs.
fn ring_for(parts: &Parts) -> Keyring {
    Keyring::new(Scope::from_parts(parts[0], b"").unwrap(), Generation::FIRST, data_key(1))
}

/// Every place that differs from `HOME` in one part.
fn neighbours() -> Vec<Parts> {
    let changed: [[&[u8]; 5]; 4] = [
        [b"acme2", b"acm", b"Acme", b"", b"acme\0"],
        [b"integration", b"integrations2", b"Integrations", b"", b" integrations"],
        [b"api_keys", b"api_ke", b"API_KEY", b"", b"api-key"],
        [b"row-43", b"row-4", b"row-042", b"", b"row-42 "],
    ];
    let mut places = Vec::new();
    for (part, values) in changed.iter().enumerate() {
        for value in values {
            let mut place = HOME;
            place[part] = value;
            places.push(place);
        }
    }
    places
}

/// All orders of the four parts but the right one.
fn permutations() -> Vec<Parts> {
    let mut places = Vec::new();
    for a in HOME {
        for b in HOME.into_iter().filter(|b| *b != a) {
            for c in HOME.into_iter().filter(|c| ![a, b].contains(c)) {
                let d = HOME.into_iter().find(|d| ![a, b, c].contains(d)).unwrap();
                places.push([a, b, c, d]);
            }
        }
    }
    places.retain(|place| *place != HOME);
    assert_eq!(places.len(), 23);
    places
}

/// One byte moved over each boundary, in both directions, and whole parts run together.
fn moved_boundaries() -> Vec<Parts> {
    vec![
        [b"acmei", b"ntegrations", b"api_key", b"row-42"],
        [b"acm", b"eintegrations", b"api_key", b"row-42"],
        [b"acme", b"integrationsa", b"pi_key", b"row-42"],
        [b"acme", b"integration", b"sapi_key", b"row-42"],
        [b"acme", b"integrations", b"api_keyr", b"ow-42"],
        [b"acme", b"integrations", b"api_ke", b"yrow-42"],
        [b"acmeintegrations", b"", b"api_key", b"row-42"],
        [b"acme", b"integrationsapi_key", b"", b"row-42"],
        [b"acme", b"integrations", b"api_keyrow-42", b""],
        [b"", b"acmeintegrations", b"api_key", b"row-42"],
        [b"acme", b"", b"integrationsapi_key", b"row-42"],
        [b"acme", b"integrations", b"", b"api_keyrow-42"],
    ]
}

#[test]
fn a_column_value_is_refused_anywhere_else() {
    let sealed = ring_for(&HOME).seal(&context(&HOME), b"sk_live_1").unwrap();
    let opened = ring_for(&HOME).open(&context(&HOME), &sealed).unwrap();
    assert_eq!(opened.expose_secret(), b"sk_live_1");
    for place in [neighbours(), permutations(), moved_boundaries()].concat() {
        let mut plaintext = b"before".to_vec();
        let opened = ring_for(&place).open_into(&context(&place), &sealed, &mut plaintext);
        assert_eq!(outcome(&opened), "rejected", "{place:?}");
        assert_eq!(plaintext, b"before", "{place:?}");
    }
}

#[test]
fn a_stream_is_refused_anywhere_else() {
    let blob = stream_file::seal(&[&ring_for(&HOME)], &context(&HOME), b"a file");
    for place in [neighbours(), permutations(), moved_boundaries()].concat() {
        let opened = stream_file::open(&ring_for(&place), &context(&place), &blob);
        assert_eq!(outcome(&opened), "rejected", "{place:?}");
    }
}

/// Two tenants never share a key, so a value in another tenant's row fails on the key as well.
#[test]
fn a_value_copied_into_another_tenants_row_is_refused() {
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    let sealed = acme_ring().seal(&acme_place(), b"sk_live_1").unwrap();
    let theirs = Keyring::new(Scope::tenant(&globex), Generation::FIRST, data_key(2));

    let their_row = Context::new(&globex, "integrations", "api_key", "row-42");
    assert_eq!(outcome(&theirs.open(&their_row, &sealed)), "rejected");
    // With the wrong context on top: neither ring lends itself to the other tenant's place.
    let our_row = Context::new(&acme, "integrations", "api_key", "row-42");
    assert_eq!(outcome(&theirs.open(&our_row, &sealed)), "wrong_scope");
    assert_eq!(outcome(&acme_ring().open(&their_row, &sealed)), "wrong_scope");
    assert_eq!(outcome(&theirs.seal(&our_row, b"x")), "wrong_scope");
}

/// Text ids and their bytes are one context; `new` and `from_parts` are two ways to say it.
#[test]
fn both_ways_to_name_a_place_agree() {
    let acme: TenantId = tenant("acme");
    assert_eq!(Context::new(&acme, "integrations", "api_key", "row-42"), acme_place());
    assert_eq!(Context::new(&acme, "integrations", "api_key", b"row-42"), acme_place());
    let uuid = [7_u8; 16];
    let by_bytes = Context::new(&acme, "t", "c", &uuid);
    assert_eq!(by_bytes, Context::from_parts(b"acme", b"t", b"c", &[7; 16]));
}

/// A subject's key and the tenant's own key are apart, though the context says the tenant alone.
#[test]
fn a_subjects_ring_does_not_open_the_tenants_values() {
    let acme = tenant("acme");
    let ann = Scope::subject(&acme, &SubjectId::from(9_u64));
    let of_ann = Keyring::new(ann, Generation::FIRST, data_key(3));
    let sealed = acme_ring().seal(&acme_place(), b"x").unwrap();
    assert_eq!(outcome(&of_ann.open(&acme_place(), &sealed)), "rejected");
    let sealed = of_ann.seal(&acme_place(), b"x").unwrap();
    assert_eq!(of_ann.open(&acme_place(), &sealed).unwrap().expose_secret(), b"x");
    assert_eq!(outcome(&acme_ring().open(&acme_place(), &sealed)), "rejected");
}
