//! The default backend: RustCrypto's `aes-gcm`, pure Rust.

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aes::Aes256Enc;
use aes_gcm::{AeadInOut, AesGcm, KeyInit, Tag};

use super::{Refused, TAG_LEN};

/// GCM runs the block cipher forwards only, so the inverse key schedule is never needed.
pub(super) struct Cipher(AesGcm<Aes256Enc, U12>);

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(AesGcm::new(key.into()))
    }

    pub(super) fn seal(&self, nonce: [u8; 12], plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        let start = out.len();
        out.extend_from_slice(plaintext);
        let body = out.get_mut(start..).ok_or(Refused)?;
        let tag = self.0.encrypt_inout_detached(&nonce.into(), &[], body.into()).map_err(|_| Refused)?;
        out.extend_from_slice(&tag);
        Ok(())
    }

    pub(super) fn open(&self, nonce: [u8; 12], sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        let (body, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(Refused)?;
        let start = out.len();
        out.extend_from_slice(body);
        let body: InOutBuf<'_, '_, u8> = out.get_mut(start..).ok_or(Refused)?.into();
        let tag = Tag::from(*tag);
        self.0.decrypt_inout_detached(&nonce.into(), &[], body, &tag).map_err(|_| Refused)
    }
}
