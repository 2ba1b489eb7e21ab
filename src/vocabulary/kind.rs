//! What sort of failure an error is, across all modules.

/// What sort of failure an error is, so that a service can map any error of this crate to an
/// answer without knowing the module it came from.
///
/// Every error enum of the crate has a `kind()`.
///
/// ```
/// use ringfence::ErrorKind;
///
/// fn status(kind: ErrorKind) -> u16 {
///     kind.http_status()
/// }
/// assert_eq!(status(ErrorKind::Hostile), 400);
/// ```
// Callers match this in full to choose an answer; a fifth kind would be a breaking change.
#[expect(
    clippy::exhaustive_enums,
    reason = "callers must handle every kind; a silent wildcard arm is what this type prevents"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The calling code asked for something that cannot be right, whatever the input: a programming
    /// or configuration mistake. Usually `500 Internal Server Error`.
    Caller,
    /// The input is not what it claims to be: malformed, tampered with, or meant for somewhere else.
    /// Usually `400 Bad Request`, and worth a line in the security log.
    Hostile,
    /// The question could not be answered now: a key service, a store or the system's randomness did
    /// not answer. Fail closed and try again. Usually `503 Service Unavailable`.
    Unavailable,
    /// Stored data is not readable any more: the key was destroyed, or is not known here. Usually
    /// `500 Internal Server Error` (or `410 Gone` for data that was shredded on purpose).
    Corrupt,
}

impl ErrorKind {
    /// The HTTP status that an error of this kind usually maps to.
    ///
    /// ```
    /// # use ringfence::ErrorKind;
    /// assert_eq!(ErrorKind::Unavailable.http_status(), 503);
    /// ```
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::Caller | Self::Corrupt => 500,
            Self::Hostile => 400,
            Self::Unavailable => 503,
        }
    }
}
