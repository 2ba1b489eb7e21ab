//! The operations `audit.canonical`, `audit.csv_cell` and `audit.csv_undo`.

use ringfence::audit::csv;
use ringfence::audit::json::{Error, Value};
use serde_json::Map;

use crate::request::{Failure, Request, fields, to_hex};

type Answer = Result<Map<String, serde_json::Value>, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::with_message("not_canonicalisable", error)
    }
}

pub fn canonical(request: &Request) -> Answer {
    let value = Value::parse(request.text("json")?)?;
    Ok(fields([("canonical_hex", to_hex(&value.to_canonical()))]))
}

/// The content of the cell: guarded, not quoted, and its quotation marks not doubled.
pub fn csv_cell(request: &Request) -> Answer {
    Ok(fields([("text", csv::guard_cell(request.text("cell")?).into())]))
}

pub fn csv_undo(request: &Request) -> Answer {
    Ok(fields([("cell", csv::undo_cell(request.text("text")?).into())]))
}
