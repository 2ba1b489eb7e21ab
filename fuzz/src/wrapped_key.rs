//! Data keys wrapped under a KEK that the deployment holds.

use std::sync::LazyLock;

use ringfence::envelope::{
    DataKey, Error, Generation, Kek, KekId, KeyWrap, LocalKeyWrap, Scope, WrapContext, WrappedKey,
};
use ringfence::secrecy::SecretBox;

use super::columns::key_bytes;
use super::input::{Input, Repeating};
use super::refusal::{assert_same, assert_same_outcome};

const WRAPPED_LEN: usize = 101;
const MAX_STORED: usize = 8 * 1024;
/// The ids of the foreign vectors, and the first byte of their keys. The first one is primary.
const KEKS: [(u32, u8); 3] = [(7, 0xa0), (0, 0xc0), (u32::MAX, 0xc0)];

static KEY_WRAP: LazyLock<LocalKeyWrap> = LazyLock::new(|| key_wrap(0));
/// The contexts of the foreign vectors.
static CONTEXTS: LazyLock<Vec<(Scope, Generation)>> = LazyLock::new(|| {
    [
        (b"acme".as_slice(), b"user-9".as_slice(), 1),
        (b"acme", b"", 1),
        (b"acme", b"user-9", 0),
        (b"acme", b"user-9", u32::MAX),
        (b"acme", b"", 2),
        ("東京".as_bytes(), "🔑".as_bytes(), 2),
    ]
    .map(|(tenant, subject, number)| (Scope::from_parts(tenant, subject).unwrap(), Generation::new(number)))
    .to_vec()
});

pub fn check(data: &[u8]) {
    check_stored(data);
    check_changed(&mut Input::new(data));
}

fn kek(first: u8) -> Kek {
    Kek::from_secret(&SecretBox::new(Box::new(key_bytes(first))))
}

/// Holds all KEKs, and wraps under this one.
fn key_wrap(primary: usize) -> LocalKeyWrap {
    let (id, first) = KEKS[primary];
    let mut key_wrap = LocalKeyWrap::new(KekId::new(id), kek(first));
    for (other, first) in KEKS.into_iter().filter(|(other, _)| *other != id) {
        key_wrap = key_wrap.with_older(KekId::new(other), kek(first)).unwrap();
    }
    key_wrap
}

/// The KEK that the bytes name, or why they are no wrapped key.
fn form(bytes: &[u8]) -> Result<u32, Error> {
    if bytes.len() != WRAPPED_LEN {
        return Err(Error::Malformed);
    }
    if bytes[0] != 0x02 {
        return Err(Error::UnsupportedSuite);
    }
    Ok(u32::from_be_bytes(bytes[1..5].try_into().unwrap()))
}

/// Why bytes that no KEK has wrapped in this context are refused.
fn refusal(bytes: &[u8]) -> Error {
    match form(bytes) {
        Err(error) => error,
        Ok(id) if KEKS.iter().all(|(held, _)| *held != id) => Error::UnknownKey,
        Ok(_) => Error::Rejected,
    }
}

fn unwrap(context: &WrapContext<'_>, bytes: &[u8]) -> Result<[u8; 32], Error> {
    let wrapped = WrappedKey::from_bytes(bytes)?;
    assert_eq!(wrapped.as_bytes(), bytes);
    assert_same_outcome(&LocalKeyWrap::kek_id_of(&wrapped).map(KekId::number), &form(bytes));
    assert_eq!(KEY_WRAP.needs_rewrap(&wrapped).ok(), form(bytes).ok().map(|id| id != KEKS[0].0));
    KEY_WRAP.unwrap(context, &wrapped).map(|key| *key.expose_for_wrapping())
}

/// The data are what stands in the key table.
fn check_stored(bytes: &[u8]) {
    let fits = !bytes.is_empty() && bytes.len() <= MAX_STORED;
    assert_eq!(WrappedKey::from_bytes(bytes).is_ok(), fits);
    let mut opened = 0;
    for (scope, generation) in CONTEXTS.iter() {
        let context = WrapContext::new(scope, *generation);
        match unwrap(&context, bytes) {
            Ok(key) => {
                opened += 1;
                assert_eq!(wrap(&context, key, form(bytes).unwrap(), &bytes[5..21]), bytes);
            }
            Err(error) => assert_same(&error, &refusal(bytes)),
        }
    }
    assert!(opened <= 1, "a wrapped key is bound to one context");
}

/// The data are a key, its context, and what was changed in either.
fn check_changed(input: &mut Input<'_>) {
    let (id, salt, key) =
        (KEKS[usize::from(input.byte()) % KEKS.len()].0, input.array::<16>(), input.array());
    let generation = u32::from_be_bytes(input.array());
    let (tenant, subject) = (input.short(32), input.repeated(40, 20));
    let scope = Scope::from_parts(tenant, &subject).unwrap();
    let context = WrapContext::new(&scope, Generation::new(generation));
    let wrapped = wrap(&context, key, id, &salt);
    assert_eq!(unwrap(&context, &wrapped).unwrap(), key);

    // The same bytes of tenant and subject, cut at another point; and another generation.
    let glued = [tenant, &subject].concat();
    let (left, right) = glued.split_at(input.below(glued.len() + 1));
    let moved = Scope::from_parts(left, right).unwrap();
    for other in [generation, generation ^ u32::from(input.byte()), generation.swap_bytes()] {
        let elsewhere = WrapContext::new(&moved, Generation::new(other));
        let opened = unwrap(&elsewhere, &wrapped);
        if elsewhere == context {
            assert_eq!(opened.unwrap(), key);
        } else {
            assert_same(&opened.unwrap_err(), &Error::Rejected);
        }
    }

    let donor = wrap(&context, key, id, &salt.map(|byte| byte ^ 0xa5));
    let mut changed = wrapped.clone();
    input.change(&mut changed, &donor);
    let opened = unwrap(&context, &changed);
    if changed == wrapped || changed == donor {
        assert_eq!(opened.unwrap(), key);
    } else {
        assert_same(&opened.unwrap_err(), &refusal(&changed));
    }
}

fn wrap(context: &WrapContext<'_>, key: [u8; 32], id: u32, salt: &[u8]) -> Vec<u8> {
    static BY_ID: LazyLock<Vec<LocalKeyWrap>> = LazyLock::new(|| (0..KEKS.len()).map(key_wrap).collect());
    let key_wrap = BY_ID.iter().find(|key_wrap| key_wrap.primary() == KekId::new(id)).unwrap();
    let key = DataKey::from_secret(&SecretBox::new(Box::new(key)));
    key_wrap.wrap_with_rng(context, &key, &mut Repeating::new(salt)).unwrap().as_bytes().to_vec()
}
