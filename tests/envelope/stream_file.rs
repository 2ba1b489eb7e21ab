//! Sealing and opening whole streams, for the tests that take them apart.

use core::ops::Range;

use ringfence::envelope::stream::{ChunkSize, Complete, StreamOpener, StreamSealer};
use ringfence::envelope::{Context, Error, Keyring};

/// A header for one recipient: 7 + 101 + 32 (DECISIONS.md, Envelope, Stream).
pub const HEADER: usize = 140;
/// A whole chunk of the smallest size with its tag.
pub const STEP: usize = 1024 + 16;

pub fn smallest_chunk() -> ChunkSize {
    ChunkSize::from_log2(10).unwrap()
}

/// Bytes that differ from chunk to chunk.
pub fn plaintext(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 7 + i / 1024 * 13 + 3) as u8).collect()
}

/// A stream in the smallest chunks.
pub fn seal(recipients: &[&Keyring], context: &Context<'_>, plaintext: &[u8]) -> Vec<u8> {
    let mut blob = Vec::new();
    let mut sealer = StreamSealer::new(recipients, context, smallest_chunk(), &mut blob).unwrap();
    sealer.update(plaintext, &mut blob).unwrap();
    sealer.finish(&mut blob).unwrap();
    blob
}

pub fn open(ring: &Keyring, context: &Context<'_>, blob: &[u8]) -> Result<Vec<u8>, Error> {
    let (outcome, plaintext) = open_in_steps(ring, context, blob, usize::MAX);
    outcome.map(|_| plaintext)
}

/// What came of it, and whatever plaintext was released until then.
pub fn open_in_steps(
    ring: &Keyring,
    context: &Context<'_>,
    blob: &[u8],
    step: usize,
) -> (Result<Complete, Error>, Vec<u8>) {
    let mut plaintext = Vec::new();
    let mut opener = StreamOpener::new(ring, context);
    for piece in blob.chunks(step) {
        if let Err(error) = opener.update(piece, &mut plaintext) {
            return (Err(error), plaintext);
        }
    }
    (opener.finish(&mut plaintext), plaintext)
}

/// The bytes of a range that a reader names.
pub fn range(blob: &[u8], range: Range<u64>) -> &[u8] {
    &blob[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()]
}
