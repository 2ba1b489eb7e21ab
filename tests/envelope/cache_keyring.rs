//! A scope's keyring straight from its rows of the key table, through the cache.

use ringfence::envelope::{
    CachePolicy, Generation, KeyCache, KeyUse, KeyWrap, Keyring, Scope, WrapContext, WrappedKey,
};
use ringfence::secrecy::ExposeSecret;

use crate::clock::at;
use crate::fixture::{acme_place, data_key, outcome, scope};
use crate::key_service::KeyService;

const ONE_SEAL: KeyUse = KeyUse::Seal { values: 1, bytes: 10 };

/// Rows of the key table for these generations; generation n has the key `[n; 32]`.
fn rows(service: &KeyService, scope: &Scope, generations: &[u32]) -> Vec<(Generation, WrappedKey)> {
    let row = |number: &u32| {
        let generation = Generation::new(*number);
        let context = WrapContext::new(scope, generation);
        let key = data_key(u8::try_from(*number).unwrap());
        (generation, KeyWrap::wrap(service, &context, &key).unwrap())
    };
    generations.iter().map(row).collect()
}

fn sealed_under(number: u32) -> Vec<u8> {
    let key = data_key(u8::try_from(number).unwrap());
    let ring = Keyring::new(scope("acme"), Generation::new(number), key);
    ring.seal(&acme_place(), b"x").unwrap().into_bytes()
}

#[test]
fn the_newest_row_seals_and_all_open() {
    let (service, acme) = (KeyService::default(), scope("acme"));
    let mut cache = KeyCache::new(CachePolicy::default());
    // In no order: a database gives none unless it is asked.
    let rows = rows(&service, &acme, &[2, 3, 1]);
    let ring = cache.keyring(at(0), &service, &acme, &rows, &[], ONE_SEAL).unwrap();
    assert_eq!(ring.primary(), Some(Generation::new(3)));
    for number in 1..=3 {
        let opened = ring.open(&acme_place(), &sealed_under(number)).unwrap();
        assert_eq!(opened.expose_secret(), b"x");
    }
    assert_eq!(service.unwraps(), 3);
    // The second time nothing is asked of the service.
    drop(cache.keyring(at(1), &service, &acme, &rows, &[], ONE_SEAL).unwrap());
    assert_eq!(service.unwraps(), 3);
}

#[test]
fn a_destroyed_generation_stays_destroyed_though_its_row_is_back() {
    let (service, acme) = (KeyService::default(), scope("acme"));
    let mut cache = KeyCache::new(CachePolicy::default());
    let rows = rows(&service, &acme, &[1, 2]);
    let destroyed = [Generation::new(2)];
    let ring = cache.keyring(at(0), &service, &acme, &rows, &destroyed, ONE_SEAL).unwrap();
    assert_eq!(ring.primary(), Some(Generation::FIRST));
    assert_eq!(outcome(&ring.open(&acme_place(), &sealed_under(2))), "key_destroyed");
    assert_eq!(outcome(&ring.open(&acme_place(), &sealed_under(1))), "ok");
    assert_eq!(service.unwraps(), 1, "the destroyed key is not even unwrapped");
}

#[test]
fn a_scope_without_rows_has_a_ring_that_explains() {
    let (service, acme) = (KeyService::default(), scope("acme"));
    let mut cache = KeyCache::new(CachePolicy::default());
    let destroyed = [Generation::FIRST];
    let ring = cache.keyring(at(0), &service, &acme, &[], &destroyed, KeyUse::Open).unwrap();
    assert_eq!(ring.primary(), None);
    assert_eq!(outcome(&ring.open(&acme_place(), &sealed_under(1))), "key_destroyed");
    assert_eq!(outcome(&ring.open(&acme_place(), &sealed_under(2))), "unknown_key");
}

#[test]
fn two_rows_of_one_generation_contradict_each_other() {
    let (service, acme) = (KeyService::default(), scope("acme"));
    for generations in [[1, 2, 2], [1, 1, 2]] {
        let mut cache = KeyCache::new(CachePolicy::default());
        let rows = rows(&service, &acme, &generations);
        let ring = cache.keyring(at(0), &service, &acme, &rows, &[], ONE_SEAL);
        assert_eq!(outcome(&ring), "key_conflict", "{generations:?}");
    }
}

#[test]
fn the_use_is_counted_for_the_newest_key_alone() {
    let (service, acme) = (KeyService::default(), scope("acme"));
    let mut cache = KeyCache::new(CachePolicy::default().max_seals(2));
    let rows = rows(&service, &acme, &[1, 2]);
    for _ in 0..3 {
        drop(cache.keyring(at(0), &service, &acme, &rows, &[], ONE_SEAL).unwrap());
    }
    // Both once, and the newest again for the third seal.
    assert_eq!(service.unwraps(), 3);
}

#[test]
fn another_scopes_rows_are_rejected() {
    let (service, acme) = (KeyService::default(), scope("acme"));
    let mut cache = KeyCache::new(CachePolicy::default());
    let theirs = rows(&service, &scope("globex"), &[1]);
    let ring = cache.keyring(at(0), &service, &acme, &theirs, &[], ONE_SEAL);
    assert_eq!(outcome(&ring), "rejected");
    assert!(cache.is_empty());
}
