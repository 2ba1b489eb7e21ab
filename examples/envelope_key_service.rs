//! Asking a key service (KMS) for data keys, asynchronously and on no particular runtime.
//!
//! Two ways: `KeyCache::get_async` does it all; the steps of `KeyCache::lookup` leave the waiting,
//! the retries and the metrics to you.
//!
//! ```sh
//! cargo run --example envelope_key_service
//! ```

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{self, Poll, Waker};
use std::time::{Duration, SystemTime};

use ringfence::envelope::{
    AsyncKeyWrap, CachePolicy, Context, DataKey, Error, Fetched, Generation, Kek, KekId, KeyCache, KeyStep,
    KeyUse, KeyWrap, Keyring, LocalKeyWrap, Scope, WrapContext, WrappedKey, create_data_key_async,
    rewrap_async,
};
use ringfence::secrecy::ExposeSecret;
use ringfence::{TenantId, Timestamp};

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// Stands for the service. A driver of a real one sends the key (or the wrapped key), the name of the KEK
/// from its configuration, and `context.to_pairs()` as the encryption context.
struct MockService {
    kek: LocalKeyWrap,
    calls: AtomicU32,
    is_down: AtomicBool,
}

impl MockService {
    fn new() -> Result<Self, Error> {
        // A real service keeps the bytes of the KEK to itself.
        let (kek, _) = Kek::generate()?;
        let kek = LocalKeyWrap::new(KekId::FIRST, kek);
        Ok(Self { kek, calls: AtomicU32::new(0), is_down: AtomicBool::new(false) })
    }

    /// One trip over the network.
    async fn call(&self) -> Result<(), Error> {
        let mut has_waited = false;
        poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.is_down.load(Ordering::Relaxed) {
            return Err(Error::KeyService("503 from the key service".into()));
        }
        Ok(())
    }
}

impl AsyncKeyWrap for MockService {
    async fn wrap(&self, context: &WrapContext<'_>, key: &DataKey) -> Result<WrappedKey, Error> {
        self.call().await?;
        self.kek.wrap(context, key)
    }

    async fn unwrap(&self, context: &WrapContext<'_>, wrapped: &WrappedKey) -> Result<DataKey, Error> {
        self.call().await?;
        self.kek.unwrap(context, wrapped)
    }
}

fn main() -> Result<()> {
    let now = Timestamp::try_from(SystemTime::now())?;
    let service = MockService::new()?;

    // A tenant signs up: its data key is made here and wrapped there.
    let acme = TenantId::new("acme")?;
    let scope = Scope::tenant(&acme);
    let context = WrapContext::new(&scope, Generation::FIRST);
    let (_, wrapped) = block_on(create_data_key_async(&service, &context))?;
    println!("the service knows it as {:?}: {wrapped:?}", context.to_pairs());

    let cache = Mutex::new(KeyCache::new(CachePolicy::default()));
    let key = two_requests_at_once(&cache, now, &service, &context, &wrapped)?;

    let place = Context::new(&acme, "integrations", "api_key", "row-1");
    let sealed = Keyring::new(scope.clone(), Generation::FIRST, key).seal(&place, b"an API key")?;
    println!("sealed: {sealed:?}");

    // Five minutes later the key is too old, and the service is down.
    let later = now.saturating_add(Duration::from_secs(300));
    service.is_down.store(true, Ordering::Relaxed);
    let mut cache = cache.into_inner().map_err(|_| "a request has panicked")?;
    by_steps(&mut cache, later, &service, &context, &wrapped)?;

    // The deployment moves to another key service. The key rows change, the sealed values do not.
    let new_service = MockService::new()?;
    let wrapped = block_on(rewrap_async(&service, &new_service, &context, &wrapped))?;
    let key = block_on(new_service.unwrap(&context, &wrapped))?;
    let opened = Keyring::new(scope.clone(), Generation::FIRST, key).open_string(&place, &sealed)?;
    if opened.expose_secret() != "an API key" {
        return Err("the value was lost".into());
    }
    println!("with the new service: the value opens");
    Ok(())
}

/// Two requests need the same key: the first asks the service, the second is told to wait.
fn two_requests_at_once(
    cache: &Mutex<KeyCache>,
    now: Timestamp,
    service: &MockService,
    context: &WrapContext<'_>,
    wrapped: &WrappedKey,
) -> Result<Arc<DataKey>> {
    // The key is used for one value of ten bytes.
    let purpose = KeyUse::Seal { values: 1, bytes: 10 };
    let ask = || KeyCache::get_async(cache, now, service, context, wrapped, purpose);
    let calls_before = service.calls.load(Ordering::Relaxed);

    let mut first = pin!(ask());
    if poll_once(first.as_mut()).is_ready() {
        return Err("the service answered at once".into());
    }
    let Fetched::InFlight { retry_at } = block_on(ask())? else {
        return Err("two requests asked the service".into());
    };
    println!("second request: wait, until {retry_at} at the latest");
    let Fetched::Ready(key) = block_on(first)? else {
        return Err("the first request got no key".into());
    };
    let Fetched::Ready(_) = block_on(ask())? else {
        return Err("the second request got no key".into());
    };
    let calls = service.calls.load(Ordering::Relaxed) - calls_before;
    println!("both requests have the key, after {calls} call of the service");
    Ok(key)
}

/// The same, with every step in your hands.
fn by_steps(
    cache: &mut KeyCache,
    now: Timestamp,
    service: &MockService,
    context: &WrapContext<'_>,
    wrapped: &WrappedKey,
) -> Result<()> {
    for attempt in 1..=3 {
        match cache.lookup(now, context, wrapped, KeyUse::Open) {
            KeyStep::Ready(_) => {
                println!("attempt {attempt}: the key is here");
                return Ok(());
            }
            // Sleep a little, with your runtime's timer, and ask again.
            KeyStep::InFlight { retry_at } => println!("attempt {attempt}: in flight until {retry_at}"),
            KeyStep::NeedsKey(request) => match block_on(service.unwrap(&request.context(), wrapped)) {
                Ok(key) => {
                    let _key = cache.supply(now, request, key);
                    println!("attempt {attempt}: fetched");
                }
                Err(error) => {
                    // Say so at once, or others wait for the lease to end.
                    cache.fail(request);
                    println!("attempt {attempt}: {error} ({:?})", error.kind());
                    service.is_down.store(false, Ordering::Relaxed);
                }
            },
        }
    }
    Err("no key after three attempts".into())
}

/// What a runtime does, without sleeping.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = poll_once(future.as_mut()) {
            return value;
        }
        std::thread::yield_now();
    }
}

fn poll_once<T>(future: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
    future.poll(&mut task::Context::from_waker(Waker::noop()))
}
