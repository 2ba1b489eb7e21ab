//! The line: what is stored, and what is verified.
//!
//! ```text
//! {"v":1,"h":"<64 hex>","m":"<64 hex>","e":<body>}
//! ```
//!
//! Fixed offsets, so that `h` can be checked without a JSON parser. `h` is the RFC 6962 leaf hash of the
//! body; it is the next entry's `prev`.

use data_encoding::HEXLOWER;

use crate::audit::merkle::{Hash, leaf_hash};

const BEFORE_HASH: &[u8] = b"{\"v\":1,\"h\":\"";
const BEFORE_MAC: &[u8] = b"\",\"m\":\"";
const BEFORE_BODY: &[u8] = b"\",\"e\":";
const AFTER_BODY: &[u8] = b"}";
/// Where the body starts.
const BODY_AT: usize = 153;

/// The longest body, in bytes.
pub(in crate::audit) const MAX_BODY: usize = 64 * 1024;

/// The longest line, in bytes.
const MAX_LINE: usize = BODY_AT + MAX_BODY + AFTER_BODY.len();

/// The MAC of an unkeyed log.
pub(in crate::audit) const NO_MAC: [u8; 32] = [0; 32];

/// Starts a line: everything before the body, with zeros for hash and MAC.
pub(in crate::audit) fn start(out: &mut Vec<u8>) {
    out.extend_from_slice(BEFORE_HASH);
    out.extend_from_slice(&[b'0'; 64]);
    out.extend_from_slice(BEFORE_MAC);
    out.extend_from_slice(&[b'0'; 64]);
    out.extend_from_slice(BEFORE_BODY);
}

/// Ends the line that starts at `start`: puts the leaf hash of the body, and the MAC that `mac` makes of
/// it, into their places. `None` if there is no such line.
pub(in crate::audit) fn finish(
    out: &mut Vec<u8>,
    start: usize,
    mac: impl FnOnce(&Hash) -> [u8; 32],
) -> Option<Hash> {
    let leaf = leaf_hash(out.get(start..)?.get(BODY_AT..)?);
    let mac = mac(&leaf);
    let (_, rest) = out.get_mut(start..)?.split_at_mut_checked(BEFORE_HASH.len())?;
    let (hash_place, rest) = rest.split_first_chunk_mut::<64>()?;
    HEXLOWER.encode_mut(leaf.as_bytes(), hash_place);
    let (_, rest) = rest.split_at_mut_checked(BEFORE_MAC.len())?;
    HEXLOWER.encode_mut(&mac, rest.first_chunk_mut::<64>()?);
    out.extend_from_slice(AFTER_BODY);
    Some(leaf)
}

/// A line, cut into its parts; nothing is verified.
pub(in crate::audit) struct Line<'a> {
    pub(in crate::audit) hash: Hash,
    pub(in crate::audit) mac: [u8; 32],
    pub(in crate::audit) body: &'a [u8],
}

impl<'a> Line<'a> {
    /// `None` unless the frame is right to the byte: lower-case hexadecimal, no white space.
    pub(in crate::audit) fn parse(line: &'a [u8]) -> Option<Self> {
        if line.len() > MAX_LINE {
            return None;
        }
        let rest = line.strip_prefix(BEFORE_HASH)?;
        let (hash, rest) = rest.split_first_chunk::<64>()?;
        let rest = rest.strip_prefix(BEFORE_MAC)?;
        let (mac, rest) = rest.split_first_chunk::<64>()?;
        let body = rest.strip_prefix(BEFORE_BODY)?.strip_suffix(AFTER_BODY)?;
        Some(Self { hash: Hash::from_bytes(unhex(hash)?), mac: unhex(mac)?, body })
    }
}

pub(in crate::audit) fn hex(hash: &Hash) -> [u8; 64] {
    let mut text = [0; 64];
    HEXLOWER.encode_mut(hash.as_bytes(), &mut text);
    text
}

pub(in crate::audit) fn unhex(text: &[u8; 64]) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    HEXLOWER.decode_mut(text, &mut bytes).ok()?;
    Some(bytes)
}
