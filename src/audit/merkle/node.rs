//! Which node of a tree: complete subtrees, and how ranges fall apart into them.

/// A complete subtree: level 0 is a leaf, and each level above holds twice as many.
///
/// The nodes of a level are counted from the left: node `index` of level `level` covers the entries from
/// `index << level`, and `1 << level` of them. Once complete, a node never changes: its hash can be stored as a
/// row with the key `(level, index)`, and it stays right while the log grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    level: u32,
    index: u64,
}

impl NodeId {
    /// The leaf of an entry.
    #[must_use]
    pub const fn leaf(index: u64) -> Self {
        Self { level: 0, index }
    }

    /// A node of which the caller knows that it lies within 2^64 entries.
    pub(super) const fn new(level: u32, index: u64) -> Self {
        Self { level, index }
    }

    /// How far above the leaves, at most 63.
    #[must_use]
    pub const fn level(self) -> u32 {
        self.level
    }

    /// Its place in the level, from the left.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.index
    }

    /// Its place in storage without gaps: nodes in the order in which appends complete them, as in Go's
    /// `tlog` and in Crosby and Wallach's paper. `None` beyond 2^63 entries.
    ///
    /// ```
    /// use ringfence::audit::merkle::{Frontier, leaf_hash};
    ///
    /// let mut frontier = Frontier::new();
    /// let mut stored = Vec::new();
    /// for entry in 0..8_u8 {
    ///     frontier.push_with(leaf_hash(&[entry]), |node, hash| {
    ///         assert_eq!(node.storage_index(), Some(stored.len() as u64));
    ///         stored.push(*hash);
    ///     })?;
    /// }
    /// assert_eq!(stored.len(), 15);
    /// # Ok::<(), ringfence::audit::merkle::Error>(())
    /// ```
    #[must_use]
    pub fn storage_index(self) -> Option<u64> {
        // The last leaf below the node completes it: it comes so many levels after that leaf.
        let width = 1_u64.checked_shl(self.level)?;
        let last_leaf = self.index.checked_add(1)?.checked_mul(width)?.checked_sub(1)?;
        // Before leaf n there are n leaves and n - popcount(n) nodes.
        let before = last_leaf.checked_mul(2)?.checked_sub(u64::from(last_leaf.count_ones()))?;
        before.checked_add(u64::from(self.level))
    }
}

/// The fewest complete subtrees that cover the entries from `start` to before `end`, from left to right:
/// first growing, then shrinking ones, at most 126.
#[derive(Debug, Clone)]
pub(super) struct Subtrees {
    start: u64,
    end: u64,
}

impl Subtrees {
    pub(super) const fn of(start: u64, end: u64) -> Self {
        Self { start, end }
    }
}

impl Iterator for Subtrees {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let level = self.end.checked_sub(self.start)?.checked_ilog2()?.min(self.start.trailing_zeros());
        let node = NodeId { level, index: self.start.unbounded_shr(level) };
        self.start = self.start.checked_add(1_u64.unbounded_shl(level))?;
        Some(node)
    }
}

#[cfg(test)]
mod tests {
    use super::{NodeId, Subtrees};

    #[test]
    fn subtrees_cover_the_range_and_are_few() {
        for start in 0..70_u64 {
            for end in start..70 {
                let mut at = start;
                for node in Subtrees::of(start, end) {
                    assert_eq!(node.index() << node.level(), at);
                    at += 1 << node.level();
                }
                assert_eq!(at, end);
            }
        }
        assert_eq!(Subtrees::of(0, u64::MAX).count(), 64);
        assert_eq!(Subtrees::of(1, u64::MAX).count(), 126);
        assert_eq!(Subtrees::of(u64::MAX - 1, u64::MAX).count(), 1);
    }

    #[test]
    fn storage_ends_before_it_overflows() {
        assert_eq!(NodeId::leaf(0).storage_index(), Some(0));
        assert_eq!(NodeId::new(2, 0).storage_index(), Some(6));
        assert_eq!(NodeId::leaf(u64::MAX).storage_index(), None);
        assert_eq!(NodeId::new(63, 1).storage_index(), None);
        assert_eq!(NodeId::new(62, 1).storage_index(), Some(u64::MAX - 2));
    }
}
