//! See `src/wrapped_key.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ringfence_fuzz::wrapped_key::check(data));
