//! What can go wrong on the caller's side of the audit log. Evidence of tampering is a
//! [`Fault`](super::Fault), never an error.

use crate::ErrorKind;

/// Why an entry could not be written, or a question about the log not be answered.
///
/// The texts are static: no secret and nothing of an event is in them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A log id has 1 to 128 characters of `a-z 0-9 . _ / -`.
    #[error("the log id is not usable")]
    LogId,
    /// A name, id or text of the event is empty, too long or holds a control character.
    #[error("a text of the event is not usable")]
    Text,
    /// The action belongs to the log itself: `audit.epoch`, `audit.erase`, `audit.prune`, `audit.import`.
    #[error("the action is reserved for the log itself")]
    ReservedAction,
    /// A value of the event cannot be written in canonical JSON, or holds the reserved key `$c`.
    #[error("a value of the event cannot be written")]
    Value,
    /// The same field was given twice.
    #[error("a field of the event was given twice")]
    DuplicateField,
    /// A personal field was named that the event does not have.
    #[error("there is no such field to be kept personal")]
    NoSuchField,
    /// The event takes more than 64 KiB.
    #[error("the event is too long")]
    TooLong,
    /// An epoch has 60 seconds at least, and at most 400 days.
    #[error("the length of the epoch lies outside of its range")]
    EpochLength,
    /// The clock reading lies more than 2^20 epochs ahead of the log.
    #[error("the clock is too far ahead of the log")]
    ClockAhead,
    /// The epoch key belongs to another log or another epoch than the head, or is missing, or is there
    /// although the log is not keyed.
    #[error("the epoch key does not fit the head")]
    WrongEpochKey,
    /// The head is not one that this crate can have written.
    #[error("the head is damaged")]
    DamagedHead,
    /// The log cannot grow any more, or there is no such entry.
    #[error("the entry lies outside of the log")]
    OutOfRange,
    /// What was to be pruned, exported or erased from does not verify.
    #[error("the log does not verify")]
    Broken(#[from] super::Finding),
    /// The entry is younger than the retention, or under a legal hold.
    #[error("the entry is still to be kept")]
    StillKept,
    /// The operating system gave no random bytes.
    #[error("no random bytes are available")]
    Entropy(#[from] crate::EntropyError),
}

impl Error {
    /// What sort of failure this is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::LogId
            | Self::Text
            | Self::ReservedAction
            | Self::Value
            | Self::DuplicateField
            | Self::NoSuchField
            | Self::TooLong
            | Self::EpochLength
            | Self::WrongEpochKey
            | Self::StillKept
            | Self::OutOfRange => ErrorKind::Caller,
            Self::DamagedHead | Self::Broken(_) => ErrorKind::Corrupt,
            Self::ClockAhead | Self::Entropy(_) => ErrorKind::Unavailable,
        }
    }
}
