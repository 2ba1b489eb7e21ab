//! Verification: line by line, with the first fault and its place.

pub(super) mod body;
mod fault;
mod report;
mod segment;
pub(super) mod state;
mod verifier;

pub use fault::{Fault, Finding};
pub use report::{AnchoredBy, Macs, Report};
pub use segment::Segment;
pub use verifier::Verifier;
