//! A whole tree in memory: for exports, tests and small logs.

use super::{Error, Frontier, Hash, NodeId, NodeReader, TreeRoot};

/// A whole tree in memory: 64 bytes for each entry.
///
/// It keeps the leaves' hashes, never their data. For a log in a database, store the nodes as rows instead: see
/// [`NodeReader`].
///
/// ```
/// use ringfence::audit::merkle::{MemoryTree, leaf_hash, prove_inclusion};
///
/// let tree = MemoryTree::of_leaves((0..10_u8).map(|entry| leaf_hash(&[entry])))?;
/// let proof = prove_inclusion(3, 10, &tree)?;
/// proof.verify(&leaf_hash(&[3]), 3, &tree.root())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    frontier: Frontier,
    /// In the order of [`NodeId::storage_index`].
    nodes: Vec<Hash>,
}

impl MemoryTree {
    /// The tree without entries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tree of these leaves.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    pub fn of_leaves(leaves: impl IntoIterator<Item = Hash>) -> Result<Self, Error> {
        let mut tree = Self::new();
        for leaf in leaves {
            tree.push(leaf)?;
        }
        Ok(tree)
    }

    /// Adds one leaf at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Full`], in theory: memory ends first.
    pub fn push(&mut self, leaf: Hash) -> Result<(), Error> {
        self.frontier.push_with(leaf, |_, hash| self.nodes.push(*hash))
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> TreeRoot {
        self.frontier.root()
    }

    /// Its right edge.
    #[must_use]
    pub const fn frontier(&self) -> &Frontier {
        &self.frontier
    }
}

/// Fails with [`Error::IndexOutOfRange`] for a node that is not complete yet.
impl NodeReader for MemoryTree {
    type Error = Error;

    fn read(&self, nodes: &[NodeId], hashes: &mut [Hash]) -> Result<(), Error> {
        for (node, hash) in nodes.iter().zip(hashes) {
            let place = node.storage_index().and_then(|index| usize::try_from(index).ok());
            *hash = *place.and_then(|place| self.nodes.get(place)).ok_or(Error::IndexOutOfRange)?;
        }
        Ok(())
    }
}
