//! The bounds of the data-key cache, one by one.

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use ringfence::Timestamp;
use ringfence::envelope::{
    CachePolicy, DataKey, Fetched, Generation, KeyCache, KeyRequest, KeyStep, KeyUse, Scope, WrapContext,
    WrappedKey, create_data_key,
};

use crate::clock::at;
use crate::fixture::{data_key, outcome, scope};
use crate::key_service::{KeyService, Remote, block_on, poll_once_and_drop};

const GENERATION: Generation = Generation::FIRST;
const ONE_BYTE: KeyUse = KeyUse::Seal { values: 1, bytes: 1 };

/// A minute of age, five seconds of lease, and no other bound in the way.
fn policy() -> CachePolicy {
    CachePolicy::default().max_age(Duration::from_secs(60)).lease(Duration::from_secs(5))
}

fn lookup(cache: &mut KeyCache, now: Timestamp, tenant: &str, purpose: KeyUse) -> KeyStep {
    cache.lookup(now, &WrapContext::new(&scope(tenant), GENERATION), &key_row(1), purpose)
}

/// A row of the key table: opaque bytes, unlike those of any other number.
fn key_row(number: u8) -> WrappedKey {
    WrappedKey::from_bytes(vec![number; 101]).unwrap()
}

fn ready(step: KeyStep) -> Arc<DataKey> {
    match step {
        KeyStep::Ready(key) => key,
        other => panic!("not ready: {other:?}"),
    }
}

fn request(step: KeyStep) -> KeyRequest {
    match step {
        KeyStep::NeedsKey(request) => request,
        other => panic!("no request: {other:?}"),
    }
}

/// Fetches a key for a tenant, and gives the cache's hold on it.
fn fill(cache: &mut KeyCache, now: Timestamp, tenant: &str, purpose: KeyUse) -> Weak<DataKey> {
    let request = request(lookup(cache, now, tenant, purpose));
    Arc::downgrade(&cache.supply(now, request, data_key(1)))
}

#[test]
fn a_key_is_fetched_once_and_then_here() {
    let mut cache = KeyCache::new(policy());
    assert!(cache.is_empty());
    let request = request(lookup(&mut cache, at(0), "acme", KeyUse::Open));
    assert_eq!(request.context().scope(), &scope("acme"));
    assert_eq!(request.context().generation(), GENERATION);
    let supplied = cache.supply(at(1), request, data_key(1));
    assert_eq!(cache.len(), 1);
    let found = ready(lookup(&mut cache, at(2), "acme", KeyUse::Open));
    assert!(Arc::ptr_eq(&supplied, &found));
}

#[test]
fn a_key_lives_shorter_than_its_age() {
    let mut cache = KeyCache::new(policy());
    let key = fill(&mut cache, at(100), "acme", KeyUse::Open);
    let just_before = at(160).saturating_sub(Duration::from_micros(1));
    drop(ready(lookup(&mut cache, just_before, "acme", KeyUse::Open)));
    // Being used does not make it younger.
    let request = request(lookup(&mut cache, at(160), "acme", KeyUse::Open));
    assert!(key.upgrade().is_none(), "the expired key is gone at once");
    drop(request);
}

#[test]
fn a_clock_that_goes_back_does_not_keep_a_key_for_ever() {
    let mut cache = KeyCache::new(policy());
    let key = fill(&mut cache, at(1000), "acme", KeyUse::Open);
    // A little is the disorder of threads.
    drop(ready(lookup(&mut cache, at(999), "acme", KeyUse::Open)));
    let after_the_step_back = lookup(&mut cache, at(900), "acme", KeyUse::Open);
    assert!(matches!(after_the_step_back, KeyStep::NeedsKey(_)));
    assert!(key.upgrade().is_none());
}

#[test]
fn a_key_seals_so_many_values() {
    let mut cache = KeyCache::new(policy().max_seals(3));
    fill(&mut cache, at(0), "acme", ONE_BYTE);
    for _ in 0..2 {
        // Opening does not count.
        drop(ready(lookup(&mut cache, at(0), "acme", KeyUse::Open)));
        drop(ready(lookup(&mut cache, at(0), "acme", ONE_BYTE)));
    }
    let fourth = lookup(&mut cache, at(0), "acme", ONE_BYTE);
    assert!(matches!(fourth, KeyStep::NeedsKey(_)));
}

#[test]
fn a_key_seals_so_many_bytes() {
    let mut cache = KeyCache::new(policy().max_bytes(100));
    fill(&mut cache, at(0), "acme", KeyUse::Seal { values: 1, bytes: 60 });
    drop(ready(lookup(&mut cache, at(0), "acme", KeyUse::Seal { values: 1, bytes: 40 })));
    drop(ready(lookup(&mut cache, at(0), "acme", KeyUse::Seal { values: 1, bytes: 0 })));
    let beyond = lookup(&mut cache, at(0), "acme", ONE_BYTE);
    assert!(matches!(beyond, KeyStep::NeedsKey(_)));
}

#[test]
fn a_use_beyond_the_policy_gets_a_key_that_is_not_kept() {
    let mut cache = KeyCache::new(policy().max_bytes(100));
    let request = request(lookup(&mut cache, at(0), "acme", KeyUse::Seal { values: 1, bytes: 101 }));
    let key = cache.supply(at(0), request, data_key(1));
    assert_eq!(Arc::strong_count(&key), 1, "the caller alone has it");
    assert!(cache.is_empty());
    // The sum of two uses must not wrap around.
    fill(&mut cache, at(0), "acme", KeyUse::Seal { values: 1, bytes: 1 });
    let overflow = lookup(&mut cache, at(0), "acme", KeyUse::Seal { values: 1, bytes: u64::MAX });
    assert!(matches!(overflow, KeyStep::NeedsKey(_)));
}

#[test]
fn the_least_recently_used_key_makes_room() {
    let mut cache = KeyCache::new(policy().capacity(2));
    let acme = fill(&mut cache, at(0), "acme", KeyUse::Open);
    let globex = fill(&mut cache, at(1), "globex", KeyUse::Open);
    drop(ready(lookup(&mut cache, at(2), "acme", KeyUse::Open)));
    let initech = fill(&mut cache, at(3), "initech", KeyUse::Open);
    assert_eq!(cache.len(), 2);
    assert!(globex.upgrade().is_none(), "the one that was not used for longest");
    assert!(acme.upgrade().is_some());
    assert!(initech.upgrade().is_some());
}

#[test]
fn keys_that_are_being_fetched_count_and_are_not_pushed_out() {
    let mut cache = KeyCache::new(policy().capacity(2));
    let acme = request(lookup(&mut cache, at(0), "acme", KeyUse::Open));
    let globex = request(lookup(&mut cache, at(0), "globex", KeyUse::Open));
    assert_eq!(cache.len(), 2);
    let third = request(lookup(&mut cache, at(0), "initech", KeyUse::Open));
    assert_eq!(cache.len(), 2);
    assert_eq!(Arc::strong_count(&cache.supply(at(1), third, data_key(3))), 1, "no place for it");
    assert_eq!(Arc::strong_count(&cache.supply(at(1), acme, data_key(1))), 2);
    assert_eq!(Arc::strong_count(&cache.supply(at(1), globex, data_key(2))), 2);
    assert_eq!(cache.len(), 2);
}

/// Callers whose requests were cancelled never answer. Their places must be free again once their
/// leases are over, or the cache would hold nothing any more.
#[test]
fn abandoned_fetches_do_not_fill_the_cache_for_ever() {
    let mut cache = KeyCache::new(policy().capacity(1));
    drop(request(lookup(&mut cache, at(0), "acme", KeyUse::Open)));
    let long_after = at(3600);
    fill(&mut cache, long_after, "globex", KeyUse::Open);
    drop(ready(lookup(&mut cache, long_after, "globex", KeyUse::Open)));
}

#[test]
fn a_cache_without_capacity_holds_nothing() {
    let mut cache = KeyCache::new(policy().capacity(0));
    let request = request(lookup(&mut cache, at(0), "acme", KeyUse::Open));
    assert_eq!(Arc::strong_count(&cache.supply(at(0), request, data_key(1))), 1);
    assert!(cache.is_empty());
}

#[test]
fn one_caller_fetches_and_the_others_wait_for_the_lease() {
    let mut cache = KeyCache::new(policy());
    let _fetching = request(lookup(&mut cache, at(0), "acme", KeyUse::Open));
    for now in [0, 1, 4] {
        let step = lookup(&mut cache, at(now), "acme", KeyUse::Open);
        assert!(matches!(step, KeyStep::InFlight { retry_at } if retry_at == at(5)), "{now} s");
    }
    let _second = request(lookup(&mut cache, at(5), "acme", KeyUse::Open));
    let step = lookup(&mut cache, at(6), "acme", KeyUse::Open);
    assert!(matches!(step, KeyStep::InFlight { retry_at } if retry_at == at(10)));
}

#[test]
fn another_generation_is_another_key() {
    let mut cache = KeyCache::new(policy());
    fill(&mut cache, at(0), "acme", KeyUse::Open);
    let acme = scope("acme");
    let second = WrapContext::new(&acme, Generation::new(2));
    let other = cache.lookup(at(0), &second, &key_row(1), KeyUse::Open);
    let other = cache.supply(at(0), request(other), data_key(2));
    assert_eq!(other.expose_for_wrapping(), &[2; 32]);
    let first = ready(lookup(&mut cache, at(0), "acme", KeyUse::Open));
    assert_eq!(first.expose_for_wrapping(), &[1; 32]);
    assert_eq!(cache.len(), 2);
}

#[test]
fn an_answer_after_its_lease_is_used_but_not_kept() {
    let mut cache = KeyCache::new(policy());
    let late = request(lookup(&mut cache, at(0), "acme", KeyUse::Open));
    let second = request(lookup(&mut cache, at(5), "acme", KeyUse::Open));
    let key = cache.supply(at(6), late, data_key(1));
    assert_eq!((Arc::strong_count(&key), key.expose_for_wrapping()), (1, &[1; 32]));
    let step = lookup(&mut cache, at(6), "acme", KeyUse::Open);
    assert!(matches!(step, KeyStep::InFlight { .. }), "the second one is still awaited");
    cache.supply(at(7), second, data_key(2));
    let key = ready(lookup(&mut cache, at(7), "acme", KeyUse::Open));
    assert_eq!(key.expose_for_wrapping(), &[2; 32]);
}

#[test]
fn a_failure_lets_the_next_caller_try() {
    let mut cache = KeyCache::new(policy());
    let first = request(lookup(&mut cache, at(0), "acme", KeyUse::Open));
    cache.fail(first);
    assert!(cache.is_empty());
    let second = request(lookup(&mut cache, at(0), "acme", KeyUse::Open));
    cache.supply(at(0), second, data_key(1));
    assert_eq!(cache.len(), 1);
}

#[test]
fn a_stale_failure_does_not_disturb_the_next_fetch() {
    let mut cache = KeyCache::new(policy());
    let late = request(lookup(&mut cache, at(0), "acme", KeyUse::Open));
    let second = request(lookup(&mut cache, at(5), "acme", KeyUse::Open));
    cache.fail(late);
    let step = lookup(&mut cache, at(6), "acme", KeyUse::Open);
    assert!(matches!(step, KeyStep::InFlight { .. }));
    cache.supply(at(6), second, data_key(2));
    drop(ready(lookup(&mut cache, at(6), "acme", KeyUse::Open)));
}

#[test]
fn purging_forgets_all_generations_of_one_scope() {
    let mut cache = KeyCache::new(policy());
    let acme = fill(&mut cache, at(0), "acme", KeyUse::Open);
    let owner = scope("acme");
    let context = WrapContext::new(&owner, Generation::new(2));
    let second = cache.lookup(at(0), &context, &key_row(1), KeyUse::Open);
    let second = Arc::downgrade(&cache.supply(at(0), request(second), data_key(2)));
    let globex = fill(&mut cache, at(0), "globex", KeyUse::Open);
    cache.purge(&scope("acme"));
    assert!(acme.upgrade().is_none());
    assert!(second.upgrade().is_none());
    assert!(globex.upgrade().is_some());
    assert_eq!(cache.len(), 1);
}

/// Shredding while a fetch is under way: the answer must not bring the key back.
#[test]
fn a_key_that_arrives_after_a_purge_is_not_kept() {
    let mut cache = KeyCache::new(policy());
    let before = request(lookup(&mut cache, at(0), "acme", KeyUse::Open));
    cache.purge(&scope("acme"));
    assert_eq!(Arc::strong_count(&cache.supply(at(1), before, data_key(1))), 1);
    assert!(cache.is_empty());

    // Nor if somebody has asked again meanwhile.
    let before = request(lookup(&mut cache, at(0), "acme", KeyUse::Open));
    cache.purge(&scope("acme"));
    let _after = request(lookup(&mut cache, at(1), "acme", KeyUse::Open));
    assert_eq!(Arc::strong_count(&cache.supply(at(1), before, data_key(1))), 1);
}

#[test]
fn a_tenant_and_its_subjects_are_purged_apart() {
    let mut cache = KeyCache::new(policy());
    let ann = Scope::from_parts(b"acme", b"9").unwrap();
    let hers = request(cache.lookup(at(0), &WrapContext::new(&ann, GENERATION), &key_row(1), KeyUse::Open));
    let hers = Arc::downgrade(&cache.supply(at(0), hers, data_key(9)));
    let ours = fill(&mut cache, at(0), "acme", KeyUse::Open);
    cache.purge(&ann);
    assert!(hers.upgrade().is_none());
    assert!(ours.upgrade().is_some());
}

#[test]
fn eviction_frees_what_is_over_and_nothing_else() {
    let mut cache = KeyCache::new(policy());
    let old = fill(&mut cache, at(0), "acme", KeyUse::Open);
    let young = fill(&mut cache, at(30), "globex", KeyUse::Open);
    let _abandoned = request(lookup(&mut cache, at(30), "initech", KeyUse::Open));
    cache.evict_expired(at(34));
    assert_eq!(cache.len(), 3);
    cache.evict_expired(at(60));
    assert!(old.upgrade().is_none());
    assert!(young.upgrade().is_some());
    assert_eq!(cache.len(), 1);
}

/// Whoever still works with a key keeps it alive; the cache's share ends with the eviction.
#[test]
fn a_key_in_use_outlives_its_eviction() {
    let mut cache = KeyCache::new(policy());
    fill(&mut cache, at(0), "acme", KeyUse::Open);
    let in_use = ready(lookup(&mut cache, at(0), "acme", KeyUse::Open));
    assert_eq!(Arc::strong_count(&in_use), 2);
    cache.purge(&scope("acme"));
    assert_eq!(Arc::strong_count(&in_use), 1);
    assert_eq!(in_use.expose_for_wrapping(), &[1; 32]);
}

#[test]
fn dropping_the_cache_drops_its_keys() {
    let mut cache = KeyCache::new(policy());
    let key = fill(&mut cache, at(0), "acme", KeyUse::Open);
    assert!(key.upgrade().is_some());
    drop(cache);
    assert!(key.upgrade().is_none());
}

#[test]
fn the_blocking_driver_asks_the_service_once() {
    let service = KeyService::default();
    let acme = scope("acme");
    let context = WrapContext::new(&acme, GENERATION);
    let (key, wrapped) = create_data_key(&service, &context).unwrap();
    let mut cache = KeyCache::new(policy());
    for now in 0..5 {
        let got = cache.get(at(now), &service, &context, &wrapped, KeyUse::Open).unwrap();
        assert_eq!(got.expose_for_wrapping(), key.expose_for_wrapping());
    }
    assert_eq!(service.unwraps(), 1);
    drop(cache.get(at(60), &service, &context, &wrapped, KeyUse::Open).unwrap());
    assert_eq!(service.unwraps(), 2);
}

#[test]
fn the_blocking_driver_passes_failures_on_and_tries_again() {
    let service = KeyService::default();
    let acme = scope("acme");
    let context = WrapContext::new(&acme, GENERATION);
    let (_, wrapped) = create_data_key(&service, &context).unwrap();
    let mut cache = KeyCache::new(policy());
    service.set_down(true);
    let failed = cache.get(at(0), &service, &context, &wrapped, KeyUse::Open);
    assert_eq!(outcome(&failed), "key_service");
    assert!(cache.is_empty());
    service.set_down(false);
    assert!(cache.get(at(0), &service, &context, &wrapped, KeyUse::Open).is_ok());
}

/// It does not wait for a fetch that somebody else has begun.
#[test]
fn the_blocking_driver_unwraps_for_itself_while_another_one_fetches() {
    let service = KeyService::default();
    let acme = scope("acme");
    let context = WrapContext::new(&acme, GENERATION);
    let (_, wrapped) = create_data_key(&service, &context).unwrap();
    let mut cache = KeyCache::new(policy());
    let theirs = request(cache.lookup(at(0), &context, &wrapped, KeyUse::Open));
    let mine = cache.get(at(1), &service, &context, &wrapped, KeyUse::Open).unwrap();
    assert_eq!(Arc::strong_count(&mine), 1);
    assert_eq!(Arc::strong_count(&cache.supply(at(2), theirs, data_key(1))), 2);
}

#[test]
fn a_cancelled_asynchronous_fetch_is_taken_over_after_the_lease() {
    let service = KeyService::default();
    let remote = Remote(&service);
    let acme = scope("acme");
    let context = WrapContext::new(&acme, GENERATION);
    let (_, wrapped) = create_data_key(&service, &context).unwrap();
    let cache = Mutex::new(KeyCache::new(policy()));
    let get = |now| KeyCache::get_async(&cache, at(now), &remote, &context, &wrapped, KeyUse::Open);
    poll_once_and_drop(get(0));
    assert!(matches!(block_on(get(1)), Ok(Fetched::InFlight { .. })));
    assert!(matches!(block_on(get(5)), Ok(Fetched::Ready(_))));
    assert!(matches!(block_on(get(6)), Ok(Fetched::Ready(_))));
    assert_eq!(service.unwraps(), 1);
}

#[test]
fn an_asynchronous_failure_lets_the_next_caller_try() {
    let service = KeyService::default();
    let remote = Remote(&service);
    let acme = scope("acme");
    let context = WrapContext::new(&acme, GENERATION);
    let (_, wrapped) = create_data_key(&service, &context).unwrap();
    let cache = Mutex::new(KeyCache::new(policy()));
    let get = || KeyCache::get_async(&cache, at(0), &remote, &context, &wrapped, KeyUse::Open);
    service.set_down(true);
    assert_eq!(outcome(&block_on(get())), "key_service");
    service.set_down(false);
    assert!(matches!(block_on(get()), Ok(Fetched::Ready(_))));
}

/// A sign-up whose transaction was rolled back and done again: the same scope and generation, but another
/// key row. Sealing on under the key that was lost would lose the data.
#[test]
fn a_key_row_that_was_replaced_takes_its_key_out_of_use() {
    let mut cache = KeyCache::new(policy());
    let acme = scope("acme");
    let context = WrapContext::new(&acme, GENERATION);
    let lost = request(cache.lookup(at(0), &context, &key_row(1), KeyUse::Open));
    assert_eq!(lost.wrapped(), &key_row(1));
    drop(cache.supply(at(0), lost, data_key(1)));
    drop(ready(cache.lookup(at(1), &context, &key_row(1), KeyUse::Open)));

    let kept = request(cache.lookup(at(1), &context, &key_row(2), ONE_BYTE));
    assert_eq!(cache.len(), 1);
    drop(cache.supply(at(1), kept, data_key(2)));
    drop(ready(cache.lookup(at(2), &context, &key_row(2), ONE_BYTE)));
}

/// The same while the first row's key is still being fetched: its answer comes too late to be kept.
#[test]
fn a_key_row_that_was_replaced_ends_the_fetch_of_the_old_one() {
    let mut cache = KeyCache::new(policy());
    let acme = scope("acme");
    let context = WrapContext::new(&acme, GENERATION);
    let old = request(cache.lookup(at(0), &context, &key_row(1), KeyUse::Open));
    let new = request(cache.lookup(at(0), &context, &key_row(2), KeyUse::Open));
    drop(cache.supply(at(0), new, data_key(2)));
    drop(cache.supply(at(0), old, data_key(1)));
    drop(ready(cache.lookup(at(0), &context, &key_row(2), KeyUse::Open)));
}

#[test]
fn purging_a_tenant_takes_its_subjects_along() {
    let mut cache = KeyCache::new(policy());
    let subject = Scope::from_parts(b"acme", b"user-9").unwrap();
    for scope in [scope("acme"), subject, scope("globex")] {
        let request =
            request(cache.lookup(at(0), &WrapContext::new(&scope, GENERATION), &key_row(1), KeyUse::Open));
        drop(cache.supply(at(0), request, data_key(1)));
    }
    cache.purge_tenant(&"acme".parse().unwrap());
    assert_eq!(cache.len(), 1);
    drop(ready(lookup(&mut cache, at(1), "globex", KeyUse::Open)));
}
