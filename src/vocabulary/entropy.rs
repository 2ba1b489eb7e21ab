//! The one seam through which the crate draws random bytes.
//!
//! A generator per thread: `ChaCha20`, seeded by the operating system. A system call for each salt
//! would cost as much as sealing a whole API key. It takes a fresh seed
//!
//! - at the first use in a thread,
//! - after [`RESEED_AFTER`] bytes,
//! - in the child after a `fork` (seen at each draw, through a fork handler),
//! - whenever the process id is another one at a refill (a `clone` system call that runs no fork
//!   handler).
//!
//! This is the crate's only global state. What it cannot see is a snapshot of a running virtual
//! machine that is started twice: both copies may draw the same bytes until their next reseed.
#![expect(clippy::disallowed_methods, reason = "this is the one place that asks the operating system")]

use core::cell::RefCell;

use chacha20::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// A new seed is drawn after this many bytes.
const RESEED_AFTER: usize = 64 * 1024;
/// The process id is looked up each time this many bytes were drawn: it costs a system call.
const CHECK_PID_AFTER: usize = 1024;

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct EntropyError(());

struct Generator {
    rng: ChaCha20Rng,
    fork: forkguard::Guard,
    process: u32,
    until_reseed: usize,
    until_check: usize,
}

thread_local! {
    static GENERATOR: RefCell<Option<Generator>> = const { RefCell::new(None) };
}

impl Generator {
    fn new() -> Result<Self, EntropyError> {
        // The guard comes first: a fork between the two lines then costs a reseed, not a repeat.
        let fork = fork_guard()?;
        let process = process_id();
        let mut seed = zeroize::Zeroizing::new([0_u8; 32]);
        fill_key(&mut *seed)?;
        Ok(Self {
            rng: ChaCha20Rng::from_seed(*seed),
            fork,
            process,
            until_reseed: RESEED_AFTER,
            until_check: CHECK_PID_AFTER,
        })
    }

    /// Whether `wanted` more bytes may come from this seed.
    fn is_fresh(&mut self, wanted: usize) -> bool {
        if self.fork.detected_fork() {
            return false;
        }
        let Some(until_reseed) = self.until_reseed.checked_sub(wanted) else {
            return false;
        };
        self.until_reseed = until_reseed;
        match self.until_check.checked_sub(wanted) {
            Some(until_check) => self.until_check = until_check,
            None if self.process == process_id() => self.until_check = CHECK_PID_AFTER,
            None => return false,
        }
        true
    }
}

/// Fills `out` with random bytes straight from the operating system: for keys, which are rare.
pub(crate) fn fill_key(out: &mut [u8]) -> Result<(), EntropyError> {
    getrandom::fill(out).map_err(|_| EntropyError(()))
}

/// Fills `out` with random bytes: for salts, of which every message needs one.
pub(crate) fn fill_salt<const N: usize>(out: &mut [u8; N]) -> Result<(), EntropyError> {
    const { assert!(N <= CHECK_PID_AFTER, "a salt is short") };
    GENERATOR
        .try_with(|cell| {
            let Ok(mut slot) = cell.try_borrow_mut() else {
                return fill_key(out);
            };
            if !slot.as_mut().is_some_and(|generator| generator.is_fresh(out.len())) {
                // The old generator goes first: if no seed is to be had, it must not be used again.
                *slot = None;
                *slot = Some(Generator::new()?);
            }
            let generator = slot.as_mut().ok_or(EntropyError(()))?;
            generator.rng.fill_bytes(out);
            Ok(())
        })
        // The thread is being torn down and its generator is gone: ask the system instead.
        .unwrap_or_else(|_| fill_key(out))
}

#[cfg(unix)]
fn fork_guard() -> Result<forkguard::Guard, EntropyError> {
    forkguard::Guard::try_new().map_err(|_| EntropyError(()))
}

/// There is no `fork`.
#[cfg(not(unix))]
fn fork_guard() -> Result<forkguard::Guard, EntropyError> {
    Ok(forkguard::new())
}

#[cfg(not(target_family = "wasm"))]
fn process_id() -> u32 {
    std::process::id()
}

/// There are no processes, and so no forks.
#[cfg(target_family = "wasm")]
fn process_id() -> u32 {
    0
}
