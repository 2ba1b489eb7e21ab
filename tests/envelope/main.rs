//! The envelope module, from the outside: formats, refusals, keys, cache, streams.
#![cfg(feature = "envelope")]

mod bits;
mod blind_index;
mod cache;
mod cache_keyring;
mod cache_model;
mod cache_threads;
mod clock;
mod context_binding;
mod context_injectivity;
mod fixture;
mod key_service;
mod key_wrap;
mod keyring;
mod limits;
mod negative;
mod redaction;
mod refusal_order;
mod reseal;
mod scripted_rng;
mod shredding;
mod stream_chunking;
mod stream_file;
mod stream_io;
mod stream_random_access;
mod stream_recipients;
mod stream_slices;
mod stream_splice;
mod stream_truncation;
mod traits;
mod vector_file;
mod vectors;
mod vectors_stream;
