//! A cut stream is refused at the end, with the code for the place of the cut, and nothing but whole
//! verified chunks was released before (DECISIONS.md, Envelope, Stream).

use ringfence::envelope::stream::{StreamLayout, StreamOpener, StreamSealer};

use crate::fixture::{acme_place, acme_ring, code, outcome};
use crate::stream_file::{HEADER, STEP, open_in_steps, plaintext, range, seal, smallest_chunk};

/// What a stream that was cut to `len` bytes is refused with.
fn code_for_cut(len: usize) -> &'static str {
    match len {
        0..7 => "malformed",
        7..=HEADER => "truncated",
        // After a whole chunk, which says that more follows.
        _ if (len - HEADER).is_multiple_of(STEP) => "truncated",
        _ => "rejected",
    }
}

/// Every cut, for last chunks of one byte, of some bytes and of all bytes, byte by byte and at once.
#[test]
fn every_cut_is_refused_and_releases_whole_chunks_only() {
    let (ring, place) = (acme_ring(), acme_place());
    for len in [0, 1, 40, 1024, 1025, 2 * 1024 + 10, 3 * 1024] {
        let plaintext = plaintext(len);
        let blob = seal(&[&ring], &place, &plaintext);
        for cut in 0..blob.len() {
            // Inside of chunks one step in seven does; around their ends every byte counts.
            let from_an_end = cut.saturating_sub(HEADER) % STEP;
            if cut > HEADER && (20..STEP - 20).contains(&from_an_end) && cut % 7 != 0 {
                continue;
            }
            let (opened, released) = open_in_steps(&ring, &place, &blob[..cut], usize::MAX);
            assert_eq!(outcome(&opened), code_for_cut(cut), "{cut} of {} bytes", blob.len());
            assert_eq!(released.len() % 1024, 0, "{cut} of {} bytes", blob.len());
            assert_eq!(released, plaintext[..released.len()], "{cut} of {} bytes", blob.len());
        }
    }
}

#[test]
fn a_cut_is_refused_alike_when_the_bytes_trickle_in() {
    let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(1024 + 10));
    let blob = seal(&[&ring], &place, &plaintext);
    for cut in (0..HEADER + 5).chain(HEADER + STEP - 3..blob.len()) {
        let (opened, released) = open_in_steps(&ring, &place, &blob[..cut], 1);
        assert_eq!(outcome(&opened), code_for_cut(cut), "{cut} bytes");
        assert_eq!(released, plaintext[..released.len()], "{cut} bytes");
    }
}

#[test]
fn random_access_refuses_every_cut_too() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = seal(&[&ring], &place, &plaintext(1024 + 10));
    for cut in 0..blob.len() {
        let cut_blob = &blob[..cut];
        let layout = StreamLayout::new(&ring, &place, cut_blob, cut as u64);
        let read =
            layout.and_then(|layout| layout.authenticate(range(cut_blob, layout.last_chunk())).map(drop));
        assert_eq!(outcome(&read), code_for_cut(cut), "{cut} bytes");
    }
}

/// Without `finish` there is no last chunk.
#[test]
fn an_unfinished_stream_is_truncated() {
    let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(2 * 1024 + 10));
    let mut blob = Vec::new();
    let mut sealer = StreamSealer::new(&[&ring], &place, smallest_chunk(), &mut blob).unwrap();
    sealer.update(&plaintext, &mut blob).unwrap();
    drop(sealer);
    let (opened, released) = open_in_steps(&ring, &place, &blob, usize::MAX);
    assert_eq!(outcome(&opened), "truncated");
    assert!(plaintext.starts_with(&released));
}

/// The front cut off: no other place of a stream looks like its start.
#[test]
fn a_stream_without_its_start_is_refused() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = seal(&[&ring], &place, &plaintext(1024 + 10));
    for start in 1..blob.len() {
        let (opened, released) = open_in_steps(&ring, &place, &blob[start..], usize::MAX);
        assert!(opened.is_err(), "from {start}");
        assert_eq!(released, b"", "from {start}");
    }
}

#[test]
fn nothing_comes_after_an_error() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = seal(&[&ring], &place, &plaintext(2 * 1024 + 10));
    for bad in [0, 5, 30, 120, HEADER + 5, HEADER + STEP + 5] {
        let mut tampered = blob.clone();
        tampered[bad] ^= 0x40;
        let mut released = Vec::new();
        let mut opener = StreamOpener::new(&ring, &place);
        let error = opener.update(&tampered, &mut released).unwrap_err();
        assert_ne!(code(&error), "stream_state", "byte {bad}");
        let before = released.len();
        // Not even the right stream, from its start or from here.
        assert_eq!(outcome(&opener.update(&blob, &mut released)), "stream_state", "byte {bad}");
        assert_eq!(outcome(&opener.update(&[], &mut released)), "stream_state", "byte {bad}");
        assert_eq!(outcome(&opener.finish(&mut released)), "stream_state", "byte {bad}");
        assert_eq!(released.len(), before, "byte {bad}");
    }
}

/// Chunks before a bad one were verified: they are released, the bad one leaves no byte.
#[test]
fn a_bad_chunk_releases_those_before_it_alone() {
    let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(3 * 1024 + 10));
    let blob = seal(&[&ring], &place, &plaintext);
    for bad in 0..4 {
        let mut tampered = blob.clone();
        tampered[HEADER + bad * STEP + 8] ^= 1;
        for step in [1, 1000, usize::MAX] {
            let (opened, released) = open_in_steps(&ring, &place, &tampered, step);
            assert_eq!(outcome(&opened), "rejected", "chunk {bad}");
            assert_eq!(released, plaintext[..bad * 1024], "chunk {bad}, {step} bytes a call");
        }
    }
}

#[test]
fn no_bytes_at_all_are_no_stream() {
    let (ring, place) = (acme_ring(), acme_place());
    let mut released = Vec::new();
    let opener = StreamOpener::new(&ring, &place);
    assert_eq!(outcome(&opener.finish(&mut released)), "malformed");
    let mut opener = StreamOpener::new(&ring, &place);
    opener.update(&[], &mut released).unwrap();
    assert_eq!(outcome(&opener.finish(&mut released)), "malformed");
}
