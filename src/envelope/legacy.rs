//! The way in: reading columns that something else has encrypted, or nothing has.
//!
//! A reader is always chosen by your code, for a column and for the time of its migration. There is no
//! automatic mode: a reader that takes "whatever is not sealed" as plaintext lets an attacker who can
//! write to the column skip the seal. For the same reason, migrate into a *new* column, and drop the old
//! one at the end.
//!
//! ```
//! use ringfence::TenantId;
//! use ringfence::envelope::legacy::LegacyColumn;
//! use ringfence::envelope::{Context, DataKey, Generation, Keyring, Scope};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let acme: TenantId = "acme".parse()?;
//! let ring = Keyring::new(Scope::tenant(&acme), Generation::FIRST, DataKey::generate()?);
//! let old = LegacyColumn::plaintext();
//!
//! let context = Context::new(&acme, "integrations", "api_key", "row-1");
//! let sealed = old.seal_anew(&ring, &context, b"sk_live_1", b"")?;
//! # drop(sealed);
//! # Ok(())
//! # }
//! ```

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, KeyIvInit};
use aes_gcm::aead::consts::U12;
use aes_gcm::{AeadInOut, AesGcm, KeyInit, Tag};
use secrecy::{ExposeSecret, SecretSlice};
use zeroize::{Zeroize, Zeroizing};

use super::suite::MAX_PLAINTEXT;
use super::{Context, Error, Keyring, Resealed, derive};
use crate::vocabulary::{constant_time, encoding, redacted_debug};

/// What any stored form may be longer than its plaintext: base64 and a frame.
const MAX_STORED: usize = MAX_PLAINTEXT * 2;
/// The first byte of a Fernet token.
const FERNET_VERSION: u8 = 0x80;

/// How plain AES-GCM output was laid out in the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GcmLayout {
    /// `nonce 12 | ciphertext | tag 16`: most libraries.
    NonceCiphertextTag,
    /// `nonce 12 | tag 16 | ciphertext`: most code around Node.js's `crypto`.
    NonceTagCiphertext,
}

/// Reads the values of one legacy column.
pub struct LegacyColumn(Kind);

redacted_debug!(LegacyColumn => "LegacyColumn");

enum Kind {
    Gcm128(Box<AesGcm<aes::Aes128Enc, U12>>, GcmLayout),
    Gcm256(Box<AesGcm<aes::Aes256Enc, U12>>, GcmLayout),
    Fernet(Vec<FernetKey>),
    Plaintext,
}

struct FernetKey {
    /// HMAC-SHA256 takes the 16 bytes as a key of 32 with zeros behind.
    signing: Zeroizing<[u8; 32]>,
    encryption: Zeroizing<[u8; 16]>,
}

impl LegacyColumn {
    /// AES-GCM with a 12-byte nonce and a whole tag, under a key of 16 or 32 bytes.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSetting`] for a key of another length.
    pub fn aes_gcm(key: &SecretSlice<u8>, layout: GcmLayout) -> Result<Self, Error> {
        let key = key.expose_secret();
        if let Ok(key) = <&[u8; 32]>::try_from(key) {
            return Ok(Self(Kind::Gcm256(Box::new(AesGcm::new(key.into())), layout)));
        }
        let key: &[u8; 16] = key.try_into().map_err(|_| Error::InvalidSetting)?;
        Ok(Self(Kind::Gcm128(Box::new(AesGcm::new(key.into())), layout)))
    }

    /// Fernet tokens, under any of the keys (base64url text of 32 bytes, newest first). The time in a
    /// token is not looked at: stored tokens do not expire.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSetting`] if there is no key, or one that is not a Fernet key.
    pub fn fernet<'k>(keys: impl IntoIterator<Item = &'k secrecy::SecretString>) -> Result<Self, Error> {
        let mut parsed = Vec::new();
        for key in keys {
            let text = key.expose_secret().trim_end_matches('=');
            let bytes = Zeroizing::new(encoding::decode_base64url(text).ok_or(Error::InvalidSetting)?);
            let (signing, encryption) = bytes.split_first_chunk::<16>().ok_or(Error::InvalidSetting)?;
            let encryption: [u8; 16] = encryption.try_into().map_err(|_| Error::InvalidSetting)?;
            let mut padded = Zeroizing::new([0_u8; 32]);
            for (to, from) in padded.iter_mut().zip(signing) {
                *to = *from;
            }
            parsed.push(FernetKey { signing: padded, encryption: Zeroizing::new(encryption) });
        }
        if parsed.is_empty() {
            return Err(Error::InvalidSetting);
        }
        Ok(Self(Kind::Fernet(parsed)))
    }

    /// Values that were never encrypted.
    #[must_use]
    pub const fn plaintext() -> Self {
        Self(Kind::Plaintext)
    }

    /// Reads one stored value, and seals it for its place: one step of a migration.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read) and [`Keyring::seal`].
    pub fn seal_anew(
        &self,
        ring: &Keyring,
        context: &Context<'_>,
        stored: &[u8],
        associated_data: &[u8],
    ) -> Result<Resealed, Error> {
        let plaintext = self.read(stored, associated_data)?;
        Ok(Resealed::Replace(ring.seal(context, plaintext.expose_secret())?))
    }

    /// Reads one stored value. `associated_data` is what AES-GCM was given as such; empty for most
    /// columns, and without a meaning for the other kinds.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] for a value of no possible length or form, [`Error::Rejected`] for a wrong
    /// key or changed bytes.
    pub fn read(&self, stored: &[u8], associated_data: &[u8]) -> Result<SecretSlice<u8>, Error> {
        if stored.len() > MAX_STORED {
            return Err(Error::Malformed);
        }
        let plaintext = match &self.0 {
            Kind::Gcm128(cipher, layout) => open_gcm(&**cipher, *layout, stored, associated_data)?,
            Kind::Gcm256(cipher, layout) => open_gcm(&**cipher, *layout, stored, associated_data)?,
            Kind::Fernet(keys) => open_fernet(keys, stored)?,
            Kind::Plaintext => stored.to_vec(),
        };
        Ok(SecretSlice::from(plaintext))
    }
}

fn open_gcm(
    cipher: &impl AeadInOut<NonceSize = U12, TagSize = aes_gcm::aead::consts::U16>,
    layout: GcmLayout,
    stored: &[u8],
    associated_data: &[u8],
) -> Result<Vec<u8>, Error> {
    let (nonce, rest) = stored.split_first_chunk::<12>().ok_or(Error::Malformed)?;
    let (body, tag) = match layout {
        GcmLayout::NonceCiphertextTag => rest.split_last_chunk::<16>(),
        GcmLayout::NonceTagCiphertext => rest.split_first_chunk::<16>().map(|(tag, body)| (body, tag)),
    }
    .ok_or(Error::Malformed)?;
    let mut plaintext = body.to_vec();
    let opened = cipher.decrypt_inout_detached(
        &(*nonce).into(),
        associated_data,
        plaintext.as_mut_slice().into(),
        &Tag::from(*tag),
    );
    if opened.is_err() {
        plaintext.zeroize();
        return Err(Error::Rejected);
    }
    Ok(plaintext)
}

/// A token: `0x80 | time 8 | iv 16 | AES-128-CBC ciphertext | HMAC-SHA256 32`, in padded base64url.
fn open_fernet(keys: &[FernetKey], token: &[u8]) -> Result<Vec<u8>, Error> {
    let text = core::str::from_utf8(token).map_err(|_| Error::Malformed)?;
    let bytes = encoding::decode_base64url(text.trim_end_matches('=')).ok_or(Error::Malformed)?;
    let (signed, mac) = bytes.split_last_chunk::<32>().ok_or(Error::Malformed)?;
    let (&version, rest) = signed.split_first().ok_or(Error::Malformed)?;
    let (_time, rest) = rest.split_first_chunk::<8>().ok_or(Error::Malformed)?;
    let (iv, body) = rest.split_first_chunk::<16>().ok_or(Error::Malformed)?;
    if version != FERNET_VERSION || body.is_empty() || body.len() % 16 != 0 {
        return Err(Error::Malformed);
    }
    for key in keys {
        let expected = derive::hmac(&key.signing, &[signed]);
        if constant_time::equal(&expected, mac) {
            let decryptor = cbc::Decryptor::<aes::Aes128>::new((&*key.encryption).into(), iv.into());
            return decryptor.decrypt_padded_vec::<Pkcs7>(body).map_err(|_| Error::Rejected);
        }
    }
    Err(Error::Rejected)
}
