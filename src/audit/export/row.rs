//! One entry as a row of the CSV.

use crate::audit::csv::Row;
use crate::audit::json::Value;
use crate::audit::merkle::Hash;
use crate::audit::personal::{self, Disclosure};

/// What stands in the place of a personal field whose value is not here.
const WITHHELD: &str = "[withheld]";

const COLUMNS: [&str; 13] = [
    "seq",
    "time",
    "action",
    "outcome",
    "actor_kind",
    "actor_id",
    "resource_kind",
    "resource_id",
    "ip",
    "agent",
    "request",
    "changes",
    "h",
];

pub(super) fn write_header(out: &mut Vec<u8>) {
    COLUMNS.iter().fold(Row::new(out), |row, name| row.text(name)).end();
}

/// Writes the row of an entry. `disclosures` are those of this entry.
pub(super) fn write(out: &mut Vec<u8>, seq: u64, leaf: &Hash, body: &Value, disclosures: &[&Disclosure]) {
    let at = |pointer: &str| shown(body, pointer, disclosures);
    Row::new(out)
        .unsigned(seq)
        .text(&at("/time"))
        .text(&at("/action"))
        .text(&at("/outcome"))
        .text(&at("/actor/kind"))
        .text(&at("/actor/id"))
        .text(&at("/resource/kind"))
        .text(&at("/resource/id"))
        .text(&at("/source/ip"))
        .text(&at("/source/agent"))
        .text(&at("/source/request"))
        .text(&changes(body, disclosures))
        .text(&leaf.to_string())
        .end();
}

/// The text at a pointer: empty if there is none, disclosed or withheld if it is personal.
fn shown(body: &Value, pointer: &str, disclosures: &[&Disclosure]) -> String {
    let Some(value) = body.pointer(pointer) else {
        return String::new();
    };
    if let Some(text) = value.as_str() {
        return text.to_owned();
    }
    match disclosed(value, pointer, disclosures) {
        Some(value) => value.as_str().map_or_else(|| text_of(value), str::to_owned),
        None => WITHHELD.to_owned(),
    }
}

/// The value of a personal field, if it is here and is what was committed to.
fn disclosed<'d>(value: &Value, pointer: &str, disclosures: &[&'d Disclosure]) -> Option<&'d Value> {
    let commitment = personal::parse(value)?;
    let found = disclosures.iter().find(|one| one.pointer() == pointer)?;
    found.opens(&commitment).then(|| found.value())
}

/// The changes as JSON, with the disclosed values in their places.
fn changes(body: &Value, disclosures: &[&Disclosure]) -> String {
    let Some(changes) = body.member("changes") else {
        return String::new();
    };
    let mut changes = changes.clone();
    for disclosure in disclosures {
        let Some(below) = disclosure.pointer().strip_prefix("/changes") else {
            continue;
        };
        let is_true = changes
            .pointer(below)
            .and_then(personal::parse)
            .is_some_and(|commitment| disclosure.opens(&commitment));
        if is_true {
            // The pointer was just followed.
            drop(changes.replace(below, disclosure.value().clone()));
        }
    }
    text_of(&changes)
}

fn text_of(value: &Value) -> String {
    String::from_utf8(value.to_canonical()).unwrap_or_default()
}
