//! Sealing and opening through slices: the same bytes as through growing buffers.

use proptest::collection::vec;
use proptest::prelude::*;
use ringfence::envelope::stream::{StreamOpener, StreamSealer};

use crate::fixture::{acme_place, acme_ring, outcome};
use crate::stream_file::{HEADER, STEP, open, plaintext, seal, smallest_chunk};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn sealing_into_slices_gives_a_stream_that_opens(
        len in 0..5000_usize,
        steps in vec(1..2500_usize, 1..8),
    ) {
        let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(len));
        let mut blob = Vec::new();
        let mut sealer = StreamSealer::new(&[&ring], &place, smallest_chunk(), &mut blob).unwrap();
        let (mut rest, mut steps) = (plaintext.as_slice(), steps.into_iter().cycle());
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(steps.next().unwrap().min(rest.len()));
            rest = behind;
            let mut out = vec![0xaa; sealer.sealed_len(piece.len())];
            let written = sealer.update_slice(piece, &mut out).unwrap();
            prop_assert_eq!(written, out.len(), "`sealed_len` is exact");
            blob.extend_from_slice(&out);
        }
        sealer.finish(&mut blob).unwrap();
        prop_assert_eq!(open(&ring, &place, &blob).unwrap(), plaintext);
    }

    #[test]
    fn opening_into_slices_gives_the_plaintext(
        len in 0..5000_usize,
        steps in vec(1..2500_usize, 1..8),
    ) {
        let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(len));
        let blob = seal(&[&ring], &place, &plaintext);
        let mut opener = StreamOpener::new(&ring, &place);
        let (mut rest, mut opened) = (blob.as_slice(), Vec::new());
        let mut steps = steps.into_iter().cycle();
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(steps.next().unwrap().min(rest.len()));
            rest = behind;
            let mut out = vec![0xaa; opener.plaintext_bound(piece.len())];
            let written = opener.update_slice(piece, &mut out).unwrap();
            opened.extend_from_slice(&out[..written]);
        }
        let complete = opener.finish(&mut opened).unwrap();
        prop_assert_eq!(complete.plaintext_len(), len as u64);
        prop_assert_eq!(opened, plaintext);
    }
}

/// A slice that is too short is told before anything is taken: the stream goes on.
#[test]
fn a_slice_that_is_too_short_takes_nothing() {
    let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(3000));
    let mut blob = Vec::new();
    let mut sealer = StreamSealer::new(&[&ring], &place, smallest_chunk(), &mut blob).unwrap();
    assert_eq!(sealer.sealed_len(3000), 2 * STEP);
    let mut out = vec![0; 2 * STEP];
    let short = sealer.update_slice(&plaintext, &mut out[..2 * STEP - 1]);
    assert_eq!(outcome(&short), "buffer_too_small");
    assert_eq!(sealer.update_slice(&plaintext, &mut out).unwrap(), 2 * STEP);
    blob.extend_from_slice(&out);
    sealer.finish(&mut blob).unwrap();

    let mut opener = StreamOpener::new(&ring, &place);
    let bound = opener.plaintext_bound(blob.len());
    assert!(bound >= 2 * 1024);
    let mut out = vec![0; bound];
    let short = opener.update_slice(&blob, &mut out[..bound - 1]);
    assert_eq!(outcome(&short), "buffer_too_small");
    let written = opener.update_slice(&blob, &mut out).unwrap();
    assert_eq!(out[..written], plaintext[..written]);
    out.truncate(written);
    let complete = opener.finish(&mut out).unwrap();
    assert_eq!((complete.plaintext_len(), out.as_slice()), (3000, plaintext.as_slice()));
}

/// The plaintext of verified chunks in the same call is wiped: nobody was told how much it is.
#[test]
fn a_refused_call_leaves_zeros_in_the_slice() {
    let (ring, place) = (acme_ring(), acme_place());
    let mut blob = seal(&[&ring], &place, &plaintext(3000));
    blob[HEADER + STEP + 8] ^= 1;
    let mut opener = StreamOpener::new(&ring, &place);
    let mut out = vec![0xaa; opener.plaintext_bound(blob.len())];
    assert_eq!(outcome(&opener.update_slice(&blob, &mut out)), "rejected");
    assert!(out.iter().all(|byte| *byte == 0));
    assert_eq!(outcome(&opener.update_slice(&[], &mut out)), "stream_state");
}
