//! A generator that yields a given script, so that foreign values can be sealed again to the byte.

use core::convert::Infallible;

use ringfence::rand_core::{TryCryptoRng, TryRng};

pub struct ScriptedRng {
    script: Vec<u8>,
    taken: usize,
}

impl ScriptedRng {
    pub fn new(pieces: &[&[u8]]) -> Self {
        Self { script: pieces.concat(), taken: 0 }
    }

    /// A script that was not used up means that a salt came from elsewhere.
    pub fn assert_drained(&self) {
        assert_eq!(self.taken, self.script.len(), "bytes of the script drawn");
    }
}

impl TryRng for ScriptedRng {
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
        let end = self.taken + out.len();
        assert!(end <= self.script.len(), "more random bytes drawn than the format has");
        out.copy_from_slice(&self.script[self.taken..end]);
        self.taken = end;
        Ok(())
    }
}

/// The script stands for good random bytes.
impl TryCryptoRng for ScriptedRng {}
