//! The chain: head, keys, lines, appending.

mod append;
mod epoch;
mod head;
pub(super) mod line;

pub(super) use append::system_event;
pub use append::{Pending, PendingEntry, append, append_with, append_with_rng, tick};
pub(super) use epoch::MAX_EPOCHS_AHEAD;
pub use epoch::{EpochKey, EpochLength, RootKey};
pub use head::Head;
pub(super) use head::{end_of_epoch, epoch_of};
