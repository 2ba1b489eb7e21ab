//! A checkpoint whose signatures were verified.

use super::{Checkpoint, KeyKind, VerifierKey};
use crate::Timestamp;
use crate::audit::merkle::TreeRoot;

/// Who signed a checkpoint, verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointSigner {
    key: VerifierKey,
    time: Option<Timestamp>,
    is_witness: bool,
}

impl CheckpointSigner {
    pub(super) const fn new(key: VerifierKey, time: Option<Timestamp>, is_witness: bool) -> Self {
        Self { key, time, is_witness }
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// When a witness cosigned, in whole seconds. The log's own signature has no time.
    #[must_use]
    pub const fn time(&self) -> Option<Timestamp> {
        self.time
    }
}

/// A checkpoint whose signatures were verified: only [`Trust::open`](super::Trust::open) makes one.
///
/// ```compile_fail
/// use ringfence::audit::checkpoint::{Checkpoint, OpenCheckpoint};
///
/// fn forge(checkpoint: Checkpoint) -> OpenCheckpoint {
///     OpenCheckpoint { checkpoint, signers: Vec::new() }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCheckpoint {
    checkpoint: Checkpoint,
    signers: Vec<CheckpointSigner>,
}

impl OpenCheckpoint {
    pub(super) const fn new(checkpoint: Checkpoint, signers: Vec<CheckpointSigner>) -> Self {
        Self { checkpoint, signers }
    }

    /// The id of the log: the one that was asked for.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.checkpoint.origin()
    }

    /// The size and the root of the log.
    #[must_use]
    pub const fn root(&self) -> &TreeRoot {
        self.checkpoint.root()
    }

    /// Which of the known keys signed, in the order in which the keys were given.
    #[must_use]
    pub fn signers(&self) -> &[CheckpointSigner] {
        &self.signers
    }

    /// How many witnesses cosigned. Each public key counts once, and the log's own not at all.
    #[must_use]
    pub fn witness_count(&self) -> usize {
        self.witness_times().len()
    }

    /// The latest time at which at least so many witnesses say that they saw this checkpoint, then or later. `None` if
    /// fewer did.
    ///
    /// With a `count` of 2 or more, no single witness can make an old checkpoint look new.
    #[must_use]
    pub fn witnessed_at(&self, count: usize) -> Option<Timestamp> {
        let times = self.witness_times();
        times.get(count.checked_sub(1)?).map(|(time, _)| *time)
    }

    /// The latest time of each witness, the latest of all first.
    fn witness_times(&self) -> Vec<(Timestamp, &[u8; 32])> {
        let mut times: Vec<(Timestamp, &[u8; 32])> = Vec::new();
        for signer in self.signers.iter().filter(|signer| signer.is_witness) {
            let (key, Some(time)) = (signer.key.public_key(), signer.time) else { continue };
            debug_assert_eq!(signer.key.kind(), KeyKind::Witness);
            match times.iter_mut().find(|(_, other)| *other == key) {
                Some((latest, _)) => *latest = time.max(*latest),
                None => times.push((time, key)),
            }
        }
        times.sort_unstable_by(|a, b| b.cmp(a));
        times
    }
}
