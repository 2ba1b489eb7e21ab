//! A task is answered once.

use ringfence::envelope::{DataKey, KeyCache, KeyRequest};
use ringfence::Timestamp;

fn answer_twice(cache: &mut KeyCache, now: Timestamp, request: KeyRequest, keys: [DataKey; 2]) {
    let [one, other] = keys;
    cache.supply(now, request, one);
    cache.supply(now, request, other);
}

fn main() {}
