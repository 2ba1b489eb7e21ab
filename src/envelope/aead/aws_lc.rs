//! The faster backend, behind the feature `aws-lc-rs`: AWS-LC, in C and assembly.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::{Refused, SINGLE_USE_NONCE, TAG_LEN, roll_back};

pub(super) struct Cipher(Option<LessSafeKey>);

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        // Cannot fail: the key has the algorithm's length. Were it to, every use is refused.
        Self(UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new))
    }

    pub(super) fn seal(&self, nonce: [u8; 12], plaintext: &[u8], out: &mut [u8]) -> Result<(), Refused> {
        let key = self.0.as_ref().ok_or(Refused)?;
        let (body, tag) = out.split_last_chunk_mut::<TAG_LEN>().ok_or(Refused)?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        key.seal_out_of_place_scatter(nonce, Aad::empty(), plaintext, body, &[], tag).map_err(|_| Refused)
    }

    pub(super) fn open(&self, nonce: [u8; 12], sealed: &[u8], out: &mut [u8]) -> Result<(), Refused> {
        let key = self.0.as_ref().ok_or(Refused)?;
        let (body, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(Refused)?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        key.open_separate_gather(nonce, Aad::empty(), body, tag, out).map_err(|_| Refused)
    }
}

pub(super) fn seal_once(key: &[u8; 32], plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
    let cipher = Cipher::new(key);
    let key = cipher.0.as_ref().ok_or(Refused)?;
    let start = out.len();
    out.extend_from_slice(plaintext);
    out.extend_from_slice(&[0; TAG_LEN]);
    let (body, tag) = out
        .get_mut(start..)
        .and_then(|written| written.split_last_chunk_mut::<TAG_LEN>())
        .ok_or(Refused)?;
    let nonce = Nonce::assume_unique_for_key(SINGLE_USE_NONCE);
    let sealed = key.seal_in_place_scatter(nonce, Aad::empty(), body, &[], tag);
    if sealed.is_err() {
        roll_back(out, start);
        return Err(Refused);
    }
    Ok(())
}

pub(super) fn open_once(key: &[u8; 32], sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
    let cipher = Cipher::new(key);
    let key = cipher.0.as_ref().ok_or(Refused)?;
    let (body, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(Refused)?;
    let start = out.len();
    out.extend_from_slice(body);
    let body = out.get_mut(start..).ok_or(Refused)?;
    let nonce = Nonce::assume_unique_for_key(SINGLE_USE_NONCE);
    if key.open_in_place_separate_tag(nonce, Aad::empty(), tag, body).is_err() {
        roll_back(out, start);
        return Err(Refused);
    }
    Ok(())
}

/// AWS-LC keeps keys in its own memory, and wipes it: nothing to do here.
pub(super) const fn wipe_stack(_message_len: usize) {}
