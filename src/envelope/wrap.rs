//! The seam to whatever keeps the key-encryption key (KEK): a key management service, or a key that
//! the deployment holds itself.

use core::fmt;
use core::future::Future;

use super::{DataKey, Error, Generation, Scope};
use crate::vocabulary::encoding;

/// The longest wrapped key that is taken, in bytes: above what any key service gives back.
const MAX_WRAPPED: usize = 8 * 1024;

/// What a data key is bound to while it is wrapped: tenant, subject and generation.
///
/// Every driver passes all three on: [`LocalKeyWrap`](super::LocalKeyWrap) as the context of its seal,
/// a key service as its encryption context, so that its own log and policies see the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapContext<'a> {
    scope: &'a Scope,
    generation: Generation,
}

impl<'a> WrapContext<'a> {
    /// The context of one generation of a scope's key.
    #[must_use]
    pub const fn new(scope: &'a Scope, generation: Generation) -> Self {
        Self { scope, generation }
    }

    /// Whose data the key protects.
    #[must_use]
    pub const fn scope(&self) -> &'a Scope {
        self.scope
    }

    /// Which of the scope's keys it is.
    #[must_use]
    pub const fn generation(&self) -> Generation {
        self.generation
    }

    /// The three parts as text, for key services whose encryption context is a map of strings. Ids that
    /// are not UTF-8 are written in base64url, under another name, so that no two contexts look alike.
    ///
    /// ```
    /// use ringfence::TenantId;
    /// use ringfence::envelope::{Generation, Scope, WrapContext};
    ///
    /// let scope = Scope::tenant(&TenantId::from(7_u64));
    /// let pairs = WrapContext::new(&scope, Generation::FIRST).to_pairs();
    /// assert_eq!(pairs[0], ("tenant", "7".to_owned()));
    /// assert_eq!(pairs[2], ("generation", "1".to_owned()));
    /// ```
    #[must_use]
    pub fn to_pairs(&self) -> [(&'static str, String); 3] {
        let text = |name, name_of_bytes, id: &[u8]| {
            if let Ok(text) = core::str::from_utf8(id) {
                return (name, text.to_owned());
            }
            let mut encoded = String::new();
            encoding::push_base64url(id, &mut encoded);
            (name_of_bytes, encoded)
        };
        [
            text("tenant", "tenant_base64url", self.scope.tenant_bytes()),
            text("subject", "subject_base64url", self.scope.subject_bytes()),
            ("generation", self.generation.number().to_string()),
        ]
    }
}

/// A wrapped data key, as it is stored in the key table: one row for each scope and generation.
///
/// To this crate the bytes of a key service are opaque.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct WrappedKey(Box<[u8]>);

impl WrappedKey {
    /// Takes stored bytes as a wrapped key.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if they are empty or longer than 8 KiB.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let bytes = bytes.into();
        if bytes.is_empty() || bytes.len() > MAX_WRAPPED {
            return Err(Error::Malformed);
        }
        Ok(Self(bytes.into_boxed_slice()))
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for WrappedKey {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedKey({} bytes)", self.0.len())
    }
}

/// Wraps and unwraps data keys under a KEK, blocking while it does.
///
/// A driver of a key service
///
/// - passes the whole [`WrapContext`] to the service, when it wraps and when it unwraps,
/// - pins the key's name or ARN from its own configuration when it unwraps, and does not let the
///   ciphertext choose the key,
/// - answers [`Error::Rejected`] when the service refuses the ciphertext or its context, and
///   [`Error::KeyService`] when it could not be asked.
///
/// [`LocalKeyWrap`](super::LocalKeyWrap) is one without a service.
pub trait KeyWrap: fmt::Debug + Send + Sync {
    /// Wraps a data key.
    ///
    /// # Errors
    ///
    /// [`Error::KeyService`] if the service failed.
    fn wrap(&self, context: &WrapContext<'_>, key: &DataKey) -> Result<WrappedKey, Error>;

    /// Unwraps a data key.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`], [`Error::UnknownKey`], [`Error::Malformed`] for what is not this key under
    /// this context; [`Error::KeyService`] if the service failed.
    fn unwrap(&self, context: &WrapContext<'_>, wrapped: &WrappedKey) -> Result<DataKey, Error>;
}

/// [`KeyWrap`] for key services that are asked asynchronously, on any runtime.
pub trait AsyncKeyWrap: Send + Sync {
    /// Wraps a data key.
    ///
    /// # Errors
    ///
    /// As [`KeyWrap::wrap`].
    fn wrap(
        &self,
        context: &WrapContext<'_>,
        key: &DataKey,
    ) -> impl Future<Output = Result<WrappedKey, Error>> + Send;

    /// Unwraps a data key.
    ///
    /// # Errors
    ///
    /// As [`KeyWrap::unwrap`].
    fn unwrap(
        &self,
        context: &WrapContext<'_>,
        wrapped: &WrappedKey,
    ) -> impl Future<Output = Result<DataKey, Error>> + Send;
}

/// Makes a new data key, and its wrapped form for the key table.
///
/// # Errors
///
/// [`Error::Entropy`], or what the key wrap says.
pub fn create_data_key(
    key_wrap: &dyn KeyWrap,
    context: &WrapContext<'_>,
) -> Result<(DataKey, WrappedKey), Error> {
    let key = DataKey::generate()?;
    let wrapped = key_wrap.wrap(context, &key)?;
    Ok((key, wrapped))
}

/// As [`create_data_key`], with an asynchronous key service.
///
/// # Errors
///
/// As [`create_data_key`].
pub async fn create_data_key_async(
    key_wrap: &impl AsyncKeyWrap,
    context: &WrapContext<'_>,
) -> Result<(DataKey, WrappedKey), Error> {
    let key = DataKey::generate()?;
    let wrapped = key_wrap.wrap(context, &key).await?;
    Ok((key, wrapped))
}

/// Rotates the KEK of one data key: unwraps with the old, wraps with the new. Rows that the data key
/// sealed are not touched.
///
/// Replace the stored bytes with a compare-and-swap on the old ones, so that a concurrent rotation or
/// shredding is not undone.
///
/// # Errors
///
/// What either key wrap says.
pub fn rewrap(
    from: &dyn KeyWrap,
    to: &dyn KeyWrap,
    context: &WrapContext<'_>,
    wrapped: &WrappedKey,
) -> Result<WrappedKey, Error> {
    to.wrap(context, &from.unwrap(context, wrapped)?)
}

/// As [`rewrap`], with asynchronous key services.
///
/// # Errors
///
/// As [`rewrap`].
pub async fn rewrap_async(
    from: &impl AsyncKeyWrap,
    to: &impl AsyncKeyWrap,
    context: &WrapContext<'_>,
    wrapped: &WrappedKey,
) -> Result<WrappedKey, Error> {
    to.wrap(context, &from.unwrap(context, wrapped).await?).await
}
