//! The root of a tree, together with its size.

use super::Hash;

/// The size and the root hash of a tree: 40 bytes that stand for the whole log.
///
/// A root hash without its size is ambiguous, so the two go together.
///
/// ```
/// use ringfence::audit::merkle::{Frontier, TreeRoot, leaf_hash};
///
/// let mut frontier = Frontier::new();
/// assert_eq!(frontier.root(), TreeRoot::EMPTY);
/// frontier.push(leaf_hash(b"created"))?;
/// assert_eq!(frontier.root(), TreeRoot::new(1, leaf_hash(b"created")));
/// # Ok::<(), ringfence::audit::merkle::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TreeRoot {
    size: u64,
    hash: Hash,
}

impl TreeRoot {
    /// Of the tree without entries.
    pub const EMPTY: Self = Self { size: 0, hash: Hash::EMPTY_TREE };

    /// The root of a tree of so many entries. Nothing is checked.
    #[must_use]
    pub const fn new(size: u64, hash: Hash) -> Self {
        Self { size, hash }
    }

    /// How many entries the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root hash.
    #[must_use]
    pub const fn hash(&self) -> &Hash {
        &self.hash
    }
}
