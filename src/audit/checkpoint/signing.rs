//! Signing and cosigning, in two steps with a key service or in one with a seed.

use ed25519_dalek::Signer;
use secrecy::SecretBox;

use super::cosignature::{message, seconds};
use super::key::signing_key;
use super::note::NoteSignature;
use super::{Checkpoint, Error, KeyKind, Note, VerifierKey};
use crate::Timestamp;

impl Checkpoint {
    /// Makes the note from a signature of [`to_be_signed`](Self::to_be_signed), which a key service made. The
    /// signature is verified.
    ///
    /// ```
    /// use ringfence::audit::checkpoint::{Checkpoint, KeyKind, VerifierKey};
    /// # use ringfence::audit::merkle::TreeRoot;
    /// # use ed25519_dalek::{Signer, SigningKey};
    /// # struct KeyService(SigningKey);
    /// # impl KeyService {
    /// #     fn public_key(&self) -> [u8; 32] { self.0.verifying_key().to_bytes() }
    /// #     fn sign(&self, message: &[u8]) -> [u8; 64] { self.0.sign(message).to_bytes() }
    /// # }
    /// # let service = KeyService(SigningKey::from_bytes(&[7; 32]));
    /// let key = VerifierKey::new("acme.example/audit", KeyKind::Log, &service.public_key())?;
    /// let checkpoint = Checkpoint::new("acme.example/audit", TreeRoot::EMPTY)?;
    ///
    /// let signature = service.sign(&checkpoint.to_be_signed());
    /// let note = checkpoint.attach(&key, &signature)?;
    /// assert_eq!(note.signatures().len(), 1);
    /// # Ok::<(), ringfence::audit::checkpoint::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::WrongKeyKind`] for a witness's key, [`Error::BadSignature`] if the signature is not this
    /// key's.
    pub fn attach(&self, key: &VerifierKey, signature: &[u8; 64]) -> Result<Note, Error> {
        if key.kind() != KeyKind::Log {
            return Err(Error::WrongKeyKind);
        }
        let text = self.to_string();
        key.verify(text.as_bytes(), signature)?;
        Ok(Note::new(text, NoteSignature::new(key.name(), key.id(), signature.to_vec())))
    }

    /// Signs with the seed of an Ed25519 key that this process holds.
    ///
    /// # Errors
    ///
    /// [`Error::WrongKeyKind`] for a witness's key, [`Error::WrongSeed`] if the seed is not this key's.
    pub fn sign_with_seed(&self, key: &VerifierKey, seed: &SecretBox<[u8; 32]>) -> Result<Note, Error> {
        if key.kind() != KeyKind::Log {
            return Err(Error::WrongKeyKind);
        }
        let signature = sign(key, seed, &self.to_be_signed())?;
        Ok(Note::new(self.to_string(), NoteSignature::new(key.name(), key.id(), signature.to_vec())))
    }

    /// The bytes that a witness signs at a point in time, of which whole seconds count.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] before 1970.
    pub fn to_be_cosigned(&self, time: Timestamp) -> Result<Vec<u8>, Error> {
        Ok(message(seconds(time)?, &self.to_string()))
    }

    /// Makes the line of a witness from a signature of [`to_be_cosigned`](Self::to_be_cosigned) at the same
    /// time. The signature is verified.
    ///
    /// # Errors
    ///
    /// [`Error::WrongKeyKind`] for a log's key, [`Error::BadSignature`] if the signature is not this key's,
    /// [`Error::Malformed`] before 1970.
    pub fn cosignature(
        &self,
        key: &VerifierKey,
        time: Timestamp,
        signature: &[u8; 64],
    ) -> Result<NoteSignature, Error> {
        if key.kind() != KeyKind::Witness {
            return Err(Error::WrongKeyKind);
        }
        key.verify(&self.to_be_cosigned(time)?, signature)?;
        cosignature_line(key, time, signature)
    }

    /// Cosigns with the seed of an Ed25519 key that this process holds.
    ///
    /// A witness does that only once it has verified the log's signature, and that the log is
    /// [consistent](crate::audit::merkle::ConsistencyProof) with the largest state that it has seen.
    ///
    /// ```
    /// use ringfence::Timestamp;
    /// use ringfence::audit::checkpoint::{Checkpoint, Trust, VerifierKey};
    /// # use ringfence::audit::merkle::TreeRoot;
    /// # use ringfence::secrecy::SecretBox;
    /// # let (log_seed, witness_seed) = (SecretBox::new(Box::new([7; 32])), SecretBox::new(Box::new([8; 32])));
    /// # let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
    /// # let log = VerifierKey::log_from_seed("acme.example/audit", &log_seed)?;
    /// # let checkpoint = Checkpoint::new("acme.example/audit", TreeRoot::EMPTY)?;
    /// let mut note = checkpoint.sign_with_seed(&log, &log_seed)?;
    ///
    /// let witness = VerifierKey::witness_from_seed("witness.example", &witness_seed)?;
    /// note.add(checkpoint.cosign_with_seed(&witness, &witness_seed, now)?)?;
    ///
    /// let trust = Trust::in_log("acme.example/audit")?.key(log)?.key(witness)?.witnesses(1);
    /// assert_eq!(trust.open(&note.to_string())?.witnessed_at(1), Some(now));
    /// # Ok::<(), ringfence::audit::checkpoint::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::WrongKeyKind`] for a log's key, [`Error::WrongSeed`] if the seed is not this key's,
    /// [`Error::Malformed`] before 1970.
    pub fn cosign_with_seed(
        &self,
        key: &VerifierKey,
        seed: &SecretBox<[u8; 32]>,
        time: Timestamp,
    ) -> Result<NoteSignature, Error> {
        if key.kind() != KeyKind::Witness {
            return Err(Error::WrongKeyKind);
        }
        let signature = sign(key, seed, &self.to_be_cosigned(time)?)?;
        cosignature_line(key, time, &signature)
    }
}

fn sign(key: &VerifierKey, seed: &SecretBox<[u8; 32]>, message: &[u8]) -> Result<[u8; 64], Error> {
    let signing_key = signing_key(seed);
    if signing_key.verifying_key().as_bytes() != key.public_key() {
        return Err(Error::WrongSeed);
    }
    Ok(signing_key.sign(message).to_bytes())
}

fn cosignature_line(
    key: &VerifierKey,
    time: Timestamp,
    signature: &[u8; 64],
) -> Result<NoteSignature, Error> {
    let line = [seconds(time)?.to_be_bytes().as_slice(), signature].concat();
    Ok(NoteSignature::new(key.name(), key.id(), line))
}
