//! The cases of [`ringfence_peers::envelope`] by criterion. For ratios, `cargo run --release` takes turns.

use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ringfence_peers::{Case, envelope};

fn run(criterion: &mut Criterion, group: &str, cases: Vec<Case>) {
    let mut group = criterion.benchmark_group(group);
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3)).sample_size(50);
    for mut case in cases {
        if let Some(bytes) = case.bytes {
            group.throughput(Throughput::Bytes(bytes));
        }
        group.bench_function(case.name, |b| b.iter(&mut case.run));
    }
    group.finish();
}

fn all(criterion: &mut Criterion) {
    run(criterion, "secret", envelope::secret());
    run(criterion, "stream", envelope::stream());
}

criterion_group!(benches, all);
criterion_main!(benches);
