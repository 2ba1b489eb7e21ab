//! Two independent implementations, `ct-merkle` and `tlog_tiles` (a port of Go's `tlog`), agree on roots and
//! proofs, and each side verifies the other's.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use ringfence::audit::merkle::{
    ConsistencyProof, Hash, InclusionProof, MemoryTree, TreeRoot, frontier_at, prove_consistency,
    prove_inclusion,
};
use sha2::Sha256;
use tlog_tiles::tlog;

use crate::trees;

/// The nodes in the order of Go's `tlog`.
struct GoTree(Vec<tlog::Hash>);

impl tlog::HashReader for GoTree {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

/// The same tree three times.
struct Trees {
    leaves: Vec<Hash>,
    ours: MemoryTree,
    ct: MemoryBackedTree<Sha256, Vec<u8>>,
    go: GoTree,
}

impl Trees {
    fn new(seed: u64, size: u64) -> Self {
        let mut ct = MemoryBackedTree::new();
        let mut go = GoTree(Vec::new());
        for index in 0..size {
            let data = trees::leaf_data(seed, index);
            let nodes = tlog::stored_hashes(index, &data, &go).unwrap();
            go.0.extend(nodes);
            ct.push(data);
        }
        Self { leaves: trees::leaves(seed, size), ours: trees::tree(seed, size), ct, go }
    }

    fn root(&self) -> TreeRoot {
        self.ours.root()
    }
}

fn to_go(hash: &Hash) -> tlog::Hash {
    tlog::Hash(*hash.as_bytes())
}

fn from_go(hashes: &[tlog::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash::from_bytes(hash.0)).collect()
}

fn ct_root(root: &TreeRoot) -> ct_merkle::RootHash<Sha256> {
    ct_merkle::RootHash::new((*root.hash().as_bytes()).into(), root.size())
}

fn old_root(trees: &Trees, old: u64) -> TreeRoot {
    frontier_at(old, &trees.ours).unwrap().root()
}

/// `proof` with one change, of which there are several kinds.
fn mutated(hashes: &[Hash], kind: u8, at: usize) -> Vec<Hash> {
    let mut hashes = hashes.to_vec();
    let at = at % hashes.len().max(1);
    match kind {
        0 if !hashes.is_empty() => {
            let mut bytes = *hashes[at].as_bytes();
            bytes[at % 32] ^= 0x10;
            hashes[at] = Hash::from_bytes(bytes);
        }
        1 if !hashes.is_empty() => drop(hashes.remove(at)),
        2 => hashes.insert(at, Hash::EMPTY_TREE),
        3 => hashes.push(Hash::EMPTY_TREE),
        4 if hashes.len() > 1 => hashes.rotate_left(1),
        _ => hashes.insert(0, Hash::from_bytes([7; 32])),
    }
    hashes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn roots(seed: u64, size in 0..700_u64) {
        let trees = Trees::new(seed, size);
        let root = trees.root();
        prop_assert_eq!(root.hash(), &trees::mth(&trees.leaves));
        prop_assert_eq!(tlog::tree_hash(size, &trees.go).unwrap(), to_go(root.hash()));
        let ct = trees.ct.root();
        prop_assert_eq!(ct.as_bytes().as_slice(), root.hash().as_bytes());
    }

    #[test]
    fn inclusion(seed: u64, size in 1..700_u64, at: u64, kind in 0..6_u8) {
        let trees = Trees::new(seed, size);
        let (root, index) = (trees.root(), at % size);
        let leaf = trees.leaves[index as usize];
        let proof = prove_inclusion(index, size, &trees.ours).unwrap();

        // Both make the same proof.
        let go = tlog::prove_record(size, index, &trees.go).unwrap();
        prop_assert_eq!(from_go(&go), proof.hashes());
        let ct = trees.ct.prove_inclusion(index as usize);
        prop_assert_eq!(ct.as_bytes(), proof.to_bytes());

        // A changed one is refused by all.
        let changed = InclusionProof::new(mutated(proof.hashes(), kind, at as usize)).unwrap();
        if changed != proof {
            prop_assert!(changed.verify(&leaf, index, &root).is_err());
            let changed: Vec<_> = changed.hashes().iter().map(to_go).collect();
            prop_assert!(tlog::check_record(&changed, size, to_go(root.hash()), index, to_go(&leaf)).is_err());
        }
        // So is the right one for anything else.
        proof.verify(&leaf, index, &root).unwrap();
        prop_assert!(proof.verify(&Hash::EMPTY_TREE, index, &root).is_err());
        prop_assert!(proof.verify(&leaf, index, &TreeRoot::new(size, leaf_of_none())).is_err());
        for other in [index.wrapping_sub(1), index + 1, size, u64::MAX] {
            prop_assert!(proof.verify(&leaf, other, &root).is_err());
        }
    }

    #[test]
    fn consistency(seed: u64, size in 1..700_u64, at: u64, kind in 0..6_u8) {
        let trees = Trees::new(seed, size);
        let (new, old) = (trees.root(), old_root(&trees, at % size + 1));
        let proof = prove_consistency(old.size(), size, &trees.ours).unwrap();

        let go = tlog::prove_tree(size, old.size(), &trees.go).unwrap();
        prop_assert_eq!(from_go(&go), proof.hashes());
        tlog::check_tree(&go, size, to_go(new.hash()), old.size(), to_go(old.hash())).unwrap();
        let ct = trees.ct.prove_consistency((size - old.size()) as usize);
        prop_assert_eq!(ct.as_bytes(), proof.to_bytes());
        ct_root(&new).verify_consistency(&ct_root(&old), &ct).unwrap();

        let changed = ConsistencyProof::new(mutated(proof.hashes(), kind, at as usize)).unwrap();
        if changed != proof {
            prop_assert!(changed.verify(&old, &new).is_err());
            let changed: Vec<_> = changed.hashes().iter().map(to_go).collect();
            let refused = tlog::check_tree(&changed, size, to_go(new.hash()), old.size(), to_go(old.hash()));
            prop_assert!(refused.is_err());
        }
        proof.verify(&old, &new).unwrap();
        prop_assert!(proof.verify(&TreeRoot::new(old.size(), leaf_of_none()), &new).is_err());
        prop_assert!(proof.verify(&old, &TreeRoot::new(size, leaf_of_none())).is_err());
    }
}

/// A hash that is in no tree.
fn leaf_of_none() -> Hash {
    Hash::from_bytes([0x5a; 32])
}
