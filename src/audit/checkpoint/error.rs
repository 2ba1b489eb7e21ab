//! What can go wrong with checkpoints.

use crate::ErrorKind;

/// Why a checkpoint was refused, or could not be made.
///
/// The texts are static: nothing of the note is in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not a signed note, or its body is not that of a checkpoint.
    #[error("the checkpoint is malformed")]
    Malformed,
    /// The note has more than 16 signatures.
    #[error("the checkpoint has too many signatures")]
    TooManySignatures,
    /// The signature of a known key does not verify.
    #[error("a signature of a known key is wrong")]
    BadSignature,
    /// Too few of the log's known keys have signed, or none.
    #[error("too few known keys have signed the checkpoint")]
    TooFewSignatures,
    /// Too few of the known witnesses have signed.
    #[error("too few known witnesses have signed the checkpoint")]
    TooFewWitnesses,
    /// The checkpoint is another log's.
    #[error("the checkpoint belongs to another log")]
    WrongOrigin,
    /// Nothing was heard of the log for longer than allowed.
    #[error("nothing was heard of the log for too long")]
    Stale,
    /// The point in time lies further ahead than clocks may differ.
    #[error("the time lies in the future")]
    InFuture,
    /// The origin is not 1 to 128 of the characters `a-z0-9._/-`.
    #[error("the origin is not usable")]
    InvalidOrigin,
    /// The name of a key is empty, longer than 255 bytes, or holds a space, a plus or a control
    /// character.
    #[error("the key name is not usable")]
    InvalidKeyName,
    /// The text is not a verifier key, or its parts contradict each other.
    #[error("the verifier key is malformed")]
    MalformedKey,
    /// The verifier key is of another kind than Ed25519 signatures and cosignatures.
    #[error("the kind of the verifier key is not supported")]
    UnsupportedKey,
    /// Two different keys have the same name and the same key id.
    #[error("two keys have the same name and id")]
    KeyConflict,
    /// The key is of the other kind: a log's key signs checkpoints, a witness's key cosigns them.
    #[error("the key is of the wrong kind")]
    WrongKeyKind,
    /// The seed is not the one of the key.
    #[error("the seed does not belong to the key")]
    WrongSeed,
    /// The empty tree has exactly one root.
    #[error("the root is not that of the empty tree")]
    InvalidRoot,
    /// More signatures are asked for than there are keys.
    #[error("more signatures are asked for than there are keys")]
    QuorumTooLarge,
}

impl Error {
    /// What sort of failure this is.
    ///
    /// ```
    /// use ringfence::{ErrorKind, audit::checkpoint::Error};
    ///
    /// assert_eq!(Error::BadSignature.kind(), ErrorKind::Hostile);
    /// assert_eq!(Error::Stale.kind(), ErrorKind::Unavailable);
    /// ```
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Malformed
            | Self::TooManySignatures
            | Self::BadSignature
            | Self::TooFewSignatures
            | Self::TooFewWitnesses
            | Self::WrongOrigin
            | Self::InFuture => ErrorKind::Hostile,
            Self::Stale => ErrorKind::Unavailable,
            Self::InvalidOrigin
            | Self::InvalidKeyName
            | Self::MalformedKey
            | Self::UnsupportedKey
            | Self::KeyConflict
            | Self::WrongKeyKind
            | Self::WrongSeed
            | Self::InvalidRoot
            | Self::QuorumTooLarge => ErrorKind::Caller,
        }
    }
}
