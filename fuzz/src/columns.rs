//! The keys and places under which sealed values, binary or text, are fuzzed, and what is to be said of
//! any bytes there: the format of suite 1, written down a second time.

use std::sync::{Arc, LazyLock};

use ringfence::envelope::{Context, DataKey, Error, Generation, Keyring, Scope};
use ringfence::secrecy::SecretBox;

use super::input::{Input, Repeating};

pub const OVERHEAD: usize = 69;
/// Generations that can be opened, and the first byte of their keys: those of the foreign vectors.
const LIVE: [(u32, u8); 4] = [(1, 0x00), (2, 0x40), (3, 0x80), (u32::MAX, 0x00)];
const DESTROYED: u32 = 4;
/// Anything below it is too old.
const MIN: u32 = 1;

/// The same keys four times, each time with another primary one.
static RINGS: LazyLock<Vec<Keyring>> = LazyLock::new(|| (0..LIVE.len()).map(ring).collect());

/// 32 bytes that count up from `first`.
pub fn key_bytes(first: u8) -> [u8; 32] {
    core::array::from_fn(|i| first.wrapping_add(i as u8))
}

pub fn data_key(first: u8) -> Arc<DataKey> {
    Arc::new(DataKey::from_secret(&SecretBox::new(Box::new(key_bytes(first)))))
}

fn ring(primary: usize) -> Keyring {
    let scope = Scope::from_parts(b"acme", b"").unwrap();
    let mut builder = Keyring::builder(scope)
        .min_generation(Generation::new(MIN))
        .older(Generation::new(0), data_key(0x00))
        .destroyed(Generation::new(DESTROYED));
    for (i, (generation, first)) in LIVE.into_iter().enumerate() {
        let (generation, key) = (Generation::new(generation), data_key(first));
        builder =
            if i == primary { builder.primary(generation, key) } else { builder.older(generation, key) };
    }
    builder.build().unwrap()
}

pub fn rings() -> &'static [Keyring] {
    &RINGS
}

/// The ring whose primary key has this generation.
pub fn ring_of(generation: Generation) -> &'static Keyring {
    RINGS.iter().find(|ring| ring.primary() == Some(generation)).unwrap()
}

/// The place of most foreign vectors.
pub fn place() -> Context<'static> {
    Context::from_parts(b"acme", b"integrations", b"api_key", b"row-42")
}

/// Why bytes that no key has sealed for this place are refused: the order of `DECISIONS.md`.
pub fn refusal(bytes: &[u8]) -> Error {
    match form(bytes) {
        Err(error) => error,
        Ok(DESTROYED) => Error::KeyDestroyed,
        Ok(generation) if generation < MIN => Error::KeyTooOld,
        Ok(generation) if LIVE.iter().all(|(live, _)| *live != generation) => Error::UnknownKey,
        Ok(_) => Error::Rejected,
    }
}

/// The generation that the bytes name, or why they are no sealed value.
pub fn form(bytes: &[u8]) -> Result<u32, Error> {
    if bytes.len() < OVERHEAD {
        return Err(Error::Malformed);
    }
    if bytes[0] != 0x01 {
        return Err(Error::UnsupportedSuite);
    }
    Ok(u32::from_be_bytes(bytes[1..5].try_into().unwrap()))
}

/// A value for a place that the fuzzer has thought up.
pub struct Case<'a> {
    pub ring: &'static Keyring,
    pub parts: [&'a [u8]; 2],
    pub row: Vec<u8>,
    pub plaintext: Vec<u8>,
    salt: [u8; 16],
}

impl<'a> Case<'a> {
    pub fn read(input: &mut Input<'a>) -> Self {
        Self {
            ring: &rings()[usize::from(input.byte()) % LIVE.len()],
            salt: input.array(),
            parts: [input.short(24), input.short(24)],
            // Long enough for both ways of deriving the keys, which part at 512 bytes.
            row: input.repeated(40, 20),
            plaintext: input.repeated(64, 40),
        }
    }

    pub fn context(&self) -> Context<'_> {
        Context::from_parts(b"acme", self.parts[0], self.parts[1], &self.row)
    }

    pub fn seal(&self) -> Vec<u8> {
        self.seal_as(&self.context(), &self.plaintext, &self.salt)
    }

    /// Another value that whoever changes the first one has seen: of the same place, or of another one.
    pub fn donor(&self, choice: u8) -> Donor {
        let salt = self.salt.map(|byte| byte ^ 0xa5);
        if choice & 1 == 1 {
            let elsewhere = Context::from_parts(b"acme", self.parts[0], self.parts[1], b"elsewhere");
            // The fuzzer may have thought up that very place.
            let fits = self.row == b"elsewhere";
            return Donor { sealed: self.seal_as(&elsewhere, &self.plaintext, &salt), fits };
        }
        Donor { sealed: self.seal_as(&self.context(), &self.plaintext, &salt), fits: true }
    }

    fn seal_as(&self, context: &Context<'_>, plaintext: &[u8], salt: &[u8; 16]) -> Vec<u8> {
        let sealed = self.ring.seal_with_rng(context, plaintext, &mut Repeating::new(salt)).unwrap();
        assert_eq!(sealed.as_bytes().len(), plaintext.len() + OVERHEAD);
        assert_eq!(sealed.as_bytes()[5..21], *salt, "the salt is in the value");
        sealed.into_bytes()
    }
}

pub struct Donor {
    pub sealed: Vec<u8>,
    /// Whether it opens at the place of the case.
    pub fits: bool,
}
