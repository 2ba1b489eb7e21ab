//! For tests of your own: randomness that repeats itself, and a clock that goes only when told.
//!
//! Behind the feature `test-util`, which does not belong into a shipped build.
//!
//! ```
//! use core::time::Duration;
//! use ringfence::Timestamp;
//! use ringfence::test_util::{FixedEntropy, SteppingClock};
//! # #[cfg(feature = "envelope")] {
//! use ringfence::envelope::DataKey;
//!
//! let key = DataKey::generate_with_rng(&mut FixedEntropy::new(1));
//! # drop(key);
//! # }
//! let mut clock = SteppingClock::new(Timestamp::UNIX_EPOCH, Duration::from_secs(1));
//! assert_eq!(clock.now().to_string(), "1970-01-01T00:00:00.000000Z");
//! assert_eq!(clock.now().to_string(), "1970-01-01T00:00:01.000000Z");
//! clock.advance(Duration::from_secs(3600));
//! assert_eq!(clock.now().to_string(), "1970-01-01T01:00:02.000000Z");
//! ```

use core::convert::Infallible;
use core::time::Duration;

use chacha20::ChaCha20Rng;
use rand_core::{Rng, SeedableRng, TryCryptoRng, TryRng};

use crate::Timestamp;

/// A generator that gives the same bytes for the same seed, for the functions that end in `_with_rng`.
///
/// Whatever is sealed with it can be read by everybody who knows the seed.
#[derive(Debug)]
pub struct FixedEntropy(ChaCha20Rng);

impl FixedEntropy {
    /// The generator of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }
}

impl TryRng for FixedEntropy {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.next_u64())
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill_bytes(out);
        Ok(())
    }
}

impl TryCryptoRng for FixedEntropy {}

/// A clock that moves on by one step at each reading, and by as much as you like in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SteppingClock {
    next: Timestamp,
    step: Duration,
}

impl SteppingClock {
    /// A clock whose first reading is `start`.
    #[must_use]
    pub const fn new(start: Timestamp, step: Duration) -> Self {
        Self { next: start, step }
    }

    /// Reads the clock, then moves it on by one step.
    pub fn now(&mut self) -> Timestamp {
        let now = self.next;
        self.next = now.saturating_add(self.step);
        now
    }

    /// Moves the clock on.
    pub fn advance(&mut self, by: Duration) {
        self.next = self.next.saturating_add(by);
    }

    /// Moves the clock back, as an operator or a wrong time server does.
    pub fn turn_back(&mut self, by: Duration) {
        self.next = self.next.saturating_sub(by);
    }
}
