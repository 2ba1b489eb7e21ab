//! The reference values of Certificate Transparency, and the definitions of RFC 6962.
//!
//! Leaves, roots and proofs are those of the reference implementations: `merkle_tree_test.cc` of
//! google/certificate-transparency, and `testonly/constants.go`, `testonly/reference_test.go` and
//! `testdata/consistency` of transparency-dev/merkle (Apache-2.0).

use data_encoding::HEXLOWER;
use ringfence::audit::merkle::{
    ConsistencyProof, Error, Frontier, Hash, InclusionProof, MemoryTree, TreeRoot, frontier_at, leaf_hash,
    node_hash, prove_consistency, prove_inclusion,
};

use crate::trees;

const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Entry (counted from 1), size, path.
const PATHS: [(u64, u64, &[&str]); 6] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (3, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        2,
        5,
        &[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (5, 5, &["d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
];

/// Old size, new size, proof.
const CONSISTENCY: [(u64, u64, &[&str]); 5] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
];

fn leaf(index: u64) -> Hash {
    leaf_hash(&HEXLOWER.decode(LEAVES[index as usize].as_bytes()).unwrap())
}

fn tree(size: u64) -> MemoryTree {
    MemoryTree::of_leaves((0..size).map(leaf)).unwrap()
}

fn root(size: u64) -> TreeRoot {
    TreeRoot::new(size, ROOTS[size as usize].parse().unwrap())
}

fn hashes(texts: &[&str]) -> Vec<Hash> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn the_hashes_of_leaves_and_nodes() {
    // rfc6962/rfc6962_test.go of transparency-dev/merkle.
    let expected = "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56";
    assert_eq!(leaf_hash(b"L123456").to_string(), expected);
    let both = trees::mth(&[leaf(0), leaf(1)]);
    assert_eq!(node_hash(&leaf(0), &leaf(1)), both);
    assert_eq!(both.to_string(), ROOTS[2]);
}

#[test]
fn the_roots_of_the_reference_trees() {
    let mut frontier = Frontier::new();
    assert_eq!(frontier.root(), root(0));
    for size in 1..=8 {
        frontier.push(leaf(size - 1)).unwrap();
        assert_eq!(frontier.root(), root(size));
        assert_eq!(tree(size).root(), root(size));
        assert_eq!(frontier_at(size, &tree(8)).unwrap(), frontier);
    }
}

#[test]
fn the_inclusion_proofs_of_the_reference_trees() {
    for (entry, size, path) in PATHS {
        let proof = prove_inclusion(entry - 1, size, &tree(8)).unwrap();
        assert_eq!(proof.hashes(), hashes(path), "entry {entry} of {size}");
        proof.verify(&leaf(entry - 1), entry - 1, &root(size)).unwrap();
    }
}

#[test]
fn the_consistency_proofs_of_the_reference_trees() {
    for (old, new, expected) in CONSISTENCY {
        let proof = prove_consistency(old, new, &tree(8)).unwrap();
        assert_eq!(proof.hashes(), hashes(expected), "{old} to {new}");
        proof.verify(&root(old), &root(new)).unwrap();
        if old != new {
            // "swapped roots" and "truncated proof" of testdata/consistency.
            let swapped = |size, other: TreeRoot| TreeRoot::new(size, *other.hash());
            let (old, new) = (root(old), root(new));
            assert!(proof.verify(&swapped(old.size(), new), &swapped(new.size(), old)).is_err());
            let short = ConsistencyProof::new(&proof.hashes()[..proof.hashes().len() - 1]).unwrap();
            assert_eq!(short.verify(&old, &new), Err(Error::WrongProofLength));
        }
    }
}

#[test]
fn every_small_tree_agrees_with_the_definition() {
    for size in 0..=80_u64 {
        let leaves = trees::leaves(size, size);
        let tree = MemoryTree::of_leaves(leaves.iter().copied()).unwrap();
        let root = trees::root(&leaves);
        assert_eq!(tree.root(), root);
        for index in 0..size {
            let proof = prove_inclusion(index, size, &tree).unwrap();
            assert_eq!(proof.hashes(), trees::path(index as usize, &leaves), "{index} of {size}");
            proof.verify(&leaves[index as usize], index, &root).unwrap();
            assert_eq!(InclusionProof::from_bytes(&proof.to_bytes()).unwrap(), proof);
        }
        for old in 1..=size {
            let proof = prove_consistency(old, size, &tree).unwrap();
            assert_eq!(proof.hashes(), trees::consistency(old as usize, &leaves), "{old} to {size}");
            proof.verify(&trees::root(&leaves[..old as usize]), &root).unwrap();
            assert_eq!(ConsistencyProof::from_bytes(&proof.to_bytes()).unwrap(), proof);
        }
    }
}
