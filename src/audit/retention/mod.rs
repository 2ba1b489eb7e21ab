//! Retention.

mod anchor;
mod prune;

pub use anchor::{Anchor, AnchorParts};
pub use prune::{Pruning, Retention};
