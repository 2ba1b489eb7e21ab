//! The cache shared by eight threads.

use std::collections::HashSet;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use ringfence::envelope::{
    CachePolicy, Fetched, Generation, KeyCache, KeyUse, KeyWrap, Keyring, Scope, WrapContext, WrappedKey,
    create_data_key,
};
use ringfence::secrecy::ExposeSecret;

use crate::clock::at;
use crate::fixture::{data_key, scope};
use crate::key_service::{KeyService, Remote, block_on};

const THREADS: usize = 8;

/// Asks until the key is here; a caller with a runtime would sleep in between.
fn get(
    cache: &Mutex<KeyCache>,
    service: &KeyService,
    context: &WrapContext<'_>,
    wrapped: &WrappedKey,
    purpose: KeyUse,
) -> Arc<ringfence::envelope::DataKey> {
    loop {
        let remote = Remote(service);
        let got = KeyCache::get_async(cache, at(0), &remote, context, wrapped, purpose);
        match block_on(got).unwrap() {
            Fetched::Ready(key) => return key,
            Fetched::InFlight { .. } => thread::yield_now(),
        }
    }
}

#[test]
fn eight_threads_cause_one_call_to_the_service() {
    let service = KeyService::default();
    let acme = scope("acme");
    let context = WrapContext::new(&acme, Generation::FIRST);
    let (_, wrapped) = create_data_key(&service, &context).unwrap();
    let cache = Mutex::new(KeyCache::new(CachePolicy::default()));
    let start = Barrier::new(THREADS);
    let keys: Vec<_> = thread::scope(|threads| {
        let spawn = |_| {
            threads.spawn(|| {
                start.wait();
                get(&cache, &service, &context, &wrapped, KeyUse::Open)
            })
        };
        let running: Vec<_> = (0..THREADS).map(spawn).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(service.unwraps(), 1);
    assert!(keys.iter().all(|key| Arc::ptr_eq(key, &keys[0])));
    assert_eq!(Arc::strong_count(&keys[0]), THREADS + 1);
}

/// Small capacity, few seals a key: keys come and go all the time, and no tenant gets another's.
#[test]
fn tenants_never_mix_under_load() {
    const TENANTS: u8 = 6;
    const ROUNDS: usize = 200;

    let service = KeyService::default();
    let wrap = |fill: u8| {
        let tenant = scope(&format!("tenant-{fill}"));
        let context = WrapContext::new(&tenant, Generation::FIRST);
        let wrapped = KeyWrap::wrap(&service, &context, &data_key(fill)).unwrap();
        (tenant, wrapped)
    };
    let tenants: Vec<_> = (0..TENANTS).map(wrap).collect();
    let policy = CachePolicy::default().capacity(3).max_seals(5).lease(Duration::from_secs(1));
    let cache = Mutex::new(KeyCache::new(policy));
    thread::scope(|threads| {
        for thread in 0..THREADS {
            let (tenants, cache, service) = (&tenants, &cache, &service);
            threads.spawn(move || {
                for round in 0..ROUNDS {
                    let fill = (thread * 5 + round * 7) % usize::from(TENANTS);
                    let (tenant, wrapped) = &tenants[fill];
                    let context = WrapContext::new(tenant, Generation::FIRST);
                    let purpose =
                        if round % 2 == 0 { KeyUse::Seal { values: 1, bytes: 10 } } else { KeyUse::Open };
                    let key = get(cache, service, &context, wrapped, purpose);
                    assert_eq!(key.expose_for_wrapping(), &[fill as u8; 32]);
                    if round % 50 == 49 {
                        cache.lock().unwrap().purge(tenant);
                    }
                }
            });
        }
    });
    let cache = cache.into_inner().unwrap();
    assert!(cache.len() <= 3);
    assert!(service.unwraps() > usize::from(TENANTS), "keys were evicted and fetched again");
}

/// A keyring is immutable: eight threads seal and open with one, and no two salts meet.
#[test]
fn a_keyring_is_shared_between_threads() {
    let acme = Scope::from_parts(b"acme", b"").unwrap();
    let ring = Keyring::new(acme, Generation::FIRST, data_key(1));
    let place = crate::fixture::acme_place();
    let salts: Vec<HashSet<Vec<u8>>> = thread::scope(|threads| {
        let spawn = |thread: usize| {
            let (ring, place) = (&ring, &place);
            threads.spawn(move || {
                let seal = |round: usize| {
                    let plaintext = [thread.to_be_bytes(), round.to_be_bytes()].concat();
                    let sealed = ring.seal(place, &plaintext).unwrap();
                    assert_eq!(ring.open(place, &sealed).unwrap().expose_secret(), plaintext);
                    sealed.as_bytes()[5..21].to_vec()
                };
                (0..100).map(seal).collect()
            })
        };
        let running: Vec<_> = (0..THREADS).map(spawn).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let all: HashSet<_> = salts.iter().flatten().collect();
    assert_eq!(all.len(), THREADS * 100);
}
