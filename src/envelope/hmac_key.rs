//! HMAC-SHA256 of short messages under a key that is used again and again.
//!
//! The first block of both halves depends on the key alone, so it is worked in once. A message that is
//! already laid out in whole blocks then costs one call of the compression function and one more block:
//! a third less than going through a general-purpose buffer. The compression function is `sha2`'s.

use sha2::block_api::compress256;
use zeroize::optimization_barrier;

const BLOCK: usize = 64;

/// SHA-256's initial state (FIPS 180-4, section 5.3.3).
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// What follows the inner digest in the outer half: the end mark, and the length of a key block and a
/// digest in bits (768).
const OUTER_PADDING: [u8; 32] = {
    let mut padding = [0; 32];
    let [mark, .., high, low] = &mut padding;
    (*mark, *high, *low) = (0x80, 3, 0);
    padding
};

/// The states after the key block of the inner and the outer half: as secret as the key.
pub(super) struct HmacKey {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl Drop for HmacKey {
    fn drop(&mut self) {
        (self.inner, self.outer) = ([0; 8], [0; 8]);
        optimization_barrier(self);
    }
}

impl HmacKey {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let after_key_block = |pad: u8| {
            let mut block = [pad; BLOCK];
            for (byte, key) in block.iter_mut().zip(key) {
                *byte ^= key;
            }
            let mut state = INITIAL;
            compress256(&mut state, &[block]);
            wipe(&mut block);
            state
        };
        Self { inner: after_key_block(0x36), outer: after_key_block(0x5c) }
    }

    /// The MAC of the first `len` bytes of `buffer`. Behind them stand 0x80 and nothing but zeros; the
    /// length is put in its place and taken out again. `None` if the buffer has no room for it.
    #[inline]
    pub(super) fn mac(&self, buffer: &mut [u8], len: usize) -> Option<[u8; 32]> {
        let (blocks, _) = buffer.as_chunks_mut::<BLOCK>();
        let blocks = blocks.get_mut(..len.saturating_add(9).div_ceil(BLOCK))?;
        *length_field(blocks)? = (len as u64).saturating_add(BLOCK as u64).saturating_mul(8).to_be_bytes();
        let mut state = self.inner;
        compress256(&mut state, blocks);
        *length_field(blocks)? = [0; 8];

        let mut last = [0; BLOCK];
        let (front, back) = last.split_first_chunk_mut::<32>()?;
        *front = digest(&state);
        *back.first_chunk_mut()? = OUTER_PADDING;
        let mut state = self.outer;
        compress256(&mut state, &[last]);
        Some(digest(&state))
    }
}

fn length_field(blocks: &mut [[u8; BLOCK]]) -> Option<&mut [u8; 8]> {
    blocks.last_mut()?.last_chunk_mut()
}

/// Swapped as a whole: storing word by word would stall the wide loads of the next compression.
#[inline]
fn digest(state: &[u32; 8]) -> [u8; 32] {
    let swapped = state.map(u32::to_be);
    let mut out = [0; 32];
    for (bytes, word) in out.as_chunks_mut::<4>().0.iter_mut().zip(swapped) {
        *bytes = word.to_ne_bytes();
    }
    out
}

/// Overwrites a secret in one go; `zeroize` itself writes byte by byte.
#[inline]
pub(super) fn wipe<const N: usize>(secret: &mut [u8; N]) {
    *secret = [0; N];
    optimization_barrier(secret);
}

#[cfg(test)]
mod tests {
    use super::HmacKey;
    use crate::envelope::derive;

    /// Against the `hmac` crate, at every length around the block boundaries.
    #[test]
    fn equals_the_general_purpose_implementation() {
        let key = core::array::from_fn(|i| i as u8);
        for len in 0..400 {
            let message: Vec<u8> = (0..len).map(|i| (i * 7) as u8).collect();
            let mut buffer = vec![0; 512];
            buffer[..len].copy_from_slice(&message);
            buffer[len] = 0x80;
            let expected = derive::hmac(&key, &[&message]);
            assert_eq!(HmacKey::new(&key).mac(&mut buffer, len), Some(expected), "{len} bytes");
        }
    }

    #[test]
    fn a_buffer_without_room_is_refused() {
        let mut buffer = [0; 128];
        assert!(HmacKey::new(&[0; 32]).mac(&mut buffer, 119).is_some());
        assert!(HmacKey::new(&[0; 32]).mac(&mut buffer, 120).is_none());
    }
}
