//! What must not compile: proofs and tasks that only the crate may make. As doctests, since each is
//! compiled by itself; each error code is checked where the compiler allows it.
//!
//! Only `StreamOpener::finish` proves that a stream is whole.
//!
//! ```compile_fail,E0451
//! use ringfence::envelope::stream::Complete;
//! let _ = Complete { plaintext_len: 0 };
//! ```
//!
//! A task is answered once.
//!
//! ```compile_fail,E0382
//! use ringfence::Timestamp;
//! use ringfence::envelope::{DataKey, KeyCache, KeyRequest};
//! fn answer_twice(cache: &mut KeyCache, now: Timestamp, request: KeyRequest, keys: [DataKey; 2]) {
//!     let [one, other] = keys;
//!     let _ = cache.supply(now, request, one);
//!     let _ = cache.supply(now, request, other);
//! }
//! ```
//!
//! A receipt comes from `Shredding::executed`, and stays as it is.
//!
//! ```compile_fail,E0616
//! use ringfence::envelope::Receipt;
//! fn change(receipt: &mut Receipt) {
//!     receipt.keys.clear();
//! }
//! ```
//!
//! The generation of a sealed value is the one in its bytes.
//!
//! ```compile_fail,E0451
//! use ringfence::envelope::{Generation, SealedValue};
//! let _ = SealedValue { bytes: Vec::new(), generation: Generation::FIRST };
//! ```
//!
//! There is no random access before the last chunk was verified.
//!
//! ```compile_fail,E0599
//! use ringfence::envelope::stream::StreamLayout;
//! fn read_at_once(layout: &StreamLayout, sealed: &[u8], out: &mut Vec<u8>) {
//!     let _ = layout.open_chunk(0, sealed, out);
//! }
//! ```
