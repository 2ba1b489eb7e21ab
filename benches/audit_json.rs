//! The audit log's JSON by itself, beside `serde_json`.
//!
//! ```sh
//! cargo bench --bench audit_json
//! ```

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ringfence::audit::json::{self, CanonicalObject, Value};

/// The body of a line as the log holds it.
const BODY: &str = concat!(
    r#"{"action":"role.change","actor":{"id":"usr_01J9Z3F7Q2M8K5T4","kind":"user"},"#,
    r#""changes":{"role":{"from":"member","to":"admin"},"seats":{"from":12,"to":13}},"#,
    r#""log":"acme/audit","outcome":"success","#,
    r#""prev":"3f1b0c9d5e7a8642b1d0f9e8c7a6b5d4e3f2a1b0c9d8e7f60514233241506f7e","#,
    r#""resource":{"id":"usr_01J9Z3F7Q2M8K5T5","kind":"membership"},"seq":184467,"#,
    r#""source":{"agent":"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0","#,
    r#""ip":"203.0.113.77","request":"req_01J9Z3F7Q2"},"#,
    r#""time":"2026-02-14T09:26:53.589793Z"}"#,
);

fn writing(criterion: &mut Criterion) {
    let value = Value::parse(BODY).expect("the body is JSON");
    let peer: serde_json::Value = serde_json::from_str(BODY).expect("the body is JSON");
    let mut out = Vec::with_capacity(1024);

    let mut group = criterion.benchmark_group("write");
    group.throughput(Throughput::Bytes(BODY.len() as u64));
    group.bench_function("Value", |b| {
        b.iter(|| {
            out.clear();
            black_box(&value).write_to(&mut out);
            black_box(out.len())
        });
    });
    group.bench_function("serde_json::Value", |b| {
        b.iter(|| {
            out.clear();
            serde_json::to_writer(&mut out, black_box(&peer)).map(|()| black_box(out.len()))
        });
    });
    group.bench_function("serde_json_canonicalizer", |b| {
        b.iter(|| {
            out.clear();
            serde_json_canonicalizer::to_writer(black_box(&peer), &mut out).map(|()| black_box(out.len()))
        });
    });
    group.finish();
}

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    group.throughput(Throughput::Bytes(BODY.len() as u64));
    group.bench_function("is_canonical", |b| b.iter(|| json::is_canonical(black_box(BODY.as_bytes()))));
    group.bench_function("CanonicalObject", |b| {
        b.iter(|| {
            let members = CanonicalObject::new(black_box(BODY.as_bytes()))?;
            members
                .map(|member| member.map(|member| member.raw_key().len() + member.value().raw().len()))
                .sum::<Result<usize, json::Error>>()
        });
    });
    group.bench_function("Value", |b| b.iter(|| Value::parse(black_box(BODY))));
    group.bench_function("serde_json::Value", |b| {
        b.iter(|| serde_json::from_str::<serde_json::Value>(black_box(BODY)));
    });
    group.bench_function("UTF-8 alone", |b| b.iter(|| std::str::from_utf8(black_box(BODY.as_bytes()))));
    group.finish();
}

criterion_group!(benches, writing, reading);
criterion_main!(benches);
