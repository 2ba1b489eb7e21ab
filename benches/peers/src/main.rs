//! Prints the medians of the last benchmark run as ratios: `cargo run -- envelope`.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, io};

/// What is divided by what.
struct Ratio {
    what: &'static str,
    by: &'static str,
}

const ENVELOPE: &[Ratio] = &[
    Ratio { what: "secret/tink open", by: "secret/tink seal" },
    Ratio { what: "secret/ringfence seal, short", by: "secret/tink seal" },
    Ratio { what: "secret/ringfence open, short", by: "secret/tink seal" },
    Ratio { what: "secret/ringfence seal, long", by: "secret/tink seal" },
    Ratio { what: "secret/ringfence open, long", by: "secret/tink seal" },
    Ratio { what: "secret/ringfence refuse, short", by: "secret/ringfence open, short" },
    Ratio { what: "secret/ringfence refuse, long", by: "secret/ringfence open, long" },
    Ratio { what: "secret/aes-gcm seal", by: "secret/tink seal" },
    Ratio { what: "secret/aws-lc-rs seal", by: "secret/tink seal" },
    Ratio { what: "stream/ringfence seal", by: "stream/aes-gcm seal" },
    Ratio { what: "stream/ringfence open", by: "stream/aes-gcm open" },
    Ratio { what: "stream/ringfence seal", by: "stream/aws-lc-rs seal" },
    Ratio { what: "stream/ringfence open", by: "stream/aws-lc-rs open" },
];

fn main() -> io::Result<()> {
    let ratios = match env::args().nth(1).as_deref() {
        Some("envelope") => ENVELOPE,
        _ => return Err(io::Error::other("say which table: envelope")),
    };
    let target = env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let mut medians = BTreeMap::new();
    collect(&Path::new(&target).join("criterion"), &mut medians)?;
    println!("| operation | median | by | ratio |\n|---|---|---|---|");
    for Ratio { what, by } in ratios {
        let (Some(a), Some(b)) = (medians.get(*what), medians.get(*by)) else {
            return Err(io::Error::other(format!("run the benchmark first: no {what} or {by}")));
        };
        println!("| {what} | {a:.0} ns | {by} ({b:.0} ns) | {:.2} |", a / b);
    }
    Ok(())
}

/// Finds each `new/benchmark.json` with its `new/estimates.json` below a folder.
fn collect(folder: &Path, medians: &mut BTreeMap<String, f64>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        if path.ends_with("new") {
            let read = |name| -> io::Result<serde_json::Value> {
                Ok(serde_json::from_slice(&fs::read(path.join(name))?)?)
            };
            let (name, estimates) = (read("benchmark.json")?, read("estimates.json")?);
            let (Some(name), Some(median)) =
                (name["full_id"].as_str(), estimates["median"]["point_estimate"].as_f64())
            else {
                continue;
            };
            medians.insert(name.to_owned(), median);
        } else {
            collect(&path, medians)?;
        }
    }
    Ok(())
}
