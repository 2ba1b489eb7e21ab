//! Signed notes: a text and the lines of those who signed it.

use core::fmt;
use core::str::FromStr;

use data_encoding::BASE64;

use super::key::check_name;
use super::{Checkpoint, Error};

/// The longest note, in bytes: room for 16 post-quantum signatures of others.
const MAX_NOTE_LEN: usize = 128 * 1024;
/// The most signatures.
pub(super) const MAX_SIGNATURES: usize = 16;
/// What each signature line starts with: an em dash and a space.
const LINE_PREFIX: &str = "\u{2014} ";
/// How long the id of a key is.
const ID_LEN: usize = 4;

/// One signature line. Nothing about it is verified.
///
/// Its text is the line, with its newline: what a witness answers with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NoteSignature {
    name: Box<str>,
    id: [u8; ID_LEN],
    signature: Vec<u8>,
}

impl NoteSignature {
    pub(super) fn new(name: &str, id: [u8; ID_LEN], signature: Vec<u8>) -> Self {
        Self { name: name.into(), id, signature }
    }

    /// A line without its newline.
    fn parse(line: &str) -> Result<Self, Error> {
        let line = line.strip_prefix(LINE_PREFIX).ok_or(Error::Malformed)?;
        let (name, encoded) = line.split_once(' ').ok_or(Error::Malformed)?;
        check_name(name).map_err(|_| Error::Malformed)?;
        let bytes = BASE64.decode(encoded.as_bytes()).map_err(|_| Error::Malformed)?;
        let (id, signature) = bytes.split_first_chunk().ok_or(Error::Malformed)?;
        if signature.is_empty() {
            return Err(Error::Malformed);
        }
        Ok(Self { name: name.into(), id: *id, signature: signature.to_vec() })
    }

    /// The name of the key that is said to have signed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key that is said to have signed.
    #[must_use]
    pub const fn id(&self) -> [u8; ID_LEN] {
        self.id
    }

    /// The signature, in a form that depends on the kind of the key.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

impl FromStr for NoteSignature {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_NOTE_LEN {
            return Err(Error::Malformed);
        }
        Self::parse(text.strip_suffix('\n').unwrap_or(text))
    }
}

/// The line, with its newline.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::with_capacity(self.signature.len().saturating_add(ID_LEN));
        bytes.extend_from_slice(&self.id);
        bytes.extend_from_slice(&self.signature);
        writeln!(f, "{LINE_PREFIX}{} {}", self.name, BASE64.encode(&bytes))
    }
}

/// A signed note: a text, and 1 to 16 signature lines. Nothing about it is verified.
///
/// [`Trust::open`](super::Trust::open) verifies the note of a checkpoint. The type by itself is for taking notes apart
/// and for adding the lines of witnesses.
///
/// ```
/// use ringfence::audit::checkpoint::Note;
///
/// let text = "If you think cryptography is the answer to your problem,
/// then you don't know what your problem is.
///
/// — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
/// ";
/// let note: Note = text.parse()?;
/// assert_eq!(note.text().lines().count(), 2);
/// assert_eq!(note.signatures()[0].name(), "PeterNeumann");
/// note.verify(&"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse()?)?;
/// assert_eq!(note.to_string(), text);
/// # Ok::<(), ringfence::audit::checkpoint::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    pub(super) fn new(text: String, signature: NoteSignature) -> Self {
        Self { text, signatures: vec![signature] }
    }

    /// The text, with its last newline and without the blank line after it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// What the note says about a log, **unverified**: anybody can have written it. It is for finding out whose
    /// keys to fetch, and for witnesses.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if the text is not that of a checkpoint.
    pub fn unverified_checkpoint(&self) -> Result<Checkpoint, Error> {
        Checkpoint::parse(&self.text)
    }

    /// Adds a signature line, such as the answer of a witness. A line by the same key is replaced.
    ///
    /// Nothing is verified: whoever opens the note does.
    ///
    /// # Errors
    ///
    /// [`Error::TooManySignatures`] beyond 16 lines.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), Error> {
        let same = |other: &&mut NoteSignature| other.name == signature.name && other.id == signature.id;
        if let Some(other) = self.signatures.iter_mut().find(same) {
            *other = signature;
            return Ok(());
        }
        if self.signatures.len() >= MAX_SIGNATURES {
            return Err(Error::TooManySignatures);
        }
        self.signatures.push(signature);
        Ok(())
    }
}

impl FromStr for Note {
    type Err = Error;

    fn from_str(note: &str) -> Result<Self, Error> {
        let control = |byte: u8| byte < 0x20 && byte != b'\n';
        if note.len() > MAX_NOTE_LEN || note.bytes().any(control) {
            return Err(Error::Malformed);
        }
        let lines = note.strip_suffix('\n').ok_or(Error::Malformed)?;
        // The last blank line is the one between text and signatures.
        let (text, lines) = lines.rsplit_once("\n\n").ok_or(Error::Malformed)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            if signatures.len() >= MAX_SIGNATURES {
                return Err(Error::TooManySignatures);
            }
            signatures.push(NoteSignature::parse(line)?);
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }
}

/// The whole note.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| signature.fmt(f))
    }
}

/// The whole note as text.
#[cfg(feature = "serde")]
impl serde::Serialize for Note {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From the whole note as text.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Note {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
