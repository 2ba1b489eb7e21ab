//! The fuzzer's bytes, read as a list of choices. Whatever is missing at the end reads as zero.

use core::convert::Infallible;

use ringfence::rand_core::{TryCryptoRng, TryRng};

pub struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self { rest: data }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        self.bytes(1).first().copied().unwrap_or(0)
    }

    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let taken = self.bytes(N);
        array[..taken.len()].copy_from_slice(taken);
        array
    }

    /// A number below `limit`, which is at least 1 and at most 65536.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::from(u16::from_be_bytes(self.array())) % limit
    }

    pub fn bytes(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(len.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// A length, then so many bytes.
    pub fn short(&mut self, max: usize) -> &'a [u8] {
        let len = usize::from(self.byte()) % (max + 1);
        self.bytes(len)
    }

    /// The same, several times over, so that a few bytes say something long.
    pub fn repeated(&mut self, max: usize, max_times: usize) -> Vec<u8> {
        let times = 1 + usize::from(self.byte()) % max_times;
        self.short(max).repeat(times)
    }

    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// What somebody with write access to the column does to `bytes`: everything that is left of the
    /// input, up to eight changes. `donor` is another value that they have seen.
    pub fn change(&mut self, bytes: &mut Vec<u8>, donor: &[u8]) {
        for _ in 0..8 {
            if self.is_empty() {
                return;
            }
            let (what, at, arg) = (self.byte() % 10, self.below(65_536), self.byte());
            let at = at % (bytes.len() + 1);
            let until = (at + usize::from(arg)).min(bytes.len());
            match what {
                0 if at < bytes.len() => bytes[at] ^= 1 << (arg % 8),
                1 if at < bytes.len() => bytes[at] = arg,
                2 => bytes.truncate(at),
                3 => drop(bytes.drain(..at)),
                4 => bytes.insert(at, arg),
                5 => drop(bytes.drain(at..until)),
                6 => bytes.extend_from_within(at..until),
                7 if at <= donor.len() => bytes.splice(at.., donor[at..].iter().copied()).for_each(drop),
                8 if at <= donor.len() => bytes.splice(..at, donor[..at].iter().copied()).for_each(drop),
                9 => {
                    let until = until.min(donor.len());
                    let from_donor = donor.get(at..until).unwrap_or_default();
                    bytes[at..at + from_donor.len()].copy_from_slice(from_donor);
                }
                _ => {}
            }
        }
    }
}

/// A generator that says the same bytes again and again, so that a seal is the same in every run.
pub struct Repeating<'a> {
    script: &'a [u8],
    next: usize,
}

impl<'a> Repeating<'a> {
    /// The script is not empty.
    pub fn new(script: &'a [u8]) -> Self {
        Self { script, next: 0 }
    }
}

impl TryRng for Repeating<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for byte in out {
            *byte = self.script[self.next % self.script.len()];
            self.next += 1;
        }
        Ok(())
    }
}

/// The script stands for good random bytes.
impl TryCryptoRng for Repeating<'_> {}
