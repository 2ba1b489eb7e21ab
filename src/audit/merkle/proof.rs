//! Proofs, and how they are verified (RFC 9162, sections 2.1.3.2 and 2.1.4.2).

use super::hash::HASH_LEN;
use super::{Error, Hash, TreeRoot, node_hash};

/// The most hashes of an inclusion proof: one for each level.
pub(super) const MAX_INCLUSION_HASHES: usize = 64;
/// The most hashes of a consistency proof: one for each level, and where the trees begin to differ.
pub(super) const MAX_CONSISTENCY_HASHES: usize = 65;

/// Hashes that lie one after the other.
fn split_bytes(bytes: &[u8], max: usize) -> Result<Vec<Hash>, Error> {
    let (hashes, rest) = bytes.as_chunks::<HASH_LEN>();
    if !rest.is_empty() {
        return Err(Error::Malformed);
    }
    if hashes.len() > max {
        return Err(Error::TooManyHashes);
    }
    Ok(hashes.iter().copied().map(Hash::from_bytes).collect())
}

macro_rules! proof {
    ($(#[doc = $doc:literal])+ $name:ident, $max:ident) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name {
            hashes: Vec<Hash>,
        }

        impl $name {
            /// The most hashes that a proof has.
            pub const MAX_HASHES: usize = $max;

            /// Takes hashes as a proof, the one nearest to the leaves first. Nothing is verified yet.
            ///
            /// # Errors
            ///
            /// [`Error::TooManyHashes`] if there are more than [`MAX_HASHES`](Self::MAX_HASHES).
            pub fn new(hashes: impl Into<Vec<Hash>>) -> Result<Self, Error> {
                let hashes = hashes.into();
                if hashes.len() > $max {
                    return Err(Error::TooManyHashes);
                }
                Ok(Self { hashes })
            }

            /// Takes hashes that lie one after the other as a proof. Nothing is verified yet.
            ///
            /// # Errors
            ///
            /// [`Error::Malformed`] unless the length is a multiple of 32, [`Error::TooManyHashes`] if
            /// there are more than [`MAX_HASHES`](Self::MAX_HASHES).
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
                Ok(Self { hashes: split_bytes(bytes, $max)? })
            }

            /// The hashes, the one nearest to the leaves first.
            #[must_use]
            pub fn hashes(&self) -> &[Hash] {
                &self.hashes
            }

            /// The hashes, one after the other.
            #[must_use]
            pub fn to_bytes(&self) -> Vec<u8> {
                self.hashes.iter().flat_map(Hash::as_bytes).copied().collect()
            }
        }
    };
}

proof! {
    /// Shows that an entry is in a tree, at one place: `PATH` of RFC 6962.
    ///
    /// A proof for a log of a million entries has 20 hashes, or 640 bytes.
    ///
    /// ```
    /// use ringfence::audit::merkle::{Error, InclusionProof, MemoryTree, leaf_hash, prove_inclusion};
    ///
    /// let tree = MemoryTree::of_leaves((0..100_u8).map(|entry| leaf_hash(&[entry])))?;
    /// let sent = prove_inclusion(42, 100, &tree)?.to_bytes();
    ///
    /// let proof = InclusionProof::from_bytes(&sent)?;
    /// proof.verify(&leaf_hash(&[42]), 42, &tree.root())?;
    /// assert_eq!(proof.verify(&leaf_hash(b"forged"), 42, &tree.root()), Err(Error::RootMismatch));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    InclusionProof, MAX_INCLUSION_HASHES
}

proof! {
    /// Shows that a tree begins with all entries of an older one: `PROOF` of RFC 6962.
    ///
    /// ```
    /// use ringfence::audit::merkle::{MemoryTree, leaf_hash, prove_consistency, frontier_at};
    ///
    /// let tree = MemoryTree::of_leaves((0..100_u8).map(|entry| leaf_hash(&[entry])))?;
    /// let remembered = frontier_at(60, &tree)?.root();
    ///
    /// prove_consistency(60, 100, &tree)?.verify(&remembered, &tree.root())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ConsistencyProof, MAX_CONSISTENCY_HASHES
}

/// Where a walk from a leaf to the root is: the node, and the last node of its level.
struct Walk {
    node: u64,
    last: u64,
}

impl Walk {
    /// Whether the next hash stands on the left of the node; `None` at the root. Goes up to the level
    /// above the two.
    #[inline]
    fn step(&mut self) -> Option<bool> {
        if self.last == 0 {
            return None;
        }
        let left = self.node & 1 == 1 || self.node == self.last;
        if left {
            // At the right edge, a node without a sibling is the same one level up.
            self.up(self.node.trailing_zeros());
        }
        self.up(1);
        Some(left)
    }

    fn up(&mut self, levels: u32) {
        self.node = self.node.unbounded_shr(levels);
        self.last = self.last.unbounded_shr(levels);
    }
}

impl InclusionProof {
    /// Verifies that the entry of this hash is the one at `index` in the tree of this root.
    ///
    /// # Errors
    ///
    /// [`Error::IndexOutOfRange`] unless `index` is less than the size, [`Error::WrongProofLength`] for
    /// hashes that are missing or left over, otherwise [`Error::RootMismatch`].
    pub fn verify(&self, leaf: &Hash, index: u64, root: &TreeRoot) -> Result<(), Error> {
        let last = root.size().checked_sub(1).filter(|last| index <= *last);
        let mut walk = Walk { node: index, last: last.ok_or(Error::IndexOutOfRange)? };
        let mut hash = *leaf;
        for sibling in &self.hashes {
            let left = walk.step().ok_or(Error::WrongProofLength)?;
            hash = if left { node_hash(sibling, &hash) } else { node_hash(&hash, sibling) };
        }
        if walk.last != 0 {
            return Err(Error::WrongProofLength);
        }
        if hash != *root.hash() {
            return Err(Error::RootMismatch);
        }
        Ok(())
    }
}

impl ConsistencyProof {
    /// Verifies that the tree of the root `new` begins with all entries of that of `old`.
    ///
    /// # Errors
    ///
    /// [`Error::SizesOutOfOrder`] unless `1 <= old <= new`, [`Error::WrongProofLength`] for hashes that are
    /// missing or left over, otherwise [`Error::RootMismatch`].
    pub fn verify(&self, old: &TreeRoot, new: &TreeRoot) -> Result<(), Error> {
        let in_order = |_: &u64| old.size() <= new.size();
        let node = old.size().checked_sub(1).filter(in_order).ok_or(Error::SizesOutOfOrder)?;
        let last = new.size().checked_sub(1).ok_or(Error::SizesOutOfOrder)?;
        if old.size() == new.size() {
            return match self.hashes.as_slice() {
                [] if old.hash() == new.hash() => Ok(()),
                [] => Err(Error::RootMismatch),
                _ => Err(Error::WrongProofLength),
            };
        }

        // The largest complete subtree at the end of the old tree. If it is the whole old tree, then its
        // hash is the old root and not in the proof.
        let mut walk = Walk { node, last };
        walk.up(old.size().trailing_zeros());
        let (first, rest) = match self.hashes.split_first() {
            _ if walk.node == 0 => (old.hash(), self.hashes.as_slice()),
            Some(split) => split,
            None => return Err(Error::WrongProofLength),
        };

        let (mut old_hash, mut new_hash) = (*first, *first);
        for sibling in rest {
            if walk.step().ok_or(Error::WrongProofLength)? {
                old_hash = node_hash(sibling, &old_hash);
                new_hash = node_hash(sibling, &new_hash);
            } else {
                new_hash = node_hash(&new_hash, sibling);
            }
        }
        if walk.last != 0 {
            return Err(Error::WrongProofLength);
        }
        if old_hash != *old.hash() || new_hash != *new.hash() {
            return Err(Error::RootMismatch);
        }
        Ok(())
    }
}
