//! A Merkle tree over the log, as in RFC 6962: one root for the whole log, proofs of a kilobyte.
//!
//! The chain shows that no line was changed; the tree shows it to somebody who has not seen all lines. A
//! [`TreeRoot`] is 40 bytes that stand for the whole log. With it,
//!
//! - an [`InclusionProof`] shows that one entry is in the log, at one place,
//! - a [`ConsistencyProof`] shows that a longer log is the shorter one plus entries at its end.
//!
//! ```
//! use ringfence::audit::merkle::{MemoryTree, leaf_hash, prove_consistency, prove_inclusion};
//!
//! let mut tree = MemoryTree::new();
//! for entry in ["create", "update", "delete"] {
//!     tree.push(leaf_hash(entry.as_bytes()))?;
//! }
//! let older = tree.root();
//! tree.push(leaf_hash(b"export"))?;
//! let root = tree.root();
//!
//! let proof = prove_inclusion(1, root.size(), &tree)?;
//! proof.verify(&leaf_hash(b"update"), 1, &root)?;
//! assert!(proof.verify(&leaf_hash(b"update"), 2, &root).is_err());
//!
//! let proof = prove_consistency(older.size(), root.size(), &tree)?;
//! proof.verify(&older, &root)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it works
//!
//! A leaf is hashed as `SHA-256(0x00 | data)` and a node as `SHA-256(0x01 | left | right)`, so that no
//! node passes for a leaf. A log grows at its right edge alone, and that is all it needs to remember: the
//! [`Frontier`] holds one hash for each bit that is set in the size. It is a plain value, to be stored with
//! the log's head.
//!
//! Proofs need inner nodes. [`Frontier::push_with`] names the nodes that an append completed (the leaf, and
//! on average one more), to be stored as rows; a [`NodeReader`] reads them back. Where reading is
//! asynchronous, take an [`InclusionPlan`] or a [`ConsistencyPlan`]: it names the nodes, and makes the proof from
//! their hashes.
//!
//! A long log can be hashed on several cores: each takes one part as a [`CompactRange`], and the parts are
//! [merged](CompactRange::merge) in order.
//!
//! # Security
//!
//! A proof is only as good as the root that it is checked against: take it from a
//! [checkpoint](super::checkpoint) or from your own records, never from whoever sent the proof.
//! Verifying never panics, allocates nothing and calls SHA-256 at most 130 times, whatever the input.
//!
//! Two edges, where RFC 6962 is silent or implementations differ: nothing is consistent with the empty
//! tree (sizes are `1 <= old <= new`, as in Go's `tlog`), and a proof between equal sizes is empty and holds if the
//! roots are equal.

mod compact_range;
mod error;
mod frontier;
mod hash;
mod memory_tree;
mod node;
mod plan;
mod proof;
mod reader;
#[cfg(feature = "serde")]
mod stored;
mod tree_root;

pub use compact_range::CompactRange;
pub use error::Error;
pub use frontier::Frontier;
pub use hash::{Hash, HashParseError, leaf_hash, node_hash};
pub use memory_tree::MemoryTree;
pub use node::NodeId;
pub use plan::{ConsistencyPlan, InclusionPlan};
pub use proof::{ConsistencyProof, InclusionProof};
pub use reader::{NodeReader, ReadError, frontier_at, prove_consistency, prove_inclusion};
pub use tree_root::TreeRoot;
