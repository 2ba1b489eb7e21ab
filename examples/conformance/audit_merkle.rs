//! The operations of `audit.*` on trees and checkpoints.

use ringfence::audit::checkpoint::{Checkpoint, Error, Note, Trust, VerifierKey};
use ringfence::audit::merkle::{
    self, ConsistencyProof, Hash, InclusionProof, MemoryTree, TreeRoot, leaf_hash,
};
use ringfence::secrecy::SecretBox;
use serde_json::{Map, Value};

use crate::request::{Failure, Request, fields, to_hex};

type Answer = Result<Map<String, Value>, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match error {
            Error::Malformed | Error::TooManySignatures => "malformed",
            Error::TooFewSignatures | Error::TooFewWitnesses | Error::QuorumTooLarge => "unknown_key",
            Error::BadSignature => "rejected",
            Error::WrongOrigin => "foreign_log",
            Error::Stale | Error::InFuture => "stale_checkpoint",
            _ => "bad_request",
        };
        Self::with_message(code, error)
    }
}

impl<E: std::error::Error + 'static> From<merkle::ReadError<E>> for Failure {
    fn from(error: merkle::ReadError<E>) -> Self {
        Self::with_message("out_of_range", error)
    }
}

pub fn root(request: &Request) -> Answer {
    Ok(fields([("root_hex", hash_hex(tree(request)?.root().hash()))]))
}

pub fn inclusion(request: &Request) -> Answer {
    let root = TreeRoot::new(request.number("size")?, hash(request, "root_hex")?);
    let leaf = leaf_hash(&request.hex("leaf_hex")?);
    let index = request.number("index")?;
    let proof = proof_hashes(request)?.and_then(|hashes| InclusionProof::new(hashes).ok());
    Ok(valid(proof.is_some_and(|proof| proof.verify(&leaf, index, &root).is_ok())))
}

pub fn consistency(request: &Request) -> Answer {
    let old = TreeRoot::new(request.number("size1")?, hash(request, "root1_hex")?);
    let new = TreeRoot::new(request.number("size2")?, hash(request, "root2_hex")?);
    let proof = proof_hashes(request)?.and_then(|hashes| ConsistencyProof::new(hashes).ok());
    Ok(valid(proof.is_some_and(|proof| proof.verify(&old, &new).is_ok())))
}

pub fn prove_inclusion(request: &Request) -> Answer {
    let tree = tree(request)?;
    let proof = merkle::prove_inclusion(request.number("index")?, tree.root().size(), &tree)?;
    Ok(fields([("proof_hex", hash_list(proof.hashes()))]))
}

pub fn prove_consistency(request: &Request) -> Answer {
    let tree = tree(request)?;
    let proof = merkle::prove_consistency(request.number("size1")?, tree.root().size(), &tree)?;
    Ok(fields([("proof_hex", hash_list(proof.hashes()))]))
}

/// The log is the one that the note names: this operation has no field for it.
pub fn open_checkpoint(request: &Request) -> Answer {
    let note: Note = request.text("note")?.parse()?;
    let mut trust = Trust::in_log(note.unverified_checkpoint()?.origin())?;
    let keys = request.optional("keys").and_then(Value::as_array).ok_or(Failure::BAD_REQUEST)?;
    for key in keys {
        trust = trust.key(key.as_str().ok_or(Failure::BAD_REQUEST)?.parse()?)?;
    }
    let open = trust.open_note(&note)?;
    Ok(fields([
        ("origin", open.origin().into()),
        ("size", open.root().size().into()),
        ("root_hex", hash_hex(open.root().hash())),
    ]))
}

/// The fields `ed25519_seed_hex` and `name`; the head gives the log and its root.
pub fn checkpoint(log: &str, root: TreeRoot, request: &Request) -> Answer {
    let seed = request.hex("ed25519_seed_hex")?.try_into().map_err(|_| Failure::BAD_REQUEST)?;
    let seed = SecretBox::new(Box::new(seed));
    let key = VerifierKey::log_from_seed(request.text("name")?, &seed)?;
    let note = Checkpoint::new(log, root)?.sign_with_seed(&key, &seed)?;
    Ok(fields([("note", note.to_string().into()), ("vkey", key.to_string().into())]))
}

fn valid(valid: bool) -> Map<String, Value> {
    fields([("valid", valid.into())])
}

fn tree(request: &Request) -> Result<MemoryTree, Failure> {
    let leaves = request.hex_list("leaves_hex")?;
    MemoryTree::of_leaves(leaves.iter().map(|leaf| leaf_hash(leaf))).map_err(|_| Failure::BAD_REQUEST)
}

fn hash(request: &Request, field: &str) -> Result<Hash, Failure> {
    let bytes: [u8; 32] = request.hex(field)?.try_into().map_err(|_| Failure::BAD_REQUEST)?;
    Ok(Hash::from_bytes(bytes))
}

/// `None` if one of them has another length than a hash: no such proof holds.
fn proof_hashes(request: &Request) -> Result<Option<Vec<Hash>>, Failure> {
    let hashes = request.hex_list("proof_hex")?;
    Ok(hashes.into_iter().map(|hash| hash.try_into().map(Hash::from_bytes).ok()).collect())
}

fn hash_hex(hash: &Hash) -> Value {
    to_hex(hash.as_bytes())
}

fn hash_list(hashes: &[Hash]) -> Value {
    hashes.iter().map(hash_hex).collect()
}
