//! The cache against a naive model: random calls, and after each the same answer from both.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use ringfence::Timestamp;
use ringfence::envelope::{
    CachePolicy, DataKey, Generation, KeyCache, KeyRequest, KeyStep, KeyUse, Scope, WrapContext, WrappedKey,
};

use crate::clock::at;
use crate::fixture::secret;

const MAX_AGE: u64 = 20;
const MAX_SEALS: u64 = 3;
const MAX_BYTES: u64 = 100;
const CAPACITY: usize = 4;
const LEASE: u64 = 5;

/// Three scopes that are easily mixed up, and two generations.
type Name = (usize, u32);

fn scope(number: usize) -> Scope {
    let parts: [(&[u8], &[u8]); 3] = [(b"a", b""), (b"a", b"b"), (b"ab", b"")];
    Scope::from_parts(parts[number].0, parts[number].1).unwrap()
}

#[derive(Debug, Clone)]
enum Call {
    Lookup {
        name: Name,
        bytes: Option<u64>,
    },
    /// Answers one of the open requests, chosen by the index.
    Supply(usize),
    Fail(usize),
    Purge(usize),
    Evict,
    Clock(i64),
}

fn call() -> impl Strategy<Value = Call> {
    let bytes = prop_oneof![
        3 => Just(None),
        3 => (0..60_u64).prop_map(Some),
        1 => prop_oneof![Just(MAX_BYTES), Just(MAX_BYTES + 1), Just(u64::MAX)].prop_map(Some),
    ];
    prop_oneof![
        12 => ((0..3_usize, 1..3_u32), bytes).prop_map(|(name, bytes)| Call::Lookup { name, bytes }),
        8 => any::<usize>().prop_map(Call::Supply),
        1 => any::<usize>().prop_map(Call::Fail),
        1 => (0..3_usize).prop_map(Call::Purge),
        1 => Just(Call::Evict),
        3 => (-4..10_i64).prop_map(Call::Clock),
        1 => prop_oneof![Just(-40_i64), Just(40)].prop_map(Call::Clock),
    ]
}

enum Entry {
    Ready { number: u64, since: i64, seals: u64, bytes: u128 },
    Fetching { ticket: u64, since: i64 },
}

#[derive(Debug, PartialEq)]
enum Answer {
    Ready(u64),
    NeedsKey,
    InFlight(i64),
}

/// What the documentation says, without regard for speed.
#[derive(Default)]
struct Model {
    entries: BTreeMap<Name, Entry>,
    /// Names in the order of their last use, the latest at the end.
    used: Vec<Name>,
    /// Given out with each request that has a place.
    tickets: u64,
}

fn within(span: u64, since: i64, now: i64) -> bool {
    now.abs_diff(since) < span
}

impl Model {
    fn touch(&mut self, name: Name) {
        self.used.retain(|used| *used != name);
        self.used.push(name);
    }

    /// The answer, and the ticket of a request.
    fn lookup(&mut self, now: i64, name: Name, seal: Option<u64>) -> (Answer, u64) {
        match self.entries.get_mut(&name) {
            Some(Entry::Fetching { since, .. }) if within(LEASE, *since, now) => {
                return (Answer::InFlight(*since + LEASE as i64), 0);
            }
            Some(Entry::Ready { number, since, seals, bytes, .. }) if within(MAX_AGE, *since, now) => {
                let more = (*seals + u64::from(seal.is_some()), *bytes + u128::from(seal.unwrap_or(0)));
                let allowed = more.0 <= MAX_SEALS && more.1 <= u128::from(MAX_BYTES);
                if seal.is_none() || allowed {
                    (*seals, *bytes) = more;
                    let number = *number;
                    self.touch(name);
                    return (Answer::Ready(number), 0);
                }
            }
            _ => {}
        }
        self.tickets += 1;
        let ticket = self.tickets;
        if !self.entries.contains_key(&name) && self.entries.len() == CAPACITY {
            let ready = |name: &&Name| matches!(self.entries.get(name), Some(Entry::Ready { .. }));
            let oldest = self.used.iter().find(ready).copied();
            match oldest {
                Some(oldest) => drop(self.entries.remove(&oldest)),
                None => return (Answer::NeedsKey, ticket),
            }
        }
        self.entries.insert(name, Entry::Fetching { ticket, since: now });
        (Answer::NeedsKey, ticket)
    }

    fn awaits(&self, name: Name, wanted: u64) -> bool {
        matches!(self.entries.get(&name), Some(Entry::Fetching { ticket, .. }) if *ticket == wanted)
    }

    fn supply(&mut self, now: i64, (name, seal, ticket): (Name, Option<u64>, u64), number: u64) {
        if !self.awaits(name, ticket) {
            return;
        }
        let (seals, bytes) = (u64::from(seal.is_some()), u128::from(seal.unwrap_or(0)));
        if seals > MAX_SEALS || bytes > u128::from(MAX_BYTES) {
            self.entries.remove(&name);
            return;
        }
        self.entries.insert(name, Entry::Ready { number, since: now, seals, bytes });
        self.touch(name);
    }

    fn evict(&mut self, now: i64) {
        self.entries.retain(|_, entry| match entry {
            Entry::Ready { since, .. } => within(MAX_AGE, *since, now),
            Entry::Fetching { since, .. } => within(LEASE, *since, now),
        });
    }
}

struct OpenRequest {
    request: KeyRequest,
    name: Name,
    seal: Option<u64>,
    ticket: u64,
}

/// A key that says its number.
fn numbered(number: u64) -> DataKey {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    DataKey::from_secret(&secret(bytes))
}

fn number_of(key: &DataKey) -> u64 {
    u64::from_be_bytes(key.expose_for_wrapping()[..8].try_into().unwrap())
}

struct Pair {
    cache: KeyCache,
    model: Model,
    open: Vec<OpenRequest>,
    /// Every key ever supplied, to see which of them the cache still holds.
    supplied: Vec<Weak<DataKey>>,
    now: i64,
}

impl Pair {
    fn new() -> Self {
        let policy = CachePolicy::default()
            .max_age(Duration::from_secs(MAX_AGE))
            .max_seals(MAX_SEALS)
            .max_bytes(MAX_BYTES)
            .capacity(CAPACITY)
            .lease(Duration::from_secs(LEASE));
        let cache = KeyCache::new(policy);
        Self { cache, model: Model::default(), open: Vec::new(), supplied: Vec::new(), now: 0 }
    }

    fn clock(&self) -> Timestamp {
        at(self.now)
    }

    fn evict(&mut self) {
        self.cache.evict_expired(self.clock());
        self.model.evict(self.now);
    }

    fn lookup(&mut self, name: Name, seal: Option<u64>) {
        // Which of several expired entries makes room first is not specified: let none be there.
        if self.model.entries.len() == CAPACITY {
            self.evict();
        }
        let purpose = seal.map_or(KeyUse::Open, |bytes| KeyUse::Seal { values: 1, bytes });
        let (expected, ticket) = self.model.lookup(self.now, name, seal);
        let step = {
            let scope = scope(name.0);
            let context = WrapContext::new(&scope, Generation::new(name.1));
            let row = WrappedKey::from_bytes(vec![1; 101]).unwrap();
            self.cache.lookup(self.clock(), &context, &row, purpose)
        };
        let answer = match step {
            KeyStep::Ready(key) => Answer::Ready(number_of(&key)),
            KeyStep::InFlight { retry_at } => Answer::InFlight(retry_at.as_secs() - at(0).as_secs()),
            KeyStep::NeedsKey(request) => {
                assert_eq!(request.context().scope(), &scope(name.0));
                assert_eq!(request.context().generation(), Generation::new(name.1));
                self.open.push(OpenRequest { request, name, seal, ticket });
                Answer::NeedsKey
            }
        };
        assert_eq!(answer, expected);
    }

    fn supply(&mut self, index: usize) {
        if self.open.is_empty() {
            return;
        }
        let open = self.open.swap_remove(index % self.open.len());
        let number = self.supplied.len() as u64;
        let (now, key) = (self.clock(), numbered(number));
        let key = self.cache.supply(now, open.request, key);
        assert_eq!(number_of(&key), number, "the caller gets its key in any case");
        self.supplied.push(Arc::downgrade(&key));
        self.model.supply(self.now, (open.name, open.seal, open.ticket), number);
    }

    fn fail(&mut self, index: usize) {
        if self.open.is_empty() {
            return;
        }
        let open = self.open.swap_remove(index % self.open.len());
        if self.model.awaits(open.name, open.ticket) {
            self.model.entries.remove(&open.name);
        }
        self.cache.fail(open.request);
    }

    fn run(&mut self, call: &Call) {
        match *call {
            Call::Lookup { name, bytes } => self.lookup(name, bytes),
            Call::Supply(index) => self.supply(index),
            Call::Fail(index) => self.fail(index),
            Call::Purge(number) => {
                self.cache.purge(&scope(number));
                self.model.entries.retain(|(held, _), _| *held != number);
            }
            Call::Evict => self.evict(),
            Call::Clock(step) => self.now += step,
        }
        self.check_holdings();
    }

    /// The cache holds exactly the keys that the model holds: nothing is kept longer.
    fn check_holdings(&self) {
        assert_eq!(self.cache.len(), self.model.entries.len());
        assert_eq!(self.cache.is_empty(), self.model.entries.is_empty());
        assert!(self.cache.len() <= CAPACITY);
        let held = |number: u64| {
            self.model
                .entries
                .values()
                .any(|entry| matches!(entry, Entry::Ready { number: n, .. } if *n == number))
        };
        for (number, key) in self.supplied.iter().enumerate() {
            assert_eq!(key.strong_count() > 0, held(number as u64), "key {number}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_cache_does_what_the_model_does(calls in vec(call(), 1..120)) {
        let mut pair = Pair::new();
        for call in &calls {
            pair.run(call);
        }
    }
}
