//! Chunks and headers cut from valid streams and put together in other ways.

use proptest::collection::vec;
use proptest::prelude::*;
use ringfence::envelope::Context;

use crate::fixture::{acme_place, acme_ring, outcome};
use crate::scripted_rng::ScriptedRng;
use crate::stream_file::{HEADER, STEP, open, open_in_steps, plaintext, seal, smallest_chunk};

/// A stream of `chunks` chunks of which the last has 10 bytes of plaintext.
fn parts(blob: &[u8]) -> (&[u8], Vec<&[u8]>) {
    let (header, payload) = blob.split_at(HEADER);
    (header, payload.chunks(STEP).collect())
}

fn join(header: &[u8], chunks: &[&[u8]]) -> Vec<u8> {
    [header, &chunks.concat()].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Any selection of two streams' chunks in any order: whole and in order, or refused; and what
    /// is released on the way is always a beginning of the right plaintext.
    #[test]
    fn only_the_right_chunks_in_the_right_order_are_a_stream(
        choice in vec((0..2_usize, 0..4_usize), 0..7),
    ) {
        let (ring, place) = (acme_ring(), acme_place());
        let wanted = plaintext(3 * 1024 + 10);
        let ours = seal(&[&ring], &place, &wanted);
        let theirs = seal(&[&ring], &place, &plaintext(3 * 1024 + 10));
        let ((header, our_chunks), (_, their_chunks)) = (parts(&ours), parts(&theirs));
        let sources = [our_chunks, their_chunks];
        let chunks: Vec<_> = choice.iter().map(|(stream, n)| sources[*stream][*n]).collect();

        let (opened, released) = open_in_steps(&ring, &place, &join(header, &chunks), usize::MAX);
        let in_order = choice.iter().enumerate().take_while(|(n, chosen)| **chosen == (0, *n)).count();
        let expected = match choice.len() {
            4 if in_order == 4 => "ok",
            len if len == in_order && len < 4 => "truncated",
            _ => "rejected",
        };
        prop_assert_eq!(outcome(&opened), expected);
        prop_assert!(wanted.starts_with(&released));
        prop_assert!(released.len() <= in_order * 1024);
    }
}

#[test]
fn swapped_dropped_and_repeated_chunks_are_rejected() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = seal(&[&ring], &place, &plaintext(3 * 1024 + 10));
    let (header, chunks) = parts(&blob);
    let [a, b, c, d] = chunks[..] else { panic!("four chunks") };
    let wrong: [&[&[u8]]; 10] = [
        &[b, a, c, d],
        &[a, c, b, d],
        &[d, a, b, c],
        &[a, b, d],
        &[a, c, d],
        &[b, c, d],
        &[a, a, b, c, d],
        &[a, b, c, c, d],
        &[a, b, c, d, d],
        &[d],
    ];
    for chunks in wrong {
        assert_eq!(outcome(&open(&ring, &place, &join(header, chunks))), "rejected");
    }
    assert_eq!(outcome(&open(&ring, &place, &join(header, &[a, b, c, d]))), "ok");
}

/// Two streams of one file key: only a repeating generator makes such, and a rewrap from the same
/// key. The chunk's place and the context still count.
#[test]
fn chunks_of_a_stream_with_the_same_file_key_fit_only_in_the_same_context() {
    let ring = acme_ring();
    let seal_in = |place: &Context<'_>| {
        use ringfence::envelope::stream::StreamSealer;

        let mut rng = ScriptedRng::new(&[&[5; 32], &[6; 16]]);
        let mut blob = Vec::new();
        let mut sealer =
            StreamSealer::new_with_rng(&[&ring], place, smallest_chunk(), &mut blob, &mut rng).unwrap();
        sealer.update(&plaintext(1034), &mut blob).unwrap();
        sealer.finish(&mut blob).unwrap();
        blob
    };
    let other_place = Context::from_parts(b"acme", b"integrations", b"api_key", b"row-43");
    let (here, there) = (seal_in(&acme_place()), seal_in(&other_place));
    let mixed = [&here[..HEADER], &there[HEADER..]].concat();
    assert_eq!(outcome(&open(&ring, &acme_place(), &mixed)), "rejected");
    let again = [&here[..HEADER], &seal_in(&acme_place())[HEADER..]].concat();
    assert_eq!(outcome(&open(&ring, &acme_place(), &again)), "ok");
}

#[test]
fn the_header_of_another_stream_does_not_fit() {
    let (ring, place) = (acme_ring(), acme_place());
    let (one, other) = (seal(&[&ring], &place, &plaintext(2000)), seal(&[&ring], &place, &plaintext(2000)));
    let swapped = [&other[..HEADER], &one[HEADER..]].concat();
    let (opened, released) = open_in_steps(&ring, &place, &swapped, usize::MAX);
    assert_eq!(outcome(&opened), "rejected");
    assert_eq!(released, b"");
}

/// Each field of the header taken from another stream of the same key and place.
#[test]
fn a_header_made_of_two_is_rejected() {
    let (ring, place) = (acme_ring(), acme_place());
    let one = seal(&[&ring], &place, b"one");
    let other = seal(&[&ring], &place, b"two");
    // Recipient; its salt, commitment, ciphertext, tag; the MAC.
    for field in [7..108, 12..28, 28..60, 60..92, 92..108, 108..140] {
        let mut mixed = one.clone();
        mixed[field.clone()].copy_from_slice(&other[field.clone()]);
        assert_eq!(outcome(&open(&ring, &place, &mixed)), "rejected", "{field:?}");
    }
}

/// A whole stream behind another one is bytes behind the end.
#[test]
fn two_streams_in_a_row_are_rejected() {
    let (ring, place) = (acme_ring(), acme_place());
    for len in [0, 10, 1024, 1030] {
        let blob = seal(&[&ring], &place, &plaintext(len));
        let twice = [blob.as_slice(), &blob].concat();
        assert_eq!(outcome(&open(&ring, &place, &twice)), "rejected", "{len} bytes");
    }
}
