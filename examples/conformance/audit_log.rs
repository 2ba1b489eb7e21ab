//! The operations of `audit.*` on logs.

use std::time::Duration;

use data_encoding::{BASE64, HEXLOWER};
use ringfence::audit::checkpoint::{Trust, VerifierKey};
use ringfence::audit::json::Value as Json;
use ringfence::audit::merkle::{Hash, TreeRoot};
use ringfence::audit::{
    self, Action, Actor, Anchor, AnchorParts, AnchoredBy, Disclosure, EpochKey, EpochLength, Error, Event,
    Exporter, Fault, FieldStatus, Finding, Head, LogId, Macs, Outcome, Pending, Pruning, Resource,
    Retention, RootKey, Salt, Source, Verifier, Window,
};
use ringfence::secrecy::SecretBox;
use ringfence::{RequestId, Timestamp};
use serde_json::{Map, Value, json};

use crate::request::{Failure, Request, fields, to_hex};
use crate::scripted_salts::ScriptedSalts;

type Answer = Result<Map<String, Value>, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Broken(finding) => finding.into(),
            error => Self::with_message("bad_event", error),
        }
    }
}

impl From<Finding> for Failure {
    fn from(finding: Finding) -> Self {
        let place = fields([("fault", finding.fault().code().into()), ("line", finding.line().into())]);
        Self::with_fields("fault", place)
    }
}

pub fn append(request: &Request) -> Answer {
    let keys = Keys::read(request)?;
    let mut head = match request.optional("head") {
        Some(head) => serde_json::from_value(head.clone()).map_err(|_| Failure::BAD_REQUEST)?,
        None => keys.new_head(),
    };
    let mut key = keys.epoch_of(&head);
    let mut salts = request.optional("salts_hex").map(|_| request.hex_list("salts_hex")).transpose()?;
    let (mut lines, mut disclosures) = (Vec::new(), Vec::new());
    for event in request.list("events")? {
        let (event, now) = read_event(event)?;
        let pending = match &mut salts {
            Some(salts) => {
                let mut rng = ScriptedSalts::new(salts);
                audit::append_with_rng(&head, key.as_ref(), &event, now, &mut rng)?
            }
            None => audit::append(&head, key.as_ref(), &event, now)?,
        };
        disclosures.extend(pending.disclosures().iter().map(disclosure_json));
        store(pending, &mut head, &mut key, &mut lines)?;
    }
    let head = serde_json::to_value(&head).map_err(|_| Failure::BAD_REQUEST)?;
    Ok(fields([("lines", lines.into()), ("head", head), ("disclosures", disclosures.into())]))
}

pub fn verify(request: &Request) -> Answer {
    let keys = Keys::read(request)?;
    let mut verifier = keys.verifier();
    if let Some(expect) = request.optional("expect") {
        let expect = Request::of(expect)?;
        let root = TreeRoot::new(expect.number("size")?, hash(&expect, "root_hex")?);
        verifier = verifier.expect_root(root).map_err(|_| Failure::BAD_REQUEST)?;
    }
    if let Some(checkpoint) = request.optional("checkpoint") {
        let checkpoint = Request::of(checkpoint)?;
        let mut trust = Trust::in_log(request.text("log")?)?;
        for key in checkpoint.list("keys")? {
            let key: VerifierKey = key.as_str().unwrap_or_default().parse()?;
            trust = trust.key(key)?;
        }
        if checkpoint.optional("quorum").is_some() {
            trust = trust.witnesses(checkpoint.number("quorum")?);
        }
        let note = checkpoint.text("note")?;
        verifier = verifier.expect_checkpoint(&trust, note).map_err(|_| Failure::BAD_REQUEST)?;
    }
    if let Some(start) = request.optional("start") {
        verifier = verifier.starting_at(&read_anchor(start)?)?;
    }
    if request.optional("max_silence_s").is_some() {
        let silence = Duration::from_secs(request.number("max_silence_s")?);
        verifier = verifier.expect_sign_of_life(time(request, "now_us")?, silence);
    }
    let disclosures = request.optional("disclosures").map(|_| read_disclosures(request)).transpose()?;
    if let Some(disclosures) = &disclosures {
        verifier = verifier.with_disclosures(disclosures);
    }
    verifier.feed_all(&request.base64("lines_b64")?)?;
    let report = verifier.finish()?;
    let anchor = match report.anchor() {
        AnchoredBy::Nothing => "none",
        AnchoredBy::Expected => "expected",
        AnchoredBy::Checkpoint => "checkpoint",
        AnchoredBy::Witnessed => "witnessed",
    };
    let mut answer = fields([
        ("size", report.root().size().into()),
        ("root_hex", report.root().hash().to_string().into()),
        ("keyed", (report.macs() == Macs::Verified).into()),
        ("anchor", anchor.into()),
    ]);
    if disclosures.is_some() {
        let status = |status| match status {
            FieldStatus::Disclosed => "disclosed",
            FieldStatus::Withheld => "withheld",
            FieldStatus::Erased => "erased",
            FieldStatus::Mismatch => "mismatch",
        };
        let fields: Vec<_> = report
            .fields()
            .iter()
            .map(|field| json!({ "line": field.seq(), "pointer": field.pointer(), "status": status(field.status()) }))
            .collect();
        answer.insert("fields".to_owned(), fields.into());
    }
    Ok(answer)
}

pub fn erase(request: &Request) -> Answer {
    let keys = Keys::read(request)?;
    let jsonl = request.base64("lines_b64")?;
    let (mut head, mut key) = keys.resume(&jsonl)?;
    let seq: u64 = request.number("line")?;
    let pointers: Vec<&str> = request.list("pointers")?.iter().filter_map(Value::as_str).collect();
    let line =
        usize::try_from(seq).ok().and_then(|seq| lines_of(&jsonl).nth(seq)).ok_or(Failure::BAD_REQUEST)?;
    let mut lines: Vec<Value> = lines_of(&jsonl).map(text).collect();
    let pending = audit::erase(&head, key.as_ref(), line, &pointers, time(request, "now_us")?)?;
    store(pending, &mut head, &mut key, &mut lines)?;
    let kept = read_disclosures(request)?
        .iter()
        .filter(|one| one.seq() != seq || !pointers.contains(&one.pointer()))
        .map(disclosure_json)
        .collect::<Vec<_>>();
    Ok(fields([("lines", lines.into()), ("disclosures", kept.into())]))
}

pub fn prune(request: &Request) -> Answer {
    let keys = Keys::read(request)?;
    let jsonl = request.base64("lines_b64")?;
    let (mut head, mut key) = keys.resume(&jsonl)?;
    let count: usize = request.number("keep_from_seq")?;
    let (retention, now) = (Retention::default().keep(Duration::ZERO), time(request, "now_us")?);
    let mut pruning = match &keys.root {
        Some(root) => Pruning::keyed(keys.log.clone(), root, keys.length, retention, now),
        None => Pruning::unkeyed(keys.log.clone(), retention, now),
    };
    for line in lines_of(&jsonl).take(count) {
        pruning.feed(line)?;
    }
    let (anchor, pending) = pruning.cut(&head, key.as_ref())?;
    let mut lines: Vec<Value> = lines_of(&jsonl).skip(count).map(text).collect();
    store(pending, &mut head, &mut key, &mut lines)?;
    Ok(fields([("lines", lines.into()), ("anchor", anchor_json(&anchor))]))
}

pub fn export(request: &Request) -> Answer {
    let keys = Keys::read(request)?;
    let mut window = Window::between(time(request, "from_us")?, time(request, "to_us")?);
    if request.optional("action").is_some() {
        window = window.only(Action::custom(request.text("action")?)?);
    }
    let mut exporter = Exporter::new(keys.verifier(), window, &read_disclosures(request)?);
    for line in lines_of(&request.base64("lines_b64")?) {
        exporter.feed(line)?;
    }
    let export = exporter.finish()?;
    let manifest =
        serde_json::from_slice(&export.manifest().to_canonical()).map_err(|_| Failure::BAD_REQUEST)?;
    Ok(fields([
        ("csv_b64", BASE64.encode(export.csv()).into()),
        ("jsonl_b64", BASE64.encode(export.jsonl()).into()),
        ("manifest", manifest),
    ]))
}

pub fn checkpoint(request: &Request) -> Answer {
    let head = request.optional("head").ok_or(Failure::BAD_REQUEST)?;
    let head: Head = serde_json::from_value(head.clone()).map_err(|_| Failure::BAD_REQUEST)?;
    crate::audit_merkle::checkpoint(head.log().as_str(), head.root(), request)
}

/// The fields `log`, `root_key_hex` and `epoch_s`.
struct Keys {
    log: LogId,
    root: Option<RootKey>,
    length: EpochLength,
}

impl Keys {
    fn read(request: &Request) -> Result<Self, Failure> {
        let root = match request.optional("root_key_hex") {
            Some(_) => {
                let bytes = request.hex("root_key_hex")?.try_into().map_err(|_| Failure::BAD_REQUEST)?;
                Some(RootKey::from_secret(&SecretBox::new(Box::new(bytes))))
            }
            None => None,
        };
        let length = match request.optional("epoch_s") {
            Some(_) => EpochLength::new(Duration::from_secs(request.number("epoch_s")?))
                .map_err(|_| Failure::BAD_REQUEST)?,
            None => EpochLength::default(),
        };
        let log = request.text("log")?.parse().map_err(|_| Failure::BAD_REQUEST)?;
        Ok(Self { log, root, length })
    }

    fn new_head(&self) -> Head {
        match &self.root {
            Some(_) => Head::keyed(self.log.clone(), self.length),
            None => Head::unkeyed(self.log.clone()),
        }
    }

    fn epoch_of(&self, head: &Head) -> Option<EpochKey> {
        self.root.as_ref().and_then(|root| root.epoch_of_head(head))
    }

    fn verifier(&self) -> Verifier<'_> {
        match &self.root {
            Some(root) => Verifier::keyed(self.log.clone(), root, self.length),
            None => Verifier::unkeyed(self.log.clone()),
        }
    }

    /// Head and key of a log that verifies.
    fn resume(&self, jsonl: &[u8]) -> Result<(Head, Option<EpochKey>), Failure> {
        let mut verifier = self.verifier();
        verifier.feed_all(jsonl)?;
        let (_, head) = verifier.finish_with_head()?;
        let key = self.epoch_of(&head);
        Ok((head, key))
    }
}

fn store(
    pending: Pending,
    head: &mut Head,
    key: &mut Option<EpochKey>,
    lines: &mut Vec<Value>,
) -> Result<(), Failure> {
    lines.extend(pending.entries().map(|entry| Value::from(entry.line())));
    pending.commit(head, key.as_mut())?;
    Ok(())
}

fn lines_of(jsonl: &[u8]) -> impl Iterator<Item = &[u8]> {
    jsonl.split_inclusive(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\n").unwrap_or(line))
}

fn text(line: &[u8]) -> Value {
    String::from_utf8_lossy(line).into_owned().into()
}

fn time(request: &Request, name: &str) -> Result<Timestamp, Failure> {
    Timestamp::from_micros(request.integer(name)?).map_err(|_| Failure::BAD_REQUEST)
}

fn hash(request: &Request, name: &str) -> Result<Hash, Failure> {
    request.text(name)?.parse().map_err(|_| Failure::BAD_REQUEST)
}

/// A value of a request as the crate's own JSON.
fn json_of(value: &Value) -> Result<Json, Failure> {
    Json::parse(value.to_string()).map_err(|error| Failure::with_message("bad_event", error))
}

fn read_event(event: &Value) -> Result<(Event, Timestamp), Failure> {
    let bad = || Failure::code("bad_event");
    let event = Request::of(event).map_err(|_| bad())?;
    let party = |name: &str| {
        let party = Request::of(event.optional(name).ok_or_else(bad)?).map_err(|_| bad())?;
        let part = |name: &str| party.text(name).map(str::to_owned).map_err(|_| bad());
        Ok::<_, Failure>((part("kind")?, part("id")?))
    };
    let (actor_kind, actor_id) = party("actor")?;
    let (resource_kind, resource_id) = party("resource")?;
    let action = Action::custom(event.text("action").map_err(|_| bad())?)?;
    let mut built = Event::new(
        action,
        Actor::from_texts(&actor_kind, &actor_id)?,
        Resource::from_texts(&resource_kind, &resource_id)?,
    );
    if event.optional("outcome").is_some() {
        built = built.outcome(Outcome::custom(event.text("outcome").map_err(|_| bad())?)?);
    }
    if let Some(source) = event.optional("source") {
        built = built.source(read_source(&Request::of(source).map_err(|_| bad())?)?);
    }
    if let Some(changes) = event.optional("changes") {
        for (field, change) in changes.as_object().ok_or_else(bad)? {
            let change = change.as_object().ok_or_else(bad)?;
            if change.keys().any(|key| key != "from" && key != "to") {
                return Err(bad());
            }
            let side = |name: &str| change.get(name).map(json_of).transpose();
            built = built.change(field, side("from")?, side("to")?)?;
        }
    }
    if event.optional("personal").is_some() {
        for pointer in event.list("personal").map_err(|_| bad())? {
            built = built.personal(pointer.as_str().ok_or_else(bad)?)?;
        }
    }
    let now = time(&event, "time_us").map_err(|_| bad())?;
    Ok((built, now))
}

fn read_source(source: &Request) -> Result<Source, Failure> {
    let bad = |_| Failure::code("bad_event");
    let mut built = Source::default();
    if source.optional("ip").is_some() {
        built =
            built.ip(source.text("ip").map_err(bad)?.parse().map_err(|_| Failure::code("bad_event"))?);
    }
    if source.optional("agent").is_some() {
        built = built.agent(source.text("agent").map_err(bad)?)?;
    }
    if source.optional("request").is_some() {
        let id = RequestId::new(source.text("request").map_err(bad)?);
        built = built.request(&id.map_err(|_| Failure::code("bad_event"))?);
    }
    Ok(built)
}

fn read_disclosures(request: &Request) -> Result<Vec<Disclosure>, Failure> {
    if request.optional("disclosures").is_none() {
        return Ok(Vec::new());
    }
    let read = |one: &Value| {
        let one = Request::of(one)?;
        let salt = one.hex("salt_hex")?.try_into().map_err(|_| Failure::BAD_REQUEST)?;
        let value = json_of(one.any("value")).map_err(|_| Failure::BAD_REQUEST)?;
        Ok(Disclosure::new(one.number("line")?, one.text("pointer")?, Salt::from_bytes(salt), value))
    };
    request.list("disclosures")?.iter().map(read).collect()
}

fn disclosure_json(disclosure: &Disclosure) -> Value {
    let value: Value = serde_json::from_slice(&disclosure.value().to_canonical()).unwrap_or_default();
    json!({
        "line": disclosure.seq(),
        "pointer": disclosure.pointer(),
        "salt_hex": to_hex(disclosure.salt().as_bytes()),
        "value": value,
    })
}

fn read_anchor(anchor: &Value) -> Result<Anchor, Failure> {
    let anchor = Request::of(anchor)?;
    let frontier = anchor
        .list("frontier_hex")?
        .iter()
        .map(|hash| hash.as_str().and_then(|hash| hash.parse().ok()).ok_or(Failure::BAD_REQUEST))
        .collect::<Result<Vec<Hash>, _>>()?;
    let parts = AnchorParts {
        log: anchor.text("log")?.parse().map_err(|_| Failure::BAD_REQUEST)?,
        epoch_us: anchor.number("epoch_us")?,
        size: anchor.number("size")?,
        last: hash(&anchor, "last_hex")?,
        root: hash(&anchor, "root_hex")?,
        frontier,
        genesis_us: anchor.integer("genesis_us")?,
        open_epoch: anchor.number("open_epoch")?,
        last_time_us: anchor.integer("last_time_us")?,
        mac: anchor.hex("mac_hex")?.try_into().map_err(|_| Failure::BAD_REQUEST)?,
    };
    // Parts that do not fit together are no anchor that the root key has vouched for.
    let bad_mac = || fields([("fault", Fault::BadMac.code().into()), ("line", 0.into())]);
    Anchor::from_parts(parts).map_err(|_| Failure::with_fields("fault", bad_mac()))
}

fn anchor_json(anchor: &Anchor) -> Value {
    let parts = anchor.to_parts();
    json!({
        "log": parts.log.as_str(),
        "epoch_us": parts.epoch_us,
        "size": parts.size,
        "last_hex": parts.last.to_string(),
        "root_hex": parts.root.to_string(),
        "frontier_hex": parts.frontier.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "genesis_us": parts.genesis_us,
        "open_epoch": parts.open_epoch,
        "last_time_us": parts.last_time_us,
        "mac_hex": HEXLOWER.encode(&parts.mac),
    })
}
