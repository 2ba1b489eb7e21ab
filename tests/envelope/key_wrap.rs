//! Wrapping data keys: under a key of the deployment, and by a service.

use core::error::Error as _;

use ringfence::envelope::{
    AsyncKeyWrap, Error, Generation, KekId, KeyWrap, LocalKeyWrap, Scope, WrapContext, WrappedKey,
    create_data_key, rewrap,
};
use ringfence::{ErrorKind, SubjectId};

use crate::fixture::{data_key, kek, outcome, scope, tenant};
use crate::key_service::{KeyService, Remote, ServiceDown, block_on};

const FIRST: KekId = KekId::new(1);
const SECOND: KekId = KekId::new(2);

fn local() -> LocalKeyWrap {
    LocalKeyWrap::new(FIRST, kek(101))
}

fn rotated() -> LocalKeyWrap {
    local().rotate(SECOND, kek(102)).unwrap()
}

#[test]
fn a_local_key_wrap_gives_the_key_back() {
    let acme = scope("acme");
    let context = WrapContext::new(&acme, Generation::FIRST);
    let (key, wrapped) = create_data_key(&local(), &context).unwrap();
    let unwrapped = local().unwrap(&context, &wrapped).unwrap();
    assert_eq!(unwrapped.expose_for_wrapping(), key.expose_for_wrapping());
    // The key itself does not show in what is stored.
    let shows = wrapped.as_bytes().windows(32).any(|part| part == key.expose_for_wrapping());
    assert!(!shows);
}

#[test]
fn a_wrapped_key_is_bound_to_tenant_subject_and_generation() {
    let acme = tenant("acme");
    let home = Scope::subject(&acme, &SubjectId::from(9_u64));
    let wrapped = local().wrap(&WrapContext::new(&home, Generation::FIRST), &data_key(1)).unwrap();
    let unwrap = |scope: &Scope, generation| {
        outcome(&local().unwrap(&WrapContext::new(scope, generation), &wrapped))
    };
    assert_eq!(unwrap(&home, Generation::FIRST), "ok");
    assert_eq!(unwrap(&home, Generation::new(2)), "rejected");
    assert_eq!(unwrap(&Scope::tenant(&acme), Generation::FIRST), "rejected");
    for (tenant_id, subject) in [("acme", "8"), ("acme2", "9"), ("acme9", ""), ("9", "acme")] {
        let other = Scope::from_parts(tenant_id.as_bytes(), subject.as_bytes()).unwrap();
        assert_eq!(unwrap(&other, Generation::FIRST), "rejected", "{tenant_id}/{subject}");
    }
}

#[test]
fn rotation_rewraps_key_rows_and_keeps_the_data_key() {
    let acme = scope("acme");
    let context = WrapContext::new(&acme, Generation::FIRST);
    let (key, old) = create_data_key(&local(), &context).unwrap();
    let key_wrap = rotated();

    assert_eq!(LocalKeyWrap::kek_id_of(&old).unwrap(), FIRST);
    assert!(key_wrap.needs_rewrap(&old).unwrap());
    let new = key_wrap.rewrap(&context, &old).unwrap();
    assert_eq!(LocalKeyWrap::kek_id_of(&new).unwrap(), SECOND);
    assert!(!key_wrap.needs_rewrap(&new).unwrap());
    for wrapped in [&old, &new] {
        let unwrapped = key_wrap.unwrap(&context, wrapped).unwrap();
        assert_eq!(unwrapped.expose_for_wrapping(), key.expose_for_wrapping());
    }
    // The old key wrap cannot read what the new one wrote, and says why.
    assert_eq!(outcome(&local().unwrap(&context, &new)), "unknown_key");
}

#[test]
fn rewrapping_needs_the_right_context() {
    let (acme, globex) = (scope("acme"), scope("globex"));
    let (_, wrapped) = create_data_key(&local(), &WrapContext::new(&acme, Generation::FIRST)).unwrap();
    let elsewhere = WrapContext::new(&globex, Generation::FIRST);
    assert_eq!(outcome(&rotated().rewrap(&elsewhere, &wrapped)), "rejected");
}

#[test]
fn a_key_encryption_key_id_is_used_once() {
    assert_eq!(outcome(&local().rotate(FIRST, kek(1))), "key_conflict");
    assert_eq!(outcome(&local().with_older(FIRST, kek(1))), "key_conflict");
    assert_eq!(outcome(&rotated().rotate(FIRST, kek(1))), "key_conflict");
}

#[test]
fn an_older_key_unwraps_and_never_wraps() {
    let acme = scope("acme");
    let context = WrapContext::new(&acme, Generation::FIRST);
    let by_first = local().wrap(&context, &data_key(1)).unwrap();
    let key_wrap = LocalKeyWrap::new(SECOND, kek(102)).with_older(FIRST, kek(101)).unwrap();
    assert_eq!(outcome(&key_wrap.unwrap(&context, &by_first)), "ok");
    let wrapped = key_wrap.wrap(&context, &data_key(1)).unwrap();
    assert_eq!(LocalKeyWrap::kek_id_of(&wrapped).unwrap(), SECOND);
}

#[test]
fn bytes_of_another_maker_are_told_apart() {
    let acme = scope("acme");
    let context = WrapContext::new(&acme, Generation::FIRST);
    let service = WrappedKey::from_bytes(*b"a key service's ciphertext").unwrap();
    assert_eq!(outcome(&LocalKeyWrap::kek_id_of(&service)), "malformed");
    assert_eq!(outcome(&local().needs_rewrap(&service)), "malformed");
    assert_eq!(outcome(&local().unwrap(&context, &service)), "malformed");
    let of_101_bytes = WrappedKey::from_bytes([7; 101]).unwrap();
    assert_eq!(outcome(&LocalKeyWrap::kek_id_of(&of_101_bytes)), "unsupported_suite");
    assert_eq!(outcome(&local().unwrap(&context, &of_101_bytes)), "unsupported_suite");
}

#[test]
fn a_service_gets_tenant_subject_and_generation_with_every_call() {
    let service = KeyService::default();
    let ann = Scope::subject(&tenant("acme"), &SubjectId::from(9_u64));
    let context = WrapContext::new(&ann, Generation::new(3));
    let (key, wrapped) = create_data_key(&service, &context).unwrap();
    let unwrapped = service.unwrap(&context, &wrapped).unwrap();
    assert_eq!(unwrapped.expose_for_wrapping(), key.expose_for_wrapping());
    let pairs =
        [("tenant", "acme".to_owned()), ("subject", "9".to_owned()), ("generation", "3".to_owned())];
    assert_eq!(service.seen(), [pairs.clone(), pairs]);

    let other = WrapContext::new(&ann, Generation::new(4));
    assert_eq!(outcome(&service.unwrap(&other, &wrapped)), "rejected");
}

/// Ids that are not text keep apart from ids that look like their encoding.
#[test]
fn pairs_of_two_contexts_never_look_alike() {
    let scopes: [(&[u8], &[u8]); 6] =
        [(b"\xef", b""), (b"7w", b""), (b"", b"\xef"), (b"", b"7w"), (b"\xef", b"7w"), (b"7w", b"\xef")];
    let mut pairs: Vec<_> = scopes
        .iter()
        .map(|(tenant, subject)| {
            let scope = Scope::from_parts(tenant, subject).unwrap();
            WrapContext::new(&scope, Generation::FIRST).to_pairs()
        })
        .collect();
    assert_eq!(pairs[0][0], ("tenant_base64url", "7w".to_owned()));
    assert_eq!(pairs[1][0], ("tenant", "7w".to_owned()));
    pairs.sort();
    pairs.dedup();
    assert_eq!(pairs.len(), scopes.len());
}

#[test]
fn a_service_that_fails_is_unavailable_and_says_why() {
    let service = KeyService::default();
    let acme = scope("acme");
    let context = WrapContext::new(&acme, Generation::FIRST);
    let (_, wrapped) = create_data_key(&service, &context).unwrap();
    service.set_down(true);
    let failures = [
        service.unwrap(&context, &wrapped).map(drop).unwrap_err(),
        create_data_key(&service, &context).map(drop).unwrap_err(),
        rewrap(&service, &local(), &context, &wrapped).unwrap_err(),
        rewrap(&local(), &service, &context, &local().wrap(&context, &data_key(1)).unwrap()).unwrap_err(),
    ];
    for failure in failures {
        assert_eq!(failure.kind(), ErrorKind::Unavailable);
        assert_eq!(failure.kind().http_status(), 503);
        assert_eq!(failure.source().unwrap().downcast_ref(), Some(&ServiceDown));
    }
    // Back again: nothing was lost.
    service.set_down(false);
    assert_eq!(outcome(&service.unwrap(&context, &wrapped)), "ok");
}

#[test]
fn a_data_key_moves_from_a_local_key_to_a_service_and_back() {
    let service = KeyService::default();
    let acme = scope("acme");
    let context = WrapContext::new(&acme, Generation::FIRST);
    let (key, at_home) = create_data_key(&local(), &context).unwrap();
    let at_service = rewrap(&local(), &service, &context, &at_home).unwrap();
    assert!(at_service.as_bytes().starts_with(b"opaque-"));
    let back = rewrap(&service, &local(), &context, &at_service).unwrap();
    let unwrapped = local().unwrap(&context, &back).unwrap();
    assert_eq!(unwrapped.expose_for_wrapping(), key.expose_for_wrapping());
}

#[test]
fn an_asynchronous_service_needs_no_runtime() {
    let service = KeyService::default();
    let remote = Remote(&service);
    let acme = scope("acme");
    let context = WrapContext::new(&acme, Generation::FIRST);
    let wrapped = block_on(remote.wrap(&context, &data_key(1))).unwrap();
    let key = block_on(remote.unwrap(&context, &wrapped)).unwrap();
    assert_eq!(key.expose_for_wrapping(), &[1; 32]);
    service.set_down(true);
    let failed = block_on(remote.unwrap(&context, &wrapped));
    assert!(matches!(failed, Err(Error::KeyService(_))));
}

#[test]
fn key_encryption_key_ids_are_numbers_of_eight_digits() {
    assert_eq!(KekId::new(0xab).to_string(), "000000ab");
    assert_eq!(KekId::new(u32::MAX).number(), u32::MAX);
}
