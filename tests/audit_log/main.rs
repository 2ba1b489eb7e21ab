//! The chain from writing to verifying. What each tampering must give is in `tests/vectors/audit.json`, and is
//! checked through the conformance harness by `tests/interop/audit_interop.py`.
#![cfg(feature = "audit")]

use std::time::Duration;

use ringfence::Timestamp;
use ringfence::audit::merkle::TreeRoot;
use ringfence::audit::{
    Action, Actor, AnchoredBy, EpochKey, EpochLength, Error, Event, Fault, Head, LogId, Macs, Resource,
    RootKey, Segment, Source, Verifier, append, tick,
};
use ringfence::secrecy::SecretBox;

const START: i64 = 1_795_305_600;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(START + secs).unwrap()
}

fn log() -> LogId {
    "example.com/audit/acme".parse().unwrap()
}

fn length() -> EpochLength {
    EpochLength::new(Duration::from_secs(60)).unwrap()
}

fn root_key(byte: u8) -> RootKey {
    RootKey::from_secret(&SecretBox::new(Box::new([byte; 32])))
}

fn event(number: u64) -> Event {
    let actor = Actor::from_texts("user", &format!("user-{number}")).unwrap();
    Event::new(Action::RECORD_VIEW, actor, Resource::from_texts("ticket", "17").unwrap())
        .source(Source::default().ip("203.0.113.7".parse().unwrap()))
        .changed("seen", number as i32, "✓ \"quoted\"")
        .unwrap()
}

/// A writer with its database: a list of lines.
struct Log {
    head: Head,
    key: Option<EpochKey>,
    lines: Vec<String>,
}

impl Log {
    fn keyed() -> Self {
        let key = root_key(7).first_epoch(&log(), length());
        Self { head: Head::keyed(log(), length()), key: Some(key), lines: Vec::new() }
    }

    fn append(&mut self, now: Timestamp, event: &Event) {
        let pending = append(&self.head, self.key.as_ref(), event, now).unwrap();
        self.lines.extend(pending.entries().map(|entry| entry.line().to_owned()));
        pending.commit(&mut self.head, self.key.as_mut()).unwrap();
    }

    /// Entries every 17 seconds, so that epochs end now and then.
    fn of(count: u64) -> Self {
        let mut this = Self::keyed();
        for number in 0..count {
            this.append(at(number as i64 * 17), &event(number));
        }
        this
    }
}

fn verify(lines: &[String], expected: Option<TreeRoot>) -> Result<(u64, Macs, AnchoredBy), (Fault, u64)> {
    let root = root_key(7);
    let mut verifier = Verifier::keyed(log(), &root, length());
    if let Some(expected) = expected {
        verifier = verifier.expect_root(expected).unwrap();
    }
    let found = |finding: ringfence::audit::Finding| (finding.fault(), finding.line());
    for line in lines {
        verifier.feed(line.as_bytes()).map_err(found)?;
    }
    let report = verifier.finish().map_err(found)?;
    Ok((report.root().size(), report.macs(), report.anchor()))
}

#[test]
fn what_was_written_verifies() {
    let written = Log::of(40);
    assert!(written.lines.iter().any(|line| line.contains("\"audit.epoch\"")));
    let size = written.lines.len() as u64;
    assert_eq!(verify(&written.lines, None), Ok((size, Macs::Verified, AnchoredBy::Nothing)));
    let expected = Some(written.head.root());
    assert_eq!(verify(&written.lines, expected), Ok((size, Macs::Verified, AnchoredBy::Expected)));
}

#[test]
fn every_changed_byte_is_found_in_its_line() {
    let written = Log::of(6);
    for number in 0..written.lines.len() {
        for place in 0..written.lines[number].len() {
            let mut lines: Vec<Vec<u8>> =
                written.lines.iter().map(|line| line.clone().into_bytes()).collect();
            lines[number][place] ^= 0x01;
            let root = root_key(7);
            let mut verifier = Verifier::keyed(log(), &root, length());
            let finding = lines.iter().find_map(|line| verifier.feed(line).err());
            assert_eq!(finding.map(|finding| finding.line()), Some(number as u64), "byte {place}");
        }
    }
}

#[test]
fn truncation_shows_only_against_something_outside() {
    let written = Log::of(12);
    let cut = &written.lines[..written.lines.len() - 2];
    assert_eq!(verify(cut, None).map(|report| report.2), Ok(AnchoredBy::Nothing));
    assert_eq!(verify(cut, Some(written.head.root())), Err((Fault::Truncated, cut.len() as u64)));
}

#[test]
fn another_root_key_never_verifies() {
    let written = Log::of(3);
    let other = root_key(8);
    let mut verifier = Verifier::keyed(log(), &other, length());
    let finding = verifier.feed(written.lines[0].as_bytes()).unwrap_err();
    assert_eq!((finding.fault(), finding.line()), (Fault::BadMac, 0));
    let finding = Verifier::unkeyed(log()).feed(written.lines[0].as_bytes()).unwrap_err();
    assert_eq!(finding.fault(), Fault::UnknownKey);
}

#[test]
fn a_lost_race_changes_nothing_and_can_be_retried() {
    let mut written = Log::of(2);
    let ours = append(&written.head, written.key.as_ref(), &event(100), at(40)).unwrap();
    written.append(at(41), &event(101));
    let before = written.head.clone();
    assert!(matches!(ours.commit(&mut written.head, written.key.as_mut()), Err(Error::WrongEpochKey)));
    assert_eq!(written.head, before);
    written.append(at(42), &event(100));
    assert!(verify(&written.lines, Some(written.head.root())).is_ok());
}

#[test]
fn a_clock_that_goes_back_is_recorded() {
    let mut written = Log::of(2);
    written.append(at(5), &event(3));
    assert!(written.lines[2].contains("\"skew\":12000000"), "{}", written.lines[2]);
    assert!(verify(&written.lines, None).is_ok());
}

#[test]
fn a_tick_closes_silent_epochs_and_a_clock_behind_it_still_fits() {
    let mut written = Log::of(1);
    let pending = tick(&written.head, written.key.as_ref(), at(600)).unwrap().unwrap();
    written.lines.extend(pending.entries().map(|entry| entry.line().to_owned()));
    pending.commit(&mut written.head, written.key.as_mut()).unwrap();
    assert!(tick(&written.head, written.key.as_ref(), at(601)).unwrap().is_none());
    written.append(at(30), &event(1));
    assert_eq!(written.lines.len(), 3);
    assert!(verify(&written.lines, Some(written.head.root())).is_ok());
}

/// A head that an attacker has set back, to make the application close over deleted lines.
#[test]
fn an_old_head_does_not_fit_the_key() {
    let mut written = Log::of(2);
    let old = written.head.clone();
    written.append(at(200), &event(2));
    let refused = append(&old, written.key.as_ref(), &event(3), at(201));
    assert!(matches!(refused, Err(Error::WrongEpochKey)));
}

#[test]
fn a_clock_far_ahead_is_refused() {
    let written = Log::of(1);
    let far = at(60 * ((1 << 20) + 2));
    let refused = append(&written.head, written.key.as_ref(), &event(1), far);
    assert!(matches!(refused, Err(Error::ClockAhead)));
}

/// Cut anywhere, verified apart, joined: the same result as in one piece, and the same findings at the seam.
#[test]
fn segments_join() {
    let written = Log::of(30);
    let file = |lines: &[String]| [lines.join("\n"), "\n".to_owned()].concat();
    let root = root_key(7);
    let genesis = Segment::genesis_of(written.lines[0].as_bytes()).unwrap();
    let expected = written.head.root();
    let segment =
        |jsonl: &str| Segment::keyed(log(), &root, length(), genesis, &[expected.size()], jsonl.as_bytes());
    for cut in 1..written.lines.len() {
        let (first, rest) = written.lines.split_at(cut);
        let verifier = || {
            let mut verifier = Verifier::keyed(log(), &root, length()).expect_root(expected).unwrap();
            verifier.feed_all(file(first).as_bytes()).unwrap();
            verifier
        };
        let mut whole = verifier();
        whole.join(segment(&file(rest))).unwrap();
        assert_eq!(whole.finish().unwrap().root(), &expected, "cut at {cut}");

        if rest.len() > 1 {
            let mut gap = verifier();
            let finding = gap.join(segment(&file(&rest[1..]))).unwrap_err();
            assert_eq!((finding.fault(), finding.line()), (Fault::Gap, cut as u64), "cut at {cut}");
        }
    }
}
