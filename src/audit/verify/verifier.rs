//! The verifier: fed line by line, with constant memory.

use core::time::Duration;

use super::fault::{Fault, Finding};
use super::report::{AnchoredBy, Macs, Report};
use super::segment::Segment;
use super::state::{Checked, Keys, State};
use crate::Timestamp;
use crate::audit::chain::{EpochLength, Head, RootKey};
use crate::audit::checkpoint::{self, Trust};
use crate::audit::merkle::{CompactRange, TreeRoot};
use crate::audit::personal::{Disclosure, Fields};
use crate::audit::retention::Anchor;
use crate::audit::{Error, LogId};

/// Verifies a log.
///
/// What it takes for granted is given to it, never read from the log: the log's id, the root key and the
/// epoch length, the size and root or the checkpoint that the log must contain.
///
/// ```
/// use ringfence::audit::{
///     Action, Actor, AnchoredBy, EpochLength, Event, Head, LogId, Macs, Resource, RootKey, Verifier, append,
/// };
/// use ringfence::secrecy::SecretBox;
/// # use ringfence::Timestamp;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let now = Timestamp::UNIX_EPOCH;
/// let log: LogId = "example.com/audit/acme".parse()?;
/// let root_key = RootKey::from_secret(&SecretBox::new(Box::new([7; 32])));
/// # let mut stored = Vec::new();
/// # let mut head = Head::keyed(log.clone(), EpochLength::default());
/// # let mut key = root_key.first_epoch(&log, EpochLength::default());
/// # let event = Event::new(Action::API_CALL, Actor::from_texts("user", "a")?, Resource::from_texts("x", "1")?);
/// # for _ in 0..3 {
/// #     let pending = append(&head, Some(&key), &event, now)?;
/// #     stored.extend(pending.entries().map(|entry| entry.line().to_owned()));
/// #     pending.commit(&mut head, Some(&mut key))?;
/// # }
/// let mut verifier = Verifier::keyed(log, &root_key, EpochLength::default()).expect_root(head.root())?;
/// for line in &stored {
///     verifier.feed(line.as_bytes())?;
/// }
/// let report = verifier.finish()?;
/// assert_eq!((report.root().size(), report.macs(), report.anchor()), (3, Macs::Verified, AnchoredBy::Expected));
/// # Ok(())
/// # }
/// ```
pub struct Verifier<'k> {
    state: State<'k>,
    /// Lines seen.
    lines: u64,
    finding: Option<Finding>,
    /// A jump: the line where entries are missing, unless the missing one comes later.
    jump: Option<u64>,
    expected: Vec<Expected>,
    anchor: AnchoredBy,
    /// Faults that concern the anchors, to be named at the end.
    anchor_faults: Vec<Fault>,
    sign_of_life: Option<(Timestamp, Duration)>,
    fields: Option<Fields>,
}

crate::vocabulary::redacted_debug!(Verifier<'_> => "Verifier");

/// A root that the log must have had at some size.
struct Expected {
    root: TreeRoot,
    /// Whether it had; `None` before that size is reached.
    held: Option<bool>,
}

impl<'k> Verifier<'k> {
    /// For a log with MACs.
    #[must_use]
    pub fn keyed(log: LogId, root: &'k RootKey, length: EpochLength) -> Self {
        let keys = Keys::new(&log, root, length);
        Self::start(State::new(log, Some(keys)))
    }

    /// For a log without MACs. An entry that has one is [`Fault::UnknownKey`]: a missing key never reads
    /// as "clean".
    #[must_use]
    pub fn unkeyed(log: LogId) -> Verifier<'static> {
        Verifier::start(State::new(log, None))
    }

    const fn start(state: State<'k>) -> Self {
        Self {
            state,
            lines: 0,
            finding: None,
            jump: None,
            expected: Vec::new(),
            anchor: AnchoredBy::Nothing,
            anchor_faults: Vec::new(),
            sign_of_life: None,
            fields: None,
        }
    }

    /// For a log whose start was pruned: begins behind the anchor, which is verified first.
    ///
    /// # Errors
    ///
    /// A [`Finding`]: [`Fault::ForeignLog`], [`Fault::BadMac`] for an anchor that was not made with this root
    /// key or whose parts contradict each other. Without a root key nothing vouches for the anchor but a
    /// root that is expected behind it: set that first, or it is [`Fault::MissingStart`].
    pub fn starting_at(mut self, anchor: &Anchor) -> Result<Self, Finding> {
        let refuse = |fault| Finding::new(fault, 0);
        if anchor.log() != &self.state.log {
            return Err(refuse(Fault::ForeignLog));
        }
        match &self.state.keys {
            Some(keys) if !anchor.is_made_with(keys.root(), keys.length()) => {
                return Err(refuse(Fault::BadMac));
            }
            None if !anchor.is_consistent() => return Err(refuse(Fault::BadMac)),
            None if self.expected.is_empty() => return Err(refuse(Fault::MissingStart)),
            Some(_) | None => {}
        }
        self.state.tree = anchor.frontier().as_range().clone();
        self.state.last = *anchor.last_leaf();
        self.state.time = Some(anchor.last_time());
        self.state.genesis = Some(anchor.genesis());
        self.state.epoch = anchor.open_epoch();
        self.compare_roots();
        Ok(self)
    }

    /// The log must be at least this long, and have had this root at this size.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a size before the anchor that the verifier starts at.
    pub fn expect_root(mut self, root: TreeRoot) -> Result<Self, Error> {
        self.expect(root, AnchoredBy::Expected)?;
        Ok(self)
    }

    /// The log must contain what this checkpoint has signed. A note that does not fulfil `trust` is
    /// evidence too: it is named by [`finish`](Self::finish).
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a size before the anchor that the verifier starts at.
    pub fn expect_checkpoint(mut self, trust: &Trust, note: &str) -> Result<Self, Error> {
        match trust.open(note) {
            Ok(open) if open.origin() != self.state.log.as_str() => {
                self.anchor_faults.push(Fault::ForeignLog);
            }
            Ok(open) => {
                let by =
                    if open.witness_count() > 0 { AnchoredBy::Witnessed } else { AnchoredBy::Checkpoint };
                self.expect(*open.root(), by)?;
            }
            Err(checkpoint::Error::WrongOrigin) => self.anchor_faults.push(Fault::ForeignLog),
            Err(
                checkpoint::Error::TooFewSignatures
                | checkpoint::Error::TooFewWitnesses
                | checkpoint::Error::QuorumTooLarge,
            ) => self.anchor_faults.push(Fault::UnknownKey),
            Err(_) => self.anchor_faults.push(Fault::Malformed),
        }
        Ok(self)
    }

    /// The last entry must not be older than this: a log that is silent for longer is
    /// [`Fault::StaleCheckpoint`]. Call [`tick`](super::super::tick) now and then, and it never is.
    #[must_use]
    pub const fn expect_sign_of_life(mut self, now: Timestamp, max_silence: Duration) -> Self {
        self.sign_of_life = Some((now, max_silence));
        self
    }

    /// Reports on every personal field, with these disclosures. Takes memory for each field.
    #[must_use]
    pub fn with_disclosures(mut self, disclosures: &[Disclosure]) -> Self {
        self.fields = Some(Fields::new(disclosures));
        self
    }

    /// Where the verifier stands: for pruning and exporting.
    pub(in crate::audit) const fn state(&self) -> &State<'k> {
        &self.state
    }

    fn expect(&mut self, root: TreeRoot, by: AnchoredBy) -> Result<(), Error> {
        if root.size() < self.state.tree.end() {
            return Err(Error::OutOfRange);
        }
        self.expected.push(Expected { root, held: None });
        self.anchor = self.anchor.max(by);
        self.compare_roots();
        Ok(())
    }

    /// Takes the next line, without its line feed.
    ///
    /// # Errors
    ///
    /// The first [`Finding`], from then on always the same one. Where entries are missing it comes later:
    /// only the rest of the log tells a gap from entries that are out of order.
    pub fn feed(&mut self, line: &[u8]) -> Result<(), Finding> {
        if let Some(finding) = self.finding {
            return Err(finding);
        }
        let number = self.lines;
        self.lines = self.lines.saturating_add(1);
        if let Some(place) = self.jump {
            return match self.state.seq_of(line) {
                Some(seq) if seq == self.state.tree.end() => self.fail(Fault::OutOfOrder, place),
                _ => Ok(()),
            };
        }
        match self.state.check(line) {
            Checked::Fault(fault) => self.fail(fault, number),
            Checked::Jump => {
                self.jump = Some(number);
                Ok(())
            }
            Checked::Passed(passed) => {
                if let Some(fields) = &mut self.fields {
                    fields.take(&passed.body);
                }
                self.state.take(&passed);
                self.compare_roots();
                Ok(())
            }
        }
    }

    /// Takes a whole file: lines that end with a line feed each.
    ///
    /// # Errors
    ///
    /// As [`feed`](Self::feed), and [`Fault::TornTail`] if the last line has no line feed.
    pub fn feed_all(&mut self, jsonl: &[u8]) -> Result<(), Finding> {
        let mut rest = jsonl;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            self.feed(line)?;
            rest = behind.get(1..).unwrap_or_default();
        }
        if rest.is_empty() {
            return Ok(());
        }
        self.end_of_lines()?;
        self.fail(Fault::TornTail, self.lines)
    }

    /// Takes a segment that was verified on another core: it must continue what was seen so far.
    ///
    /// # Errors
    ///
    /// The first [`Finding`]; its line counts from the start of the log.
    pub fn join(&mut self, segment: Segment<'k>) -> Result<(), Finding> {
        if let Some(finding) = self.finding {
            return Err(finding);
        }
        if let Some(fault) = segment.fault_behind(&self.state) {
            return self.fail(fault, self.lines);
        }
        let before = self.lines;
        self.lines = self.lines.saturating_add(segment.lines());
        for expected in &mut self.expected {
            if let Some(range) = segment.range_to(expected.root.size()) {
                let mut whole = self.state.tree.clone();
                expected.held = Some(holds(&mut whole, range, &expected.root));
            }
        }
        if let Some(finding) = segment.finding() {
            return self.fail(finding.fault, before.saturating_add(finding.line));
        }
        segment.continue_into(&mut self.state);
        self.compare_roots();
        Ok(())
    }

    /// As [`finish`](Self::finish), and the head of the log: to go on from there when the stored head was
    /// lost.
    ///
    /// # Errors
    ///
    /// The first [`Finding`].
    pub fn finish_with_head(self) -> Result<(Report, Head), Finding> {
        let lines = self.lines;
        let head = self.state.to_head().ok_or(Finding::new(Fault::MissingStart, lines));
        Ok((self.finish()?, head?))
    }

    /// Says that this was all.
    ///
    /// # Errors
    ///
    /// The first [`Finding`].
    pub fn finish(mut self) -> Result<Report, Finding> {
        self.end_of_lines()?;
        for expected in &self.expected {
            match expected.held {
                Some(true) => {}
                Some(false) => self.anchor_faults.push(Fault::Fork),
                None => self.anchor_faults.push(Fault::Truncated),
            }
        }
        if let Some((now, max_silence)) = self.sign_of_life {
            let silence = self.state.time.map(|time| now.since(time).unwrap_or_default());
            if silence.is_none_or(|silence| silence > max_silence) {
                self.anchor_faults.push(Fault::StaleCheckpoint);
            }
        }
        if let Some(fault) = self.anchor_faults.iter().min() {
            return Err(Finding::new(*fault, self.lines));
        }
        let root = self.state.tree.root().map_err(|_| Finding::new(Fault::MissingStart, 0))?;
        Ok(Report {
            root,
            macs: if self.state.keys.is_some() { Macs::Verified } else { Macs::None },
            anchor: self.anchor,
            last_time: self.state.time,
            fields: self.fields.map(Fields::into_reports).unwrap_or_default(),
        })
    }

    /// A jump that nothing has explained is a gap.
    fn end_of_lines(&mut self) -> Result<(), Finding> {
        if let Some(finding) = self.finding {
            return Err(finding);
        }
        match self.jump {
            Some(place) => self.fail(Fault::Gap, place),
            None => Ok(()),
        }
    }

    fn fail(&mut self, fault: Fault, line: u64) -> Result<(), Finding> {
        let finding = Finding::new(fault, line);
        self.finding = Some(finding);
        Err(finding)
    }

    /// Compares the roots that are expected at the size reached.
    fn compare_roots(&mut self) {
        let size = self.state.tree.end();
        for expected in &mut self.expected {
            if expected.held.is_none() && expected.root.size() == size {
                expected.held = Some(self.state.tree.root().is_ok_and(|root| root == expected.root));
            }
        }
    }
}

fn holds(whole: &mut CompactRange, rest: &CompactRange, root: &TreeRoot) -> bool {
    whole.merge(rest).is_ok() && whole.root().is_ok_and(|found| found == *root)
}
