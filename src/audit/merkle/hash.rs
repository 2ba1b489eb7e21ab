//! The hashes of RFC 6962: leaves and nodes, kept apart by their first byte.

use core::fmt;
use core::str::FromStr;

use data_encoding::HEXLOWER;
use sha2::block_api::compress256;

/// How long a hash is.
pub(super) const HASH_LEN: usize = 32;
/// What SHA-256 starts from (FIPS 180-4, 5.3.3).
const INITIAL_STATE: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];
/// How much data stands in the first block of a leaf, beside the prefix.
const FIRST_LEN: usize = 63;
/// How much of a block is free where the padding and the length do not need another one.
const LAST_LEN: usize = 55;
/// How long a node is before padding: the prefix and two hashes.
const NODE_BITS: u64 = 8 * 65;

/// A hash in the tree: of a leaf, of a node, or the root. It is not secret.
///
/// Its text is 64 lower-case hexadecimal digits.
///
/// ```
/// use ringfence::audit::merkle::{Hash, leaf_hash};
///
/// let hash = leaf_hash(b"");
/// let text = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
/// assert_eq!(hash.to_string(), text);
/// assert_eq!(text.parse::<Hash>()?, hash);
/// # Ok::<(), ringfence::audit::merkle::HashParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_LEN]);

impl Hash {
    /// The root of a tree without leaves: SHA-256 of nothing.
    pub const EMPTY_TREE: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
        0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ]);
    /// What a buffer holds before it is filled.
    pub(super) const ZERO: Self = Self([0; HASH_LEN]);

    /// Takes 32 bytes as a hash.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; HASH_LEN]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_LEN] {
        &self.0
    }
}

/// The hash of one entry: `SHA-256(0x00 | data)`. In an audit line it is `h`.
///
/// ```
/// use ringfence::audit::merkle::leaf_hash;
///
/// assert_ne!(leaf_hash(b"a"), leaf_hash(b"b"));
/// ```
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Hash {
    // The prefix would shift all data by one byte, and make the hasher copy each block: with the first block
    // laid out here, the rest is hashed where it lies. That takes a fifth off an entry of 300 bytes.
    let mut state = INITIAL_STATE;
    let mut last = [0; 128];
    let used = match data.split_first_chunk::<FIRST_LEN>() {
        None => {
            fill(&mut last, 1, data);
            data.len().saturating_add(1)
        }
        Some((head, rest)) => {
            let mut first = [0; 64];
            first[1..].copy_from_slice(head);
            compress256(&mut state, &[first]);
            let (blocks, tail) = rest.as_chunks();
            compress256(&mut state, blocks);
            fill(&mut last, 0, tail);
            tail.len()
        }
    };
    fill(&mut last, used, &[0x80]);
    // SHA-256 counts bits modulo 2^64.
    let bits = (data.len() as u64).wrapping_add(1).wrapping_mul(8).to_be_bytes();
    let blocks = if used <= LAST_LEN {
        last[56..64].copy_from_slice(&bits);
        1
    } else {
        last[120..].copy_from_slice(&bits);
        2
    };
    compress256(&mut state, last.as_chunks().0.get(..blocks).unwrap_or_default());
    output(state)
}

/// Writes `bytes` at a place where they fit.
#[inline]
fn fill(block: &mut [u8; 128], at: usize, bytes: &[u8]) {
    let place = block.split_at_mut_checked(at).and_then(|(_, rest)| rest.get_mut(..bytes.len()));
    if let Some(place) = place {
        place.copy_from_slice(bytes);
    }
}

#[inline]
fn output(state: [u32; 8]) -> Hash {
    let mut hash = [0; HASH_LEN];
    for (bytes, word) in hash.as_chunks_mut().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    Hash(hash)
}

/// The hash of two neighbours: `SHA-256(0x01 | left | right)`.
///
/// ```
/// use ringfence::audit::merkle::{leaf_hash, node_hash};
///
/// let (a, b) = (leaf_hash(b"a"), leaf_hash(b"b"));
/// assert_ne!(node_hash(&a, &b), node_hash(&b, &a));
/// ```
#[must_use]
#[inline]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    // A node is always two blocks: both are laid out here, which takes a fifth off.
    let mut blocks = [0; 128];
    blocks[0] = 0x01;
    blocks[1..33].copy_from_slice(&left.0);
    blocks[33..65].copy_from_slice(&right.0);
    blocks[65] = 0x80;
    blocks[120..].copy_from_slice(&NODE_BITS.to_be_bytes());
    let mut state = INITIAL_STATE;
    compress256(&mut state, blocks.as_chunks().0);
    output(state)
}

impl From<[u8; HASH_LEN]> for Hash {
    fn from(bytes: [u8; HASH_LEN]) -> Self {
        Self(bytes)
    }
}

impl From<Hash> for [u8; HASH_LEN] {
    fn from(hash: Hash) -> Self {
        hash.0
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 2 * HASH_LEN];
        HEXLOWER.encode_mut(&self.0, &mut text);
        f.write_str(core::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut hash = [0; HASH_LEN];
        if text.len() != 2 * HASH_LEN {
            return Err(HashParseError(()));
        }
        HEXLOWER.decode_mut(text.as_bytes(), &mut hash).map_err(|_| HashParseError(()))?;
        Ok(Self(hash))
    }
}

/// The text is not 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 lower-case hexadecimal digits")]
pub struct HashParseError(());

/// The hexadecimal text.
#[cfg(feature = "serde")]
impl serde::Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From hexadecimal text.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = Hash;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("64 lower-case hexadecimal digits")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Hash, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::{Hash, leaf_hash, node_hash};

    #[test]
    fn a_leaf_is_the_plain_sha_256_of_its_bytes() {
        let data: Vec<u8> = (0..1000_u32).map(|i| (i * 31 % 251) as u8).collect();
        for len in 0..=data.len() {
            let plain = Sha256::new().chain_update([0x00]).chain_update(&data[..len]).finalize();
            assert_eq!(leaf_hash(&data[..len]), Hash::from_bytes(plain.into()), "{len} bytes");
        }
    }

    #[test]
    fn a_node_is_the_plain_sha_256_of_its_bytes() {
        for seed in 0..100_u8 {
            let (left, right) = (leaf_hash(&[seed]), leaf_hash(&[seed, 1]));
            let plain =
                Sha256::new().chain_update([0x01]).chain_update(left).chain_update(right).finalize();
            assert_eq!(node_hash(&left, &right), Hash::from_bytes(plain.into()));
        }
        assert_eq!(Hash::EMPTY_TREE, Hash::from_bytes(Sha256::digest(b"").into()));
    }
}
