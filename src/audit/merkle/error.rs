//! What can go wrong with trees and proofs.

use crate::ErrorKind;

/// Why a proof does not hold, or a tree cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no entry of that index in a tree of that size.
    #[error("the index lies outside of the tree")]
    IndexOutOfRange,
    /// A consistency proof is between sizes `1 <= old <= new`.
    #[error("the sizes allow no consistency proof")]
    SizesOutOfOrder,
    /// The proof has more hashes than any tree has levels.
    #[error("the proof has more hashes than any tree has levels")]
    TooManyHashes,
    /// The bytes are not a sequence of 32-byte hashes.
    #[error("the bytes are not a sequence of hashes")]
    Malformed,
    /// The proof has fewer or more hashes than one for this place has.
    #[error("the proof has the wrong number of hashes")]
    WrongProofLength,
    /// The proof leads to another root: another entry, another place or another log.
    #[error("the proof leads to another root")]
    RootMismatch,
    /// There are not as many hashes as the sizes ask for.
    #[error("the number of hashes does not fit the size")]
    WrongHashCount,
    /// The second range does not begin where the first one ends.
    #[error("the ranges are not adjacent")]
    NotAdjacent,
    /// Only a range that begins at entry 0 has a root.
    #[error("the range does not begin at the first entry")]
    NotFromStart,
    /// A tree holds at most 2^64 - 1 entries.
    #[error("the tree is full")]
    Full,
}

impl Error {
    /// What sort of failure this is.
    ///
    /// ```
    /// use ringfence::{ErrorKind, audit::merkle::Error};
    ///
    /// assert_eq!(Error::RootMismatch.kind(), ErrorKind::Hostile);
    /// assert_eq!(Error::NotAdjacent.kind(), ErrorKind::Caller);
    /// ```
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::IndexOutOfRange
            | Self::SizesOutOfOrder
            | Self::TooManyHashes
            | Self::Malformed
            | Self::WrongProofLength
            | Self::RootMismatch => ErrorKind::Hostile,
            Self::WrongHashCount => ErrorKind::Corrupt,
            Self::NotAdjacent | Self::NotFromStart | Self::Full => ErrorKind::Caller,
        }
    }
}
