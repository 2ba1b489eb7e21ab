#![doc = include_str!("../README.md")]
#![cfg_attr(ringfence_docsrs, feature(doc_cfg))]

mod vocabulary;

#[cfg(feature = "envelope")]
pub mod envelope;

#[cfg(feature = "_entropy")]
pub use rand_core::{self, CryptoRng};
#[cfg(feature = "envelope")]
pub use secrecy;
#[cfg(feature = "_entropy")]
pub use vocabulary::EntropyError;
pub use vocabulary::{
    ActorId, ErrorKind, IdError, RequestId, ResourceId, SubjectId, TenantId, Timestamp,
    TimestampParseError, TimestampRangeError,
};
