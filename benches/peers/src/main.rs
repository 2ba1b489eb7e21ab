//! Prints ratios: `cargo run --release`. The cases take turns in short batches, so that whatever else the
//! machine does hits all of them alike; a ratio is the median of the ratios of each round.

use std::time::{Duration, Instant};

use ringfence_peers::{Case, envelope};

const ROUNDS: usize = 301;
/// How long one batch lasts, about.
const BATCH: Duration = Duration::from_micros(400);

/// What is divided by what.
type Ratio = (&'static str, &'static str);

const SECRET: &[Ratio] = &[
    ("ringfence seal, short", "tink seal"),
    ("ringfence open, short", "tink seal"),
    ("ringfence seal, long", "tink seal"),
    ("ringfence open, long", "tink seal"),
    ("ringfence refuse, short", "ringfence open, short"),
    ("ringfence refuse, long", "ringfence open, long"),
    ("tink open", "tink seal"),
    ("aes-gcm seal", "tink seal"),
    ("aws-lc-rs seal", "tink seal"),
];

/// By the primitive that the crate was built with.
const STREAM: &[Ratio] = if cfg!(feature = "aws-lc-rs") {
    &[("ringfence seal", "aws-lc-rs seal"), ("ringfence open", "aws-lc-rs open")]
} else {
    &[("ringfence seal", "aes-gcm seal"), ("ringfence open", "aes-gcm open")]
};

fn main() {
    println!("| operation | median | divided by | ratio |\n|---|---|---|---|");
    race(envelope::secret(), SECRET);
    race(envelope::stream(), STREAM);
}

fn race(mut cases: Vec<Case>, ratios: &[Ratio]) {
    let batches: Vec<u32> = cases.iter_mut().map(batch_size).collect();
    let mut times = vec![Vec::with_capacity(ROUNDS); cases.len()];
    for _ in 0..ROUNDS {
        for ((case, times), &batch) in cases.iter_mut().zip(&mut times).zip(&batches) {
            let start = Instant::now();
            for _ in 0..batch {
                (case.run)();
            }
            times.push(start.elapsed().as_nanos() as f64 / f64::from(batch));
        }
    }
    let of = |name: &str| cases.iter().position(|case| case.name == name).map(|place| &times[place]);
    for (what, by) in ratios {
        let (Some(a), Some(b)) = (of(what), of(by)) else {
            continue;
        };
        let ratio = median(a.iter().zip(b).map(|(a, b)| a / b).collect());
        let (a, b) = (median(a.clone()), median(b.clone()));
        println!("| {what} | {a:.0} ns | {by} ({b:.0} ns) | {ratio:.2} |");
    }
}

/// How many runs fill a batch.
fn batch_size(case: &mut Case) -> u32 {
    let mut count = 1;
    loop {
        let start = Instant::now();
        for _ in 0..count {
            (case.run)();
        }
        if start.elapsed() >= BATCH || count >= 1 << 20 {
            return count;
        }
        count *= 2;
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
