//! What can be wrong with a log: evidence, not an error of the verifier.

use core::fmt;

/// What is wrong with a log. Where several hold for one line, the first of this order is named.
#[expect(clippy::exhaustive_enums, reason = "the classes are part of the format; an auditor handles each")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The last line has no end: a write was interrupted.
    TornTail,
    /// The line is no entry: frame, canonical JSON or members are not as they must be.
    Malformed,
    /// The body is not what `h` was made of.
    Altered,
    /// The entry belongs to another log.
    ForeignLog,
    /// The key to check this is not known: the entry has a MAC and the verifier no key, or a checkpoint
    /// is signed by none of the given keys.
    UnknownKey,
    /// The MAC is wrong: the entry was made without the key of its epoch.
    BadMac,
    /// The log does not start at its first entry, and no anchor says that it may.
    MissingStart,
    /// The entry stands in the right place but continues another history.
    Fork,
    /// The entry's place was taken by an earlier line.
    Replay,
    /// The entry that belongs here comes later.
    OutOfOrder,
    /// An entry is missing.
    Gap,
    /// The time goes back.
    ClockBack,
    /// An epoch was not closed, closed wrongly, or is written to after it was closed.
    EpochGap,
    /// The commitment of a personal field is malformed, or stands where none may.
    BadCommitment,
    /// Entries are missing at the end.
    Truncated,
    /// The last sign of life is too old.
    StaleCheckpoint,
}

impl Fault {
    /// The name that the conformance harness and reports use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TornTail => "torn_tail",
            Self::Malformed => "malformed",
            Self::Altered => "altered",
            Self::ForeignLog => "foreign_log",
            Self::UnknownKey => "unknown_key",
            Self::BadMac => "bad_mac",
            Self::MissingStart => "missing_start",
            Self::Fork => "fork",
            Self::Replay => "replay",
            Self::OutOfOrder => "out_of_order",
            Self::Gap => "gap",
            Self::ClockBack => "clock_back",
            Self::EpochGap => "epoch_gap",
            Self::BadCommitment => "bad_commitment",
            Self::Truncated => "truncated",
            Self::StaleCheckpoint => "stale_checkpoint",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The first fault of a log, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{fault} in line {line}")]
pub struct Finding {
    pub(super) fault: Fault,
    pub(super) line: u64,
}

impl Finding {
    pub(in crate::audit) const fn new(fault: Fault, line: u64) -> Self {
        Self { fault, line }
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
    }

    /// In which line, counted from 0. For what concerns the end of the log: the number of lines seen.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }
}
