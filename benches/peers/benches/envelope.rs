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
use std::time::Duration;

use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{Aes256Gcm, KeyInit};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ringfence::envelope::stream::{ChunkSize, StreamOpener, StreamSealer};
use ringfence::envelope::{Context, DataKey, Generation, Keyring, Scope};
use tink_core::Aead;

const SECRET: [u8; 64] = [0x5a; 64];
const KEY: [u8; 32] = [7; 32];
const NONCE: [u8; 12] = [0; 12];
const CHUNK: usize = 64 * 1024;
const STREAM: usize = 4 << 20;

fn short_context() -> Context<'static> {
    Context::from_parts(b"acme", b"integrations", b"api_key", &[9; 16])
}

fn long_context() -> Context<'static> {
    Context::from_parts(
        b"acme-corp-000001",
        b"integrations",
        b"api_key",
        b"0198f3f0-7c1e-7d55-b8f1-3a5f0d0c9b11",
    )
}

fn ring(tenant: &[u8]) -> Keyring {
    let scope = Scope::from_parts(tenant, b"").unwrap();
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

fn secret(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("secret");
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4)).sample_size(60);

    let tink = tink();
    let sealed = tink.encrypt(&SECRET, b"").unwrap();
    group.bench_function("tink seal", |b| b.iter(|| tink.encrypt(black_box(&SECRET), b"")));
    group.bench_function("tink open", |b| b.iter(|| tink.decrypt(black_box(&sealed), b"")));

    for (name, context) in [("short", short_context()), ("long", long_context())] {
        let tenant: &[u8] = if name == "short" { b"acme" } else { b"acme-corp-000001" };
        let ring = ring(tenant);
        let sealed = ring.seal(&context, &SECRET).unwrap();
        assert_eq!(sealed.as_bytes().len(), SECRET.len() + 69);
        let elsewhere = Context::from_parts(tenant, b"integrations", b"api_key", b"another row");
        group.bench_function(format!("ringfence seal, {name}"), |b| {
            b.iter(|| ring.seal(&context, black_box(&SECRET)));
        });
        group.bench_function(format!("ringfence open, {name}"), |b| {
            b.iter(|| ring.open(&context, black_box(&sealed)));
        });
        group.bench_function(format!("ringfence refuse, {name}"), |b| {
            b.iter(|| ring.open(&elsewhere, black_box(&sealed)).is_err());
        });
    }

    group.bench_function("aes-gcm seal", |b| {
        b.iter(|| {
            let mut out = black_box(&SECRET).to_vec();
            let cipher = Aes256Gcm::new((&KEY).into());
            let tag = cipher.encrypt_inout_detached(&NONCE.into(), b"", out.as_mut_slice().into());
            (out, tag)
        });
    });
    group.bench_function("aws-lc-rs seal", |b| {
        b.iter(|| {
            let mut out = black_box(&SECRET).to_vec();
            let nonce = Nonce::assume_unique_for_key(NONCE);
            let tag = aws_key().seal_in_place_separate_tag(nonce, Aad::empty(), &mut out);
            (out, tag.is_ok())
        });
    });
    group.finish();
}

fn stream(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stream");
    group.throughput(Throughput::Bytes(STREAM as u64));
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4)).sample_size(40);
    let plaintext = vec![0x5a_u8; STREAM];
    let chunks = STREAM / CHUNK;

    let cipher = Aes256Gcm::new((&KEY).into());
    let mut out = vec![0; STREAM + chunks * 16];
    group.bench_function("aes-gcm seal", |b| {
        b.iter(|| {
            for (input, output) in plaintext.chunks(CHUNK).zip(out.chunks_mut(CHUNK + 16)) {
                let (body, tag) = output.split_at_mut(CHUNK);
                let buffer = InOutBuf::new(black_box(input), body).unwrap();
                tag.copy_from_slice(&cipher.encrypt_inout_detached(&NONCE.into(), b"", buffer).unwrap());
            }
        });
    });
    let raw = out.clone();
    let mut opened = vec![0; STREAM];
    group.bench_function("aes-gcm open", |b| {
        b.iter(|| {
            for (input, output) in raw.chunks(CHUNK + 16).zip(opened.chunks_mut(CHUNK)) {
                let (body, tag) = black_box(input).split_at(CHUNK);
                let buffer = InOutBuf::new(body, output).unwrap();
                let tag = tag.try_into().unwrap();
                cipher.decrypt_inout_detached(&NONCE.into(), b"", buffer, tag).unwrap();
            }
        });
    });

    let key = aws_key();
    group.bench_function("aws-lc-rs seal", |b| {
        b.iter(|| {
            for (input, output) in plaintext.chunks(CHUNK).zip(out.chunks_mut(CHUNK + 16)) {
                let (body, tag) = output.split_at_mut(CHUNK);
                let nonce = Nonce::assume_unique_for_key(NONCE);
                key.seal_out_of_place_scatter(nonce, Aad::empty(), black_box(input), body, &[], tag)
                    .unwrap();
            }
        });
    });
    group.bench_function("aws-lc-rs open", |b| {
        b.iter(|| {
            for (input, output) in raw.chunks(CHUNK + 16).zip(opened.chunks_mut(CHUNK)) {
                let (body, tag) = black_box(input).split_at(CHUNK);
                let nonce = Nonce::assume_unique_for_key(NONCE);
                key.open_separate_gather(nonce, Aad::empty(), body, tag, output).unwrap();
            }
        });
    });

    let ring = ring(b"acme");
    let context = short_context();
    let mut header = Vec::new();
    let mut sealer = StreamSealer::new(&[&ring], &context, ChunkSize::default(), &mut header).unwrap();
    let mut file = header.clone();
    sealer.update(&plaintext, &mut file).unwrap();
    sealer.finish(&mut file).unwrap();
    group.bench_function("ringfence seal", |b| {
        b.iter(|| {
            let mut rest = Vec::new();
            let mut sealer =
                StreamSealer::new(&[&ring], &context, ChunkSize::default(), &mut rest).unwrap();
            sealer.update_slice(black_box(&plaintext), &mut out).unwrap();
            sealer.finish(&mut rest).unwrap();
        });
    });
    let mut opened = vec![0; file.len()];
    group.bench_function("ringfence open", |b| {
        b.iter(|| {
            let mut rest = Vec::new();
            let mut opener = StreamOpener::new(&ring, &context);
            opener.update_slice(black_box(&file), &mut opened).unwrap();
            opener.finish(&mut rest).unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, secret, stream);
criterion_main!(benches);
