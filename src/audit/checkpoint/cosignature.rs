//! Signatures of both kinds on the text of a note, and the times in those of witnesses.

use super::note::NoteSignature;
use super::{Error, KeyKind, Note, VerifierKey};
use crate::Timestamp;

/// What a witness signs: two lines with the time, then the text.
pub(super) fn message(seconds: u64, text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {seconds}\n{text}").into_bytes()
}

/// How the time is signed: whole seconds since 1970.
pub(super) fn seconds(time: Timestamp) -> Result<u64, Error> {
    u64::try_from(time.as_secs()).map_err(|_| Error::Malformed)
}

/// That a key signed; when, if it is a witness's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Signed {
    pub(super) time: Option<Timestamp>,
}

impl VerifierKey {
    /// Whether the line names this key. It proves nothing yet.
    pub(super) fn is_named_by(&self, signature: &NoteSignature) -> bool {
        signature.name() == self.name() && signature.id() == self.id()
    }

    /// Verifies a line that names this key, and gives the time of a cosignature.
    pub(super) fn verify_line(&self, text: &str, line: &NoteSignature) -> Result<Option<Timestamp>, Error> {
        match self.kind() {
            KeyKind::Log => {
                let signature = line.signature().try_into().map_err(|_| Error::BadSignature)?;
                self.verify(text.as_bytes(), signature)?;
                Ok(None)
            }
            KeyKind::Witness => {
                let (time, signature) = line.signature().split_first_chunk().ok_or(Error::BadSignature)?;
                let signature = signature.try_into().map_err(|_| Error::BadSignature)?;
                let seconds = u64::from_be_bytes(*time);
                self.verify(&message(seconds, text), signature)?;
                let seconds = i64::try_from(seconds).map_err(|_| Error::Malformed)?;
                Ok(Some(Timestamp::from_secs(seconds).map_err(|_| Error::Malformed)?))
            }
        }
    }
}

impl Note {
    /// Verifies every line of this key, of which there must be one. The text may be anything.
    ///
    /// Gives the time if the key is a witness's: the latest one, if it signed more than once.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewSignatures`] if no line names the key, [`Error::BadSignature`] if one that does is wrong.
    pub fn verify(&self, key: &VerifierKey) -> Result<Option<Timestamp>, Error> {
        Ok(self.verify_lines(key)?.ok_or(Error::TooFewSignatures)?.time)
    }

    /// The same, with `None` if no line names the key.
    pub(super) fn verify_lines(&self, key: &VerifierKey) -> Result<Option<Signed>, Error> {
        let mut signed = None;
        for line in self.signatures().iter().filter(|line| key.is_named_by(line)) {
            let time = key.verify_line(self.text(), line)?;
            signed = signed.max(Some(Signed { time }));
        }
        Ok(signed)
    }
}
