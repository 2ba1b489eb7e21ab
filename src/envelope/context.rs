//! Where a value belongs: the context that its seal is bound to.

use super::Error;
use crate::TenantId;

/// The longest part of a context, in bytes.
pub(super) const MAX_PART: usize = 64 * 1024;

/// The place that a sealed value belongs to: tenant, table, column and row.
///
/// A value opens only under the context that it was sealed under. The context is not stored in the
/// value; your code says it again when it opens, so a value that was copied into another row, column
/// or tenant is refused, before any decryption.
///
/// Each part goes in with its length, so no two different contexts look the same to the seal, however
/// the parts are cut.
///
/// - `table` and `column` are stable names of the data, not of the schema: when the table is renamed,
///   keep the old name here.
/// - `row` is the primary key in one fixed form. For a table with serial ids, seal under a UUID that is
///   allocated before the insert: a serial id is not known before the row exists.
///
/// ```
/// use ringfence::{TenantId, envelope::Context};
///
/// let tenant: TenantId = "acme".parse()?;
/// let context = Context::new(&tenant, "integrations", "api_key", "7d1c2b9e");
/// # Ok::<(), ringfence::IdError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Context<'a> {
    parts: [&'a [u8]; 4],
}

impl<'a> Context<'a> {
    /// The context of one column of one row of one tenant.
    #[must_use]
    pub fn new(
        tenant: &'a TenantId,
        table: &'a str,
        column: &'a str,
        row: &'a (impl AsRef<[u8]> + ?Sized),
    ) -> Self {
        Self::from_parts(tenant.as_str().as_bytes(), table.as_bytes(), column.as_bytes(), row.as_ref())
    }

    /// The same from bytes, for ids that are not text (a UUID's 16 bytes, say).
    ///
    /// Stay with one form for each id: the text and the bytes of a UUID are two different contexts.
    #[must_use]
    pub const fn from_parts(tenant: &'a [u8], table: &'a [u8], column: &'a [u8], row: &'a [u8]) -> Self {
        Self { parts: [tenant, table, column, row] }
    }

    pub(super) const fn tenant(&self) -> &'a [u8] {
        let [tenant, ..] = self.parts;
        tenant
    }

    pub(super) fn binding(&self) -> Result<Binding<'_>, Error> {
        Binding::new(&self.parts)
    }
}

/// The parts that a seal is bound to, each written as `len u32 | bytes`.
#[derive(Clone, Copy)]
pub(super) struct Binding<'a> {
    parts: &'a [&'a [u8]],
    len: u32,
}

impl<'a> Binding<'a> {
    /// # Errors
    ///
    /// [`Error::ContextTooLong`] if a part exceeds [`MAX_PART`].
    pub(super) fn new(parts: &'a [&'a [u8]]) -> Result<Self, Error> {
        let mut len = 0_u32;
        for part in parts {
            if part.len() > MAX_PART {
                return Err(Error::ContextTooLong);
            }
            let part_len = u32::try_from(part.len()).map_err(|_| Error::ContextTooLong)?;
            len = len.saturating_add(4).saturating_add(part_len);
        }
        Ok(Self { parts, len })
    }

    /// The length of all parts with their length fields: what stands before them in the formats.
    pub(super) const fn encoded_len(&self) -> u32 {
        self.len
    }

    pub(super) const fn parts(&self) -> &'a [&'a [u8]] {
        self.parts
    }
}
