//! Erasing personal fields: the disclosures are deleted, and the log says so.

use crate::Timestamp;
use crate::audit::chain::line::Line;
use crate::audit::chain::{EpochKey, Head, Pending, append, system_event};
use crate::audit::event::Action;
use crate::audit::json::Value;
use crate::audit::verify::body::Body;
use crate::audit::{Error, Fault, Finding};

/// Makes the `audit.erase` entry for personal fields of an earlier entry. In one transaction, insert it and
/// delete the disclosures of these fields.
///
/// What remains in the log is a salted hash, which tells nothing without the salt. The chain stays whole, and
/// a verifier reports the fields as erased.
///
/// # Errors
///
/// [`Error::NoSuchField`] if the entry has no such commitment, [`Error::Broken`] if the line is none of this
/// log; otherwise as [`append`].
pub fn erase(
    head: &Head,
    key: Option<&EpochKey>,
    line: &[u8],
    pointers: &[&str],
    now: Timestamp,
) -> Result<Pending, Error> {
    let malformed = || Error::Broken(Finding::new(Fault::Malformed, 0));
    let body = Line::parse(line).and_then(|line| Body::parse(line.body)).ok_or_else(malformed)?;
    if body.log != head.log().as_str() {
        return Err(Error::Broken(Finding::new(Fault::ForeignLog, 0)));
    }
    let commitments = body.commitments().ok_or_else(malformed)?;
    let is_there = |pointer: &&str| commitments.iter().any(|(held, _)| held == pointer);
    if pointers.is_empty() || !pointers.iter().all(is_there) {
        return Err(Error::NoSuchField);
    }
    let mut sorted = pointers.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let pointers = Value::array(sorted).map_err(|_| Error::Value)?;
    let seq = Value::try_from(body.seq).map_err(|_| Error::Value)?;
    let erased = Value::object([("pointers", pointers), ("seq", seq)]).map_err(|_| Error::Value)?;
    let event = system_event(Action::ERASE, head.log())?.change("erased", None, Some(erased))?;
    append(head, key, &event, now)
}
