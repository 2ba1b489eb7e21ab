//! Whose data a key protects, and which generation of that key.

use core::fmt;

use super::Error;
use super::context::MAX_PART;
use crate::{SubjectId, TenantId};

/// Whose data a data key protects: a tenant's, or one data subject's inside a tenant.
///
/// A scope is the unit of crypto-shredding: destroying its keys makes all that was sealed under them
/// unreadable, and nothing else.
///
/// ```
/// use ringfence::{SubjectId, TenantId, envelope::Scope};
///
/// let tenant: TenantId = "acme".parse()?;
/// let whole = Scope::tenant(&tenant);
/// let one_person = Scope::subject(&tenant, &SubjectId::from(42_u64));
/// assert_ne!(whole, one_person);
/// # Ok::<(), ringfence::IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    tenant: Box<[u8]>,
    subject: Box<[u8]>,
}

impl Scope {
    /// All data of a tenant that has no narrower scope.
    #[must_use]
    pub fn tenant(tenant: &TenantId) -> Self {
        Self { tenant: tenant.as_str().as_bytes().into(), subject: Box::default() }
    }

    /// The data about one subject inside a tenant.
    #[must_use]
    pub fn subject(tenant: &TenantId, subject: &SubjectId) -> Self {
        Self { tenant: tenant.as_str().as_bytes().into(), subject: subject.as_str().as_bytes().into() }
    }

    /// The same from bytes, for ids that are not text. An empty `subject` means the tenant's own scope.
    ///
    /// # Errors
    ///
    /// [`Error::ContextTooLong`] if a part is longer than 64 KiB.
    pub fn from_parts(tenant: &[u8], subject: &[u8]) -> Result<Self, Error> {
        if tenant.len() > MAX_PART || subject.len() > MAX_PART {
            return Err(Error::ContextTooLong);
        }
        Ok(Self { tenant: tenant.into(), subject: subject.into() })
    }

    /// The tenant's id, as bytes.
    #[must_use]
    pub fn tenant_bytes(&self) -> &[u8] {
        &self.tenant
    }

    /// The subject's id, as bytes; empty for a tenant's own scope.
    #[must_use]
    pub fn subject_bytes(&self) -> &[u8] {
        &self.subject
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("tenant", &String::from_utf8_lossy(&self.tenant))
            .field("subject", &String::from_utf8_lossy(&self.subject))
            .finish()
    }
}

/// Which of a scope's data keys: the key id that every sealed value carries.
///
/// Generations count upwards; a rotation adds [`next`](Self::next). The id is authoritative: opening
/// uses the key of exactly that id and never tries others.
///
/// ```
/// use ringfence::envelope::Generation;
///
/// assert_eq!(Generation::FIRST.next(), Some(Generation::new(2)));
/// assert_eq!(Generation::new(u32::MAX).next(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Generation(u32);

impl Generation {
    /// The generation that a new scope starts with: 1.
    pub const FIRST: Self = Self(1);

    /// The generation of that number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The one after it; `None` after the last.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self.0.checked_add(1) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }
}

/// Eight hexadecimal digits.
impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// The ids in base64url, since they need not be text.
#[cfg(feature = "serde")]
mod serde_form {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Scope;
    use crate::vocabulary::encoding;

    #[derive(Serialize, Deserialize)]
    struct Form {
        tenant_base64url: String,
        subject_base64url: String,
    }

    impl Serialize for Scope {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut form = Form { tenant_base64url: String::new(), subject_base64url: String::new() };
            encoding::push_base64url(&self.tenant, &mut form.tenant_base64url);
            encoding::push_base64url(&self.subject, &mut form.subject_base64url);
            form.serialize(serializer)
        }
    }

    impl<'de> Deserialize<'de> for Scope {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let form = Form::deserialize(deserializer)?;
            let decode = |text: &str| {
                encoding::decode_base64url(text).ok_or_else(|| D::Error::custom("not base64url"))
            };
            let (tenant, subject) = (decode(&form.tenant_base64url)?, decode(&form.subject_base64url)?);
            Self::from_parts(&tenant, &subject).map_err(D::Error::custom)
        }
    }
}
