//! Moving a table to a new key, in steps that can be interrupted and resumed.

use super::{Context, Error, Keyring, SealedValue};
use crate::ErrorKind;
#[cfg(feature = "serde")]
use crate::vocabulary::version::Version;

/// What to do with one stored value.
#[expect(clippy::exhaustive_enums, reason = "a migration must handle every case")]
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Resealed {
    /// It is under the primary key already.
    Current,
    /// Store this in its place, if the stored value is still the one that was read.
    Replace(SealedValue),
}

impl Keyring {
    /// Seals one stored value anew under the primary key, if it is under another one.
    ///
    /// Write the new value with a compare-and-swap (`... SET api_key = $new WHERE id = $id AND api_key =
    /// $old`), so that a change by the running application is never overwritten. A lost race needs no
    /// retry: what the application wrote is under the primary key.
    ///
    /// # Errors
    ///
    /// As [`open`](Keyring::open) and [`seal`](Keyring::seal).
    pub fn reseal(
        &self,
        context: &Context<'_>,
        stored: &(impl AsRef<[u8]> + ?Sized),
    ) -> Result<Resealed, Error> {
        if !self.needs_reseal(stored)? {
            return Ok(Resealed::Current);
        }
        let mut plaintext = zeroize::Zeroizing::new(Vec::new());
        self.open_into(context, stored, &mut plaintext)?;
        Ok(Resealed::Replace(self.seal(context, &plaintext)?))
    }
}

/// How far a pass over a table has come: a plain value to store after each batch.
///
/// Read rows in the order of their key, after [`after`](Self::after); hand each outcome to
/// [`record`](Self::record); store the value in the same transaction as the batch. After a crash the
/// pass goes on from there. Doing a batch twice does no harm.
///
/// ```
/// use ringfence::envelope::{ResealProgress, Resealed};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut progress = ResealProgress::default();
/// progress.record("row-1", &Ok(Resealed::Current));
/// assert_eq!(progress.after(), Some("row-1"));
/// assert_eq!((progress.current(), progress.replaced(), progress.refused()), (1, 0, 0));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ResealProgress {
    #[cfg(feature = "serde")]
    version: Version<1>,
    after: Option<String>,
    current: u64,
    replaced: u64,
    lost: u64,
    refused: u64,
}

impl ResealProgress {
    /// The key of the last row that was dealt with.
    #[must_use]
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// Rows that needed nothing.
    #[must_use]
    pub const fn current(&self) -> u64 {
        self.current
    }

    /// Rows that were sealed anew.
    #[must_use]
    pub const fn replaced(&self) -> u64 {
        self.replaced
    }

    /// Rows that somebody else changed in the meantime: the compare-and-swap did not find the old value.
    #[must_use]
    pub const fn lost(&self) -> u64 {
        self.lost
    }

    /// Rows that could not be opened: they are left as they are, for a person to look at.
    #[must_use]
    pub const fn refused(&self) -> u64 {
        self.refused
    }

    /// Notes that a row was changed by somebody else between reading and writing.
    pub fn record_lost(&mut self, row: &str) {
        self.lost = self.lost.saturating_add(1);
        self.after = Some(row.to_owned());
    }

    /// Notes what became of a row. A value that is damaged, or whose key is gone, is counted as refused and
    /// does not stop the pass.
    ///
    /// An error of the caller or of a service ([`ErrorKind::Caller`], [`ErrorKind::Unavailable`]) says nothing
    /// about the row: nothing is noted, so that the next pass comes to it again. End the pass with that
    /// error.
    pub fn record(&mut self, row: &str, outcome: &Result<Resealed, Error>) {
        let kind = outcome.as_ref().err().map(Error::kind);
        if matches!(kind, Some(ErrorKind::Caller | ErrorKind::Unavailable)) {
            return;
        }
        let counter = match outcome {
            Ok(Resealed::Current) => &mut self.current,
            Ok(Resealed::Replace(_)) => &mut self.replaced,
            Err(_) => &mut self.refused,
        };
        *counter = counter.saturating_add(1);
        self.after = Some(row.to_owned());
    }
}
