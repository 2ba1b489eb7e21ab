//! Reading stored nodes, and what is made of them.

use super::node::Subtrees;
use super::{
    ConsistencyPlan, ConsistencyProof, Error, Frontier, Hash, InclusionPlan, InclusionProof, NodeId,
};

/// Where the nodes are that [`Frontier::push_with`] named: a table, a file, a [`MemoryTree`](super::MemoryTree).
///
/// ```
/// use std::collections::HashMap;
/// use ringfence::audit::merkle::{Hash, NodeId, NodeReader};
///
/// struct Table(HashMap<NodeId, Hash>);
///
/// impl NodeReader for Table {
///     type Error = &'static str;
///
///     fn read(&self, nodes: &[NodeId], hashes: &mut [Hash]) -> Result<(), Self::Error> {
///         for (node, hash) in nodes.iter().zip(hashes) {
///             *hash = *self.0.get(node).ok_or("a node is missing")?;
///         }
///         Ok(())
///     }
/// }
/// ```
pub trait NodeReader {
    /// What goes wrong when reading.
    type Error;

    /// Writes the hash of each node to the same place of `hashes`, which has the length of `nodes`.
    ///
    /// A reader that leaves a place as it is makes a proof that does not verify.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from reading all of them: a node that is not there is an error too.
    fn read(&self, nodes: &[NodeId], hashes: &mut [Hash]) -> Result<(), Self::Error>;
}

impl<R: NodeReader + ?Sized> NodeReader for &R {
    type Error = R::Error;

    fn read(&self, nodes: &[NodeId], hashes: &mut [Hash]) -> Result<(), Self::Error> {
        (**self).read(nodes, hashes)
    }
}

/// Why nothing could be made of stored nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError<E> {
    /// There is no such proof.
    #[error("there is no such proof")]
    Proof(#[source] Error),
    /// The reader failed.
    #[error("a node could not be read")]
    Reader(#[source] E),
}

fn read<R: NodeReader + ?Sized>(nodes: &[NodeId], reader: &R) -> Result<Vec<Hash>, ReadError<R::Error>> {
    let mut hashes = vec![Hash::ZERO; nodes.len()];
    if !nodes.is_empty() {
        reader.read(nodes, &mut hashes).map_err(ReadError::Reader)?;
    }
    Ok(hashes)
}

/// Proves that the entry `index` is in the tree of the first `size` entries.
///
/// # Errors
///
/// [`ReadError::Proof`] unless `index < size`, [`ReadError::Reader`] if the reader fails.
pub fn prove_inclusion<R: NodeReader + ?Sized>(
    index: u64,
    size: u64,
    reader: &R,
) -> Result<InclusionProof, ReadError<R::Error>> {
    let plan = InclusionPlan::new(index, size).map_err(ReadError::Proof)?;
    plan.proof(&read(plan.nodes(), reader)?).map_err(ReadError::Proof)
}

/// Proves that the first `new` entries begin with the first `old` ones.
///
/// # Errors
///
/// [`ReadError::Proof`] unless `1 <= old <= new`, [`ReadError::Reader`] if the reader fails.
pub fn prove_consistency<R: NodeReader + ?Sized>(
    old: u64,
    new: u64,
    reader: &R,
) -> Result<ConsistencyProof, ReadError<R::Error>> {
    let plan = ConsistencyPlan::new(old, new).map_err(ReadError::Proof)?;
    plan.proof(&read(plan.nodes(), reader)?).map_err(ReadError::Proof)
}

/// The frontier of the tree of the first `size` entries, and by it the root that the log had then.
///
/// ```
/// use ringfence::audit::merkle::{MemoryTree, leaf_hash, frontier_at};
///
/// let mut tree = MemoryTree::new();
/// tree.push(leaf_hash(b"first"))?;
/// let root = tree.root();
/// tree.push(leaf_hash(b"second"))?;
/// assert_eq!(frontier_at(1, &tree)?.root(), root);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`ReadError::Reader`] if the reader fails.
pub fn frontier_at<R: NodeReader + ?Sized>(size: u64, reader: &R) -> Result<Frontier, ReadError<R::Error>> {
    let nodes: Vec<_> = Subtrees::of(0, size).collect();
    Frontier::from_parts(size, &read(&nodes, reader)?).map_err(ReadError::Proof)
}
