//! Which log and which keys a checkpoint must come from.

use super::body::check_origin;
use super::{CheckpointSigner, Error, KeyKind, Note, OpenCheckpoint, VerifierKey};

/// What a checkpoint must be to be believed: of which log, signed by whom, by how many.
///
/// It is configuration: nothing of it may come from the note or from whoever sent it.
///
/// One signature by a key of the log is always needed. [`signatures`](Self::signatures) asks for more of
/// them, [`witnesses`](Self::witnesses) for cosignatures besides. Each public key counts once, under whatever
/// names and kinds it was given.
///
/// ```
/// use ringfence::audit::checkpoint::{Error, Trust};
///
/// let trust = Trust::in_log("go.sum/database")?
///     .key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse()?)?;
/// assert_eq!(trust.open("no note").err(), Some(Error::Malformed));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Trust {
    origin: Box<str>,
    keys: Vec<VerifierKey>,
    signatures: usize,
    witnesses: usize,
}

impl Trust {
    /// Starts with the id of the log, and no keys.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOrigin`] unless it is 1 to 128 of the characters `a-z0-9._/-`.
    pub fn in_log(origin: &str) -> Result<Self, Error> {
        check_origin(origin)?;
        Ok(Self { origin: origin.into(), keys: Vec::new(), signatures: 1, witnesses: 0 })
    }

    /// Adds a key, of the log or of a witness. The same key again changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::KeyConflict`] if another key has the same name and id.
    pub fn key(mut self, key: VerifierKey) -> Result<Self, Error> {
        if !self.keys.contains(&key) {
            let same = |other: &VerifierKey| other.name() == key.name() && other.id() == key.id();
            if self.keys.iter().any(same) {
                return Err(Error::KeyConflict);
            }
            self.keys.push(key);
        }
        Ok(self)
    }

    /// Asks for signatures by so many different keys of the log, at least 1.
    pub const fn signatures(mut self, count: usize) -> Self {
        self.signatures = if count == 0 { 1 } else { count };
        self
    }

    /// Asks for cosignatures by so many different witnesses. The log's own key is no witness.
    pub const fn witnesses(mut self, count: usize) -> Self {
        self.witnesses = count;
        self
    }

    /// Opens the note of a checkpoint: verifies every signature of a known key, then reads the text.
    ///
    /// Signatures of unknown keys are ignored.
    ///
    /// # Errors
    ///
    /// In this order: [`Error::QuorumTooLarge`] if no note can fulfil what is asked for, [`Error::Malformed`] and
    /// [`Error::TooManySignatures`] for what is no note, [`Error::BadSignature`] if one signature of a known key
    /// is wrong, [`Error::TooFewSignatures`], [`Error::TooFewWitnesses`], [`Error::Malformed`] for a text that is
    /// no checkpoint, [`Error::WrongOrigin`].
    pub fn open(&self, note: &str) -> Result<OpenCheckpoint, Error> {
        self.open_note(&note.parse()?)
    }

    /// Opens a note that was parsed before. As [`open`](Self::open).
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_note(&self, note: &Note) -> Result<OpenCheckpoint, Error> {
        let (logs, witnesses) = self.count(&self.keys);
        if logs < self.signatures || witnesses < self.witnesses {
            return Err(Error::QuorumTooLarge);
        }
        let mut signed = Vec::new();
        let mut signers = Vec::new();
        for key in &self.keys {
            if let Some(line) = note.verify_lines(key)? {
                signed.push(key.clone());
                signers.push(CheckpointSigner::new(key.clone(), line.time, self.is_witness(key)));
            }
        }
        let (logs, witnesses) = self.count(&signed);
        if logs < self.signatures {
            return Err(Error::TooFewSignatures);
        }
        if witnesses < self.witnesses {
            return Err(Error::TooFewWitnesses);
        }
        let checkpoint = note.unverified_checkpoint()?;
        if checkpoint.origin() != &*self.origin {
            return Err(Error::WrongOrigin);
        }
        Ok(OpenCheckpoint::new(checkpoint, signers))
    }

    /// A witness's key that is not the log's own under another name.
    fn is_witness(&self, key: &VerifierKey) -> bool {
        let log_key =
            |other: &VerifierKey| other.kind() == KeyKind::Log && other.public_key() == key.public_key();
        key.kind() == KeyKind::Witness && !self.keys.iter().any(log_key)
    }

    /// How many different public keys these are, of the log and of witnesses.
    fn count(&self, keys: &[VerifierKey]) -> (usize, usize) {
        let logs = keys.iter().filter(|key| key.kind() == KeyKind::Log);
        (count(logs), count(keys.iter().filter(|key| self.is_witness(key))))
    }
}

/// How many different public keys these are.
fn count<'a>(keys: impl Iterator<Item = &'a VerifierKey>) -> usize {
    let mut public: Vec<_> = keys.map(VerifierKey::public_key).collect();
    public.sort_unstable();
    public.dedup();
    public.len()
}
