//! Points in time for the cache tests: seconds since an arbitrary start.

use ringfence::Timestamp;

/// 2026-11-22T00:00:00Z plus so many seconds (which may be negative).
pub fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(1_795_305_600 + secs).unwrap()
}
