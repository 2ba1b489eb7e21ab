//! The envelope module by itself. `benches/peers` races it against others.
//!
//! ```sh
//! cargo bench --bench envelope
//! cargo bench --bench envelope --features aws-lc-rs
//! ```

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ringfence::TenantId;
use ringfence::envelope::stream::{ChunkSize, StreamOpener, StreamSealer};
use ringfence::envelope::{
    BlindIndex, Context, DataKey, Error, Generation, Kek, KekId, KeyWrap, Keyring, LocalKeyWrap,
    Normaliser, Scope, SealedValue, WrapContext, create_data_key,
};
use ringfence::secrecy::SecretBox;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn keyring(tenant: &TenantId) -> Result<Keyring> {
    Ok(Keyring::new(Scope::tenant(tenant), Generation::FIRST, DataKey::generate()?))
}

/// One value of the usual sizes, in its binary and in its text form.
fn values(criterion: &mut Criterion) -> Result<()> {
    let tenant: TenantId = "acme".parse()?;
    let ring = keyring(&tenant)?;
    let row = Context::new(&tenant, "integrations", "api_key", "0198f3f07c1e7d55");
    let other_row = Context::new(&tenant, "integrations", "api_key", "0198f3f07c1e7d56");

    let mut group = criterion.benchmark_group("value");
    for len in [40, 64, 1024, 16 * 1024] {
        let secret = vec![0x5a; len];
        let sealed = ring.seal(&row, &secret)?;
        let text = sealed.to_text();
        group.throughput(Throughput::Bytes(len as u64));
        group.bench_function(BenchmarkId::new("seal", len), |b| {
            b.iter(|| ring.seal(&row, black_box(&secret)));
        });
        group.bench_function(BenchmarkId::new("open", len), |b| {
            b.iter(|| ring.open(&row, black_box(&sealed)));
        });
        group.bench_function(BenchmarkId::new("refuse another row", len), |b| {
            b.iter(|| {
                assert!(matches!(ring.open(&other_row, black_box(&sealed)), Err(Error::Rejected)));
            });
        });
        group.bench_function(BenchmarkId::new("to text", len), |b| b.iter(|| black_box(&sealed).to_text()));
        group.bench_function(BenchmarkId::new("from text", len), |b| {
            b.iter(|| SealedValue::from_text(black_box(&text)));
        });
    }
    group.finish();
    Ok(())
}

fn keys(criterion: &mut Criterion) -> Result<()> {
    let tenant: TenantId = "acme".parse()?;
    let scope = Scope::tenant(&tenant);
    let context = WrapContext::new(&scope, Generation::FIRST);
    let kek = Kek::from_secret(&SecretBox::new(Box::new([7; 32])));
    let key_wrap = LocalKeyWrap::new(KekId::new(1), kek);
    let (key, wrapped) = create_data_key(&key_wrap, &context)?;
    let ring = keyring(&tenant)?;
    let index = BlindIndex::new("contacts", "email", "by_email", Normaliser::Email, 32)?;

    let mut group = criterion.benchmark_group("key");
    group.bench_function("wrap", |b| b.iter(|| key_wrap.wrap(&context, black_box(&key))));
    group.bench_function("unwrap", |b| b.iter(|| key_wrap.unwrap(&context, black_box(&wrapped))));
    group.bench_function("blind index token", |b| {
        b.iter(|| ring.blind_index(&index, black_box("Ann@example.com")));
    });
    group.finish();
    Ok(())
}

/// 4 MiB in chunks of 64 KiB, through buffers that are used again.
fn streams(criterion: &mut Criterion) -> Result<()> {
    const LEN: usize = 4 << 20;
    let tenant: TenantId = "acme".parse()?;
    let ring = keyring(&tenant)?;
    let context = Context::new(&tenant, "exports", "file", "export-2026-11");
    let plaintext = vec![0x5a; LEN];
    let mut sealed = Vec::new();
    let mut sealer = StreamSealer::new(&[&ring], &context, ChunkSize::default(), &mut sealed)?;
    sealer.update(&plaintext, &mut sealed)?;
    sealer.finish(&mut sealed)?;

    let mut group = criterion.benchmark_group("stream");
    group.throughput(Throughput::Bytes(LEN as u64));
    let mut out = vec![0; LEN + (LEN >> 8)];
    group.bench_function("seal", |b| {
        b.iter(|| {
            let mut frame = Vec::new();
            let mut sealer = StreamSealer::new(&[&ring], &context, ChunkSize::default(), &mut frame)?;
            sealer.update_slice(black_box(&plaintext), &mut out)?;
            sealer.finish(&mut frame)
        });
    });
    let mut out = vec![0; sealed.len()];
    group.bench_function("open", |b| {
        b.iter(|| {
            let mut last = Vec::new();
            let mut opener = StreamOpener::new(&ring, &context);
            opener.update_slice(black_box(&sealed), &mut out)?;
            opener.finish(&mut last)
        });
    });
    group.finish();
    Ok(())
}

fn all(criterion: &mut Criterion) {
    let done = values(criterion).and_then(|()| keys(criterion)).and_then(|()| streams(criterion));
    if let Err(error) = done {
        eprintln!("the benchmark could not be set up: {error}");
        std::process::exit(1);
    }
}

criterion_group!(benches, all);
criterion_main!(benches);
