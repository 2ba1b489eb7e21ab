//! Reading the body of an entry, strictly, without building anything.

use data_encoding::HEXLOWER;

use crate::Timestamp;
use crate::audit::event::Action;
use crate::audit::json::{CanonicalObject, CanonicalValue, Kind, Value};
use crate::audit::merkle::Hash;
use crate::audit::personal;

/// What the verifier needs of an entry.
pub(in crate::audit) struct Body<'a> {
    pub(in crate::audit) action: &'a str,
    pub(in crate::audit) log: &'a str,
    pub(in crate::audit) prev: Hash,
    pub(in crate::audit) seq: u64,
    pub(in crate::audit) time: Timestamp,
    pub(in crate::audit) epochs: Option<(u64, u64)>,
    /// Whether the text holds the key of a commitment anywhere.
    pub(in crate::audit) has_commitments: bool,
    bytes: &'a [u8],
}

/// The members that a body may have, in their order; those with `true` it must have.
const MEMBERS: [(&str, bool); 12] = [
    ("action", true),
    ("actor", true),
    ("changes", false),
    ("epoch", false),
    ("log", true),
    ("outcome", false),
    ("prev", true),
    ("resource", true),
    ("seq", true),
    ("skew", false),
    ("source", false),
    ("time", true),
];

impl<'a> Body<'a> {
    /// `None` unless the body is canonical JSON with the members of an entry and no others.
    pub(in crate::audit) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut found: [Option<CanonicalValue<'a>>; MEMBERS.len()] = [None; MEMBERS.len()];
        let mut names = MEMBERS.iter().zip(&mut found);
        for member in CanonicalObject::new(bytes).ok()? {
            let member = member.ok()?;
            // Both are sorted, so each name is looked for behind the one before it.
            let (_, place) = names.find(|((name, _), _)| *name == member.raw_key())?;
            *place = Some(member.value());
        }
        if MEMBERS.iter().zip(&found).any(|((_, must), value)| *must && value.is_none()) {
            return None;
        }
        let [action, actor, changes, epoch, log, outcome, prev, resource, seq, skew, source, time] = found;
        let has_commitments = holds(bytes, b"\"$c\"");

        let action = between_quotes(action?)?;
        let is_closing = action == Action::EPOCH.as_str();
        if is_closing != epoch.is_some() {
            return None;
        }
        check_party(actor?, has_commitments)?;
        check_party(resource?, has_commitments)?;
        if let Some(outcome) = outcome {
            check_kind(outcome, Kind::String)?;
        }
        if let Some(changes) = changes {
            check_changes(changes, has_commitments)?;
        }
        if let Some(source) = source {
            check_source(source, has_commitments)?;
        }
        if let Some(skew) = skew {
            skew.as_u64().filter(|skew| *skew > 0)?;
        }
        Some(Self {
            action,
            log: between_quotes(log?)?,
            prev: parse_hash(prev?.as_plain_text()?)?,
            seq: seq?.as_u64()?,
            time: parse_time(time?.as_plain_text()?)?,
            epochs: epoch.map(parse_epochs).map_or(Some(None), |epochs| epochs.map(Some))?,
            has_commitments,
            bytes,
        })
    }

    /// The commitments, as pointer and hash; `None` if one is malformed or stands where none may.
    pub(in crate::audit) fn commitments(&self) -> Option<Vec<(String, [u8; 32])>> {
        let mut found = Vec::new();
        if !self.has_commitments {
            return Some(found);
        }
        let body = Value::parse(self.bytes).ok()?;
        let mut open = vec![(String::new(), &body)];
        while let Some((pointer, value)) = open.pop() {
            if value.member(personal::KEY).is_some() {
                let commitment = personal::parse(value).filter(|_| may_be_personal(&pointer))?;
                found.push((pointer, commitment));
                continue;
            }
            for (key, member) in value.members().into_iter().flatten() {
                let key = key.replace('~', "~0").replace('/', "~1");
                open.push((format!("{pointer}/{key}"), member));
            }
            for (index, item) in value.items().unwrap_or_default().iter().enumerate() {
                open.push((format!("{pointer}/{index}"), item));
            }
        }
        found.sort_unstable();
        Some(found)
    }

    /// The action with its escapes undone.
    pub(in crate::audit) fn action_text(&self) -> String {
        let quoted = format!("\"{}\"", self.action);
        Value::parse(&quoted).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The whole body as a tree.
    pub(in crate::audit) fn to_value(&self) -> Option<Value> {
        Value::parse(self.bytes).ok()
    }
}

/// A text as it stands, escapes and all: those that matter here have none.
fn between_quotes(value: CanonicalValue<'_>) -> Option<&str> {
    value.raw().strip_prefix('"')?.strip_suffix('"')
}

/// Where a personal field may stand.
fn may_be_personal(pointer: &str) -> bool {
    if matches!(pointer, "/actor/id" | "/resource/id" | "/source/agent" | "/source/ip" | "/source/request")
    {
        return true;
    }
    let mut parts = pointer.split('/');
    let start = (parts.next(), parts.next(), parts.next(), parts.next());
    matches!(start, (Some(""), Some("changes"), Some(_), None | Some("from" | "to")))
}

fn check_kind(value: CanonicalValue<'_>, kind: Kind) -> Option<()> {
    (value.kind() == kind).then_some(())
}

/// A text, or an object that holds a commitment: whether that is well formed is another fault.
fn check_text(value: CanonicalValue<'_>, has_commitments: bool) -> Option<()> {
    if value.kind() == Kind::String {
        return Some(());
    }
    (has_commitments && is_commitment_like(value)).then_some(())
}

fn is_commitment_like(value: CanonicalValue<'_>) -> bool {
    value.members().is_some_and(|mut members| {
        members.any(|member| member.is_ok_and(|member| member.raw_key() == personal::KEY))
    })
}

/// `{"id":text,"kind":text}`
fn check_party(value: CanonicalValue<'_>, has_commitments: bool) -> Option<()> {
    let mut members = value.members()?;
    let (id, kind) = (members.next()?.ok()?, members.next()?.ok()?);
    if id.raw_key() != "id" || kind.raw_key() != "kind" || members.next().is_some() {
        return None;
    }
    check_text(id.value(), has_commitments)?;
    check_kind(kind.value(), Kind::String)
}

fn check_source(value: CanonicalValue<'_>, has_commitments: bool) -> Option<()> {
    for member in value.members()? {
        let member = member.ok()?;
        if !matches!(member.raw_key(), "agent" | "ip" | "request") {
            return None;
        }
        check_text(member.value(), has_commitments)?;
    }
    Some(())
}

/// An object of objects with `from` and `to` and nothing else.
fn check_changes(value: CanonicalValue<'_>, has_commitments: bool) -> Option<()> {
    if has_commitments && is_commitment_like(value) {
        return Some(());
    }
    for change in value.members()? {
        let change = change.ok()?.value();
        if has_commitments && is_commitment_like(change) {
            continue;
        }
        for side in change.members()? {
            if !matches!(side.ok()?.raw_key(), "from" | "to") {
                return None;
            }
        }
    }
    Some(())
}

fn parse_epochs(value: CanonicalValue<'_>) -> Option<(u64, u64)> {
    let mut members = value.members()?;
    let (from, to) = (members.next()?.ok()?, members.next()?.ok()?);
    if from.raw_key() != "from" || to.raw_key() != "to" || members.next().is_some() {
        return None;
    }
    Some((from.value().as_u64()?, to.value().as_u64()?))
}

fn parse_hash(text: &str) -> Option<Hash> {
    let text: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    HEXLOWER.decode_mut(text, &mut bytes).ok()?;
    Some(Hash::from_bytes(bytes))
}

/// The one text form of a time.
fn parse_time(text: &str) -> Option<Timestamp> {
    let time = Timestamp::parse_rfc3339(text).ok()?;
    (time.to_rfc3339() == text.as_bytes()).then_some(time)
}

/// Whether `needle` stands anywhere in the bytes.
fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    match (core::str::from_utf8(bytes), core::str::from_utf8(needle)) {
        (Ok(text), Ok(needle)) => text.contains(needle),
        _ => false,
    }
}
