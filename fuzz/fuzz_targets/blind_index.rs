//! See `src/blind_index.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ringfence_fuzz::blind_index::check(data));
