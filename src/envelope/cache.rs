//! A cache of unwrapped data keys, so that the key service is not asked for every value.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::wrap::{AsyncKeyWrap, KeyWrap, WrapContext, WrappedKey};
use super::{DataKey, Error, Generation, Keyring, Scope};
use crate::{TenantId, Timestamp};

/// The bounds of a [`KeyCache`].
///
/// The default: five minutes, 100,000 seals or 1 GiB sealed for each key, 1,000 keys, ten seconds for
/// the key service to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct CachePolicy {
    max_age: Duration,
    max_seals: u64,
    max_bytes: u64,
    capacity: usize,
    lease: Duration,
}

impl Default for CachePolicy {
    fn default() -> Self {
        Self {
            max_age: Duration::from_secs(300),
            max_seals: 100_000,
            max_bytes: 1 << 30,
            capacity: 1_000,
            lease: Duration::from_secs(10),
        }
    }
}

impl CachePolicy {
    /// How long a key may be used before the key service is asked again: how long it takes until a
    /// revoked right to unwrap is felt.
    pub const fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    /// How many values a key may seal before the key service is asked again.
    pub const fn max_seals(mut self, max_seals: u64) -> Self {
        self.max_seals = max_seals;
        self
    }

    /// How many bytes of plaintext a key may seal before the key service is asked again.
    pub const fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// How many keys are held, those that are being fetched included. When it is full, the key that was
    /// not used for longest goes.
    pub const fn capacity(mut self, capacity: usize) -> Self {
        self.capacity = capacity;
        self
    }

    /// How long one caller may take to fetch a key before another one is told to fetch it.
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }
}

/// What a key is looked up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyUse {
    /// Opening, which no limit but age applies to.
    Open,
    /// Sealing (see [`seal`](Self::seal)). The use is counted when the key is handed out, so say what is about to be sealed, and do
    /// not keep the key longer than for that.
    Seal {
        /// How many values.
        values: u64,
        /// The length of their plaintexts together.
        bytes: u64,
    },
}

impl KeyUse {
    /// Sealing values of these lengths, in bytes.
    ///
    /// ```
    /// use ringfence::envelope::KeyUse;
    ///
    /// assert_eq!(KeyUse::seal([40, 24]), KeyUse::Seal { values: 2, bytes: 64 });
    /// ```
    #[must_use]
    pub fn seal(lengths: impl IntoIterator<Item = usize>) -> Self {
        let (mut values, mut bytes) = (0_u64, 0_u64);
        for len in lengths {
            values = values.saturating_add(1);
            bytes = bytes.saturating_add(len as u64);
        }
        Self::Seal { values, bytes }
    }
}

/// What to do next to get at a data key.
#[expect(clippy::exhaustive_enums, reason = "a caller that drives the cache must handle every step")]
#[derive(Debug)]
#[must_use]
pub enum KeyStep {
    /// The key is here.
    Ready(Arc<DataKey>),
    /// Fetch the wrapped key, unwrap it, and hand it in with [`KeyCache::supply`] (or say
    /// [`KeyCache::fail`]).
    NeedsKey(KeyRequest),
    /// Somebody else is fetching this key. Ask again shortly, at the latest at `retry_at`.
    InFlight {
        /// When the other one's lease ends.
        retry_at: Timestamp,
    },
}

/// What [`KeyCache::get_async`] gives.
#[expect(clippy::exhaustive_enums, reason = "a caller must handle both")]
#[derive(Debug)]
#[must_use]
pub enum Fetched {
    /// The key is here.
    Ready(Arc<DataKey>),
    /// Somebody else is fetching this key. Ask again shortly, at the latest at `retry_at`.
    InFlight {
        /// When the other one's lease ends.
        retry_at: Timestamp,
    },
}

/// The task to unwrap one data key. Only the cache makes it, and it is good for one answer.
#[derive(Debug)]
#[must_use]
pub struct KeyRequest {
    scope: Scope,
    generation: Generation,
    wrapped: WrappedKey,
    purpose: KeyUse,
    ticket: u64,
}

impl KeyRequest {
    /// Which key, in the form that a [`KeyWrap`] takes.
    #[must_use]
    pub const fn context(&self) -> WrapContext<'_> {
        WrapContext::new(&self.scope, self.generation)
    }

    /// What is to be unwrapped.
    #[must_use]
    pub const fn wrapped(&self) -> &WrappedKey {
        &self.wrapped
    }
}

#[derive(Debug)]
enum Entry {
    Ready { key: Arc<DataKey>, wrapped: WrappedKey, since: Timestamp, used: Used, last_use: u64 },
    Fetching { wrapped: WrappedKey, ticket: u64, since: Timestamp },
}

/// What a key has sealed so far.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    seals: u64,
    bytes: u64,
}

impl Used {
    /// With one more use, unless that exceeds the policy.
    fn and(self, purpose: KeyUse, policy: &CachePolicy) -> Option<Self> {
        let KeyUse::Seal { values, bytes } = purpose else {
            return Some(self);
        };
        let used =
            Self { seals: self.seals.saturating_add(values), bytes: self.bytes.saturating_add(bytes) };
        (used.seals <= policy.max_seals && used.bytes <= policy.max_bytes).then_some(used)
    }
}

impl Entry {
    /// Whether it is about the same stored bytes. A key row that was replaced, or rolled back and made
    /// anew, is another key, whatever its generation.
    fn is_of(&self, stored: &WrappedKey) -> bool {
        match self {
            Self::Ready { wrapped, .. } | Self::Fetching { wrapped, .. } => wrapped == stored,
        }
    }

    const fn is_fetched_by(&self, request: &KeyRequest) -> bool {
        matches!(self, Self::Fetching { ticket, .. } if *ticket == request.ticket)
    }
}

/// Unwrapped data keys, bounded by age, use and number.
///
/// A plain value without a lock, a clock or a key service of its own: [`lookup`](Self::lookup) says
/// what to do next. That fits any runtime; [`get`](Self::get) and [`get_async`](Self::get_async) drive
/// it for the two usual cases.
///
/// - A key is kept under its whole scope, so one tenant can never be given another's, and under the
///   wrapped bytes that it came from: you must have the row of the key table in your hand, and a row
///   that was deleted, replaced or rolled back takes its key out of use at once.
/// - One caller fetches, the others are told to wait (single flight).
/// - Keys are wiped when they are evicted and the last user of the `Arc` is done.
/// - A clock that goes back does not lengthen a key's life beyond twice `max_age`.
///
/// ```
/// use ringfence::{TenantId, Timestamp};
/// use ringfence::envelope::{
///     CachePolicy, DataKey, Generation, KeyCache, KeyStep, KeyUse, Scope, WrapContext, WrappedKey,
/// };
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let now = Timestamp::UNIX_EPOCH;
/// # let unwrap_with_my_key_service = |_: &_, _: &_| DataKey::generate();
/// # let key_row = WrappedKey::from_bytes(vec![2; 101])?;
/// let mut cache = KeyCache::new(CachePolicy::default());
/// let scope = Scope::tenant(&TenantId::from(7_u64));
/// let context = WrapContext::new(&scope, Generation::FIRST);
///
/// let key = match cache.lookup(now, &context, &key_row, KeyUse::Open) {
///     KeyStep::Ready(key) => key,
///     KeyStep::NeedsKey(request) => {
///         let key = unwrap_with_my_key_service(&request.context(), request.wrapped())?;
///         cache.supply(now, request, key)
///     }
///     KeyStep::InFlight { .. } => return Err("try again shortly".into()),
/// };
/// # drop(key);
/// assert!(matches!(
///     cache.lookup(now, &context, &key_row, KeyUse::Open),
///     KeyStep::Ready(_)
/// ));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct KeyCache {
    policy: CachePolicy,
    scopes: HashMap<Scope, BTreeMap<Generation, Entry>>,
    len: usize,
    /// Counts lookups and requests: what is used later has the higher number.
    tick: u64,
}

impl KeyCache {
    /// An empty cache.
    #[must_use]
    pub fn new(policy: CachePolicy) -> Self {
        Self { policy, scopes: HashMap::new(), len: 0, tick: 0 }
    }

    /// How many keys are held or being fetched.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is held.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Says how to get at a key, and counts the use.
    pub fn lookup(
        &mut self,
        now: Timestamp,
        context: &WrapContext<'_>,
        wrapped: &WrappedKey,
        purpose: KeyUse,
    ) -> KeyStep {
        self.tick = self.tick.saturating_add(1);
        let tick = self.tick;
        let (scope, generation) = (context.scope(), context.generation());
        let fetching = || Entry::Fetching { wrapped: wrapped.clone(), ticket: tick, since: now };
        match self.scopes.get_mut(scope).and_then(|keys| keys.get_mut(&generation)) {
            None => self.insert(now, scope, generation, fetching()),
            Some(entry) if !entry.is_of(wrapped) => *entry = fetching(),
            Some(Entry::Fetching { since, .. }) if is_within(self.policy.lease, *since, now) => {
                return KeyStep::InFlight { retry_at: since.saturating_add(self.policy.lease) };
            }
            Some(entry) => {
                if let Entry::Ready { key, since, used, last_use, .. } = entry
                    && is_within(self.policy.max_age, *since, now)
                    && let Some(now_used) = used.and(purpose, &self.policy)
                {
                    (*used, *last_use) = (now_used, tick);
                    return KeyStep::Ready(Arc::clone(key));
                }
                *entry = fetching();
            }
        }
        let (scope, wrapped) = (scope.clone(), wrapped.clone());
        KeyStep::NeedsKey(KeyRequest { scope, generation, wrapped, purpose, ticket: tick })
    }

    /// Hands in the key that was asked for.
    ///
    /// The key is given back for use in any case. It is kept only if the request still stands: not if
    /// its lease ran out and another caller was asked, nor if the scope was purged meanwhile.
    #[expect(clippy::needless_pass_by_value, reason = "a request is good for one answer")]
    pub fn supply(&mut self, now: Timestamp, request: KeyRequest, key: DataKey) -> Arc<DataKey> {
        self.tick = self.tick.saturating_add(1);
        let key = Arc::new(key);
        let used = Used::default().and(request.purpose, &self.policy);
        let entry = self.scopes.get_mut(&request.scope).and_then(|keys| keys.get_mut(&request.generation));
        if let Some(entry) = entry.filter(|entry| entry.is_fetched_by(&request)) {
            match used {
                Some(used) => {
                    let wrapped = request.wrapped.clone();
                    let (key, last_use) = (Arc::clone(&key), self.tick);
                    *entry = Entry::Ready { key, wrapped, since: now, used, last_use };
                }
                // This one use is more than the policy lets a key do: nothing is left to keep it for.
                None => self.remove(&request.scope, request.generation),
            }
        }
        key
    }

    /// Says that the key could not be had, so that the next caller may try.
    #[expect(clippy::needless_pass_by_value, reason = "a request is good for one answer")]
    pub fn fail(&mut self, request: KeyRequest) {
        let entry = self.scopes.get(&request.scope).and_then(|keys| keys.get(&request.generation));
        if entry.is_some_and(|entry| entry.is_fetched_by(&request)) {
            self.remove(&request.scope, request.generation);
        }
    }

    /// Forgets all keys of a scope, also those that are being fetched: part of shredding it.
    pub fn purge(&mut self, scope: &Scope) {
        if let Some(keys) = self.scopes.remove(scope) {
            self.len = self.len.saturating_sub(keys.len());
        }
    }

    /// Forgets all keys of a tenant and of every subject inside it: part of shredding the tenant.
    pub fn purge_tenant(&mut self, tenant: &TenantId) {
        let tenant = tenant.as_str().as_bytes();
        self.scopes.retain(|scope, _| scope.tenant_bytes() != tenant);
        self.len = self.scopes.values().fold(0, |len, keys| keys.len().saturating_add(len));
    }

    /// Forgets all keys whose time is over. Calling it now and then frees memory early; lookups check
    /// the age by themselves.
    pub fn evict_expired(&mut self, now: Timestamp) {
        let policy = &self.policy;
        let mut len = 0;
        self.scopes.retain(|_, keys| {
            keys.retain(|_, entry| match entry {
                Entry::Ready { since, .. } => is_within(policy.max_age, *since, now),
                Entry::Fetching { since, .. } => is_within(policy.lease, *since, now),
            });
            len = keys.len().saturating_add(len);
            !keys.is_empty()
        });
        self.len = len;
    }

    /// Looks a key up, and unwraps it with a blocking key wrap if it is not here.
    ///
    /// The cache stays borrowed during the call to the key service. If another caller is fetching the
    /// same key, this one does not wait: it unwraps the key once more, for itself.
    ///
    /// # Errors
    ///
    /// What the key wrap says.
    pub fn get(
        &mut self,
        now: Timestamp,
        key_wrap: &dyn KeyWrap,
        context: &WrapContext<'_>,
        wrapped: &WrappedKey,
        purpose: KeyUse,
    ) -> Result<Arc<DataKey>, Error> {
        match self.lookup(now, context, wrapped, purpose) {
            KeyStep::Ready(key) => Ok(key),
            KeyStep::InFlight { .. } => key_wrap.unwrap(context, wrapped).map(Arc::new),
            KeyStep::NeedsKey(request) => match key_wrap.unwrap(context, wrapped) {
                Ok(key) => Ok(self.supply(now, request, key)),
                Err(error) => {
                    self.fail(request);
                    Err(error)
                }
            },
        }
    }

    /// The keyring of a scope from its rows of the key table: the newest key seals, all open.
    ///
    /// A generation in `destroyed` stays destroyed, also if its row has come back with a backup. The use
    /// is counted for the key that seals.
    ///
    /// # Errors
    ///
    /// [`Error::KeyConflict`] if two rows have the same generation; what the key wrap says.
    pub fn keyring(
        &mut self,
        now: Timestamp,
        key_wrap: &dyn KeyWrap,
        scope: &Scope,
        rows: &[(Generation, WrappedKey)],
        destroyed: &[Generation],
        purpose: KeyUse,
    ) -> Result<Keyring, Error> {
        let live = || rows.iter().filter(|(generation, _)| !destroyed.contains(generation));
        let newest = live().map(|(generation, _)| *generation).max();
        let mut builder = Keyring::builder(scope.clone());
        for (generation, wrapped) in live() {
            let context = WrapContext::new(scope, *generation);
            let is_newest = Some(*generation) == newest;
            let purpose = if is_newest { purpose } else { KeyUse::Open };
            let key = self.get(now, key_wrap, &context, wrapped, purpose)?;
            builder =
                if is_newest { builder.primary(*generation, key) } else { builder.older(*generation, key) };
        }
        for generation in destroyed {
            builder = builder.destroyed(*generation);
        }
        builder.build()
    }

    /// Looks a key up in a shared cache, and unwraps it with an asynchronous key wrap if it is not
    /// here. The lock is never held while waiting.
    ///
    /// On [`Fetched::InFlight`] sleep a little, with your runtime's timer, and ask again. If the returned future is dropped early, others wait for the lease to end.
    ///
    /// # Errors
    ///
    /// What the key wrap says.
    pub async fn get_async(
        cache: &Mutex<Self>,
        now: Timestamp,
        key_wrap: &impl AsyncKeyWrap,
        context: &WrapContext<'_>,
        wrapped: &WrappedKey,
        purpose: KeyUse,
    ) -> Result<Fetched, Error> {
        // A panic elsewhere cannot leave the cache half-changed in a way that matters: at worst an
        // entry is missing.
        let lock = || cache.lock().unwrap_or_else(PoisonError::into_inner);
        let step = lock().lookup(now, context, wrapped, purpose);
        let request = match step {
            KeyStep::Ready(key) => return Ok(Fetched::Ready(key)),
            KeyStep::InFlight { retry_at } => return Ok(Fetched::InFlight { retry_at }),
            KeyStep::NeedsKey(request) => request,
        };
        match key_wrap.unwrap(context, wrapped).await {
            Ok(key) => Ok(Fetched::Ready(lock().supply(now, request, key))),
            Err(error) => {
                lock().fail(request);
                Err(error)
            }
        }
    }

    fn insert(&mut self, now: Timestamp, scope: &Scope, generation: Generation, entry: Entry) {
        if self.len >= self.policy.capacity {
            // Abandoned fetches among them: nobody will ever answer those.
            self.evict_expired(now);
        }
        if self.len >= self.policy.capacity {
            self.evict_least_recent();
        }
        if self.len >= self.policy.capacity {
            // Full of keys that are being fetched: this one is fetched without a place.
            return;
        }
        if self.scopes.entry(scope.clone()).or_default().insert(generation, entry).is_none() {
            self.len = self.len.saturating_add(1);
        }
    }

    fn evict_least_recent(&mut self) {
        let oldest = self
            .scopes
            .iter()
            .flat_map(|(scope, keys)| {
                keys.iter().map(move |(generation, entry)| (scope, generation, entry))
            })
            .filter_map(|(scope, generation, entry)| match entry {
                Entry::Ready { last_use, .. } => Some((*last_use, scope, *generation)),
                Entry::Fetching { .. } => None,
            })
            .min_by_key(|(last_use, ..)| *last_use)
            .map(|(_, scope, generation)| (scope.clone(), generation));
        if let Some((scope, generation)) = oldest {
            self.remove(&scope, generation);
        }
    }

    fn remove(&mut self, scope: &Scope, generation: Generation) {
        let Some(keys) = self.scopes.get_mut(scope) else {
            return;
        };
        if keys.remove(&generation).is_some() {
            self.len = self.len.saturating_sub(1);
        }
        if keys.is_empty() {
            self.scopes.remove(scope);
        }
    }
}

/// Whether `now` is less than `span` away from `since`, on either side: callers on several threads read
/// the clock in one order and get the lock in another.
fn is_within(span: Duration, since: Timestamp, now: Timestamp) -> bool {
    let distance = now.since(since).or_else(|| since.since(now));
    distance.is_some_and(|distance| distance < span)
}
