//! What a verification has established.

use crate::Timestamp;
use crate::audit::merkle::TreeRoot;
use crate::audit::personal::FieldReport;

/// Whether the MACs were verified.
#[expect(clippy::exhaustive_enums, reason = "an assurance level must be handled")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Macs {
    /// Every entry was made with the key of its epoch.
    Verified,
    /// The log has no MACs: whoever may write to the database can have rewritten it.
    None,
}

/// What outside of the database vouches for the end of the log.
#[expect(clippy::exhaustive_enums, reason = "an assurance level must be handled")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnchoredBy {
    /// Nothing: entries may be missing at the end, and whoever holds the root key may have rewritten all.
    Nothing,
    /// A size and root that the caller gave.
    Expected,
    /// A checkpoint that a trusted key has signed.
    Checkpoint,
    /// A checkpoint that trusted witnesses have cosigned.
    Witnessed,
}

/// What a verification without a fault has established. Read all of it: there is no "valid" in it.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Report {
    pub(super) root: TreeRoot,
    pub(super) macs: Macs,
    pub(super) anchor: AnchoredBy,
    pub(super) last_time: Option<Timestamp>,
    pub(super) fields: Vec<FieldReport>,
}

impl Report {
    /// The size of the log, pruned entries included, and its root.
    #[must_use]
    pub const fn root(&self) -> &TreeRoot {
        &self.root
    }

    /// Whether the MACs were verified.
    #[must_use]
    pub const fn macs(&self) -> Macs {
        self.macs
    }

    /// What vouches for the end of the log.
    #[must_use]
    pub const fn anchor(&self) -> AnchoredBy {
        self.anchor
    }

    /// The time of the last entry.
    #[must_use]
    pub const fn last_time(&self) -> Option<Timestamp> {
        self.last_time
    }

    /// The personal fields, if they were asked for: by entry and pointer.
    #[must_use]
    pub fn fields(&self) -> &[FieldReport] {
        &self.fields
    }
}
