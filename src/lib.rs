#![cfg_attr(feature = "envelope", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "envelope"),
    doc = "The security page of a SaaS, as code. Turn on the feature of a module."
)]
#![forbid(unsafe_code)]
#![warn(missing_docs, missing_debug_implementations, unreachable_pub, unnameable_types)]
// Whatever comes in, the library answers with a value: nothing in src/ may panic, print, or reach for
// a clock, a file or the network. Tests may.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects,
        clippy::get_unwrap,
        clippy::unwrap_in_result,
        clippy::panic_in_result_fn,
        clippy::exhaustive_enums,
        clippy::exhaustive_structs,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::print_stdout,
        clippy::print_stderr,
        clippy::disallowed_methods,
    )
)]
#![cfg_attr(ringfence_docsrs, feature(doc_cfg))]

mod vocabulary;

#[cfg(feature = "audit")]
pub mod audit;
#[cfg(feature = "envelope")]
pub mod envelope;
#[cfg(feature = "envelope")]
pub mod manual;
#[cfg(feature = "test-util")]
pub mod test_util;

#[cfg(any(feature = "_entropy", feature = "test-util"))]
pub use rand_core::{self, CryptoRng};
#[cfg(any(feature = "audit", feature = "envelope"))]
pub use secrecy;
#[cfg(feature = "_entropy")]
pub use vocabulary::EntropyError;
pub use vocabulary::{
    ActorId, ErrorKind, IdError, RequestId, ResourceId, SubjectId, TenantId, Timestamp,
    TimestampParseError, TimestampRangeError,
};
