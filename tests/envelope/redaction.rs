//! Nothing that holds a secret shows it, and no error repeats what it was given.

use core::fmt::Debug;
use std::io::{Read, Write};

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use ringfence::envelope::stream::{StreamLayout, StreamOpener, StreamRead, StreamSealer, StreamWrite};
use ringfence::envelope::{
    CachePolicy, Context, DataKey, Error, Generation, Kek, KekId, KeyCache, KeyUse, KeyWrap, Keyring,
    LocalKeyWrap, WrapContext, WrappedKey, create_data_key,
};

use crate::clock::at;
use crate::fixture::{scope, secret};
use crate::stream_file::{range, seal, smallest_chunk};

/// Key and plaintext are text, so that each form of them is easily recognised.
const KEY: &[u8; 32] = b"KEYBYTES-of-32-recognisable-KEYS";
const PLAINTEXT: &[u8] = b"XQ7_PLAINTEXT_THAT_NOBODY_MAY_SEE";

fn data_key() -> DataKey {
    DataKey::from_secret(&secret(*KEY))
}

fn ring() -> Keyring {
    Keyring::new(scope("acme"), Generation::FIRST, data_key())
}

fn place() -> Context<'static> {
    Context::from_parts(b"acme", b"t", b"c", b"r")
}

/// All spellings of four bytes of a secret that a `Debug` might come up with.
fn spellings(part: &[u8]) -> Vec<String> {
    let list = |format: fn(&u8) -> String| part.iter().map(format).collect::<Vec<_>>().join(", ");
    let text = String::from_utf8(part.to_vec()).unwrap();
    vec![
        HEXLOWER.encode(part),
        HEXUPPER.encode(part),
        list(ToString::to_string),
        list(|byte| format!("{byte:#x}")),
        list(|byte| format!("0x{byte:02X}")),
        list(|byte| format!("{byte:02x}")),
        list(|byte| format!("{byte:02x}")).replace(',', ""),
        text,
    ]
}

fn assert_shows_nothing(name: &str, shown: &str) {
    for wanted in [KEY.as_slice(), PLAINTEXT] {
        for start in 0..wanted.len() - 4 {
            for spelling in spellings(&wanted[start..start + 4]) {
                assert!(!shown.contains(&spelling), "{name} shows {spelling:?}: {shown}");
            }
        }
        for whole in [BASE64.encode(wanted), BASE64URL_NOPAD.encode(wanted)] {
            assert!(!shown.contains(&whole[..whole.len() - 4]), "{name} shows base64: {shown}");
        }
    }
}

fn check(value: &impl Debug) {
    let name = core::any::type_name_of_val(value);
    assert_shows_nothing(name, &format!("{value:?}"));
    // The alternate form has one element a line.
    let pretty = format!("{value:#?}");
    assert_shows_nothing(name, &pretty.split_whitespace().collect::<Vec<_>>().join(" "));
}

/// The check finds what it looks for.
#[test]
fn a_debug_that_shows_a_secret_is_found() {
    for shown in [
        format!("{KEY:?}"),
        format!("{:?}", PLAINTEXT.to_vec()),
        format!("{:?}", core::str::from_utf8(PLAINTEXT)),
        HEXLOWER.encode(KEY),
        format!("{KEY:02x?}"),
    ] {
        let found = std::panic::catch_unwind(|| assert_shows_nothing("this", &shown));
        assert!(found.is_err(), "{shown}");
    }
}

#[test]
fn keys_show_nothing() {
    check(&data_key());
    check(&Kek::from_secret(&secret(*KEY)));
    check(&ring());
    check(&Keyring::builder(scope("acme")).primary(Generation::FIRST, data_key()));
    check(&LocalKeyWrap::new(KekId::new(1), Kek::from_secret(&secret(*KEY))));
    assert_eq!(format!("{:?}", data_key()), "DataKey([redacted])");
}

#[test]
fn the_cache_and_its_steps_show_nothing() {
    let mut cache = KeyCache::new(CachePolicy::default());
    let acme = scope("acme");
    let context = WrapContext::new(&acme, Generation::FIRST);
    let wrapped = WrappedKey::from_bytes(vec![1; 101]).unwrap();
    let step = cache.lookup(at(0), &context, &wrapped, KeyUse::Open);
    check(&step);
    let ringfence::envelope::KeyStep::NeedsKey(request) = step else { panic!("an empty cache") };
    check(&request);
    check(&cache.supply(at(0), request, data_key()));
    check(&cache);
    check(&cache.lookup(at(0), &context, &wrapped, KeyUse::Open));
}

#[test]
fn opened_and_sealed_values_show_nothing() {
    let ring = ring();
    let sealed = ring.seal(&place(), PLAINTEXT).unwrap();
    check(&sealed);
    check(&ring.open(&place(), &sealed).unwrap());
    check(&ring.open_string(&place(), &sealed).unwrap());
    let key_wrap = LocalKeyWrap::new(KekId::new(1), Kek::from_secret(&secret(*KEY)));
    let acme = scope("acme");
    let context = WrapContext::new(&acme, Generation::FIRST);
    check(&create_data_key(&key_wrap, &context).unwrap());
    check(&key_wrap.wrap(&context, &data_key()).unwrap());
}

#[test]
fn streams_show_nothing() {
    let (ring, place) = (ring(), place());
    let mut sealed = Vec::new();
    let mut sealer = StreamSealer::new(&[&ring], &place, smallest_chunk(), &mut sealed).unwrap();
    sealer.update(PLAINTEXT, &mut sealed).unwrap();
    // The plaintext waits inside for its chunk to fill.
    check(&sealer);

    let blob = seal(&[&ring], &place, &PLAINTEXT.repeat(100));
    let mut opener = StreamOpener::new(&ring, &place);
    check(&opener);
    opener.update(&blob[..2000], &mut Vec::new()).unwrap();
    check(&opener);
    let layout = StreamLayout::new(&ring, &place, &blob, blob.len() as u64).unwrap();
    check(&layout);
    check(&layout.authenticate(range(&blob, layout.last_chunk())).unwrap());
}

#[test]
fn stream_adapters_show_nothing() {
    let (ring, place) = (ring(), place());
    let blob = seal(&[&ring], &place, &PLAINTEXT.repeat(100));
    let mut writer = StreamWrite::new(std::io::sink(), &[&ring], &place, smallest_chunk()).unwrap();
    writer.write_all(PLAINTEXT).unwrap();
    check(&writer);
    let mut reader = StreamRead::new(std::io::Cursor::new(blob), &ring, &place);
    // Opened, but not yet all given out.
    reader.read_exact(&mut [0; 8]).unwrap();
    check(&reader);
}

#[cfg(feature = "envelope-legacy")]
#[test]
fn legacy_columns_show_nothing() {
    use ringfence::envelope::legacy::{GcmLayout, LegacyColumn};
    use ringfence::secrecy::{SecretSlice, SecretString};

    let key = SecretSlice::from(KEY.to_vec());
    check(&LegacyColumn::aes_gcm(&key, GcmLayout::NonceCiphertextTag).unwrap());
    let key = SecretString::from(BASE64URL_NOPAD.encode(KEY) + "=");
    check(&LegacyColumn::fernet([&key]).unwrap());
}

/// Which index a token is for may show; the token is a fingerprint of the value, and may not.
#[test]
fn index_tokens_show_nothing() {
    use ringfence::envelope::{BlindIndex, Normaliser};

    let index = BlindIndex::new("t", "c", "i", Normaliser::Exact, 64).unwrap();
    let token = ring().blind_index(&index, core::str::from_utf8(PLAINTEXT).unwrap()).unwrap();
    check(&token);
    let shown = format!("{token:?}");
    for spelling in [HEXLOWER.encode(token.as_bytes()), format!("{:?}", token.as_bytes())] {
        assert!(!shown.contains(&spelling), "{shown}");
    }
}

/// Every refusal of a value that carries the secret text in each of its places.
#[test]
fn errors_repeat_nothing_that_they_were_given() {
    let ring = ring();
    let text = core::str::from_utf8(PLAINTEXT).unwrap();
    let hostile = [
        ring.open(&place(), PLAINTEXT).map(drop),
        ring.open(&place(), &PLAINTEXT.repeat(3)).map(drop),
        ring.open_text(&place(), text).map(drop),
        ring.open_text(&place(), &format!("e1.{text}")).map(drop),
        ring.seal(&Context::from_parts(PLAINTEXT, b"t", b"c", b"r"), PLAINTEXT).map(drop),
        ring.open_string(&place(), &ring.seal(&place(), &[PLAINTEXT, &[0xff]].concat()).unwrap()).map(drop),
        crate::stream_file::open(&ring, &place(), &PLAINTEXT.repeat(9)).map(drop),
    ];
    for refused in hostile {
        let error = refused.unwrap_err();
        assert_shows_nothing("an error", &error.to_string());
        check(&error);
        check(&std::io::Error::from(error));
    }
}

/// The text of each error is fixed: nothing can be interpolated into it.
#[test]
fn error_texts_are_static() {
    let service = Error::KeyService(Box::new(std::io::Error::other("secret detail")));
    assert_eq!(service.to_string(), "the key service failed");
    assert_eq!(Error::Rejected.to_string(), "the value was rejected");
}
