//! Opening single chunks, in any order, of a stream whose length a stranger states.

use proptest::prelude::*;
use ringfence::envelope::stream::StreamLayout;

use crate::fixture::{acme_place, acme_ring, code, outcome};
use crate::stream_file::{HEADER, STEP, plaintext, range, seal};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_chunk_at_any_time_is_the_right_part(
        len in 0..5000_usize,
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..10),
    ) {
        let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(len));
        let blob = seal(&[&ring], &place, &plaintext);
        let layout = StreamLayout::new(&ring, &place, &blob, blob.len() as u64).unwrap();
        let reader = layout.authenticate(range(&blob, layout.last_chunk())).unwrap();
        let chunks = reader.chunk_count() as usize;
        prop_assert_eq!(chunks, len.div_ceil(1024).max(1));
        prop_assert_eq!(reader.plaintext_len(), len as u64);
        for number in order {
            let number = number.index(chunks);
            let sealed = range(&blob, reader.chunk_range(number as u64).unwrap());
            let mut out = b"before".to_vec();
            reader.open_chunk(number as u64, sealed, &mut out).unwrap();
            let expected = &plaintext[number * 1024..((number + 1) * 1024).min(len)];
            prop_assert_eq!(&out[6..], expected);
        }
    }
}

#[test]
fn chunks_beyond_the_end_are_out_of_range() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = seal(&[&ring], &place, &plaintext(2 * 1024 + 1));
    let layout = StreamLayout::new(&ring, &place, &blob, blob.len() as u64).unwrap();
    let reader = layout.authenticate(range(&blob, layout.last_chunk())).unwrap();
    for number in [3, 4, u64::from(u32::MAX), 1 << 32, (1 << 32) + 1, u64::MAX] {
        let mut out = Vec::new();
        assert_eq!(outcome(&reader.chunk_range(number)), "out_of_range", "{number}");
        assert_eq!(outcome(&reader.open_chunk(number, &[0; 40], &mut out)), "out_of_range");
        assert!(out.is_empty());
    }
}

#[test]
fn a_chunk_opens_in_its_own_place_only() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = seal(&[&ring], &place, &plaintext(3 * 1024 + 10));
    let layout = StreamLayout::new(&ring, &place, &blob, blob.len() as u64).unwrap();
    let reader = layout.authenticate(range(&blob, layout.last_chunk())).unwrap();
    for number in 0..4 {
        for other in (0..4).filter(|other| *other != number) {
            let mut out = b"before".to_vec();
            let sealed = range(&blob, reader.chunk_range(other).unwrap());
            assert_eq!(outcome(&reader.open_chunk(number, sealed, &mut out)), "rejected");
            assert_eq!(out, b"before");
        }
    }
}

#[test]
fn bytes_that_are_not_the_chunk_are_rejected() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = seal(&[&ring], &place, &plaintext(1024 + 10));
    let layout = StreamLayout::new(&ring, &place, &blob, blob.len() as u64).unwrap();
    let last = layout.last_chunk();
    assert_eq!(last, (HEADER + STEP) as u64..blob.len() as u64);
    let reader = layout.authenticate(range(&blob, last)).unwrap();
    let chunk = range(&blob, reader.chunk_range(0).unwrap());
    let longer = [chunk, &[0]].concat();
    let mut flipped = chunk.to_vec();
    flipped[1000] ^= 1;
    for bytes in [&[][..], &chunk[..15], &chunk[..16], &chunk[..chunk.len() - 1], &longer, &flipped] {
        let mut out = b"before".to_vec();
        assert_eq!(outcome(&reader.open_chunk(0, bytes, &mut out)), "rejected", "{}", bytes.len());
        assert_eq!(out, b"before");
    }
}

/// The reader exists only after the last chunk was verified, and it must be exactly that one.
#[test]
fn the_end_is_not_taken_on_trust() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = seal(&[&ring], &place, &plaintext(2 * 1024 + 10));
    let layout = StreamLayout::new(&ring, &place, &blob, blob.len() as u64).unwrap();
    let last = range(&blob, layout.last_chunk());
    assert_eq!(last.len(), 26);
    let first = &blob[HEADER..HEADER + STEP];
    let mut flipped = last.to_vec();
    flipped[3] ^= 1;
    let longer = [last, &[0]].concat();
    for wrong in [&[][..], &last[..25], &longer, &flipped, first, &first[..26]] {
        assert_eq!(outcome(&layout.authenticate(wrong)), "rejected", "{} bytes", wrong.len());
    }
    assert!(layout.authenticate(last).is_ok());
}

/// A length that is not the file's: too short shows as a cut, too long as bytes that do not fit.
#[test]
fn a_wrong_total_length_is_refused() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = seal(&[&ring], &place, &plaintext(2 * 1024 + 10));
    let at_length = |len: usize| {
        let mut padded = blob.clone();
        padded.resize(len, 0);
        match StreamLayout::new(&ring, &place, &blob, len as u64) {
            Ok(layout) => outcome(&layout.authenticate(range(&padded, layout.last_chunk()))),
            Err(error) => code(&error),
        }
    };
    assert_eq!(at_length(blob.len()), "ok");
    assert_eq!(at_length(0), "truncated");
    assert_eq!(at_length(HEADER), "truncated");
    assert_eq!(at_length(HEADER + STEP), "truncated");
    assert_eq!(at_length(HEADER + 2 * STEP), "truncated");
    for len in [HEADER + 1, HEADER + 16, HEADER + STEP + 3, blob.len() - 1, blob.len() + 1] {
        assert_eq!(at_length(len), "rejected", "{len}");
    }
}

/// No stream is longer than 2^32 chunks; lengths up to the end of u64 do not overflow anything.
#[test]
fn impossible_lengths_are_rejected() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = seal(&[&ring], &place, b"x");
    let longest = HEADER as u64 + (1 << 32) * STEP as u64;
    let layout = StreamLayout::new(&ring, &place, &blob, longest).unwrap();
    assert_eq!(layout.last_chunk(), longest - STEP as u64..longest);
    for len in [longest + 1, u64::MAX / 2, u64::MAX] {
        assert_eq!(outcome(&StreamLayout::new(&ring, &place, &blob, len)), "rejected", "{len}");
    }
}

/// Whole chunks at the end: the last one is full, and there is no empty one behind it.
#[test]
fn a_full_last_chunk_is_the_last() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = seal(&[&ring], &place, &plaintext(2 * 1024));
    let layout = StreamLayout::new(&ring, &place, &blob, blob.len() as u64).unwrap();
    let reader = layout.authenticate(range(&blob, layout.last_chunk())).unwrap();
    assert_eq!((reader.chunk_count(), reader.plaintext_len()), (2, 2048));
}
