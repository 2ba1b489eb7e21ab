//! The body of an entry: canonical JSON, written straight into the line.

use super::change::{COMMITMENT_KEY, Change};
use super::{Event, Source};
use crate::Timestamp;
use crate::audit::LogId;
use crate::audit::chain::line::hex;
use crate::audit::json::{Value, write_string, write_u64, write_value};
use crate::audit::merkle::Hash;
use crate::audit::personal::Commitment;

/// Where in the log an entry stands.
pub(in crate::audit) struct Place<'a> {
    pub(in crate::audit) log: &'a LogId,
    pub(in crate::audit) seq: u64,
    pub(in crate::audit) prev: &'a Hash,
    pub(in crate::audit) time: Timestamp,
    /// How many microseconds the clock had gone back.
    pub(in crate::audit) skew: Option<u64>,
    /// The first and the last epoch that the entry closes.
    pub(in crate::audit) epochs: Option<(u64, u64)>,
}

/// Appends the body to `out`. The keys stand in the order of canonical JSON.
pub(in crate::audit) fn write_body(
    out: &mut Vec<u8>,
    event: &Event,
    place: &Place<'_>,
    commitments: &[Commitment],
) {
    out.extend_from_slice(b"{\"action\":");
    write_string(out, event.action.as_str());
    out.extend_from_slice(b",\"actor\":{\"id\":");
    write_text(out, "/actor/id", event.actor.id(), commitments);
    out.extend_from_slice(b",\"kind\":");
    write_string(out, event.actor.kind());
    out.push(b'}');
    write_changes(out, &event.changes, commitments);
    if let Some((from, to)) = place.epochs {
        out.extend_from_slice(b",\"epoch\":{\"from\":");
        write_u64(out, from);
        out.extend_from_slice(b",\"to\":");
        write_u64(out, to);
        out.push(b'}');
    }
    out.extend_from_slice(b",\"log\":");
    write_string(out, place.log.as_str());
    if let Some(outcome) = &event.outcome {
        out.extend_from_slice(b",\"outcome\":");
        write_string(out, outcome.as_str());
    }
    out.extend_from_slice(b",\"prev\":\"");
    out.extend_from_slice(&hex(place.prev));
    out.extend_from_slice(b"\",\"resource\":{\"id\":");
    write_text(out, "/resource/id", event.resource.id(), commitments);
    out.extend_from_slice(b",\"kind\":");
    write_string(out, event.resource.kind());
    out.extend_from_slice(b"},\"seq\":");
    write_u64(out, place.seq);
    if let Some(skew) = place.skew {
        out.extend_from_slice(b",\"skew\":");
        write_u64(out, skew);
    }
    write_source(out, &event.source, commitments);
    out.extend_from_slice(b",\"time\":\"");
    out.extend_from_slice(&place.time.to_rfc3339());
    out.extend_from_slice(b"\"}");
}

fn write_changes(out: &mut Vec<u8>, changes: &[Change], commitments: &[Commitment]) {
    if changes.is_empty() {
        return;
    }
    out.extend_from_slice(b",\"changes\":{");
    for (number, change) in changes.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        write_string(out, &change.field);
        out.push(b':');
        let is_whole = |commitment: &&Commitment| commitment.pointer() == &*change.pointer;
        if let Some(commitment) = commitments.iter().find(is_whole) {
            commitment.write(out);
            continue;
        }
        out.push(b'{');
        if let Some(from) = &change.from {
            out.extend_from_slice(b"\"from\":");
            write_side(out, change, "/from", from, commitments);
        }
        if let Some(to) = &change.to {
            out.extend_from_slice(if change.from.is_some() { b",\"to\":" } else { b"\"to\":" });
            write_side(out, change, "/to", to, commitments);
        }
        out.push(b'}');
    }
    out.push(b'}');
}

fn write_source(out: &mut Vec<u8>, source: &Source, commitments: &[Commitment]) {
    if source.is_empty() {
        return;
    }
    let members = [
        ("/source/agent", &source.agent, &b"\"agent\":"[..]),
        ("/source/ip", &source.ip, &b"\"ip\":"[..]),
        ("/source/request", &source.request, &b"\"request\":"[..]),
    ];
    out.extend_from_slice(b",\"source\":{");
    let mut is_first = true;
    for (pointer, text, key) in members {
        let Some(text) = text else {
            continue;
        };
        if !is_first {
            out.push(b',');
        }
        is_first = false;
        out.extend_from_slice(key);
        write_text(out, pointer, text, commitments);
    }
    out.push(b'}');
}

/// A text, or the commitment in its place.
fn write_text(out: &mut Vec<u8>, pointer: &str, text: &str, commitments: &[Commitment]) {
    match commitments.iter().find(|commitment| commitment.pointer() == pointer) {
        Some(commitment) => commitment.write(out),
        None => write_string(out, text),
    }
}

/// One side of a change, with commitments in the places that are personal.
fn write_side(out: &mut Vec<u8>, change: &Change, side: &str, value: &Value, commitments: &[Commitment]) {
    let below = |commitment: &Commitment| -> Option<String> {
        let rest = commitment.pointer().strip_prefix(&*change.pointer)?.strip_prefix(side)?;
        Some(rest.to_owned())
    };
    if commitments.is_empty() {
        return write_value(out, value);
    }
    let mut committed = value.clone();
    for commitment in commitments {
        match below(commitment) {
            None => {}
            Some(rest) if rest.is_empty() => return commitment.write(out),
            // The pointer was checked when the field was made personal.
            Some(rest) => drop(committed.replace(&rest, commitment.to_value())),
        }
    }
    write_value(out, &committed);
}

/// Whether the key of a commitment stands anywhere in a value.
pub(super) fn holds_commitment_key(value: &Value) -> bool {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        if value.member(COMMITMENT_KEY).is_some() {
            return true;
        }
        if let Some(members) = value.members() {
            open.extend(members.map(|(_, member)| member));
        }
        open.extend(value.items().unwrap_or_default());
    }
    false
}
