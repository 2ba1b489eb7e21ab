//! A part of a log, verified on a core of its own.

use super::fault::{Fault, Finding};
use super::state::{Checked, Keys, State};
use crate::Timestamp;
use crate::audit::LogId;
use crate::audit::chain::line::Line;
use crate::audit::chain::{EpochLength, RootKey, epoch_of};
use crate::audit::merkle::{CompactRange, Hash};
use crate::audit::verify::body::Body;

/// A part of a log that was verified by itself, to be joined to what comes before it.
///
/// It takes its first line's word for where it begins; [`Verifier::join`](super::Verifier::join) checks that.
/// Cut the file at line feeds into as many parts as there are cores, feed the first part to a
/// [`Verifier`](super::Verifier), make segments of the others, and join them in order.
pub struct Segment<'k> {
    start: Option<Start>,
    state: State<'k>,
    lines: u64,
    finding: Option<Finding>,
    ranges: Vec<CompactRange>,
}

crate::vocabulary::redacted_debug!(Segment<'_> => "Segment");

/// The latest epoch that a segment may begin in. Its key is derived step by step from the root, on the word
/// of a line that is not verified yet: 2^24 epochs of one minute are 31 years, and two seconds of work.
const MAX_START_EPOCH: u64 = 1 << 24;

/// What the first line says of the line before it.
struct Start {
    seq: u64,
    prev: Hash,
    time: Timestamp,
    epoch: u64,
}

impl<'k> Segment<'k> {
    /// Verifies a part of a log with MACs. `genesis` is the time of the log's first entry
    /// ([`genesis_of`](Self::genesis_of) reads it); `sizes` are the sizes for which the verifier that it
    /// will be joined to expects a root.
    #[must_use]
    pub fn keyed(
        log: LogId,
        root: &'k RootKey,
        length: EpochLength,
        genesis: Timestamp,
        sizes: &[u64],
        jsonl: &[u8],
    ) -> Self {
        let keys = Keys::new(&log, root, length);
        Self::verify(State::new(log, Some(keys)), genesis, sizes, jsonl)
    }

    /// The same of a log without MACs.
    #[must_use]
    pub fn unkeyed(log: LogId, genesis: Timestamp, sizes: &[u64], jsonl: &[u8]) -> Segment<'static> {
        Segment::verify(State::new(log, None), genesis, sizes, jsonl)
    }

    /// The time of a log's first entry, from its first line. Not verified: the verifier that the segment is
    /// joined to does that.
    #[must_use]
    pub fn genesis_of(first_line: &[u8]) -> Option<Timestamp> {
        Body::parse(Line::parse(first_line)?.body).map(|body| body.time)
    }

    fn verify(mut state: State<'k>, genesis: Timestamp, sizes: &[u64], jsonl: &[u8]) -> Self {
        state.genesis = Some(genesis);
        let start =
            jsonl.split(|byte| *byte == b'\n').next().and_then(|line| Start::of(line, genesis, &state));
        if let Some(start) = &start {
            state.tree = CompactRange::starting_at(start.seq);
            state.last = start.prev;
            state.epoch = start.epoch;
        }
        let mut this = Self { start, state, lines: 0, finding: None, ranges: Vec::new() };
        let mut rest = jsonl;
        while !rest.is_empty() && this.finding.is_none() {
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
                this.finding = Some(Finding::new(Fault::TornTail, this.lines));
                break;
            };
            let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            this.feed(line, sizes);
            rest = behind.get(1..).unwrap_or_default();
        }
        this
    }

    fn feed(&mut self, line: &[u8], sizes: &[u64]) {
        match self.state.check(line) {
            Checked::Passed(passed) => {
                self.state.take(&passed);
                if sizes.contains(&self.state.tree.end()) {
                    self.ranges.push(self.state.tree.clone());
                }
            }
            Checked::Fault(fault) => self.finding = Some(Finding::new(fault, self.lines)),
            Checked::Jump => self.finding = Some(Finding::new(Fault::Gap, self.lines)),
        }
        self.lines = self.lines.saturating_add(1);
    }

    pub(super) const fn lines(&self) -> u64 {
        self.lines
    }

    pub(super) const fn finding(&self) -> Option<Finding> {
        self.finding
    }

    /// What is wrong with the seam to what was seen before.
    pub(super) fn fault_behind(&self, before: &State<'_>) -> Option<Fault> {
        let Some(start) = &self.start else {
            // Nothing could be read of the first line, or there is none.
            return None;
        };
        let next = before.tree.end();
        if self.state.log != before.log {
            return Some(Fault::ForeignLog);
        }
        if self.state.genesis != before.genesis {
            return Some(Fault::MissingStart);
        }
        if start.seq == next && start.prev != before.last {
            return Some(Fault::Fork);
        }
        if start.seq != next {
            return Some(if start.seq < next { Fault::Replay } else { Fault::Gap });
        }
        if before.time.is_some_and(|time| start.time < time) {
            return Some(Fault::ClockBack);
        }
        (start.epoch != before.epoch).then_some(Fault::EpochGap)
    }

    /// The tree of the segment up to a size inside it.
    pub(super) fn range_to(&self, size: u64) -> Option<&CompactRange> {
        self.ranges.iter().find(|range| range.end() == size)
    }

    /// Moves the state on to the end of the segment.
    pub(super) fn continue_into(self, before: &mut State<'k>) {
        if self.lines == 0 {
            return;
        }
        let Self { state, .. } = self;
        // The seam was checked, so the ranges meet.
        let _ = before.tree.merge(&state.tree);
        before.last = state.last;
        before.time = state.time;
        before.epoch = state.epoch;
        before.keys = state.keys;
    }
}

impl Start {
    fn of(line: &[u8], genesis: Timestamp, state: &State<'_>) -> Option<Self> {
        let body = Body::parse(Line::parse(line)?.body)?;
        let epoch = match (&state.keys, body.epochs) {
            (None, _) => 0,
            (Some(_), Some((from, _))) => from,
            (Some(keys), None) => epoch_of(body.time, genesis, keys.length())?,
        };
        let epoch = Some(epoch).filter(|epoch| *epoch <= MAX_START_EPOCH)?;
        Some(Self { seq: body.seq, prev: body.prev, time: body.time, epoch })
    }
}
