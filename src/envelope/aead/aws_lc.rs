//! The faster backend, behind the feature `aws-lc-rs`: AWS-LC, in C and assembly.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::{Refused, TAG_LEN};

pub(super) struct Cipher(Option<LessSafeKey>);

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        // Cannot fail: the key has the algorithm's length. Were it to, every use is refused.
        Self(UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new))
    }

    pub(super) fn seal(&self, nonce: [u8; 12], plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        let key = self.0.as_ref().ok_or(Refused)?;
        let start = out.len();
        out.extend_from_slice(plaintext);
        let body = out.get_mut(start..).ok_or(Refused)?;
        let tag = key
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), body)
            .map_err(|_| Refused)?;
        out.extend_from_slice(tag.as_ref());
        Ok(())
    }

    pub(super) fn open(&self, nonce: [u8; 12], sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        let key = self.0.as_ref().ok_or(Refused)?;
        let (body, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(Refused)?;
        let start = out.len();
        out.resize(start.checked_add(body.len()).ok_or(Refused)?, 0);
        let plaintext = out.get_mut(start..).ok_or(Refused)?;
        key.open_separate_gather(Nonce::assume_unique_for_key(nonce), Aad::empty(), body, tag, plaintext)
            .map_err(|_| Refused)
    }
}
