//! A key wrap without a key service: the deployment holds the KEK itself.

use core::fmt;

use secrecy::{ExposeSecret, SecretBox};
use zeroize::Zeroizing;

use super::context::Binding;
use super::data_key::KEY_LEN;
use super::derive::{PseudoRandomKey, SALT_LEN};
use super::suite::{self, WRAP};
use super::wrap::{KeyWrap, WrapContext, WrappedKey};
use super::{DataKey, Error};
use crate::CryptoRng;
use crate::vocabulary::{entropy, redacted_debug};

/// Which KEK: every wrapped key carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KekId(u32);

impl KekId {
    /// The id that a new deployment starts with: 1.
    pub const FIRST: Self = Self(1);

    /// The id of that number.
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
impl fmt::Display for KekId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// A key-encryption key that the deployment holds: 32 random bytes, from its secret store.
pub struct Kek(PseudoRandomKey);

redacted_debug!(Kek => "Kek");

impl Kek {
    /// A new random KEK, and its bytes for the secret store of the deployment.
    ///
    /// ```
    /// use ringfence::envelope::Kek;
    /// use ringfence::secrecy::ExposeSecret;
    ///
    /// let (kek, bytes) = Kek::generate()?;
    /// assert_eq!(bytes.expose_secret().len(), 32);
    /// assert_eq!(format!("{kek:?}"), "Kek([redacted])");
    /// # Ok::<(), ringfence::envelope::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Entropy`] if the operating system gives no random bytes.
    pub fn generate() -> Result<(Self, SecretBox<[u8; KEY_LEN]>), Error> {
        let mut bytes = Box::new([0_u8; KEY_LEN]);
        entropy::fill_key(&mut *bytes)?;
        let bytes = SecretBox::new(bytes);
        Ok((Self::from_secret(&bytes), bytes))
    }

    /// As [`generate`](Self::generate), from a generator of your own.
    #[must_use]
    pub fn generate_with_rng(rng: &mut (impl CryptoRng + ?Sized)) -> (Self, SecretBox<[u8; KEY_LEN]>) {
        let mut bytes = Box::new([0_u8; KEY_LEN]);
        rng.fill_bytes(&mut *bytes);
        let bytes = SecretBox::new(bytes);
        (Self::from_secret(&bytes), bytes)
    }

    /// The KEK with these bytes, which must be uniformly random, never a password.
    #[must_use]
    pub fn from_secret(bytes: &SecretBox<[u8; KEY_LEN]>) -> Self {
        Self(PseudoRandomKey::new(bytes.expose_secret()))
    }
}

/// Wraps data keys under a KEK of the deployment.
///
/// Whoever has the KEK and the key table can read everything: keep the two apart. A key service is
/// better, because it can log, limit and revoke.
///
/// ```
/// use ringfence::TenantId;
/// use ringfence::envelope::{
///     Generation, Kek, KekId, KeyWrap, LocalKeyWrap, Scope, WrapContext, create_data_key,
/// };
/// use ringfence::secrecy::SecretBox;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (from_the_secret_store, new_one) = ([1_u8; 32], [2_u8; 32]);
/// let old = Kek::from_secret(&SecretBox::new(Box::new(from_the_secret_store)));
/// let key_wrap = LocalKeyWrap::new(KekId::new(1), old);
///
/// let scope = Scope::tenant(&TenantId::from(7_u64));
/// let context = WrapContext::new(&scope, Generation::FIRST);
/// let (_data_key, wrapped) = create_data_key(&key_wrap, &context)?;
///
/// // The KEK is rotated: key rows are rewrapped, data rows are not touched.
/// let new = Kek::from_secret(&SecretBox::new(Box::new(new_one)));
/// let key_wrap = key_wrap.rotate(KekId::new(2), new)?;
/// assert!(key_wrap.needs_rewrap(&wrapped)?);
/// let rewrapped = key_wrap.rewrap(&context, &wrapped)?;
/// assert!(!key_wrap.needs_rewrap(&rewrapped)?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct LocalKeyWrap {
    primary: KekId,
    keks: Vec<(KekId, Kek)>,
}

impl LocalKeyWrap {
    /// A key wrap with one KEK.
    #[must_use]
    pub fn new(id: KekId, kek: Kek) -> Self {
        Self { primary: id, keks: vec![(id, kek)] }
    }

    /// The same key wrap with a new KEK that wraps from now on; the old ones still unwrap.
    ///
    /// # Errors
    ///
    /// [`Error::KeyConflict`] if the id is in use.
    pub fn rotate(mut self, id: KekId, kek: Kek) -> Result<Self, Error> {
        if self.kek(id).is_ok() {
            return Err(Error::KeyConflict);
        }
        self.keks.push((id, kek));
        self.primary = id;
        Ok(self)
    }

    /// The same key wrap with one more KEK that only unwraps.
    ///
    /// # Errors
    ///
    /// [`Error::KeyConflict`] if the id is in use.
    pub fn with_older(mut self, id: KekId, kek: Kek) -> Result<Self, Error> {
        if self.kek(id).is_ok() {
            return Err(Error::KeyConflict);
        }
        self.keks.push((id, kek));
        Ok(self)
    }

    /// The KEK that wraps.
    #[must_use]
    pub const fn primary(&self) -> KekId {
        self.primary
    }

    /// The KEK that stored bytes name, without any key.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] or [`Error::UnsupportedSuite`] for bytes that no [`LocalKeyWrap`] made.
    pub fn kek_id_of(wrapped: &WrappedKey) -> Result<KekId, Error> {
        Ok(KekId(parse(wrapped)?.key_id))
    }

    /// Whether a stored key should be wrapped anew: it is under another KEK than the primary one.
    ///
    /// # Errors
    ///
    /// As [`kek_id_of`](Self::kek_id_of).
    pub fn needs_rewrap(&self, wrapped: &WrappedKey) -> Result<bool, Error> {
        Ok(Self::kek_id_of(wrapped)? != self.primary)
    }

    /// Wraps a stored key anew, under the primary KEK.
    ///
    /// # Errors
    ///
    /// As [`KeyWrap::unwrap`], and [`Error::Entropy`].
    pub fn rewrap(&self, context: &WrapContext<'_>, wrapped: &WrappedKey) -> Result<WrappedKey, Error> {
        super::wrap::rewrap(self, self, context, wrapped)
    }

    /// As [`KeyWrap::wrap`], with the salt from a generator of your own.
    ///
    /// # Errors
    ///
    /// [`Error::ContextTooLong`] cannot occur for a [`Scope`](super::Scope); no other error can.
    pub fn wrap_with_rng(
        &self,
        context: &WrapContext<'_>,
        key: &DataKey,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<WrappedKey, Error> {
        let mut salt = [0_u8; SALT_LEN];
        rng.fill_bytes(&mut salt);
        self.wrap_salted(context, key, &salt)
    }

    fn wrap_salted(
        &self,
        context: &WrapContext<'_>,
        key: &DataKey,
        salt: &[u8; SALT_LEN],
    ) -> Result<WrappedKey, Error> {
        let kek = self.kek(self.primary)?;
        let generation = context.generation().number().to_be_bytes();
        let parts = [context.scope().tenant_bytes(), context.scope().subject_bytes(), &generation];
        let mut wrapped = Vec::new();
        suite::seal(
            WRAP,
            &kek.0,
            self.primary.0,
            salt,
            Binding::new(&parts)?,
            key.expose_for_wrapping(),
            &mut wrapped,
        )?;
        WrappedKey::from_bytes(wrapped)
    }

    fn kek(&self, id: KekId) -> Result<&Kek, Error> {
        self.keks.iter().find(|(held, _)| *held == id).map(|(_, kek)| kek).ok_or(Error::UnknownKey)
    }
}

impl KeyWrap for LocalKeyWrap {
    fn wrap(&self, context: &WrapContext<'_>, key: &DataKey) -> Result<WrappedKey, Error> {
        let mut salt = [0_u8; SALT_LEN];
        entropy::fill_salt(&mut salt)?;
        self.wrap_salted(context, key, &salt)
    }

    fn unwrap(&self, context: &WrapContext<'_>, wrapped: &WrappedKey) -> Result<DataKey, Error> {
        let sealed = parse(wrapped)?;
        let kek = self.kek(KekId(sealed.key_id))?;
        let generation = context.generation().number().to_be_bytes();
        let parts = [context.scope().tenant_bytes(), context.scope().subject_bytes(), &generation];
        let mut bytes = Zeroizing::new(Vec::with_capacity(KEY_LEN));
        sealed.open(WRAP, &kek.0, Binding::new(&parts)?, &mut bytes)?;
        let key: [u8; KEY_LEN] = bytes.as_slice().try_into().map_err(|_| Error::Malformed)?;
        Ok(DataKey::from_zeroizing(Zeroizing::new(key)))
    }
}

/// A wrapped key holds exactly one key, so it has exactly one length.
fn parse(wrapped: &WrappedKey) -> Result<suite::Sealed<'_>, Error> {
    if wrapped.as_bytes().len() != suite::OVERHEAD + KEY_LEN {
        return Err(Error::Malformed);
    }
    suite::Sealed::parse(wrapped.as_bytes(), WRAP.suite)
}
