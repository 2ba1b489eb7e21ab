//! AES-256-GCM for one short message under a key of its own.
//!
//! Each call into the block cipher costs more than the blocks of a short message do, and the general
//! implementation makes four. Here the hash key, the mask of the tag and the whole key stream come from
//! one call. Block cipher and GHASH are the `aes` and `ghash` crates'; what stands here is the order of
//! NIST SP 800-38D, section 7.1.
#![expect(
    clippy::inline_always,
    reason = "one frame for each message size, so that it can be wiped: see `wipe_stack`"
)]

use aes_gcm::aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes_gcm::aes::{Aes256Enc, Block};
use ghash::GHash;
use ghash::universal_hash::UniversalHash;

use super::{Refused, TAG_LEN};
use crate::vocabulary::constant_time;

/// Blocks before the key stream: the hash key, and the mask of the tag.
pub(super) const FIXED_BLOCKS: usize = 2;

/// One message of at most `N - 2` blocks.
pub(super) struct OneShot<const N: usize> {
    /// The hash key, the mask of the tag, the key stream.
    blocks: [Block; N],
}

impl<const N: usize> OneShot<N> {
    /// `None` if a message of `len` bytes does not fit.
    #[inline(always)]
    fn new(key: &[u8; 32], len: usize) -> Option<Self> {
        let mut blocks = [Block::default(); N];
        let used = blocks.get_mut(..FIXED_BLOCKS.saturating_add(len.div_ceil(16)))?;
        let (_hash_key, counters) = used.split_first_mut()?;
        for (number, block) in (1_u32..).zip(counters) {
            // Twelve bytes of the nonce, which is zero, and four of the counter.
            *block = u128::from(number).to_be_bytes().into();
        }
        Aes256Enc::new(key.into()).encrypt_blocks(used);
        Some(Self { blocks })
    }

    /// XORs `text` with the key stream, in place of the latter.
    #[inline(always)]
    fn apply(&mut self, text: &[u8]) -> Option<&[u8]> {
        let (_, stream) = self.blocks.split_at_mut_checked(FIXED_BLOCKS)?;
        let stream = Block::slice_as_flattened_mut(stream).get_mut(..text.len())?;
        for (stream, text) in stream.iter_mut().zip(text) {
            *stream ^= text;
        }
        Some(stream)
    }

    #[inline(always)]
    fn tag(&self, ciphertext: &[u8]) -> Option<[u8; TAG_LEN]> {
        let (hash_key, rest) = self.blocks.split_first()?;
        let mut ghash = GHash::new(hash_key);
        let (whole, tail) = Block::slice_as_chunks(ciphertext);
        ghash.update(whole);
        let mut lengths = Block::default();
        *lengths.last_chunk_mut()? = (ciphertext.len() as u64).saturating_mul(8).to_be_bytes();
        if tail.is_empty() {
            ghash.update(&[lengths]);
        } else {
            let mut padded = Block::default();
            padded.get_mut(..tail.len())?.copy_from_slice(tail);
            ghash.update(&[padded, lengths]);
        }
        let mut tag: [u8; TAG_LEN] = ghash.finalize().into();
        for (tag, mask) in tag.iter_mut().zip(rest.first()?) {
            *tag ^= mask;
        }
        Some(tag)
    }

    /// Appends ciphertext and tag to `out`.
    #[inline(always)]
    pub(super) fn seal(key: &[u8; 32], plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        let mut this = Self::new(key, plaintext.len()).ok_or(Refused)?;
        let start = out.len();
        out.extend_from_slice(this.apply(plaintext).ok_or(Refused)?);
        let tag = out.get(start..).and_then(|ciphertext| this.tag(ciphertext)).ok_or(Refused)?;
        out.extend_from_slice(&tag);
        Ok(())
    }

    /// Verifies, then decrypts onto the end of `out`.
    #[inline(always)]
    pub(super) fn open(
        key: &[u8; 32],
        ciphertext: &[u8],
        tag: &[u8; TAG_LEN],
        out: &mut Vec<u8>,
    ) -> Result<(), Refused> {
        let mut this = Self::new(key, ciphertext.len()).ok_or(Refused)?;
        let expected = this.tag(ciphertext).ok_or(Refused)?;
        if !constant_time::equal(&expected, tag) {
            return Err(Refused);
        }
        out.extend_from_slice(this.apply(ciphertext).ok_or(Refused)?);
        Ok(())
    }
}
