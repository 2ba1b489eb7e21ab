//! Trees to test with, and the definition of RFC 6962 as it stands there: slow and recursive.

use ringfence::audit::merkle::{Hash, MemoryTree, TreeRoot, leaf_hash, node_hash};

/// Different leaves for each seed.
pub fn leaf_data(seed: u64, index: u64) -> Vec<u8> {
    let len = (seed ^ index) % 97;
    (0..len)
        .map(|i| (seed.wrapping_mul(31) ^ index.wrapping_mul(7) ^ i) as u8)
        .chain(index.to_le_bytes())
        .collect()
}

pub fn leaves(seed: u64, size: u64) -> Vec<Hash> {
    (0..size).map(|index| leaf_hash(&leaf_data(seed, index))).collect()
}

pub fn tree(seed: u64, size: u64) -> MemoryTree {
    MemoryTree::of_leaves(leaves(seed, size)).unwrap()
}

/// `MTH`, section 2.1.
pub fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::EMPTY_TREE,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&mth(left), &mth(right))
        }
    }
}

/// `PATH`, section 2.1.1.
pub fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let at = split(leaves.len());
    let (left, right) = leaves.split_at(at);
    let (mut path, other) =
        if index < at { (path(index, left), mth(right)) } else { (path(index - at, right), mth(left)) };
    path.push(other);
    path
}

/// `PROOF`, section 2.1.2.
pub fn consistency(old: usize, leaves: &[Hash]) -> Vec<Hash> {
    subproof(old, leaves, true)
}

fn subproof(old: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![mth(leaves)] };
    }
    let at = split(leaves.len());
    let (left, right) = leaves.split_at(at);
    let (mut proof, other) = if old <= at {
        (subproof(old, left, whole), mth(right))
    } else {
        (subproof(old - at, right, false), mth(left))
    };
    proof.push(other);
    proof
}

/// The largest power of two below `n`.
fn split(n: usize) -> usize {
    n.next_power_of_two() / 2
}

pub fn root(leaves: &[Hash]) -> TreeRoot {
    TreeRoot::new(leaves.len() as u64, mth(leaves))
}
