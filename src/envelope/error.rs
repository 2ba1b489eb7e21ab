//! What can go wrong with sealed data.

use crate::ErrorKind;

/// Why a value could not be sealed, opened, wrapped or unwrapped.
///
/// The texts are static: no secret, no stored byte and no id is in them. Where several reasons hold,
/// the first of this order is given: malformed, unsupported suite, destroyed, too old, unknown key,
/// rejected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a sealed value, wrapped key or stream of this crate: too short, too long, or
    /// text that is not in the one canonical form.
    #[error("the value is malformed")]
    Malformed,
    /// The bytes name a suite that this version does not know.
    #[error("the suite is not supported")]
    UnsupportedSuite,
    /// The data key that the value names was destroyed. The id is not authenticated: this explains why
    /// nothing can be read, and is no evidence of erasure. The [`Receipt`](super::Receipt) is.
    #[error("the data key was destroyed")]
    KeyDestroyed,
    /// The data key that the value names is older than the keyring allows.
    #[error("the data key is older than allowed")]
    KeyTooOld,
    /// The key that the value names is not in the keyring.
    #[error("the key is not known")]
    UnknownKey,
    /// Wrong key, wrong context or changed bytes: one answer, so that it is no oracle.
    #[error("the value was rejected")]
    Rejected,
    /// The stream ends before its last chunk: the rest is missing.
    #[error("the stream is truncated")]
    Truncated,
    /// There is no such chunk in the stream.
    #[error("the chunk lies outside of the stream")]
    OutOfRange,
    /// The plaintext is longer than a sealed value (16 MiB) or a stream (2^32 chunks) may be.
    #[error("the plaintext is too long")]
    TooLong,
    /// A part of the context is longer than 64 KiB.
    #[error("a part of the context is too long")]
    ContextTooLong,
    /// The context names another tenant than the keyring's scope.
    #[error("the context belongs to another tenant than the keyring")]
    WrongScope,
    /// The keyring holds no primary key, so it can only open.
    #[error("the keyring has no primary key")]
    NoPrimaryKey,
    /// A generation or key id was given twice, or the primary key is older than the minimum.
    #[error("the keys contradict each other")]
    KeyConflict,
    /// A stream needs 1 to 16 recipients.
    #[error("a stream needs 1 to 16 recipients")]
    RecipientCount,
    /// A setting lies outside of what the format allows.
    #[error("the setting lies outside of its range")]
    InvalidSetting,
    /// The opened value is not UTF-8 text.
    #[error("the opened value is not UTF-8")]
    NotUtf8,
    /// The slice for the output is shorter than what may be written.
    #[error("the output buffer is too small")]
    BufferTooSmall,
    /// An earlier call on this stream failed, or came too early; it gives nothing more.
    #[error("the stream is in no state for this call")]
    StreamState,
    /// The operating system gave no random bytes.
    #[error("no random bytes are available")]
    Entropy(#[from] crate::EntropyError),
    /// The key service did not do what it was asked for.
    #[error("the key service failed")]
    KeyService(#[source] Box<dyn core::error::Error + Send + Sync + 'static>),
}

impl Error {
    /// What sort of failure this is.
    ///
    /// ```
    /// use ringfence::{ErrorKind, envelope::Error};
    ///
    /// assert_eq!(Error::Rejected.kind(), ErrorKind::Hostile);
    /// assert_eq!(Error::KeyDestroyed.kind(), ErrorKind::Corrupt);
    /// ```
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Malformed | Self::UnsupportedSuite | Self::Rejected | Self::Truncated => {
                ErrorKind::Hostile
            }
            Self::KeyDestroyed | Self::KeyTooOld | Self::UnknownKey | Self::NotUtf8 => ErrorKind::Corrupt,
            Self::OutOfRange
            | Self::TooLong
            | Self::ContextTooLong
            | Self::WrongScope
            | Self::NoPrimaryKey
            | Self::KeyConflict
            | Self::RecipientCount
            | Self::InvalidSetting
            | Self::BufferTooSmall
            | Self::StreamState => ErrorKind::Caller,
            Self::Entropy(_) | Self::KeyService(_) => ErrorKind::Unavailable,
        }
    }
}
