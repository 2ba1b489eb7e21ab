//! The three lines that are signed: origin, size, root.

use core::fmt;

use data_encoding::BASE64;

use super::Error;
use crate::audit::merkle::{Hash, TreeRoot};

/// The longest origin, in bytes.
const MAX_ORIGIN_LEN: usize = 128;
/// A hash in base64.
const ROOT_LEN: usize = 44;

/// What a checkpoint says: which log, how long it is and what its root is. It is not signed yet, or not verified.
///
/// ```
/// use ringfence::audit::checkpoint::Checkpoint;
/// use ringfence::audit::merkle::TreeRoot;
///
/// let checkpoint = Checkpoint::new("acme.example/audit", TreeRoot::EMPTY)?;
/// assert_eq!(
///     checkpoint.to_string(),
///     "acme.example/audit\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
/// );
/// # Ok::<(), ringfence::audit::checkpoint::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Checkpoint {
    origin: Box<str>,
    root: TreeRoot,
}

pub(super) fn check_origin(origin: &str) -> Result<(), Error> {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'/' | b'-');
    if origin.is_empty() || origin.len() > MAX_ORIGIN_LEN || !origin.bytes().all(allowed) {
        return Err(Error::InvalidOrigin);
    }
    Ok(())
}

impl Checkpoint {
    /// For the log of this id, 1 to 128 of the characters `a-z0-9._/-`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOrigin`] for another id, [`Error::InvalidRoot`] for an empty tree with a root that
    /// is not [its own](TreeRoot::EMPTY).
    pub fn new(origin: &str, root: TreeRoot) -> Result<Self, Error> {
        check_origin(origin)?;
        if root.size() == 0 && root != TreeRoot::EMPTY {
            return Err(Error::InvalidRoot);
        }
        Ok(Self { origin: origin.into(), root })
    }

    /// Reads the text of a note. The one canonical form only, without extension lines.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let mut lines = text.strip_suffix('\n').ok_or(Error::Malformed)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(Error::Malformed);
        };
        let root = TreeRoot::new(parse_size(size)?, parse_root(root)?);
        Self::new(origin, root).map_err(|_| Error::Malformed)
    }

    /// The id of the log.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The size and the root of the log.
    #[must_use]
    pub const fn root(&self) -> &TreeRoot {
        &self.root
    }

    /// The bytes that the log's key signs, with plain Ed25519.
    #[must_use]
    pub fn to_be_signed(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }
}

/// The three lines.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = BASE64.encode(self.root.hash().as_bytes());
        writeln!(f, "{}\n{}\n{root}", self.origin, self.root.size())
    }
}

/// Decimal, without sign and leading zeros.
fn parse_size(text: &str) -> Result<u64, Error> {
    let canonical = match text.as_bytes() {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !canonical {
        return Err(Error::Malformed);
    }
    text.parse().map_err(|_| Error::Malformed)
}

fn parse_root(text: &str) -> Result<Hash, Error> {
    if text.len() != ROOT_LEN {
        return Err(Error::Malformed);
    }
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| Error::Malformed)?;
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| Error::Malformed)?;
    Ok(Hash::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::Checkpoint;

    #[test]
    fn only_the_canonical_form_is_read() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        let good = |size: &str| format!("example.com/log\n{size}\n{root}\n");
        for size in ["1", "20852163", "18446744073709551615"] {
            assert_eq!(Checkpoint::parse(&good(size)).unwrap().to_string(), good(size));
        }
        for size in ["", "01", "00", "+1", "-1", " 1", "1 ", "18446744073709551616", "1e3", "\u{0661}"] {
            assert!(Checkpoint::parse(&good(size)).is_err(), "{size}");
        }
        // The empty tree has a root of its own.
        assert!(Checkpoint::parse(&good("0")).is_err());
        for text in [
            String::new(),
            "\n".into(),
            good("1").trim_end().into(),
            good("1") + "extension\n",
            good("1") + "\n",
            format!("\n{}", good("1")),
            format!("\n1\n{root}\n"),
            format!("Example.com\n1\n{root}\n"),
            format!("{}\n1\n{root}\n", "a".repeat(129)),
            format!("example.com\r\n1\r\n{root}\r\n"),
            // Stray bits, no padding, the URL alphabet, white space.
            good("1").replace("q2I=", "q2J="),
            good("1").replace("q2I=", "q2I"),
            good("1").replace("om/X", "om_X"),
            good("1").replace("q2I=", "q2I= "),
            "example.com/log\n1\nAAAA\n".into(),
        ] {
            assert!(Checkpoint::parse(&text).is_err(), "{text:?}");
        }
    }
}
