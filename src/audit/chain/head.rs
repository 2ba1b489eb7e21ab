//! Where a log ends: what the next entry is appended to.

use super::epoch::EpochLength;
use crate::Timestamp;
use crate::audit::merkle::{Frontier, Hash, TreeRoot};
use crate::audit::{Error, LogId};
#[cfg(feature = "serde")]
use crate::vocabulary::version::Version;

/// Where a log ends: a small plain value, stored in a row of its own beside the entries.
///
/// It holds the log's id, its size, the last entry's leaf hash and time, the open epoch, and the right
/// edge of the Merkle tree: about a kilobyte as JSON. Only [`Pending::commit`](super::Pending::commit)
/// moves it on.
///
/// A head that an attacker has set back makes the next [`append`](super::append) fail, if the log is keyed
/// and at least one epoch has passed: the epoch key, which is kept elsewhere, does not fit it. Within an
/// epoch the unique keys of the entries' table are what stops it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "stored::Stored", into = "stored::Stored")
)]
pub struct Head {
    pub(super) log: LogId,
    /// `None` for a log without MACs.
    pub(super) epochs: Option<EpochLength>,
    /// `None` before the first entry.
    pub(super) last: Option<Last>,
    pub(super) frontier: Frontier,
}

/// What the last entry leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Last {
    pub(super) leaf: Hash,
    pub(super) time: Timestamp,
    pub(super) genesis: Timestamp,
    /// The open epoch: zero in a log without MACs.
    pub(super) epoch: u64,
}

impl Head {
    /// The head of a new log whose entries carry a MAC.
    #[must_use]
    pub fn keyed(log: LogId, length: EpochLength) -> Self {
        Self { log, epochs: Some(length), last: None, frontier: Frontier::new() }
    }

    /// The head of a new log without MACs: whoever may write to the database can rewrite it all, unless
    /// its checkpoints are kept elsewhere.
    #[must_use]
    pub fn unkeyed(log: LogId) -> Self {
        Self { log, epochs: None, last: None, frontier: Frontier::new() }
    }

    /// From what a verification has established: leaf, time, genesis and open epoch of the last entry.
    pub(in crate::audit) fn restored(
        log: LogId,
        epochs: Option<EpochLength>,
        last: Option<(Hash, Timestamp, Timestamp, u64)>,
        frontier: Frontier,
    ) -> Self {
        let last = last.map(|(leaf, time, genesis, epoch)| Last { leaf, time, genesis, epoch });
        Self { log, epochs, last, frontier }
    }

    /// Which log.
    #[must_use]
    pub const fn log(&self) -> &LogId {
        &self.log
    }

    /// How many entries there are: the next entry's `seq`.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The leaf hash of the last entry: the next entry's `prev`. Zeros before the first.
    #[must_use]
    pub fn last_leaf(&self) -> Hash {
        self.last.map_or(Hash::from_bytes([0; 32]), |last| last.leaf)
    }

    /// The time of the last entry.
    #[must_use]
    pub fn last_time(&self) -> Option<Timestamp> {
        self.last.map(|last| last.time)
    }

    /// The length of the epochs; `None` for a log without MACs.
    #[must_use]
    pub const fn epoch_length(&self) -> Option<EpochLength> {
        self.epochs
    }

    /// The open epoch.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.last.map_or(0, |last| last.epoch)
    }

    /// The root of the Merkle tree over all entries: what checkpoints sign.
    #[must_use]
    pub fn root(&self) -> TreeRoot {
        self.frontier.root()
    }

    /// The right edge of the Merkle tree.
    #[must_use]
    pub const fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The earliest time that the next entry can have: not before the last one, and not in an epoch that
    /// is closed.
    pub(super) fn earliest(&self) -> Option<Timestamp> {
        let last = self.last?;
        let closed = last.epoch.checked_sub(1).zip(self.epochs);
        let end = closed.and_then(|(epoch, length)| end_of_epoch(epoch, last.genesis, length));
        let open = end.and_then(|end| end.checked_add(core::time::Duration::from_micros(1)));
        Some(open.map_or(last.time, |open| last.time.max(open)))
    }

    /// The epoch of a point in time that is not before the genesis.
    pub(super) fn epoch_of(&self, time: Timestamp) -> Result<u64, Error> {
        let (Some(length), Some(last)) = (self.epochs, self.last) else {
            return Ok(0);
        };
        epoch_of(time, last.genesis, length).ok_or(Error::DamagedHead)
    }
}

/// floor((time - genesis) / length); `None` before the genesis.
pub(in crate::audit) fn epoch_of(time: Timestamp, genesis: Timestamp, length: EpochLength) -> Option<u64> {
    let micros = u64::try_from(time.as_micros().checked_sub(genesis.as_micros())?).ok()?;
    micros.checked_div(length.as_micros())
}

/// The last microsecond of an epoch.
pub(in crate::audit) fn end_of_epoch(
    epoch: u64,
    genesis: Timestamp,
    length: EpochLength,
) -> Option<Timestamp> {
    let after = epoch.checked_add(1)?.checked_mul(length.as_micros())?;
    let micros = genesis.as_micros().checked_add_unsigned(after.checked_sub(1)?)?;
    Timestamp::from_micros(micros).ok()
}

/// The stored form.
#[cfg(feature = "serde")]
mod stored {
    use super::{Error, Frontier, Hash, Head, Last, LogId, Timestamp, Version};
    use crate::audit::EpochLength;

    #[derive(serde::Serialize, serde::Deserialize)]
    pub(super) struct Stored {
        version: Version<1>,
        log: LogId,
        /// Microseconds; absent for a log without MACs.
        epoch_us: Option<u64>,
        size: u64,
        last: Option<StoredLast>,
        frontier: Vec<Hash>,
    }

    #[derive(serde::Serialize, serde::Deserialize)]
    struct StoredLast {
        leaf: Hash,
        time: Timestamp,
        genesis: Timestamp,
        epoch: u64,
    }

    impl From<Head> for Stored {
        fn from(head: Head) -> Self {
            Self {
                version: Version,
                epoch_us: head.epochs.map(EpochLength::as_micros),
                size: head.size(),
                last: head.last.map(|last| StoredLast {
                    leaf: last.leaf,
                    time: last.time,
                    genesis: last.genesis,
                    epoch: last.epoch,
                }),
                frontier: head.frontier.hashes().to_vec(),
                log: head.log,
            }
        }
    }

    impl TryFrom<Stored> for Head {
        type Error = Error;

        fn try_from(stored: Stored) -> Result<Self, Error> {
            let epochs = stored
                .epoch_us
                .map(|micros| EpochLength::new(core::time::Duration::from_micros(micros)))
                .transpose()?;
            let frontier =
                Frontier::from_parts(stored.size, &stored.frontier).map_err(|_| Error::DamagedHead)?;
            let last = stored.last.map(|last| Last {
                leaf: last.leaf,
                time: last.time,
                genesis: last.genesis,
                epoch: last.epoch,
            });
            let head = Self { log: stored.log, epochs, last, frontier };
            let is_empty = head.size() == 0;
            let fits = match &head.last {
                None => is_empty,
                Some(last) => !is_empty && last.genesis <= last.time,
            };
            if fits { Ok(head) } else { Err(Error::DamagedHead) }
        }
    }
}
