//! What a proof is made of: which nodes to read, and how their hashes become the proof.

use super::compact_range::fold;
use super::node::Subtrees;
use super::{ConsistencyProof, Error, Hash, InclusionProof, NodeId};

/// The hashes of a proof, from the leaf to the root, as nodes to be read.
///
/// Each hash of a proof is one complete subtree, except for at most one: the right neighbour that reaches to the
/// end of the log. It is joined from several.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Plan {
    nodes: Vec<NodeId>,
    /// Which nodes are joined into one hash: the first and how many. None are if it is 0.
    joined: (usize, usize),
}

impl Plan {
    /// The siblings on the way from a complete node to the root of a tree of `size` entries.
    fn path(mut self, node: NodeId, size: u64) -> Self {
        let (mut level, mut index) = (node.level(), node.index());
        let mut last = size.saturating_sub(1).unbounded_shr(level);
        while last > 0 {
            let sibling = index ^ 1;
            if sibling < index || sibling < size.unbounded_shr(level) {
                self.nodes.push(NodeId::new(level, sibling));
            } else if sibling <= last {
                let first = self.nodes.len();
                self.nodes.extend(Subtrees::of(sibling.unbounded_shl(level), size));
                self.joined = (first, self.nodes.len().saturating_sub(first));
            }
            level = level.saturating_add(1);
            index >>= 1;
            last >>= 1;
        }
        self
    }

    fn empty() -> Self {
        Self { nodes: Vec::with_capacity(64), joined: (0, 0) }
    }

    fn proof(&self, hashes: &[Hash]) -> Result<Vec<Hash>, Error> {
        if hashes.len() != self.nodes.len() {
            return Err(Error::WrongHashCount);
        }
        let (before, rest) = hashes.split_at_checked(self.joined.0).ok_or(Error::WrongHashCount)?;
        let (joined, after) = rest.split_at_checked(self.joined.1).ok_or(Error::WrongHashCount)?;
        let mut proof = Vec::with_capacity(hashes.len());
        proof.extend_from_slice(before);
        proof.extend(fold(joined));
        proof.extend_from_slice(after);
        Ok(proof)
    }
}

/// Which nodes an inclusion proof needs, and how they make it.
///
/// This is for storage that is asynchronous, or asked in batches. Otherwise
/// [`prove_inclusion`](super::prove_inclusion) does it in one step.
///
/// ```
/// use std::collections::HashMap;
/// use ringfence::audit::merkle::{Frontier, InclusionPlan, leaf_hash};
///
/// let mut table = HashMap::new();
/// let mut frontier = Frontier::new();
/// for entry in 0..11_u8 {
///     frontier.push_with(leaf_hash(&[entry]), |node, hash| {
///         table.insert(node, *hash);
///     })?;
/// }
///
/// let plan = InclusionPlan::new(4, frontier.size())?;
/// // ... SELECT hash FROM nodes WHERE (level, idx) IN ...
/// let hashes: Vec<_> = plan.nodes().iter().map(|node| table[node]).collect();
/// plan.proof(&hashes)?.verify(&leaf_hash(&[4]), 4, &frontier.root())?;
/// # Ok::<(), ringfence::audit::merkle::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionPlan(Plan);

impl InclusionPlan {
    /// For the entry `index` in the tree of the first `size` entries.
    ///
    /// # Errors
    ///
    /// [`Error::IndexOutOfRange`] unless `index < size`.
    pub fn new(index: u64, size: u64) -> Result<Self, Error> {
        if index >= size {
            return Err(Error::IndexOutOfRange);
        }
        Ok(Self(Plan::empty().path(NodeId::leaf(index), size)))
    }

    /// The nodes to be read.
    #[must_use]
    pub fn nodes(&self) -> &[NodeId] {
        &self.0.nodes
    }

    /// The proof, from the hashes of [`nodes`](Self::nodes) in their order.
    ///
    /// # Errors
    ///
    /// [`Error::WrongHashCount`] if there are not as many hashes as nodes.
    pub fn proof(&self, hashes: &[Hash]) -> Result<InclusionProof, Error> {
        InclusionProof::new(self.0.proof(hashes)?)
    }
}

/// Which nodes a consistency proof needs, and how they make it.
///
/// As [`InclusionPlan`]; [`prove_consistency`](super::prove_consistency) does it in one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyPlan(Plan);

impl ConsistencyPlan {
    /// Between the trees of the first `old` and the first `new` entries.
    ///
    /// # Errors
    ///
    /// [`Error::SizesOutOfOrder`] unless `1 <= old <= new`.
    pub fn new(old: u64, new: u64) -> Result<Self, Error> {
        let last = old.checked_sub(1).filter(|_| old <= new).ok_or(Error::SizesOutOfOrder)?;
        let mut plan = Plan::empty();
        if old == new {
            return Ok(Self(plan));
        }
        // The largest complete subtree at the end of the old tree is where both trees begin to differ.
        let level = old.trailing_zeros();
        let node = NodeId::new(level, last.unbounded_shr(level));
        // If it is the whole old tree, then its hash is the old root, and the verifier has it.
        if node.index() != 0 {
            plan.nodes.push(node);
        }
        Ok(Self(plan.path(node, new)))
    }

    /// The nodes to be read.
    #[must_use]
    pub fn nodes(&self) -> &[NodeId] {
        &self.0.nodes
    }

    /// The proof, from the hashes of [`nodes`](Self::nodes) in their order.
    ///
    /// # Errors
    ///
    /// [`Error::WrongHashCount`] if there are not as many hashes as nodes.
    pub fn proof(&self, hashes: &[Hash]) -> Result<ConsistencyProof, Error> {
        ConsistencyProof::new(self.0.proof(hashes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::{ConsistencyPlan, InclusionPlan};

    /// Nothing overflows and nothing runs for long at the end of the range.
    #[test]
    fn the_largest_trees_have_plans() {
        for size in [u64::MAX, u64::MAX - 1, (1 << 63) + 1, 1 << 63, (1 << 63) - 1] {
            for index in [0, 1, size / 2 - 1, size / 2, size / 2 + 1, size - 2, size - 1] {
                let nodes = InclusionPlan::new(index, size).unwrap().nodes().len();
                assert!(nodes <= 127, "{nodes} nodes for {index} of {size}");
                let nodes = ConsistencyPlan::new(index + 1, size).unwrap().nodes().len();
                assert!(nodes <= 128, "{nodes} nodes from {index} to {size}");
            }
        }
    }
}
