//! What the public types can and cannot do, checked by the compiler.

use ringfence::envelope::stream::{
    ChunkSize, Complete, StreamHeader, StreamLayout, StreamOpener, StreamRead, StreamReader, StreamSealer,
    StreamWrite,
};
use ringfence::envelope::{
    BlindIndex, BlindToken, CachePolicy, Context, DataKey, Error, Generation, Kek, KekId, KeyCache,
    KeyRequest, KeyStep, KeyUse, KeyWrap, Keyring, KeyringBuilder, LocalKeyWrap, Normaliser, Receipt,
    ResealProgress, Resealed, Scope, SealedValue, ShreddedKey, Shredding, WrapContext, WrappedKey,
};

/// Fails to compile if `$type` implements `$trait`: then the method is found in two impls.
macro_rules! assert_not_impl {
    ($type:ty: $trait:path) => {{
        trait AmbiguousIfImplemented<A> {
            fn check() {}
        }
        impl<T: ?Sized> AmbiguousIfImplemented<()> for T {}
        impl<T: ?Sized + $trait> AmbiguousIfImplemented<u8> for T {}
        let _ = <$type as AmbiguousIfImplemented<_>>::check;
    }};
}

macro_rules! assert_each_not_impl {
    ($trait:path: $($type:ty),+ $(,)?) => {$( assert_not_impl!($type: $trait); )+};
}

fn assert_send_and_sync<T: Send + Sync>() {}

#[test]
fn every_public_type_may_cross_threads() {
    assert_send_and_sync::<(BlindIndex, BlindToken, CachePolicy, Context<'_>, DataKey, Error)>();
    assert_send_and_sync::<(Generation, Kek, KekId, KeyCache, KeyRequest, KeyStep, KeyUse)>();
    assert_send_and_sync::<(Keyring, KeyringBuilder, LocalKeyWrap, Normaliser, Receipt)>();
    assert_send_and_sync::<(ResealProgress, Resealed, Scope, SealedValue, ShreddedKey)>();
    assert_send_and_sync::<(Shredding, WrapContext<'_>, WrappedKey, ChunkSize, Complete)>();
    assert_send_and_sync::<(StreamHeader<'_>, StreamLayout, StreamOpener<'_>, StreamReader<'_>)>();
    assert_send_and_sync::<(StreamSealer, StreamRead<'_, &[u8]>, StreamWrite<Vec<u8>>)>();
}

/// A copy of a key is one more thing to wipe, and comparing keys with `==` leaks by its timing.
#[test]
fn secrets_are_neither_copied_nor_compared() {
    assert_each_not_impl!(Clone: DataKey, Kek, Keyring, KeyringBuilder, LocalKeyWrap, KeyCache);
    assert_each_not_impl!(PartialEq: DataKey, Kek, Keyring, KeyringBuilder, LocalKeyWrap, KeyCache);
    assert_each_not_impl!(core::hash::Hash: DataKey, Kek, Keyring, LocalKeyWrap, KeyCache);
    assert_each_not_impl!(core::fmt::Display: DataKey, Kek, Keyring, LocalKeyWrap, KeyCache);
    assert_each_not_impl!(AsRef<[u8]>: DataKey, Kek, Keyring, LocalKeyWrap);
    assert_each_not_impl!(Default: DataKey, Kek, Keyring, LocalKeyWrap);
}

/// A task is good for one answer, a proof for the stream that gave it, a state for one stream.
#[test]
fn single_use_values_are_not_copied() {
    assert_each_not_impl!(Clone: KeyRequest, StreamSealer, StreamOpener<'static>);
    assert_each_not_impl!(Default: KeyRequest, Complete, Receipt, SealedValue, WrappedKey);
}

#[cfg(feature = "serde")]
#[test]
fn secrets_are_not_serialised() {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    assert_each_not_impl!(Serialize: DataKey, Kek, Keyring, KeyringBuilder, LocalKeyWrap);
    assert_each_not_impl!(Serialize: KeyCache, KeyStep, KeyRequest, StreamSealer, StreamLayout);
    assert_each_not_impl!(DeserializeOwned: DataKey, Kek, Keyring, LocalKeyWrap, KeyCache);
    // A proof must come from the stream itself.
    assert_each_not_impl!(DeserializeOwned: Complete, KeyRequest);
}

/// Applications choose their key wrap at run time.
#[test]
fn a_key_wrap_is_an_object() {
    let key_wrap: Box<dyn KeyWrap> = Box::new(LocalKeyWrap::new(KekId::new(1), crate::fixture::kek(1)));
    let by_reference: &dyn KeyWrap = &*key_wrap;
    let acme = crate::fixture::scope("acme");
    let context = WrapContext::new(&acme, Generation::FIRST);
    let (key, wrapped) = ringfence::envelope::create_data_key(by_reference, &context).unwrap();
    let unwrapped = key_wrap.unwrap(&context, &wrapped).unwrap();
    assert_eq!(unwrapped.expose_for_wrapping(), key.expose_for_wrapping());
}
