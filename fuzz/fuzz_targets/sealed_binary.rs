//! See `src/sealed_binary.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ringfence_fuzz::sealed_binary::check(data));
