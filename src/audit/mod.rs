#![doc = include_str!("page.md")]

mod chain;
pub mod checkpoint;
pub mod csv;
mod error;
mod event;
mod export;
pub mod json;
mod log_id;
pub mod merkle;
mod personal;
mod retention;
mod verify;

pub use chain::{
    EpochKey, EpochLength, Head, Pending, PendingEntry, RootKey, append, append_with, append_with_rng, tick,
};
pub use error::Error;
pub use event::{Action, Actor, Event, Outcome, Resource, Source};
pub use export::{Export, Exporter, Window};
pub use log_id::LogId;
pub use personal::{Disclosure, FieldReport, FieldStatus, Salt, erase};
pub use retention::{Anchor, AnchorParts, Pruning, Retention};
pub use verify::{AnchoredBy, Fault, Finding, Macs, Report, Segment, Verifier};
