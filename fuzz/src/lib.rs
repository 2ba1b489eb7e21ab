//! What must hold of every input: one file for each fuzz target.
//!
//! The targets in `fuzz_targets/` call these functions with what libFuzzer thinks up. The test
//! `fuzz_regression` of the root crate includes the same files, and calls them with the kept corpus.

pub mod blind_index;
pub mod columns;
pub mod id;
pub mod input;
pub mod legacy;
pub mod refusal;
pub mod sealed_binary;
pub mod sealed_text;
pub mod stream;
pub mod stream_ways;
pub mod timestamp;
pub mod wrapped_key;
