//! The frozen vectors of the second implementation: `tests/vectors/audit.json`.

use ringfence::Timestamp;
use ringfence::audit::checkpoint::{Checkpoint, Note, Trust, VerifierKey};
use ringfence::audit::merkle::{
    ConsistencyProof, Hash, InclusionProof, MemoryTree, TreeRoot, leaf_hash, prove_consistency,
    prove_inclusion,
};
use ringfence::secrecy::SecretBox;
use serde_json::Value;

fn section(name: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../vectors/audit.json")).unwrap();
    let cases = file[name].as_array().unwrap().clone();
    assert!(!cases.is_empty(), "{name}");
    cases
}

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap()
}

fn number(case: &Value, field: &str) -> u64 {
    case[field].as_u64().unwrap()
}

fn bytes(hex: &Value) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(hex.as_str().unwrap().as_bytes()).unwrap()
}

fn root(case: &Value, size: &str, hash: &str) -> TreeRoot {
    TreeRoot::new(number(case, size), text(case, hash).parse().unwrap())
}

fn proof(case: &Value) -> Vec<Hash> {
    case["proof_hex"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hash| hash.as_str().unwrap().parse().unwrap())
        .collect()
}

fn leaves() -> Vec<Hash> {
    section("leaves_hex").iter().map(|leaf| leaf_hash(&bytes(leaf))).collect()
}

fn tree(size: u64) -> MemoryTree {
    MemoryTree::of_leaves(leaves().into_iter().take(size as usize)).unwrap()
}

#[test]
fn roots() {
    for case in section("roots") {
        assert_eq!(tree(number(&case, "size")).root(), root(&case, "size", "root_hex"));
    }
}

#[test]
fn proofs() {
    for case in section("inclusion") {
        let (index, tree) = (number(&case, "index"), tree(number(&case, "size")));
        let made = prove_inclusion(index, tree.root().size(), &tree).unwrap();
        assert_eq!(made.hashes(), proof(&case), "{case}");
        made.verify(&leaves()[index as usize], index, &tree.root()).unwrap();
    }
    for case in section("consistency") {
        let (old, new) = (tree(number(&case, "size1")).root(), tree(number(&case, "size2")));
        let made = prove_consistency(old.size(), new.root().size(), &new).unwrap();
        assert_eq!(made.hashes(), proof(&case), "{case}");
        made.verify(&old, &new.root()).unwrap();
    }
}

#[test]
fn false_proofs() {
    for case in section("false_proofs") {
        let refused = match text(&case, "op") {
            "audit.inclusion" => InclusionProof::new(proof(&case)).and_then(|proof| {
                let leaf = leaf_hash(&bytes(&case["leaf_hex"]));
                proof.verify(&leaf, number(&case, "index"), &root(&case, "size", "root_hex"))
            }),
            "audit.consistency" => ConsistencyProof::new(proof(&case)).and_then(|proof| {
                proof.verify(&root(&case, "size1", "root1_hex"), &root(&case, "size2", "root2_hex"))
            }),
            op => panic!("unknown operation {op}"),
        };
        assert!(refused.is_err(), "{case}");
    }
}

#[test]
fn checkpoints() {
    for case in section("checkpoints") {
        let seed = |field: &str| SecretBox::new(Box::new(bytes(&case[field]).try_into().unwrap()));
        let root = root(&case, "size", "root_hex");
        let checkpoint = Checkpoint::new(text(&case, "origin"), root).unwrap();
        let key = VerifierKey::log_from_seed(text(&case, "name"), &seed("seed_hex")).unwrap();
        assert_eq!(key.to_string(), text(&case, "vkey"));
        let mut note = checkpoint.sign_with_seed(&key, &seed("seed_hex")).unwrap();
        assert_eq!(note.to_string(), text(&case, "note"));

        let witness: VerifierKey = text(&case, "witness_vkey").parse().unwrap();
        let same = VerifierKey::witness_from_seed(witness.name(), &seed("witness_seed_hex")).unwrap();
        assert_eq!(same, witness);
        let cosigned: Note = text(&case, "cosigned").parse().unwrap();
        let time: Timestamp = cosigned.verify(&witness).unwrap().unwrap();
        note.add(checkpoint.cosign_with_seed(&witness, &seed("witness_seed_hex"), time).unwrap()).unwrap();
        assert_eq!(note, cosigned);

        let trust = Trust::in_log(text(&case, "origin")).unwrap().key(key).unwrap().key(witness).unwrap();
        let open = trust.witnesses(1).open_note(&cosigned).unwrap();
        assert_eq!((open.root(), open.witnessed_at(1)), (&root, Some(time)));
    }
}

#[test]
fn false_checkpoints() {
    for case in section("false_checkpoints") {
        let keys = case["keys"].as_array().unwrap();
        // Whatever log it claims to be.
        let trust = ["acme/prod", "acmf/prod"].map(|origin| {
            keys.iter().fold(Trust::in_log(origin).unwrap(), |trust, key| {
                trust.key(key.as_str().unwrap().parse().unwrap()).unwrap()
            })
        });
        for trust in trust {
            assert!(trust.open(text(&case, "note")).is_err(), "{}", case["name"]);
        }
    }
}
