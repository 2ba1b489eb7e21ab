//! The right edge of a tree that begins at entry 0: all that appending needs.

use super::compact_range::CompactRange;
use super::{Error, Hash, NodeId, TreeRoot};

/// The most hashes of a frontier: one for each bit of the size.
pub(super) const MAX_FRONTIER_HASHES: usize = 64;

/// The right edge of the tree: one hash for each bit that is set in the size, the largest subtree first.
///
/// It is what a log remembers of its tree: at most 64 hashes, typically 320 bytes. It is a plain value, to be stored
/// with the head of the log. Appending allocates nothing.
///
/// ```
/// use ringfence::audit::merkle::{Frontier, leaf_hash};
///
/// let mut frontier = Frontier::new();
/// for entry in ["create", "update", "delete"] {
///     frontier.push(leaf_hash(entry.as_bytes()))?;
/// }
/// assert_eq!(frontier.size(), 3);
/// assert_eq!(frontier.hashes().len(), 2);
///
/// // ... stored, and read back:
/// let same = Frontier::from_parts(frontier.size(), frontier.hashes())?;
/// assert_eq!(same.root(), frontier.root());
/// # Ok::<(), ringfence::audit::merkle::Error>(())
/// ```
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Frontier(CompactRange);

impl Frontier {
    /// Of the tree without entries.
    #[must_use]
    pub fn new() -> Self {
        Self(CompactRange::with_room(0, MAX_FRONTIER_HASHES))
    }

    /// From its stored parts.
    ///
    /// # Errors
    ///
    /// [`Error::WrongHashCount`] if there are not as many hashes as bits set in the size.
    pub fn from_parts(size: u64, hashes: &[Hash]) -> Result<Self, Error> {
        let mut frontier = Self::new();
        frontier.0.copy_from(&CompactRange::from_parts(0, size, hashes)?);
        Ok(frontier)
    }

    /// How many entries the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.0.end()
    }

    /// The hashes of the complete subtrees, from left to right.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        self.0.hashes()
    }

    /// Adds one leaf at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Full`] beyond 2^64 - 1 entries.
    #[inline]
    pub fn push(&mut self, leaf: Hash) -> Result<(), Error> {
        self.0.push(leaf)
    }

    /// Adds one leaf at the end, and names each node that it completes: the leaf, and then those above it. On
    /// average these are two, at most one more than the levels of the tree.
    ///
    /// Storing them as rows `(level, index, hash)` is what a [`NodeReader`](super::NodeReader) needs for
    /// proofs.
    ///
    /// # Errors
    ///
    /// [`Error::Full`] beyond 2^64 - 1 entries.
    #[inline]
    pub fn push_with(&mut self, leaf: Hash, completed: impl FnMut(NodeId, &Hash)) -> Result<(), Error> {
        self.0.push_with(leaf, completed)
    }

    /// Adds the range of entries that follows.
    ///
    /// # Errors
    ///
    /// [`Error::NotAdjacent`] if the range does not begin where the tree ends.
    pub fn join(&mut self, next: &CompactRange) -> Result<(), Error> {
        self.0.merge(next)
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> TreeRoot {
        // A frontier begins at entry 0, so there always is one.
        self.0.root().unwrap_or(TreeRoot::EMPTY)
    }

    /// The same as a range from entry 0.
    #[must_use]
    pub const fn as_range(&self) -> &CompactRange {
        &self.0
    }
}

impl Default for Frontier {
    fn default() -> Self {
        Self::new()
    }
}

/// `clone_from` reuses the buffer.
impl Clone for Frontier {
    fn clone(&self) -> Self {
        let mut clone = Self::new();
        clone.clone_from(self);
        clone
    }

    fn clone_from(&mut self, source: &Self) {
        self.0.copy_from(&source.0);
    }
}

/// Fails with [`Error::NotFromStart`] unless the range begins at entry 0.
impl TryFrom<CompactRange> for Frontier {
    type Error = Error;

    fn try_from(range: CompactRange) -> Result<Self, Error> {
        if range.start() != 0 {
            return Err(Error::NotFromStart);
        }
        Self::from_parts(range.end(), range.hashes())
    }
}
