//! The audit module's Merkle tree and checkpoints: published vectors, properties, other implementations.

mod checkpoint_format;
mod checkpoint_peers;
mod checkpoint_trust;
mod peers;
mod ranges;
mod refusals;
mod rfc6962;
#[cfg(feature = "serde")]
mod stored;
mod trees;
mod vectors;
