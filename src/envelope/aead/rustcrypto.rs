//! The default backend: RustCrypto's `aes-gcm`, pure Rust.

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aes::Aes256Enc;
use aes_gcm::{AeadInOut, AesGcm, KeyInit, Tag};
use zeroize::zeroize_stack;

use super::one_shot::{FIXED_BLOCKS, OneShot};
use super::{Refused, SINGLE_USE_NONCE, TAG_LEN, roll_back};

/// Messages up to this length take the path that calls the block cipher once. It is ahead up to about
/// 1 KiB.
const SMALL: usize = 1024;
/// A typical secret: these take a smaller stack frame, which is cheaper to wipe.
const SHORT: usize = 96;

/// GCM runs the block cipher forwards only, so the inverse key schedule is never needed.
pub(super) struct Cipher(AesGcm<Aes256Enc, U12>);

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(AesGcm::new(key.into()))
    }

    pub(super) fn seal(&self, nonce: [u8; 12], plaintext: &[u8], out: &mut [u8]) -> Result<(), Refused> {
        let (body, tag_place) = out.split_last_chunk_mut::<TAG_LEN>().ok_or(Refused)?;
        let buffer = InOutBuf::new(plaintext, body).map_err(|_| Refused)?;
        let tag = self.0.encrypt_inout_detached(&nonce.into(), &[], buffer).map_err(|_| Refused)?;
        *tag_place = tag.into();
        Ok(())
    }

    pub(super) fn open(&self, nonce: [u8; 12], sealed: &[u8], out: &mut [u8]) -> Result<(), Refused> {
        let (body, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(Refused)?;
        let buffer = InOutBuf::new(body, out).map_err(|_| Refused)?;
        let tag = Tag::from(*tag);
        self.0.decrypt_inout_detached(&nonce.into(), &[], buffer, &tag).map_err(|_| Refused)
    }
}

pub(super) fn seal_once(key: &[u8; 32], plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
    match plaintext.len() {
        len if len <= SHORT => seal_short(key, plaintext, out),
        len if len <= SMALL => seal_small(key, plaintext, out),
        _ => seal_long(key, plaintext, out),
    }
}

pub(super) fn open_once(key: &[u8; 32], sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
    let (body, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(Refused)?;
    match body.len() {
        len if len <= SHORT => open_short(key, body, tag, out),
        len if len <= SMALL => open_small(key, body, tag, out),
        _ => open_long(key, sealed, out),
    }
}

/// As deep as the functions below go, rounded up, in an optimised build.
pub(super) fn wipe_stack(message_len: usize) {
    if message_len <= SHORT {
        zeroize_stack::<{ 6 * 1024 }>();
    } else {
        zeroize_stack::<{ 16 * 1024 }>();
    }
}

// One function for each size: a frame that held all of them would be deep to wipe.

#[inline(never)]
fn seal_short(key: &[u8; 32], plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
    OneShot::<{ FIXED_BLOCKS + SHORT / 16 }>::seal(key, plaintext, out)
}

#[inline(never)]
fn seal_small(key: &[u8; 32], plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
    OneShot::<{ FIXED_BLOCKS + SMALL / 16 }>::seal(key, plaintext, out)
}

#[inline(never)]
fn seal_long(key: &[u8; 32], plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
    let start = out.len();
    out.extend_from_slice(plaintext);
    let body = out.get_mut(start..).ok_or(Refused)?;
    let tag = Cipher::new(key).0.encrypt_inout_detached(&SINGLE_USE_NONCE.into(), &[], body.into());
    let Ok(tag) = tag else {
        roll_back(out, start);
        return Err(Refused);
    };
    out.extend_from_slice(&tag);
    Ok(())
}

#[inline(never)]
fn open_short(key: &[u8; 32], body: &[u8], tag: &[u8; TAG_LEN], out: &mut Vec<u8>) -> Result<(), Refused> {
    OneShot::<{ FIXED_BLOCKS + SHORT / 16 }>::open(key, body, tag, out)
}

#[inline(never)]
fn open_small(key: &[u8; 32], body: &[u8], tag: &[u8; TAG_LEN], out: &mut Vec<u8>) -> Result<(), Refused> {
    OneShot::<{ FIXED_BLOCKS + SMALL / 16 }>::open(key, body, tag, out)
}

#[inline(never)]
fn open_long(key: &[u8; 32], sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
    let start = out.len();
    out.resize(start.saturating_add(sealed.len().saturating_sub(TAG_LEN)), 0);
    let plaintext = out.get_mut(start..).ok_or(Refused)?;
    let opened = Cipher::new(key).open(SINGLE_USE_NONCE, sealed, plaintext);
    if opened.is_err() {
        roll_back(out, start);
    }
    opened
}
