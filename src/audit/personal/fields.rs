//! What became of each personal field.

use std::collections::BTreeMap;

use super::Disclosure;
use crate::audit::event::Action;
use crate::audit::json::Value;
use crate::audit::verify::body::Body;

/// What became of a personal field.
#[expect(clippy::exhaustive_enums, reason = "an auditor handles each")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldStatus {
    /// The value is here, and it is what the entry committed to.
    Disclosed,
    /// The value is not here.
    Withheld,
    /// The value is not here, and an `audit.erase` entry says that it was erased.
    Erased,
    /// A value was given that the entry did not commit to.
    Mismatch,
}

/// One personal field of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldReport {
    seq: u64,
    pointer: String,
    status: FieldStatus,
}

impl FieldReport {
    /// The entry.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The JSON pointer of the field in the entry.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// What became of it.
    #[must_use]
    pub const fn status(&self) -> FieldStatus {
        self.status
    }
}

/// Collects the fields while a log is verified.
pub(in crate::audit) struct Fields {
    disclosures: BTreeMap<(u64, String), Disclosure>,
    status: BTreeMap<(u64, String), FieldStatus>,
}

impl Fields {
    pub(in crate::audit) fn new(disclosures: &[Disclosure]) -> Self {
        let key = |disclosure: &Disclosure| (disclosure.seq(), disclosure.pointer().to_owned());
        Self {
            disclosures: disclosures.iter().map(|one| (key(one), one.clone())).collect(),
            status: BTreeMap::new(),
        }
    }

    pub(in crate::audit) fn take(&mut self, body: &Body<'_>) {
        for (pointer, commitment) in body.commitments().unwrap_or_default() {
            let key = (body.seq, pointer);
            let status = match self.disclosures.remove(&key) {
                Some(disclosure) if disclosure.opens(&commitment) => FieldStatus::Disclosed,
                Some(_) => FieldStatus::Mismatch,
                None => FieldStatus::Withheld,
            };
            self.status.insert(key, status);
        }
        if body.action == Action::ERASE.as_str() {
            self.erase(body);
        }
    }

    /// What an `audit.erase` entry names counts as erased, unless its value is here all the same.
    fn erase(&mut self, body: &Body<'_>) {
        let Some(value) = body.to_value() else {
            return;
        };
        let erased = value.pointer("/changes/erased/to");
        let seq = erased.and_then(|erased| erased.member("seq")).and_then(Value::as_u64);
        let pointers = erased.and_then(|erased| erased.member("pointers")).and_then(Value::items);
        let (Some(seq), Some(pointers)) = (seq, pointers) else {
            return;
        };
        for pointer in pointers.iter().filter_map(Value::as_str) {
            if let Some(status) = self.status.get_mut(&(seq, pointer.to_owned()))
                && *status == FieldStatus::Withheld
            {
                *status = FieldStatus::Erased;
            }
        }
    }

    /// The fields by entry and pointer. A disclosure of a field that no entry has is a mismatch.
    pub(in crate::audit) fn into_reports(mut self) -> Vec<FieldReport> {
        for (key, _) in self.disclosures {
            self.status.insert(key, FieldStatus::Mismatch);
        }
        let report = |((seq, pointer), status)| FieldReport { seq, pointer, status };
        self.status.into_iter().map(report).collect()
    }
}
