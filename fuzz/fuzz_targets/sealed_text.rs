//! See `src/sealed_text.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ringfence_fuzz::sealed_text::check(data));
