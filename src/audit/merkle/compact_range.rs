//! A part of a tree, in as few hashes as possible; neighbours merge.

use super::node::Subtrees;
use super::{Error, Hash, NodeId, TreeRoot, node_hash};

/// The entries from `start` to before `end`, as the hashes of the fewest complete subtrees that cover
/// them.
///
/// Two neighbours merge into the range that covers both, so that a long log can be hashed in parts, on
/// several cores or machines, without any of them seeing the rest.
///
/// ```
/// use ringfence::audit::merkle::{CompactRange, leaf_hash};
///
/// let entries: Vec<_> = (0..100_u8).map(|n| leaf_hash(&[n])).collect();
/// let (first, second) = entries.split_at(37);
/// let halves = std::thread::scope(|scope| {
///     let first = scope.spawn(|| CompactRange::of_leaves(0, first.iter().copied()));
///     let second = scope.spawn(|| CompactRange::of_leaves(37, second.iter().copied()));
///     (first.join().unwrap(), second.join().unwrap())
/// });
/// let mut whole = halves.0?;
/// whole.merge(&halves.1?)?;
/// assert_eq!(whole, CompactRange::of_leaves(0, entries)?);
/// assert_eq!(whole.root()?.size(), 100);
/// # Ok::<(), ringfence::audit::merkle::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CompactRange {
    start: u64,
    end: u64,
    hashes: Vec<Hash>,
}

impl CompactRange {
    /// The empty range before entry `start`.
    #[must_use]
    pub const fn starting_at(start: u64) -> Self {
        Self { start, end: start, hashes: Vec::new() }
    }

    /// The empty range before entry `start`, with room for so many hashes.
    pub(super) fn with_room(start: u64, hashes: usize) -> Self {
        Self { start, end: start, hashes: Vec::with_capacity(hashes) }
    }

    /// The range of so many leaves from `start` on.
    ///
    /// # Errors
    ///
    /// [`Error::Full`] beyond 2^64 - 1 entries.
    pub fn of_leaves(start: u64, leaves: impl IntoIterator<Item = Hash>) -> Result<Self, Error> {
        let mut range = Self::starting_at(start);
        for leaf in leaves {
            range.push(leaf)?;
        }
        Ok(range)
    }

    /// A range from its stored parts.
    ///
    /// # Errors
    ///
    /// [`Error::WrongHashCount`] if `end` lies before `start`, or if there are not as many hashes as the
    /// range has subtrees.
    pub fn from_parts(start: u64, end: u64, hashes: &[Hash]) -> Result<Self, Error> {
        if end < start || Subtrees::of(start, end).count() != hashes.len() {
            return Err(Error::WrongHashCount);
        }
        Ok(Self { start, end, hashes: hashes.to_vec() })
    }

    /// The first entry.
    #[must_use]
    pub const fn start(&self) -> u64 {
        self.start
    }

    /// The entry after the last.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.end
    }

    /// The hashes of the subtrees, from left to right.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Adds one leaf at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Full`] beyond 2^64 - 1 entries.
    #[inline]
    pub fn push(&mut self, leaf: Hash) -> Result<(), Error> {
        self.push_with(leaf, |_, _| ())
    }

    /// Adds one leaf at the end, and names each node that it completes: the leaf, and then those above
    /// it.
    ///
    /// In a range that does not begin at entry 0, these are the nodes whose entries all lie in the range.
    ///
    /// # Errors
    ///
    /// [`Error::Full`] beyond 2^64 - 1 entries.
    #[inline]
    pub fn push_with(&mut self, leaf: Hash, completed: impl FnMut(NodeId, &Hash)) -> Result<(), Error> {
        self.push_subtree(0, leaf, completed)
    }

    /// Adds the range that follows.
    ///
    /// # Errors
    ///
    /// [`Error::NotAdjacent`] if `next` does not begin where this range ends. This range is unchanged
    /// then.
    pub fn merge(&mut self, next: &Self) -> Result<(), Error> {
        if next.start != self.end {
            return Err(Error::NotAdjacent);
        }
        for (node, hash) in Subtrees::of(next.start, next.end).zip(&next.hashes) {
            self.push_subtree(node.level(), *hash, |_, _| ())?;
        }
        Ok(())
    }

    /// The root of the tree of these entries.
    ///
    /// # Errors
    ///
    /// [`Error::NotFromStart`] unless the range begins at entry 0.
    pub fn root(&self) -> Result<TreeRoot, Error> {
        if self.start != 0 {
            return Err(Error::NotFromStart);
        }
        Ok(TreeRoot::new(self.end, fold(&self.hashes).unwrap_or(Hash::EMPTY_TREE)))
    }

    /// Adds a complete subtree that begins where the range ends, and joins it with its left neighbours.
    #[inline]
    fn push_subtree(
        &mut self,
        mut level: u32,
        mut hash: Hash,
        mut completed: impl FnMut(NodeId, &Hash),
    ) -> Result<(), Error> {
        let end = self.end.checked_add(1_u64.unbounded_shl(level)).ok_or(Error::Full)?;
        let mut index = self.end.unbounded_shr(level);
        completed(NodeId::new(level, index), &hash);
        // A right child whose left sibling lies in the range too: that one is the last hash.
        while index & 1 == 1 && (index ^ 1).unbounded_shl(level) >= self.start {
            let Some(left) = self.hashes.pop() else { break };
            hash = node_hash(&left, &hash);
            level = level.saturating_add(1);
            index >>= 1;
            completed(NodeId::new(level, index), &hash);
        }
        self.hashes.push(hash);
        self.end = end;
        Ok(())
    }

    /// Replaces all of it, and keeps the buffer.
    pub(super) fn copy_from(&mut self, other: &Self) {
        (self.start, self.end) = (other.start, other.end);
        self.hashes.clear();
        self.hashes.extend_from_slice(&other.hashes);
    }
}

/// Joins neighbouring subtrees of shrinking size, from the right; `None` if there are none.
pub(super) fn fold(hashes: &[Hash]) -> Option<Hash> {
    let (last, rest) = hashes.split_last()?;
    Some(rest.iter().rev().fold(*last, |right, left| node_hash(left, &right)))
}
