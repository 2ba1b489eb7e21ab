//! The words that every module shares: points in time, ids, kinds of error, and the seam to the
//! operating system's randomness.

#[cfg(any(feature = "audit", feature = "envelope"))]
pub(crate) mod constant_time;
#[cfg(any(feature = "audit", feature = "envelope"))]
pub(crate) mod encoding;
#[cfg(feature = "_entropy")]
pub(crate) mod entropy;
mod id;
mod kind;
mod rfc3339;
mod timestamp;
mod timestamp_convert;
#[cfg(all(any(feature = "audit", feature = "envelope"), feature = "serde"))]
pub(crate) mod version;

#[cfg(feature = "_entropy")]
pub use entropy::EntropyError;
pub use id::{ActorId, IdError, RequestId, ResourceId, SubjectId, TenantId};
pub use kind::ErrorKind;
pub use rfc3339::TimestampParseError;
pub use timestamp::{Timestamp, TimestampRangeError};

/// Implements `Debug` for a type that holds a secret: its name, and nothing of what it holds.
#[cfg(any(feature = "audit", feature = "envelope"))]
macro_rules! redacted_debug {
    ($($name:ty => $text:literal),+ $(,)?) => {$(
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!($text, "([redacted])"))
            }
        }
    )+};
}
#[cfg(any(feature = "audit", feature = "envelope"))]
pub(crate) use redacted_debug;
