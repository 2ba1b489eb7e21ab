//! The kept corpus of `fuzz/`, on stable: the same properties as under libFuzzer, on every input that
//! was worth keeping.

use std::fs;
use std::path::{Path, PathBuf};

/// The files of `fuzz/src`, of which some need a feature.
#[path = "../fuzz/src"]
mod property {
    #[cfg(feature = "envelope")]
    pub mod blind_index;
    #[cfg(feature = "envelope")]
    pub mod columns;
    pub mod id;
    #[cfg(feature = "envelope")]
    pub mod input;
    #[cfg(feature = "envelope-legacy")]
    pub mod legacy;
    #[cfg(feature = "envelope")]
    pub mod refusal;
    #[cfg(feature = "envelope")]
    pub mod sealed_binary;
    #[cfg(feature = "envelope")]
    pub mod sealed_text;
    #[cfg(feature = "envelope")]
    pub mod stream;
    #[cfg(feature = "envelope")]
    pub mod stream_ways;
    pub mod timestamp;
    #[cfg(feature = "envelope")]
    pub mod wrapped_key;
}

/// One test for each target, and the list of them.
macro_rules! targets {
    ($($(#[$cfg:meta])? $name:ident,)+) => {
        const TARGETS: &[&str] = &[$(stringify!($name)),+];

        $(
            $(#[$cfg])?
            #[test]
            fn $name() {
                on_corpus(stringify!($name), property::$name::check);
            }
        )+
    };
}

targets! {
    #[cfg(feature = "envelope")]
    blind_index,
    id,
    #[cfg(feature = "envelope-legacy")]
    legacy,
    #[cfg(feature = "envelope")]
    sealed_binary,
    #[cfg(feature = "envelope")]
    sealed_text,
    #[cfg(feature = "envelope")]
    stream,
    timestamp,
    #[cfg(feature = "envelope")]
    wrapped_key,
}

fn fuzz(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn on_corpus(target: &str, check: fn(&[u8])) {
    let inputs = files(&fuzz("corpus").join(target));
    assert!(!inputs.is_empty(), "{target} has no corpus");
    for input in inputs {
        // Shown only if the check fails.
        println!("{}", input.display());
        check(&fs::read(&input).unwrap());
    }
    check(b"");
}

/// A target without a test here would be fuzzed on nightly alone.
#[test]
fn every_target_has_a_test() {
    let names: Vec<_> =
        files(&fuzz("fuzz_targets")).iter().map(|path| path.file_stem().unwrap().to_owned()).collect();
    assert_eq!(names, TARGETS);
}
