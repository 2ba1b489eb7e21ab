//! Frontiers, ranges, proofs and roots through serde.

use ringfence::audit::checkpoint::{Note, VerifierKey};
use ringfence::audit::merkle::{
    CompactRange, ConsistencyProof, Frontier, Hash, InclusionProof, TreeRoot, prove_consistency,
    prove_inclusion,
};
use serde_json::{Value, from_value, json, to_value};

use crate::trees;

fn hex(byte: u8) -> String {
    format!("{byte:02x}").repeat(32)
}

#[test]
fn a_frontier_comes_back() {
    for size in [0, 1, 2, 3, 100, 255, 256] {
        let tree = trees::tree(1, size);
        let stored = to_value(tree.frontier()).unwrap();
        assert_eq!(stored["version"], 1);
        assert_eq!(&from_value::<Frontier>(stored).unwrap(), tree.frontier());
    }
    let stored = json!({"version": 1, "size": 3, "hashes": [hex(1), hex(2)]});
    let frontier: Frontier = from_value(stored.clone()).unwrap();
    assert_eq!(to_value(&frontier).unwrap(), stored);
}

#[test]
fn a_damaged_frontier_does_not() {
    let good = json!({"version": 1, "size": 3, "hashes": [hex(1), hex(2)]});
    let with = |field: &str, value: Value| {
        let mut stored = good.clone();
        stored[field] = value;
        from_value::<Frontier>(stored)
    };
    assert!(with("version", json!(2)).is_err());
    assert!(with("version", json!(null)).is_err());
    assert!(with("size", json!(7)).is_err());
    assert!(with("size", json!(2)).is_err());
    assert!(with("size", json!(-1)).is_err());
    assert!(with("hashes", json!([hex(1)])).is_err());
    assert!(with("hashes", json!([hex(1), "00"])).is_err());
    assert!(with("hashes", json!([hex(1), hex(0xab).to_uppercase()])).is_err());
    assert!(with("hashes", json!(vec![hex(1); 65])).is_err());
}

#[test]
fn ranges_proofs_and_roots_come_back() {
    let tree = trees::tree(1, 77);
    let range = CompactRange::of_leaves(13, trees::leaves(1, 30)).unwrap();
    assert_eq!(from_value::<CompactRange>(to_value(&range).unwrap()).unwrap(), range);
    let backwards = json!({"version": 1, "start": 3, "end": 2, "hashes": []});
    assert!(from_value::<CompactRange>(backwards).is_err());

    let inclusion = prove_inclusion(5, 77, &tree).unwrap();
    assert_eq!(from_value::<InclusionProof>(to_value(&inclusion).unwrap()).unwrap(), inclusion);
    let consistency = prove_consistency(5, 77, &tree).unwrap();
    assert_eq!(from_value::<ConsistencyProof>(to_value(&consistency).unwrap()).unwrap(), consistency);
    assert!(from_value::<InclusionProof>(json!(vec![hex(1); 64])).is_ok());
    assert!(from_value::<InclusionProof>(json!(vec![hex(1); 65])).is_err());
    assert!(from_value::<ConsistencyProof>(json!(vec![hex(1); 65])).is_ok());
    assert!(from_value::<ConsistencyProof>(json!(vec![hex(1); 66])).is_err());

    let root = tree.root();
    assert_eq!(to_value(root).unwrap(), json!({"size": 77, "hash": root.hash().to_string()}));
    assert_eq!(from_value::<TreeRoot>(to_value(root).unwrap()).unwrap(), root);
    assert!(from_value::<Hash>(json!("00")).is_err());
}

#[test]
fn keys_and_notes_are_their_text() {
    let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let key: VerifierKey = from_value(json!(text)).unwrap();
    assert_eq!(to_value(&key).unwrap(), json!(text));
    assert!(from_value::<VerifierKey>(json!(text.replace("c74f", "c74e"))).is_err());
    assert!(from_value::<Note>(json!("no note")).is_err());
}
