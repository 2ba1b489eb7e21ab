//! The salts that a request gives, in the form of a random generator.

use std::convert::Infallible;

use ringfence::rand_core::{TryCryptoRng, TryRng};

/// Gives the salts one after the other, and zeros when there are no more.
pub struct ScriptedSalts<'a>(&'a mut Vec<Vec<u8>>);

impl<'a> ScriptedSalts<'a> {
    pub const fn new(salts: &'a mut Vec<Vec<u8>>) -> Self {
        Self(salts)
    }
}

impl TryRng for ScriptedSalts<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        let salt = if self.0.is_empty() { Vec::new() } else { self.0.remove(0) };
        for (to, from) in out.iter_mut().zip(salt) {
            *to = from;
        }
        Ok(())
    }
}

impl TryCryptoRng for ScriptedSalts<'_> {}
