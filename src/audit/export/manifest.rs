//! The manifest: what ties the files of an export together, and to the log.

use sha2::{Digest, Sha256};

use super::Window;
use crate::audit::LogId;
use crate::audit::json::{Error, Value};
use crate::audit::merkle::{Hash, MemoryTree, TreeRoot, prove_inclusion};

/// An entry right outside of the window, with the proof that it is in the log.
pub(super) struct Neighbour {
    pub(super) seq: u64,
    pub(super) line: String,
}

pub(super) struct Manifest<'a> {
    pub(super) log: &'a LogId,
    pub(super) window: &'a Window,
    pub(super) first_seq: Option<u64>,
    pub(super) count: u64,
    pub(super) prev: Option<Hash>,
    pub(super) last: Option<Hash>,
    pub(super) root: &'a TreeRoot,
    pub(super) before: Option<&'a Neighbour>,
    pub(super) after: Option<&'a Neighbour>,
    /// All leaves of the log; `None` for one that was pruned, which leaves the proofs out.
    pub(super) tree: Option<&'a MemoryTree>,
}

impl Manifest<'_> {
    pub(super) fn to_value(&self, csv: &[u8], jsonl: &[u8]) -> Result<Value, Error> {
        let number = |number: u64| Value::try_from(number);
        let hash = |hash: &Hash| Value::from(hash.to_string());
        let mut members = vec![
            ("version", Value::from(1)),
            ("log", Value::from(self.log.as_str())),
            ("from", Value::from(self.window.from.to_string())),
            ("to", Value::from(self.window.to.to_string())),
            ("count", number(self.count)?),
            ("size", number(self.root.size())?),
            ("root", hash(self.root.hash())),
            ("csv_sha256", sha256(csv)),
            ("jsonl_sha256", sha256(jsonl)),
        ];
        if let Some(action) = &self.window.action {
            members.push(("action", Value::from(action.as_str())));
        }
        if let Some(seq) = self.first_seq {
            members.push(("first_seq", number(seq)?));
        }
        if let Some(prev) = &self.prev {
            members.push(("prev", hash(prev)));
        }
        if let Some(last) = &self.last {
            members.push(("last", hash(last)));
        }
        if let Some(before) = self.before {
            members.push(("before", self.neighbour(before)?));
        }
        if let Some(after) = self.after {
            members.push(("after", self.neighbour(after)?));
        }
        Value::object(members)
    }

    fn neighbour(&self, neighbour: &Neighbour) -> Result<Value, Error> {
        let mut members =
            vec![("seq", Value::try_from(neighbour.seq)?), ("line", Value::from(neighbour.line.as_str()))];
        let proof = self.tree.and_then(|tree| prove_inclusion(neighbour.seq, self.root.size(), tree).ok());
        if let Some(proof) = proof {
            members.push(("proof", Value::array(proof.hashes().iter().map(ToString::to_string))?));
        }
        Value::object(members)
    }
}

fn sha256(bytes: &[u8]) -> Value {
    Value::from(data_encoding::HEXLOWER.encode(&Sha256::digest(bytes)))
}
