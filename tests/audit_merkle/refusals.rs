//! What proof verifiers of others were caught with: every one of it is refused, and nothing panics.

use proptest::prelude::*;
use ringfence::ErrorKind;
use ringfence::audit::merkle::{
    ConsistencyPlan, ConsistencyProof, Error, Hash, InclusionPlan, InclusionProof, NodeId, NodeReader,
    ReadError, TreeRoot, frontier_at, leaf_hash, prove_consistency, prove_inclusion,
};

use crate::trees;

#[test]
fn nothing_is_in_the_empty_tree() {
    let proof = InclusionProof::new([]).unwrap();
    assert_eq!(proof.verify(&Hash::EMPTY_TREE, 0, &TreeRoot::EMPTY), Err(Error::IndexOutOfRange));
    assert_eq!(InclusionPlan::new(0, 0), Err(Error::IndexOutOfRange));
}

#[test]
fn nothing_is_consistent_with_the_empty_tree() {
    let root = trees::tree(1, 5).root();
    let proof = ConsistencyProof::new([]).unwrap();
    for (old, new) in [(TreeRoot::EMPTY, root), (TreeRoot::EMPTY, TreeRoot::EMPTY), (root, TreeRoot::EMPTY)]
    {
        assert_eq!(proof.verify(&old, &new), Err(Error::SizesOutOfOrder));
        assert_eq!(ConsistencyPlan::new(old.size(), new.size()), Err(Error::SizesOutOfOrder));
    }
}

#[test]
fn a_log_does_not_shrink() {
    let tree = trees::tree(1, 9);
    let (old, new) = (frontier_at(5, &tree).unwrap().root(), tree.root());
    let proof = prove_consistency(5, 9, &tree).unwrap();
    proof.verify(&old, &new).unwrap();
    assert_eq!(proof.verify(&new, &old), Err(Error::SizesOutOfOrder));
    assert_eq!(prove_consistency(9, 5, &tree), Err(ReadError::Proof(Error::SizesOutOfOrder)));
}

#[test]
fn equal_sizes_need_an_empty_proof_and_equal_roots() {
    let root = trees::tree(1, 6).root();
    let other = TreeRoot::new(6, leaf_hash(b"fork"));
    let empty = ConsistencyProof::new([]).unwrap();
    assert_eq!(empty.verify(&root, &root), Ok(()));
    assert_eq!(empty.verify(&root, &other), Err(Error::RootMismatch));
    let extra = ConsistencyProof::new([*root.hash()]).unwrap();
    assert_eq!(extra.verify(&root, &root), Err(Error::WrongProofLength));
}

#[test]
fn a_node_does_not_pass_for_a_leaf() {
    let tree = trees::tree(1, 4);
    let leaves = trees::leaves(1, 4);
    let proof = prove_inclusion(0, 4, &tree).unwrap();
    let node = trees::mth(&leaves[..2]);
    // As an entry of a tree of half the size, with the rest of the path.
    let shorter = InclusionProof::new(&proof.hashes()[1..]).unwrap();
    assert_eq!(shorter.verify(&node, 0, &tree.root()), Err(Error::WrongProofLength));
    // The size goes with the root: whoever takes it from the attacker has lost.
    assert_eq!(shorter.verify(&node, 0, &TreeRoot::new(2, *tree.root().hash())), Ok(()));
    // As data, hashed like a leaf.
    let data = [leaves[0].as_bytes().as_slice(), leaves[1].as_bytes()].concat();
    assert_ne!(leaf_hash(&data), node);
}

/// Each proof is refused at every other place and for every other size, except where the shape of the tree
/// is the same for this leaf and the root would be too.
#[test]
fn a_proof_holds_at_one_place_only() {
    for size in 1..=33_u64 {
        let (tree, leaves) = (trees::tree(7, size), trees::leaves(7, size));
        let root = tree.root();
        for index in 0..size {
            let (proof, leaf) = (prove_inclusion(index, size, &tree).unwrap(), leaves[index as usize]);
            for other in (0..size + 2).filter(|other| *other != index) {
                assert!(proof.verify(&leaf, other, &root).is_err(), "{index} at {other} of {size}");
            }
            for (at, other) in leaves.iter().enumerate().filter(|(at, _)| *at as u64 != index) {
                assert!(proof.verify(other, index, &root).is_err(), "{at} at {index} of {size}");
            }
            for len in 0..proof.hashes().len() {
                let short = InclusionProof::new(&proof.hashes()[..len]).unwrap();
                assert_eq!(short.verify(&leaf, index, &root), Err(Error::WrongProofLength));
            }
            let long = InclusionProof::new([proof.hashes(), &[leaf]].concat()).unwrap();
            assert_eq!(long.verify(&leaf, index, &root), Err(Error::WrongProofLength));
        }
    }
}

#[test]
fn proofs_are_bounded() {
    let hash = Hash::EMPTY_TREE;
    assert!(InclusionProof::new(vec![hash; 64]).is_ok());
    assert_eq!(InclusionProof::new(vec![hash; 65]), Err(Error::TooManyHashes));
    assert!(ConsistencyProof::new(vec![hash; 65]).is_ok());
    assert_eq!(ConsistencyProof::new(vec![hash; 66]), Err(Error::TooManyHashes));
    assert!(InclusionProof::from_bytes(&[0; 64 * 32]).is_ok());
    assert_eq!(InclusionProof::from_bytes(&[0; 65 * 32]), Err(Error::TooManyHashes));
    assert_eq!(InclusionProof::from_bytes(&[0; 33]), Err(Error::Malformed));
    assert_eq!(ConsistencyProof::from_bytes(&[0; 31]), Err(Error::Malformed));
}

#[test]
fn a_failing_reader_is_told_apart() {
    struct Broken;
    impl NodeReader for Broken {
        type Error = &'static str;
        fn read(&self, _: &[NodeId], _: &mut [Hash]) -> Result<(), Self::Error> {
            Err("the table is gone")
        }
    }
    assert_eq!(prove_inclusion(0, 2, &Broken), Err(ReadError::Reader("the table is gone")));
    assert_eq!(prove_inclusion(2, 2, &Broken), Err(ReadError::Proof(Error::IndexOutOfRange)));
    assert_eq!(frontier_at(3, &Broken), Err(ReadError::Reader("the table is gone")));
    // Nothing is to be read for these.
    assert!(prove_inclusion(0, 1, &Broken).is_ok());
    assert!(prove_consistency(4, 4, &Broken).is_ok());

    // A node that is not complete yet.
    assert_eq!(prove_inclusion(0, 9, &trees::tree(1, 8)), Err(ReadError::Reader(Error::IndexOutOfRange)));
    let plan = InclusionPlan::new(0, 2).unwrap();
    assert_eq!(plan.proof(&[]), Err(Error::WrongHashCount));
    assert_eq!(plan.proof(&[Hash::EMPTY_TREE; 2]), Err(Error::WrongHashCount));
}

#[test]
fn only_canonical_hexadecimal_is_a_hash() {
    let text = Hash::EMPTY_TREE.to_string();
    assert_eq!(text.parse::<Hash>().unwrap(), Hash::EMPTY_TREE);
    let upper = text.to_uppercase();
    for bad in ["", &text[1..], &upper, &format!("{text}00"), &text.replace('e', "g")] {
        assert!(bad.parse::<Hash>().is_err(), "{bad}");
    }
    assert_eq!(format!("{:?}", Hash::EMPTY_TREE), format!("Hash({text})"));
}

fn a_hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash::from_bytes)
}

/// Sizes that matter: small, around powers of two, and the ends of the range.
fn a_size() -> impl Strategy<Value = u64> {
    prop_oneof![
        0..70_u64,
        (0..64_u32, 0..3_u64).prop_map(|(bit, d)| (1_u64 << bit).wrapping_add(d).wrapping_sub(1)),
        any::<u64>(),
        (0..3_u64).prop_map(|d| u64::MAX - d)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// Whatever comes in, the answer is an error, and comes at once.
    #[test]
    fn random_proofs_are_refused(
        hashes in prop::collection::vec(a_hash(), 0..66), leaf in a_hash(), hash in a_hash(), a in a_size(), b in a_size(),
    ) {
        let (old, new) = (TreeRoot::new(a, leaf), TreeRoot::new(b, hash));
        if let Ok(proof) = InclusionProof::new(hashes.clone()) {
            let refused = proof.verify(&leaf, a, &new).unwrap_err();
            prop_assert_eq!(refused.kind(), ErrorKind::Hostile);
        }
        if let Ok(proof) = ConsistencyProof::new(hashes) {
            prop_assert_eq!(proof.verify(&old, &new).unwrap_err().kind(), ErrorKind::Hostile);
        }
        prop_assert_eq!(InclusionPlan::new(a, b).is_ok(), a < b);
        prop_assert_eq!(ConsistencyPlan::new(a, b).is_ok(), 1 <= a && a <= b);
    }

    /// A proof of the right length for a huge tree leads to a root, and to no other.
    #[test]
    fn huge_trees_work(leaf in a_hash(), fill in a_hash(), a in a_size(), b in a_size()) {
        prop_assume!(a != b);
        let (a, b) = (a.min(b), a.max(b));
        let plan = InclusionPlan::new(a, b).unwrap();
        let proof = plan.proof(&vec![fill; plan.nodes().len()]).unwrap();
        prop_assert_eq!(proof.verify(&leaf, a, &TreeRoot::new(b, fill)), Err(Error::RootMismatch));
        let plan = ConsistencyPlan::new(a + 1, b).unwrap();
        let proof = plan.proof(&vec![fill; plan.nodes().len()]).unwrap();
        prop_assert_eq!(proof.verify(&TreeRoot::new(a + 1, leaf), &TreeRoot::new(b, fill)), Err(Error::RootMismatch));
    }
}
