//! Envelope encryption of one 64-byte secret, and streams in 64 KiB chunks.
//!
//! - `tink`: tink-rust's `KmsEnvelopeAead` with a local AES-256-GCM key in place of the key service: a
//!   fresh data key for each value, no context bound to its wrap, no commitment.
//! - `aes-gcm`, `aws-lc-rs`: the bare primitive under a key of its own for each value, with a nonce of
//!   zeros: no salt, no derivation, no commitment. For streams: the key prepared once, from one buffer
//!   into another.
//! - `ringfence`: bound to its context and committing, the data key cached. `short` is a context of 39
//!   bytes (binary row id), `long` one of 71 (a UUID as text).

use std::hint::black_box;

use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{Aes256Gcm, KeyInit};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ringfence::envelope::stream::{ChunkSize, StreamOpener, StreamSealer};
use ringfence::envelope::{Context, DataKey, Generation, Keyring, Scope};
use tink_core::Aead;

use crate::Case;

const SECRET: [u8; 64] = [0x5a; 64];
const KEY: [u8; 32] = [7; 32];
const NONCE: [u8; 12] = [0; 12];
const CHUNK: usize = 64 * 1024;
const STREAM: usize = 4 << 20;

fn context(name: &str) -> Context<'static> {
    match name {
        "short" => Context::from_parts(b"acme", b"integrations", b"api_key", &[9; 16]),
        _ => Context::from_parts(
            b"acme-corp-000001",
            b"integrations",
            b"api_key",
            b"0198f3f0-7c1e-7d55-b8f1-3a5f0d0c9b11",
        ),
    }
}

fn tenant(name: &str) -> &'static [u8] {
    if name == "short" { b"acme" } else { b"acme-corp-000001" }
}

fn ring(name: &str) -> Keyring {
    let scope = Scope::from_parts(tenant(name), b"").unwrap();
    Keyring::new(scope, Generation::FIRST, DataKey::generate().unwrap())
}

fn tink() -> impl Aead {
    tink_aead::init();
    let template = tink_aead::aes256_gcm_key_template;
    let key = tink_core::keyset::Handle::new(&template()).unwrap();
    tink_aead::KmsEnvelopeAead::new(template(), tink_aead::new(&key).unwrap())
}

fn aws_key() -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &KEY).unwrap())
}

/// One secret of 64 bytes.
pub fn secret() -> Vec<Case> {
    let mut cases = Vec::new();
    let (sealer, opener) = (tink(), tink());
    let sealed = opener.encrypt(&SECRET, b"").unwrap();
    cases.push(Case::new("tink seal", move || drop(black_box(sealer.encrypt(black_box(&SECRET), b"")))));
    cases.push(Case::new("tink open", move || drop(black_box(opener.decrypt(black_box(&sealed), b"")))));

    for name in ["short", "long"] {
        let context = context(name);
        let elsewhere = Context::from_parts(tenant(name), b"integrations", b"api_key", b"another row 1234");
        let ring: &'static Keyring = Box::leak(Box::new(ring(name)));
        let sealed = ring.seal(&context, &SECRET).unwrap();
        assert_eq!(sealed.as_bytes().len(), SECRET.len() + 69);
        let (to_open, to_refuse) = (sealed.clone(), sealed);
        cases.push(Case::new(format!("ringfence seal, {name}"), move || {
            drop(black_box(ring.seal(&context, black_box(&SECRET))));
        }));
        cases.push(Case::new(format!("ringfence open, {name}"), move || {
            drop(black_box(ring.open(&context, black_box(&to_open))));
        }));
        cases.push(Case::new(format!("ringfence refuse, {name}"), move || {
            assert!(ring.open(&elsewhere, black_box(&to_refuse)).is_err());
        }));
    }

    cases.push(Case::new("aes-gcm seal", || {
        let mut out = black_box(&SECRET).to_vec();
        let cipher = Aes256Gcm::new((&KEY).into());
        let tag = cipher.encrypt_inout_detached(&NONCE.into(), b"", out.as_mut_slice().into());
        drop(black_box((out, tag)));
    }));
    cases.push(Case::new("aws-lc-rs seal", || {
        let mut out = black_box(&SECRET).to_vec();
        let nonce = Nonce::assume_unique_for_key(NONCE);
        let tag = aws_key().seal_in_place_separate_tag(nonce, Aad::empty(), &mut out);
        drop(black_box((out, tag.is_ok())));
    }));
    cases
}

/// 4 MiB in chunks of 64 KiB.
pub fn stream() -> Vec<Case> {
    let plaintext: &'static [u8] = vec![0x5a_u8; STREAM].leak();
    let sealed_len = STREAM + STREAM / CHUNK * 16;

    let mut raw = vec![0; sealed_len];
    let cipher: &'static Aes256Gcm = Box::leak(Box::new(Aes256Gcm::new((&KEY).into())));
    let seal_raw = move |raw: &mut [u8]| {
        for (input, output) in plaintext.chunks(CHUNK).zip(raw.chunks_mut(CHUNK + 16)) {
            let (body, tag) = output.split_at_mut(CHUNK);
            let buffer = InOutBuf::new(black_box(input), body).unwrap();
            tag.copy_from_slice(&cipher.encrypt_inout_detached(&NONCE.into(), b"", buffer).unwrap());
        }
    };
    seal_raw(&mut raw);
    let raw: &'static [u8] = raw.leak();

    let ring: &'static Keyring = Box::leak(Box::new(ring("short")));
    let place: &'static Context<'static> = Box::leak(Box::new(context("short")));
    let mut file = Vec::new();
    let mut sealer = StreamSealer::new(&[ring], place, ChunkSize::default(), &mut file).unwrap();
    sealer.update(plaintext, &mut file).unwrap();
    sealer.finish(&mut file).unwrap();

    let key = aws_key();
    let other_key = aws_key();
    let buffer = || vec![0_u8; sealed_len + CHUNK];
    let (mut out_1, mut out_2, mut out_3) = (buffer(), buffer(), buffer());
    let (mut out_4, mut out_5, mut out_6) = (buffer(), buffer(), buffer());
    vec![
        Case::of_bytes("aes-gcm seal", STREAM, move || seal_raw(&mut out_1)),
        Case::of_bytes("aws-lc-rs seal", STREAM, move || {
            for (input, output) in plaintext.chunks(CHUNK).zip(out_2.chunks_mut(CHUNK + 16)) {
                let (body, tag) = output.split_at_mut(CHUNK);
                let nonce = Nonce::assume_unique_for_key(NONCE);
                key.seal_out_of_place_scatter(nonce, Aad::empty(), black_box(input), body, &[], tag)
                    .unwrap();
            }
        }),
        Case::of_bytes("ringfence seal", STREAM, move || {
            let mut rest = Vec::new();
            let mut sealer = StreamSealer::new(&[ring], place, ChunkSize::default(), &mut rest).unwrap();
            sealer.update_slice(black_box(plaintext), &mut out_3).unwrap();
            sealer.finish(&mut rest).unwrap();
        }),
        Case::of_bytes("aes-gcm open", STREAM, move || {
            for (input, output) in raw.chunks(CHUNK + 16).zip(out_4.chunks_mut(CHUNK)) {
                let (body, tag) = black_box(input).split_at(CHUNK);
                let buffer = InOutBuf::new(body, output).unwrap();
                let tag = tag.try_into().unwrap();
                cipher.decrypt_inout_detached(&NONCE.into(), b"", buffer, tag).unwrap();
            }
        }),
        Case::of_bytes("aws-lc-rs open", STREAM, move || {
            for (input, output) in raw.chunks(CHUNK + 16).zip(out_5.chunks_mut(CHUNK)) {
                let (body, tag) = black_box(input).split_at(CHUNK);
                let nonce = Nonce::assume_unique_for_key(NONCE);
                other_key.open_separate_gather(nonce, Aad::empty(), body, tag, output).unwrap();
            }
        }),
        Case::of_bytes("ringfence open", STREAM, move || {
            let mut rest = Vec::new();
            let mut opener = StreamOpener::new(ring, place);
            opener.update_slice(black_box(&file), &mut out_6).unwrap();
            let complete = opener.finish(&mut rest).unwrap();
            assert_eq!(complete.plaintext_len(), STREAM as u64);
        }),
    ]
}
