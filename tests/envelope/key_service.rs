//! A key service in memory: its ciphertext is opaque, and it checks the encryption context.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Wake, Waker};
use std::thread::{self, Thread};

use ringfence::envelope::{AsyncKeyWrap, DataKey, Error, KeyWrap, WrapContext, WrappedKey};

use crate::fixture::secret;

/// What a service's client library would say.
#[derive(Debug, PartialEq, Eq)]
pub struct ServiceDown;

impl core::fmt::Display for ServiceDown {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the key service does not answer")
    }
}

impl core::error::Error for ServiceDown {}

type Pairs = [(&'static str, String); 3];
/// What a handle stands for: the context it is bound to, and the key.
type Held = (Pairs, [u8; 32]);

/// Keeps the keys itself and gives out handles. Async calls are pending once before they answer.
#[derive(Default)]
pub struct KeyService {
    keys: Mutex<HashMap<Vec<u8>, Held>>,
    seen: Mutex<Vec<Pairs>>,
    down: AtomicBool,
    unwraps: AtomicUsize,
}

/// Keys are kept out of the output.
impl core::fmt::Debug for KeyService {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("KeyService")
    }
}

impl KeyService {
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// How often it was asked to unwrap.
    pub fn unwraps(&self) -> usize {
        self.unwraps.load(Ordering::SeqCst)
    }

    /// The encryption contexts of all calls, in order.
    pub fn seen(&self) -> Vec<Pairs> {
        self.seen.lock().unwrap().clone()
    }

    fn called_with(&self, context: &WrapContext<'_>) -> Result<Pairs, Error> {
        self.seen.lock().unwrap().push(context.to_pairs());
        if self.down.load(Ordering::SeqCst) {
            return Err(Error::KeyService(Box::new(ServiceDown)));
        }
        Ok(context.to_pairs())
    }

    fn wrap_now(&self, context: &WrapContext<'_>, key: &DataKey) -> Result<WrappedKey, Error> {
        let pairs = self.called_with(context)?;
        let mut keys = self.keys.lock().unwrap();
        let handle = format!("opaque-{}", keys.len()).into_bytes();
        keys.insert(handle.clone(), (pairs, *key.expose_for_wrapping()));
        WrappedKey::from_bytes(handle)
    }

    fn unwrap_now(&self, context: &WrapContext<'_>, wrapped: &WrappedKey) -> Result<DataKey, Error> {
        self.unwraps.fetch_add(1, Ordering::SeqCst);
        let pairs = self.called_with(context)?;
        match self.keys.lock().unwrap().get(wrapped.as_bytes()) {
            Some((bound, key)) if *bound == pairs => Ok(DataKey::from_secret(&secret(*key))),
            _ => Err(Error::Rejected),
        }
    }
}

impl KeyWrap for KeyService {
    fn wrap(&self, context: &WrapContext<'_>, key: &DataKey) -> Result<WrappedKey, Error> {
        self.wrap_now(context, key)
    }

    fn unwrap(&self, context: &WrapContext<'_>, wrapped: &WrappedKey) -> Result<DataKey, Error> {
        self.unwrap_now(context, wrapped)
    }
}

/// The same service behind an asynchronous client.
pub struct Remote<'a>(pub &'a KeyService);

impl AsyncKeyWrap for Remote<'_> {
    async fn wrap(&self, context: &WrapContext<'_>, key: &DataKey) -> Result<WrappedKey, Error> {
        PendingOnce(false).await;
        self.0.wrap_now(context, key)
    }

    async fn unwrap(&self, context: &WrapContext<'_>, wrapped: &WrappedKey) -> Result<DataKey, Error> {
        PendingOnce(false).await;
        self.0.unwrap_now(context, wrapped)
    }
}

/// A round trip: the first poll finds no answer yet.
struct PendingOnce(bool);

impl Future for PendingOnce {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        task.waker().wake_by_ref();
        Poll::Pending
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Drives a future on this thread: the crate asks for no runtime.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = core::pin::pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut task = TaskContext::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut task) {
            return output;
        }
        thread::park();
    }
}

/// Polls a future once and drops it, as a caller does whose request was cancelled.
pub fn poll_once_and_drop<F: Future>(future: F) {
    let mut future = core::pin::pin!(future);
    let mut task = TaskContext::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut task).is_pending());
}
