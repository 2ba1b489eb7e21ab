//! The crate's own random bytes, seen through the salts of sealed values.

use std::collections::HashSet;
use std::thread;

use ringfence::TenantId;
use ringfence::envelope::{Context, DataKey, Generation, Keyring, Scope};
use ringfence::secrecy::SecretBox;

fn ring() -> Keyring {
    let acme: TenantId = "acme".parse().unwrap();
    let key = DataKey::from_secret(&SecretBox::new(Box::new([1; 32])));
    Keyring::new(Scope::tenant(&acme), Generation::FIRST, key)
}

/// Bytes 5 to 20 of a sealed value (DECISIONS.md, Envelope, Suite 1).
fn salt(ring: &Keyring) -> [u8; 16] {
    let place = Context::from_parts(b"acme", b"t", b"c", b"r");
    ring.seal(&place, b"").unwrap().as_bytes()[5..21].try_into().unwrap()
}

/// 160,000 bytes: more than two of the generator's reseeds.
#[test]
fn ten_thousand_salts_are_distinct() {
    let ring = ring();
    let salts: HashSet<_> = (0..10_000).map(|_| salt(&ring)).collect();
    assert_eq!(salts.len(), 10_000);
}

/// Each byte of a salt takes on all its values: none is fixed or short of range. In 10,000 draws
/// one of 256 is missing with a probability of 256 * (255/256)^10000, below 10^-14.
#[test]
fn every_byte_of_a_salt_takes_all_values() {
    let ring = ring();
    let mut seen = vec![HashSet::new(); 16];
    for _ in 0..10_000 {
        for (place, byte) in salt(&ring).into_iter().enumerate() {
            seen[place].insert(byte);
        }
    }
    assert!(seen.iter().all(|values| values.len() == 256));
}

#[test]
fn threads_draw_apart() {
    let ring = ring();
    let salts: Vec<Vec<_>> = thread::scope(|threads| {
        let spawn = |_| threads.spawn(|| (0..200).map(|_| salt(&ring)).collect());
        let running: Vec<_> = (0..8).map(spawn).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let all: HashSet<_> = salts.iter().flatten().collect();
    assert_eq!(all.len(), 8 * 200);
}

/// A thread's generator is gone while its other thread-locals are dropped; sealing still works.
#[test]
fn sealing_works_while_a_thread_ends() {
    use std::cell::RefCell;
    use std::sync::mpsc::{Sender, channel};

    struct SealsWhenDropped(Sender<[u8; 16]>);

    impl Drop for SealsWhenDropped {
        fn drop(&mut self) {
            self.0.send(salt(&ring())).unwrap();
        }
    }

    thread_local! {
        static LAST: RefCell<Option<SealsWhenDropped>> = const { RefCell::new(None) };
    }

    let (sender, receiver) = channel();
    let in_thread = sender.clone();
    let before = thread::spawn(move || {
        // Registered before the generator, so dropped after it on most platforms.
        LAST.with(|last| *last.borrow_mut() = Some(SealsWhenDropped(in_thread)));
        salt(&ring())
    });
    let before = before.join().unwrap();
    drop(sender);
    let during = receiver.recv().unwrap();
    assert_ne!(before, during);
}
