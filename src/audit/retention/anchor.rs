//! What stands for the entries that were pruned.

use subtle::ConstantTimeEq;

use crate::Timestamp;
use crate::audit::chain::{EpochLength, RootKey};
use crate::audit::merkle::{Frontier, Hash};
use crate::audit::{Error, LogId};

const LABEL: &[u8] = b"audit-prune-v1";

/// What stands for the entries before the first one that was kept: the state of the chain there, with a
/// MAC under the root key.
///
/// A verifier of the survivors starts here. The `audit.prune` entry inside the log proves nothing by itself:
/// a thief of the current epoch key could have written it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    pub(super) log: LogId,
    /// Zero for a log without MACs.
    pub(super) length_us: u64,
    pub(super) frontier: Frontier,
    /// As it was stored; the one of the frontier unless somebody changed it.
    pub(super) root: Hash,
    pub(super) last: Hash,
    pub(super) genesis: Timestamp,
    pub(super) open_epoch: u64,
    pub(super) last_time: Timestamp,
    pub(super) mac: [u8; 32],
}

/// The parts of an [`Anchor`], as they are stored.
#[expect(clippy::exhaustive_structs, reason = "the parts are those of the format, and stay so")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorParts {
    /// The log.
    pub log: LogId,
    /// The length of its epochs, in microseconds.
    pub epoch_us: u64,
    /// How many entries were pruned.
    pub size: u64,
    /// The leaf hash of the last one of them.
    pub last: Hash,
    /// The root of the Merkle tree over them.
    pub root: Hash,
    /// The roots of the perfect subtrees over them, from left to right.
    pub frontier: Vec<Hash>,
    /// The time of the log's first entry, in microseconds since the Unix epoch.
    pub genesis_us: i64,
    /// The open epoch behind the last one.
    pub open_epoch: u64,
    /// The time of the last one, in microseconds since the Unix epoch.
    pub last_time_us: i64,
    /// The MAC under the root key; zeros for a log without.
    pub mac: [u8; 32],
}

impl Anchor {
    pub(in crate::audit) fn unsealed(
        log: LogId,
        length_us: u64,
        frontier: Frontier,
        last: Hash,
        genesis: Timestamp,
        open_epoch: u64,
        last_time: Timestamp,
    ) -> Self {
        let root = *frontier.root().hash();
        Self { log, length_us, frontier, root, last, genesis, open_epoch, last_time, mac: [0; 32] }
    }

    /// An anchor that was stored. Nothing is verified yet.
    ///
    /// # Errors
    ///
    /// [`Error::DamagedHead`] if the parts cannot belong together.
    pub fn from_parts(parts: AnchorParts) -> Result<Self, Error> {
        let frontier = Frontier::from_parts(parts.size, &parts.frontier).map_err(|_| Error::DamagedHead)?;
        let time = |micros| Timestamp::from_micros(micros).map_err(|_| Error::DamagedHead);
        Ok(Self {
            log: parts.log,
            length_us: parts.epoch_us,
            frontier,
            root: parts.root,
            last: parts.last,
            genesis: time(parts.genesis_us)?,
            open_epoch: parts.open_epoch,
            last_time: time(parts.last_time_us)?,
            mac: parts.mac,
        })
    }

    /// The parts, to be stored.
    #[must_use]
    pub fn to_parts(&self) -> AnchorParts {
        AnchorParts {
            log: self.log.clone(),
            epoch_us: self.length_us,
            size: self.frontier.size(),
            last: self.last,
            root: self.root,
            frontier: self.frontier.hashes().to_vec(),
            genesis_us: self.genesis.as_micros(),
            open_epoch: self.open_epoch,
            last_time_us: self.last_time.as_micros(),
            mac: self.mac,
        }
    }

    /// The log.
    #[must_use]
    pub const fn log(&self) -> &LogId {
        &self.log
    }

    /// The Merkle tree over the pruned entries.
    #[must_use]
    pub const fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The leaf hash of the last pruned entry.
    #[must_use]
    pub const fn last_leaf(&self) -> &Hash {
        &self.last
    }

    /// The time of the last pruned entry.
    #[must_use]
    pub const fn last_time(&self) -> Timestamp {
        self.last_time
    }

    /// The time of the log's first entry.
    #[must_use]
    pub const fn genesis(&self) -> Timestamp {
        self.genesis
    }

    /// The epoch that was open behind the last pruned entry.
    #[must_use]
    pub const fn open_epoch(&self) -> u64 {
        self.open_epoch
    }

    /// Puts the MAC of the root key in.
    pub(super) fn seal(mut self, root: &RootKey) -> Self {
        self.mac = self.mac_under(root);
        self
    }

    /// Whether the holder of this root key made it, for epochs of this length.
    pub(in crate::audit) fn is_made_with(&self, root: &RootKey, length: EpochLength) -> bool {
        self.is_consistent()
            && self.length_us == length.as_micros()
            && bool::from(self.mac_under(root).ct_eq(&self.mac))
    }

    /// Whether the root is that of the frontier.
    pub(in crate::audit) fn is_consistent(&self) -> bool {
        self.frontier.root().hash() == &self.root
    }

    fn mac_under(&self, root: &RootKey) -> [u8; 32] {
        let log = self.log.as_str().as_bytes();
        root.mac(&[
            LABEL,
            &u32::try_from(log.len()).unwrap_or(u32::MAX).to_be_bytes(),
            log,
            &self.length_us.to_be_bytes(),
            &self.frontier.size().to_be_bytes(),
            self.last.as_bytes(),
            self.root.as_bytes(),
            &self.genesis.as_micros().to_be_bytes(),
            &self.open_epoch.to_be_bytes(),
            &self.last_time.as_micros().to_be_bytes(),
        ])
    }
}
