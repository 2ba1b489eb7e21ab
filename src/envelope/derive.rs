//! HKDF-SHA256, the Expand half: from a uniformly random 32-byte key to the keys of one message.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::context::Binding;

/// Bytes of a salt.
pub(super) const SALT_LEN: usize = 16;
/// Bytes of a commitment.
pub(super) const COMMITMENT_LEN: usize = 32;

/// What names a derivation: the label of the format, its suite byte, the id of the key used.
#[derive(Clone, Copy)]
pub(super) struct Purpose {
    pub(super) label: &'static [u8],
    pub(super) suite: u8,
}

/// The keys of one message.
pub(super) struct MessageKeys {
    pub(super) aead: Zeroizing<[u8; 32]>,
    /// Public: it stands in the sealed value and commits to key, salt and context.
    pub(super) commitment: [u8; COMMITMENT_LEN],
}

/// A pseudo-random key, with the first HMAC block already worked in.
pub(super) struct PseudoRandomKey {
    mac: Hmac<Sha256>,
}

impl PseudoRandomKey {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self { mac: keyed(key) }
    }

    /// HKDF-Expand(self, label | suite | key id | salt | len(context) | context, 64).
    pub(super) fn message_keys(
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
            context.for_each_piece(|piece| mac.update(piece));
        };
        let mut first = self.mac.clone();
        info(&mut first);
        first.update(&[1]);
        let aead = Zeroizing::new(<[u8; 32]>::from(first.finalize().into_bytes()));

        let mut second = self.mac.clone();
        second.update(&*aead);
        info(&mut second);
        second.update(&[2]);
        let commitment = second.finalize().into_bytes().into();
        MessageKeys { aead, commitment }
    }

    /// HKDF-Expand(self, the pieces of `info`, `out.len()`); `out` is at most 255 blocks of 32 bytes.
    pub(super) fn expand(&self, info: &[&[u8]], out: &mut [u8]) {
        let mut previous = Zeroizing::new([0_u8; 32]);
        let mut counter = 0_u8;
        for chunk in out.chunks_mut(32) {
            let mut mac = self.mac.clone();
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

/// HMAC-SHA256 over pieces that are laid end to end.
pub(super) fn hmac(key: &[u8; 32], pieces: &[&[u8]]) -> [u8; 32] {
    let mut mac = keyed(key);
    for piece in pieces {
        mac.update(piece);
    }
    mac.finalize().into_bytes().into()
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&hmac::digest::Key::<Hmac<Sha256>>::default()))
}
