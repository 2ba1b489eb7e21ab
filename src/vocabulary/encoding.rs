//! Text forms of bytes: base64url without padding, canonical only.

use data_encoding::BASE64URL_NOPAD;

/// Appends the base64url text of `bytes`.
pub(crate) fn push_base64url(bytes: &[u8], out: &mut String) {
    BASE64URL_NOPAD.encode_append(bytes, out);
}

/// How long the base64url text of so many bytes is.
pub(crate) fn base64url_len(bytes: usize) -> usize {
    BASE64URL_NOPAD.encode_len(bytes)
}

/// Decodes base64url without padding. The one canonical form only: no padding, no white space, no
/// stray bits in the last character.
pub(crate) fn decode_base64url(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

/// Serde for 32 bytes as lower-case hexadecimal text.
#[cfg(feature = "serde")]
pub(crate) mod hex_32 {
    use data_encoding::HEXLOWER;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&HEXLOWER.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let text = <String as Deserialize>::deserialize(deserializer)?;
        let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| D::Error::custom("not 64 lower-case hexadecimal digits"))
    }
}
