//! The operations `audit.*`.

use serde_json::{Map, Value};

use crate::request::{Failure, Request};
use crate::{audit_json, audit_log, audit_merkle};

pub fn dispatch(operation: &str, request: &Request) -> Result<Map<String, Value>, Failure> {
    match operation {
        "append" => audit_log::append(request),
        "verify" => audit_log::verify(request),
        "erase" => audit_log::erase(request),
        "prune" => audit_log::prune(request),
        "export" => audit_log::export(request),
        "checkpoint" => audit_log::checkpoint(request),
        "open_checkpoint" => audit_merkle::open_checkpoint(request),
        "root" => audit_merkle::root(request),
        "inclusion" => audit_merkle::inclusion(request),
        "consistency" => audit_merkle::consistency(request),
        "prove_inclusion" => audit_merkle::prove_inclusion(request),
        "prove_consistency" => audit_merkle::prove_consistency(request),
        "canonical" => audit_json::canonical(request),
        "csv_cell" => audit_json::csv_cell(request),
        "csv_undo" => audit_json::csv_undo(request),
        _ => Err(Failure::UNKNOWN_OP),
    }
}
