//! Pruning: a prefix of the log goes, and an anchor stays.

use core::time::Duration;

use super::Anchor;
use crate::Timestamp;
use crate::audit::chain::{EpochKey, EpochLength, Head, Pending, RootKey, append, system_event};
use crate::audit::event::Action;
use crate::audit::json::Value;
use crate::audit::verify::Verifier;
use crate::audit::{Error, LogId};

/// How long entries are kept: a year by default.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Retention {
    keep: Duration,
    hold_from: Option<u64>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { keep: Duration::from_secs(365 * 86_400), hold_from: None }
    }
}

impl Retention {
    /// Keeps entries for so long.
    pub const fn keep(mut self, keep: Duration) -> Self {
        self.keep = keep;
        self
    }

    /// A legal hold: this entry and all later ones are kept, however old they grow.
    pub const fn hold_from(mut self, seq: u64) -> Self {
        self.hold_from = Some(seq);
        self
    }

    fn allows(&self, seq: u64, time: Timestamp, now: Timestamp) -> bool {
        let is_held = self.hold_from.is_some_and(|hold| seq >= hold);
        !is_held && now.since(time).is_some_and(|age| age >= self.keep)
    }
}

/// Prunes the start of a log: feed the lines that are to go, then [`cut`](Self::cut).
///
/// The log is cut by place, never by a column with a time, which an attacker could change; the time that the
/// retention looks at is the verified one in the line.
pub struct Pruning<'k> {
    verifier: Verifier<'k>,
    root: Option<&'k RootKey>,
    retention: Retention,
    now: Timestamp,
}

crate::vocabulary::redacted_debug!(Pruning<'_> => "Pruning");

impl<'k> Pruning<'k> {
    /// Begins at the start of a log with MACs.
    #[must_use]
    pub fn keyed(
        log: LogId,
        root: &'k RootKey,
        length: EpochLength,
        retention: Retention,
        now: Timestamp,
    ) -> Self {
        Self { verifier: Verifier::keyed(log, root, length), root: Some(root), retention, now }
    }

    /// Begins at the start of a log without MACs. Its anchor has none either: keep a checkpoint of the cut.
    #[must_use]
    pub fn unkeyed(log: LogId, retention: Retention, now: Timestamp) -> Pruning<'static> {
        Pruning { verifier: Verifier::unkeyed(log), root: None, retention, now }
    }

    /// Begins behind an earlier cut.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] for an anchor that does not verify.
    pub fn starting_at(mut self, anchor: &Anchor) -> Result<Self, Error> {
        self.verifier = self.verifier.starting_at(anchor)?;
        Ok(self)
    }

    /// Takes the next line that is to go.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the log does not verify up to here, [`Error::StillKept`] if the entry may not
    /// be pruned yet.
    pub fn feed(&mut self, line: &[u8]) -> Result<(), Error> {
        let seq = self.verifier.state().size();
        self.verifier.feed(line)?;
        match self.verifier.state().time() {
            Some(time)
                if self.verifier.state().size() > seq && self.retention.allows(seq, time, self.now) =>
            {
                Ok(())
            }
            _ => Err(Error::StillKept),
        }
    }

    /// Makes the anchor, and the `audit.prune` entry. In one transaction, insert the entry, store the anchor
    /// (outside of the database as well), and delete the lines.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if nothing was fed, or nothing would be left; otherwise as [`append`].
    pub fn cut(self, head: &Head, key: Option<&EpochKey>) -> Result<(Anchor, Pending), Error> {
        let state = self.verifier.state();
        let anchor = state.to_anchor().ok_or(Error::OutOfRange)?;
        if head.log() != anchor.log() || state.size() >= head.size() {
            return Err(Error::OutOfRange);
        }
        let anchor = self.root.map_or_else(|| anchor.clone(), |root| anchor.clone().seal(root));
        let hex = |hash: &crate::audit::merkle::Hash| Value::from(hash.to_string());
        let pruned = Value::object([
            ("count", Value::try_from(state.size()).map_err(|_| Error::Value)?),
            ("last", hex(anchor.last_leaf())),
            ("root", hex(anchor.frontier().root().hash())),
        ])
        .map_err(|_| Error::Value)?;
        let event = system_event(Action::PRUNE, head.log())?.change("pruned", None, Some(pruned))?;
        Ok((anchor, append(head, key, &event, self.now)?))
    }
}
