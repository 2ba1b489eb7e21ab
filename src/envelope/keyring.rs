//! The keys of one scope, and what is done with them.

use std::sync::Arc;

use secrecy::{SecretSlice, SecretString};
use zeroize::Zeroize;

use super::blind_index::{BlindIndex, BlindToken};
use super::derive::SALT_LEN;
use super::sealed::decode_text;
use super::suite::{self, COLUMN};
use super::{Context, DataKey, Error, Generation, Receipt, Scope, SealedValue};
use crate::CryptoRng;
use crate::vocabulary::entropy;

/// The data keys of one [`Scope`]: a primary one that seals, older ones that still open.
///
/// A keyring is immutable and can be shared between threads. The key id in a sealed value is
/// authoritative: opening uses the key of exactly that generation and never tries another, so the work
/// is the same for every value and a refusal says nothing about other keys.
///
/// Values sealed under one generation are not limited in number by AES-GCM's nonce: each has an AES
/// key of its own. After 2^48 values under one key *and context* two salts may meet; rotate long before.
///
/// ```
/// use ringfence::TenantId;
/// use ringfence::envelope::{Context, DataKey, Error, Generation, Keyring, Scope};
/// use ringfence::secrecy::ExposeSecret;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let acme: TenantId = "acme".parse()?;
/// let ring = Keyring::new(Scope::tenant(&acme), Generation::FIRST, DataKey::generate()?);
///
/// let row = Context::new(&acme, "integrations", "api_key", "row-1");
/// let sealed = ring.seal(&row, b"sk_live_1")?;
/// assert_eq!(ring.open(&row, &sealed)?.expose_secret(), b"sk_live_1");
///
/// let other_row = Context::new(&acme, "integrations", "api_key", "row-2");
/// assert!(matches!(ring.open(&other_row, &sealed), Err(Error::Rejected)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Keyring {
    scope: Scope,
    primary: Option<Generation>,
    min_generation: Generation,
    /// Sorted by generation, each at most once.
    slots: Vec<(Generation, Slot)>,
}

#[derive(Debug)]
enum Slot {
    Live(Arc<DataKey>),
    Destroyed,
}

/// What a keyring holds under a generation.
pub(super) enum Held<'a> {
    Key(&'a DataKey),
    Destroyed,
    TooOld,
    Unknown,
}

impl Keyring {
    /// A keyring with one key, which seals and opens.
    #[must_use]
    pub fn new(scope: Scope, generation: Generation, key: impl Into<Arc<DataKey>>) -> Self {
        Self {
            scope,
            primary: Some(generation),
            min_generation: Generation::new(0),
            slots: vec![(generation, Slot::Live(key.into()))],
        }
    }

    /// Starts a keyring of several keys.
    pub const fn builder(scope: Scope) -> KeyringBuilder {
        KeyringBuilder {
            scope,
            primary: None,
            min_generation: Generation::new(0),
            live: Vec::new(),
            destroyed: Vec::new(),
        }
    }

    /// What is left of a scope after shredding: opening a value of a generation that the receipt names says
    /// [`Error::KeyDestroyed`].
    #[must_use]
    pub fn shredded(receipt: &Receipt) -> Self {
        let mut slots: Vec<_> =
            receipt.keys().iter().map(|key| (key.generation(), Slot::Destroyed)).collect();
        slots.sort_by_key(|(generation, _)| *generation);
        Self { scope: receipt.scope().clone(), primary: None, min_generation: Generation::new(0), slots }
    }

    /// Whose data the keys protect.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The generation that seals, if there is one.
    #[must_use]
    pub const fn primary(&self) -> Option<Generation> {
        self.primary
    }

    /// Seals a value for one place.
    ///
    /// # Errors
    ///
    /// [`Error::WrongScope`] if the context names another tenant than the keyring,
    /// [`Error::NoPrimaryKey`], [`Error::TooLong`] above 16 MiB, [`Error::ContextTooLong`],
    /// [`Error::Entropy`].
    pub fn seal(&self, context: &Context<'_>, plaintext: &[u8]) -> Result<SealedValue, Error> {
        let mut salt = [0_u8; SALT_LEN];
        entropy::fill_salt(&mut salt)?;
        self.seal_salted(context, plaintext, &salt)
    }

    /// As [`seal`](Self::seal), with the salt from a generator of your own.
    ///
    /// The generator must be a good one: two values of the same context under the same salt reveal
    /// each other.
    ///
    /// # Errors
    ///
    /// As [`seal`](Self::seal), but for [`Error::Entropy`].
    pub fn seal_with_rng(
        &self,
        context: &Context<'_>,
        plaintext: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<SealedValue, Error> {
        let mut salt = [0_u8; SALT_LEN];
        rng.fill_bytes(&mut salt);
        self.seal_salted(context, plaintext, &salt)
    }

    fn seal_salted(
        &self,
        context: &Context<'_>,
        plaintext: &[u8],
        salt: &[u8; SALT_LEN],
    ) -> Result<SealedValue, Error> {
        self.check_tenant(context)?;
        let (generation, key) = self.sealing_key()?;
        let mut bytes = Vec::new();
        suite::seal(
            COLUMN,
            key.prk(),
            generation.number(),
            salt,
            context.binding()?,
            plaintext,
            &mut bytes,
        )?;
        Ok(SealedValue::from_sealed(bytes, generation))
    }

    /// Opens a sealed value in its binary form.
    ///
    /// # Errors
    ///
    /// In this order: [`Error::Malformed`], [`Error::UnsupportedSuite`], [`Error::KeyDestroyed`],
    /// [`Error::KeyTooOld`], [`Error::UnknownKey`], [`Error::Rejected`]. Before all of them
    /// [`Error::WrongScope`], if the context names another tenant than the keyring.
    pub fn open(
        &self,
        context: &Context<'_>,
        sealed: &(impl AsRef<[u8]> + ?Sized),
    ) -> Result<SecretSlice<u8>, Error> {
        let mut plaintext = Vec::new();
        self.open_into(context, sealed, &mut plaintext)?;
        Ok(SecretSlice::from(plaintext))
    }

    /// Opens a sealed value in its text form.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_text(&self, context: &Context<'_>, text: &str) -> Result<SecretSlice<u8>, Error> {
        self.check_tenant(context)?;
        self.open(context, &decode_text(text)?)
    }

    /// Opens a sealed value that holds UTF-8 text, such as an API key.
    ///
    /// # Errors
    ///
    /// [`Error::NotUtf8`], otherwise as [`open`](Self::open).
    pub fn open_string(
        &self,
        context: &Context<'_>,
        sealed: &(impl AsRef<[u8]> + ?Sized),
    ) -> Result<SecretString, Error> {
        let mut plaintext = Vec::new();
        self.open_into(context, sealed, &mut plaintext)?;
        match String::from_utf8(plaintext) {
            Ok(text) => Ok(SecretString::from(text)),
            Err(not_utf8) => {
                not_utf8.into_bytes().zeroize();
                Err(Error::NotUtf8)
            }
        }
    }

    /// Opens a sealed value and appends the plaintext to a buffer of your own, which you wipe
    /// afterwards. On refusal the buffer is as it was, and no plaintext is left behind its end.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_into(
        &self,
        context: &Context<'_>,
        sealed: &(impl AsRef<[u8]> + ?Sized),
        plaintext: &mut Vec<u8>,
    ) -> Result<(), Error> {
        self.check_tenant(context)?;
        let parts = suite::Sealed::parse(sealed.as_ref(), COLUMN.suite)?;
        let key = self.opening_key(Generation::new(parts.key_id))?;
        parts.open(COLUMN, key.prk(), context.binding()?, plaintext)
    }

    /// Whether a stored value should be sealed anew: it is under another key than the primary one.
    /// Nothing is decrypted.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], [`Error::UnsupportedSuite`], [`Error::NoPrimaryKey`].
    pub fn needs_reseal(&self, sealed: &(impl AsRef<[u8]> + ?Sized)) -> Result<bool, Error> {
        let generation = SealedValue::generation_of(sealed.as_ref())?;
        Ok(generation != self.primary.ok_or(Error::NoPrimaryKey)?)
    }

    /// The blind-index token of a value under the primary key: what is stored beside the sealed value.
    ///
    /// # Errors
    ///
    /// [`Error::WrongScope`] for a keyring of a subject: an index is tenant-wide, or a search would have to
    /// know every subject. [`Error::NoPrimaryKey`].
    pub fn blind_index(&self, index: &BlindIndex, value: &str) -> Result<BlindToken, Error> {
        if !self.scope.subject_bytes().is_empty() {
            return Err(Error::WrongScope);
        }
        let (_, key) = self.sealing_key()?;
        Ok(index.token(key, value))
    }

    /// The tokens under which a value may be stored, one for each key that can still open, newest
    /// first: for `WHERE email_index IN (...)`.
    #[must_use]
    pub fn blind_index_candidates(&self, index: &BlindIndex, value: &str) -> Vec<BlindToken> {
        let normalised = index.normalise(value);
        self.live().rev().map(|key| index.token_of_normalised(key, &normalised)).collect()
    }

    /// The same keyring, which refuses values of an older generation than this.
    ///
    /// # Errors
    ///
    /// [`Error::KeyConflict`] if the primary key is older.
    pub fn with_min_generation(mut self, generation: Generation) -> Result<Self, Error> {
        if self.primary.is_some_and(|primary| primary < generation) {
            return Err(Error::KeyConflict);
        }
        self.min_generation = generation;
        Ok(self)
    }

    /// The same keyring with a new primary key; the old one still opens.
    ///
    /// # Errors
    ///
    /// [`Error::KeyConflict`] if the generation is in use, not later than the primary one, or below the
    /// minimum.
    pub fn rotate(mut self, generation: Generation, key: impl Into<Arc<DataKey>>) -> Result<Self, Error> {
        if generation < self.min_generation || self.primary.is_some_and(|primary| generation <= primary) {
            return Err(Error::KeyConflict);
        }
        match self.slots.binary_search_by_key(&generation, |(held, _)| *held) {
            Ok(_) => Err(Error::KeyConflict),
            Err(place) => {
                self.slots.insert(place, (generation, Slot::Live(key.into())));
                self.primary = Some(generation);
                Ok(self)
            }
        }
    }

    pub(super) fn sealing_key(&self) -> Result<(Generation, &DataKey), Error> {
        let generation = self.primary.ok_or(Error::NoPrimaryKey)?;
        match self.held(generation) {
            Held::Key(key) => Ok((generation, key)),
            Held::Destroyed | Held::TooOld | Held::Unknown => Err(Error::NoPrimaryKey),
        }
    }

    pub(super) fn held(&self, generation: Generation) -> Held<'_> {
        let place = self.slots.binary_search_by_key(&generation, |(held, _)| *held);
        let slot = place.ok().and_then(|place| self.slots.get(place)).map(|(_, slot)| slot);
        match slot {
            Some(Slot::Destroyed) => Held::Destroyed,
            _ if generation < self.min_generation => Held::TooOld,
            Some(Slot::Live(key)) => Held::Key(key),
            None => Held::Unknown,
        }
    }

    fn opening_key(&self, generation: Generation) -> Result<&DataKey, Error> {
        match self.held(generation) {
            Held::Key(key) => Ok(key),
            Held::Destroyed => Err(Error::KeyDestroyed),
            Held::TooOld => Err(Error::KeyTooOld),
            Held::Unknown => Err(Error::UnknownKey),
        }
    }

    /// The keys that can open, oldest first.
    fn live(&self) -> impl DoubleEndedIterator<Item = &DataKey> {
        self.slots.iter().filter_map(|(generation, slot)| match slot {
            Slot::Live(key) if *generation >= self.min_generation => Some(&**key),
            Slot::Live(_) | Slot::Destroyed => None,
        })
    }

    fn check_tenant(&self, context: &Context<'_>) -> Result<(), Error> {
        if context.tenant() == self.scope.tenant_bytes() {
            return Ok(());
        }
        Err(Error::WrongScope)
    }
}

/// Builds a [`Keyring`] of several keys.
///
/// ```
/// use ringfence::TenantId;
/// use ringfence::envelope::{DataKey, Generation, Keyring, Scope};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let acme: TenantId = "acme".parse()?;
/// let ring = Keyring::builder(Scope::tenant(&acme))
///     .primary(Generation::new(3), DataKey::generate()?)
///     .older(Generation::new(2), DataKey::generate()?)
///     .destroyed(Generation::new(1))
///     .build()?;
/// assert_eq!(ring.primary(), Some(Generation::new(3)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct KeyringBuilder {
    scope: Scope,
    primary: Option<Generation>,
    min_generation: Generation,
    live: Vec<(Generation, Arc<DataKey>)>,
    destroyed: Vec<Generation>,
}

impl KeyringBuilder {
    /// The key that seals (and opens). Without one the keyring can only open.
    pub fn primary(mut self, generation: Generation, key: impl Into<Arc<DataKey>>) -> Self {
        self.primary = Some(generation);
        self.live.push((generation, key.into()));
        self
    }

    /// A key that still opens.
    pub fn older(mut self, generation: Generation, key: impl Into<Arc<DataKey>>) -> Self {
        self.live.push((generation, key.into()));
        self
    }

    /// A generation whose key was destroyed: its values say [`Error::KeyDestroyed`] instead of
    /// [`Error::UnknownKey`], whether or not a key of that generation is given too.
    pub fn destroyed(mut self, generation: Generation) -> Self {
        self.destroyed.push(generation);
        self
    }

    /// Values of an older generation than this are refused with [`Error::KeyTooOld`].
    pub const fn min_generation(mut self, generation: Generation) -> Self {
        self.min_generation = generation;
        self
    }

    /// The keyring.
    ///
    /// # Errors
    ///
    /// [`Error::KeyConflict`] if a generation was given two keys, or the primary key is destroyed or
    /// below the minimum.
    pub fn build(self) -> Result<Keyring, Error> {
        let mut slots: Vec<_> =
            self.live.into_iter().map(|(generation, key)| (generation, Slot::Live(key))).collect();
        slots.sort_by_key(|(generation, _)| *generation);
        if slots.iter().zip(slots.iter().skip(1)).any(|((a, _), (b, _))| a == b) {
            return Err(Error::KeyConflict);
        }
        for generation in self.destroyed {
            match slots.binary_search_by_key(&generation, |(held, _)| *held) {
                Ok(place) => {
                    if let Some((_, slot)) = slots.get_mut(place) {
                        *slot = Slot::Destroyed;
                    }
                }
                Err(place) => slots.insert(place, (generation, Slot::Destroyed)),
            }
        }
        let ring = Keyring {
            scope: self.scope,
            primary: self.primary,
            min_generation: self.min_generation,
            slots,
        };
        if ring.primary.is_some() && ring.sealing_key().is_err() {
            return Err(Error::KeyConflict);
        }
        Ok(ring)
    }
}
