//! The generation of a sealed value is the one in its bytes.

use ringfence::envelope::{Generation, SealedValue};

fn main() {
    let _ = SealedValue { bytes: Vec::new(), generation: Generation::FIRST };
}
