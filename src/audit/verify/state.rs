//! Where the verifier stands, and what the next line must be.

use super::body::Body;
use super::fault::Fault;
use crate::Timestamp;
use crate::audit::LogId;
use crate::audit::chain::line::{Line, NO_MAC};
use crate::audit::chain::{EpochKey, EpochLength, Head, MAX_EPOCHS_AHEAD, RootKey, end_of_epoch, epoch_of};
use crate::audit::merkle::{CompactRange, Frontier, Hash, leaf_hash};
use crate::audit::retention::Anchor;
use crate::vocabulary::constant_time;

/// The keys of a log with MACs: the root key, and the key of the epoch that was used last.
pub(super) struct Keys<'k> {
    root: &'k RootKey,
    length: EpochLength,
    current: EpochKey,
}

impl<'k> Keys<'k> {
    pub(super) fn new(log: &LogId, root: &'k RootKey, length: EpochLength) -> Self {
        Self { root, length, current: root.first_epoch(log, length) }
    }

    pub(super) const fn length(&self) -> EpochLength {
        self.length
    }

    pub(super) const fn root(&self) -> &'k RootKey {
        self.root
    }

    /// Whether the MAC is that of the epoch. Keys of earlier epochs are derived from the root again: that
    /// happens once, for a log that is broken.
    fn verify(&mut self, epoch: u64, seq: u64, leaf: &Hash, mac: &[u8; 32]) -> bool {
        if epoch != self.current.epoch() {
            let later = self.current.later(epoch).or_else(|_| {
                let first = self.root.first_epoch(self.current.log(), self.length);
                first.later_unbounded(epoch)
            });
            let Ok(key) = later else {
                return false;
            };
            self.current = key;
        }
        constant_time::equal(&self.current.entry_mac(seq, leaf), mac)
    }
}

/// What the lines so far have established.
pub(in crate::audit) struct State<'k> {
    pub(super) log: LogId,
    pub(super) keys: Option<Keys<'k>>,
    pub(super) tree: CompactRange,
    pub(super) last: Hash,
    pub(super) time: Option<Timestamp>,
    pub(super) genesis: Option<Timestamp>,
    pub(super) epoch: u64,
}

/// An entry that passed.
pub(super) struct Passed<'a> {
    pub(super) leaf: Hash,
    pub(super) body: Body<'a>,
}

/// What became of a line.
pub(super) enum Checked<'a> {
    Passed(Passed<'a>),
    Fault(Fault),
    /// Entries are missing before this one: a gap, unless they come later.
    Jump,
}

impl<'k> State<'k> {
    pub(super) fn new(log: LogId, keys: Option<Keys<'k>>) -> Self {
        Self {
            log,
            keys,
            tree: CompactRange::starting_at(0),
            last: Hash::from_bytes([0; 32]),
            time: None,
            genesis: None,
            epoch: 0,
        }
    }

    /// Judges a line; the faults in their order.
    pub(super) fn check<'a>(&mut self, raw: &'a [u8]) -> Checked<'a> {
        match self.try_check(raw) {
            Ok(checked) => checked,
            Err(fault) => Checked::Fault(fault),
        }
    }

    fn try_check<'a>(&mut self, raw: &'a [u8]) -> Result<Checked<'a>, Fault> {
        let line = Line::parse(raw).ok_or(Fault::Malformed)?;
        let body = Body::parse(line.body).ok_or(Fault::Malformed)?;
        if leaf_hash(line.body) != line.hash {
            return Err(Fault::Altered);
        }
        if body.log != self.log.as_str() {
            return Err(Fault::ForeignLog);
        }
        let next = self.tree.end();
        let has_no_start = self.genesis.is_none() && next == 0 && body.seq != 0;
        let epoch = self.check_mac(&line, &body, has_no_start)?;
        if has_no_start {
            return Err(Fault::MissingStart);
        }
        if body.seq == next && body.prev != self.last {
            return Err(Fault::Fork);
        }
        if body.seq < next {
            return Err(Fault::Replay);
        }
        if body.seq > next {
            return Ok(Checked::Jump);
        }
        if self.time.is_some_and(|time| body.time < time) {
            return Err(Fault::ClockBack);
        }
        self.check_epoch(&body, epoch)?;
        if body.has_commitments && body.commitments().is_none() {
            return Err(Fault::BadCommitment);
        }
        Ok(Checked::Passed(Passed { leaf: line.hash, body }))
    }

    /// The MAC, under the key of the epoch that the entry claims by its time (or, if it closes epochs, by
    /// the first of them). Gives that epoch.
    fn check_mac(
        &mut self,
        line: &Line<'_>,
        body: &Body<'_>,
        has_no_start: bool,
    ) -> Result<Option<u64>, Fault> {
        let Some(keys) = &mut self.keys else {
            return if line.mac == NO_MAC { Ok(None) } else { Err(Fault::UnknownKey) };
        };
        if line.mac == NO_MAC {
            return Err(Fault::BadMac);
        }
        if has_no_start {
            // Neither the genesis nor an epoch is known: a fault in any case.
            return Ok(None);
        }
        let genesis = self.genesis.unwrap_or(body.time);
        let (epoch, reach) = if let Some((from, to)) = body.epochs {
            (from, to.saturating_add(1).max(from))
        } else {
            let epoch = epoch_of(body.time, genesis, keys.length).ok_or(Fault::BadMac)?;
            (epoch, epoch)
        };
        if reach > self.epoch.saturating_add(MAX_EPOCHS_AHEAD)
            || !keys.verify(epoch, body.seq, &line.hash, &line.mac)
        {
            return Err(Fault::BadMac);
        }
        Ok(Some(epoch))
    }

    fn check_epoch(&self, body: &Body<'_>, epoch: Option<u64>) -> Result<(), Fault> {
        let is_right = match (&self.keys, body.epochs) {
            (None, None) => true,
            (None, Some(_)) => false,
            (Some(_), None) => epoch == Some(self.epoch),
            (Some(keys), Some((from, to))) => {
                let end = self.genesis.and_then(|genesis| end_of_epoch(to, genesis, keys.length));
                from == self.epoch && from <= to && end == Some(body.time)
            }
        };
        if is_right { Ok(()) } else { Err(Fault::EpochGap) }
    }

    /// Moves on behind an entry that passed.
    pub(super) fn take(&mut self, passed: &Passed<'_>) {
        self.genesis = self.genesis.or(Some(passed.body.time));
        self.time = Some(passed.body.time);
        self.last = passed.leaf;
        if let Some((_, to)) = passed.body.epochs {
            self.epoch = to.saturating_add(1);
        }
        // Full only after 2^64 - 1 entries, and a `seq` ends at 2^53.
        let _ = self.tree.push(passed.leaf);
    }

    /// The head of a log that ends here; `None` for a part of a log.
    pub(super) fn to_head(&self) -> Option<Head> {
        let frontier = self.frontier()?;
        let length = self.keys.as_ref().map(Keys::length);
        let last = match (self.time, self.genesis) {
            (Some(time), Some(genesis)) => Some((self.last, time, genesis, self.epoch)),
            _ => None,
        };
        Some(Head::restored(self.log.clone(), length, last, frontier))
    }

    /// The anchor of a log that is cut here; without a MAC. `None` if nothing stands before.
    pub(in crate::audit) fn to_anchor(&self) -> Option<Anchor> {
        let length_us = self.keys.as_ref().map_or(0, |keys| keys.length.as_micros());
        Some(Anchor::unsealed(
            self.log.clone(),
            length_us,
            self.frontier()?,
            self.last,
            self.genesis?,
            self.epoch,
            self.time?,
        ))
    }

    fn frontier(&self) -> Option<Frontier> {
        if self.tree.start() != 0 {
            return None;
        }
        Frontier::from_parts(self.tree.end(), self.tree.hashes()).ok()
    }

    /// Which log.
    pub(in crate::audit) const fn log(&self) -> &LogId {
        &self.log
    }

    /// The time of the last entry.
    pub(in crate::audit) const fn time(&self) -> Option<Timestamp> {
        self.time
    }

    /// How many entries there are.
    pub(in crate::audit) const fn size(&self) -> u64 {
        self.tree.end()
    }

    /// The `seq` of a line that is an entry of this log, for what comes behind a jump.
    pub(super) fn seq_of(&self, raw: &[u8]) -> Option<u64> {
        let body = Body::parse(Line::parse(raw)?.body)?;
        (body.log == self.log.as_str()).then_some(body.seq)
    }
}
