//! What a text of an event may be.

use crate::audit::{Error, json};

/// The longest name of a kind, an action, an outcome or a field, in bytes.
pub(in crate::audit) const MAX_NAME: usize = 128;
/// The longest id, in bytes.
pub(in crate::audit) const MAX_ID: usize = 255;
/// The longest free text, such as a user agent, in bytes.
pub(in crate::audit) const MAX_TEXT: usize = 1024;

/// What an event records is often somebody else's text: it is taken as it is, control characters and all,
/// which canonical JSON escapes. Only what I-JSON cannot carry is refused.
///
/// # Errors
///
/// [`Error::Text`] if the text is too long or holds a noncharacter (RFC 7493, 2.1).
pub(in crate::audit) fn check(text: &str, max: usize) -> Result<(), Error> {
    if text.len() > max || text.chars().any(json::is_noncharacter) {
        return Err(Error::Text);
    }
    Ok(())
}
