//! A stream does not depend on how its bytes come: any calls give the same stream and plaintext.

use proptest::collection::vec;
use proptest::prelude::*;
use ringfence::envelope::stream::{ChunkSize, StreamOpener, StreamSealer};
use ringfence::envelope::{Context, Keyring};

use crate::fixture::{acme_place, acme_ring, outcome};
use crate::scripted_rng::ScriptedRng;
use crate::stream_file::{HEADER, STEP, plaintext, smallest_chunk};

/// Cuts `bytes` at random places; pieces may be empty.
fn pieces<'b>(bytes: &'b [u8], cuts: &[prop::sample::Index]) -> Vec<&'b [u8]> {
    let mut at: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    at.sort_unstable();
    at.insert(0, 0);
    at.push(bytes.len());
    at.windows(2).map(|ends| &bytes[ends[0]..ends[1]]).collect()
}

/// With fixed random bytes, so that streams can be compared.
fn seal(ring: &Keyring, place: &Context<'_>, pieces: &[&[u8]]) -> Vec<u8> {
    let mut blob = Vec::new();
    let mut rng = ScriptedRng::new(&[&[5; 32], &[6; 16]]);
    let mut sealer =
        StreamSealer::new_with_rng(&[ring], place, smallest_chunk(), &mut blob, &mut rng).unwrap();
    for piece in pieces {
        sealer.update(piece, &mut blob).unwrap();
    }
    sealer.finish(&mut blob).unwrap();
    blob
}

/// Lengths around the ends of chunks come up as often as all others.
fn lengths() -> impl Strategy<Value = usize> {
    let near_an_end =
        (0..5_usize, -1..=1_isize).prop_map(|(chunks, off)| (chunks * 1024).saturating_add_signed(off));
    prop_oneof![near_an_end, 0..5000_usize]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_calls_give_the_same_stream_and_the_same_plaintext(
        len in lengths(),
        seal_cuts in vec(any::<prop::sample::Index>(), 0..12),
        open_cuts in vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(len));
        let blob = seal(&ring, &place, &[&plaintext]);
        prop_assert_eq!(&seal(&ring, &place, &pieces(&plaintext, &seal_cuts)), &blob);

        // Header, chunks with a tag each, the last one never empty but for an empty plaintext.
        let chunks = len.div_ceil(1024).max(1);
        prop_assert_eq!(blob.len(), HEADER + len + chunks * 16);

        let mut opened = Vec::new();
        let mut opener = StreamOpener::new(&ring, &place);
        for piece in pieces(&blob, &open_cuts) {
            opener.update(piece, &mut opened).unwrap();
        }
        let complete = opener.finish(&mut opened).unwrap();
        prop_assert_eq!(complete.plaintext_len(), len as u64);
        prop_assert_eq!(opened, plaintext);
    }

    /// Plaintext is released as soon as it is known not to be in the last chunk, and no sooner.
    #[test]
    fn a_chunk_is_released_when_more_bytes_follow_it(len in lengths(), cut in any::<prop::sample::Index>()) {
        let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(len));
        let blob = seal(&ring, &place, &[&plaintext]);
        let cut = cut.index(blob.len() + 1);
        let mut opened = Vec::new();
        let mut opener = StreamOpener::new(&ring, &place);
        opener.update(&blob[..cut], &mut opened).unwrap();
        let whole_chunks = cut.saturating_sub(HEADER).saturating_sub(1) / STEP;
        prop_assert_eq!(opened.as_slice(), &plaintext[..whole_chunks * 1024]);
    }
}

/// The buffer belongs to the caller: what is in it stays, and it may be emptied between calls.
#[test]
fn output_is_appended_to_the_callers_buffer() {
    let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(3000));
    let mut blob = b"before".to_vec();
    let mut sealer = StreamSealer::new(&[&ring], &place, smallest_chunk(), &mut blob).unwrap();
    let mut file = Vec::new();
    file.append(&mut blob);
    for piece in plaintext.chunks(700) {
        sealer.update(piece, &mut blob).unwrap();
        file.append(&mut blob);
    }
    sealer.finish(&mut blob).unwrap();
    file.append(&mut blob);
    assert!(file.starts_with(b"beforeRFS1"));

    let mut opener = StreamOpener::new(&ring, &place);
    let (mut out, mut all) = (Vec::new(), Vec::new());
    for piece in file[6..].chunks(999) {
        opener.update(piece, &mut out).unwrap();
        all.append(&mut out);
    }
    let mut last = b"behind".to_vec();
    let complete = opener.finish(&mut last).unwrap();
    assert_eq!(last[..6], *b"behind");
    all.extend_from_slice(&last[6..]);
    assert_eq!(all, plaintext);
    assert_eq!(complete.plaintext_len(), 3000, "counted although the buffer was emptied");
}

#[test]
fn two_streams_of_the_same_data_have_nothing_in_common() {
    let (ring, place) = (acme_ring(), acme_place());
    let [one, other] = [0, 1].map(|_| {
        let mut blob = Vec::new();
        let sealer = StreamSealer::new(&[&ring], &place, ChunkSize::default(), &mut blob).unwrap();
        sealer.finish(&mut blob).unwrap();
        blob
    });
    // The salt and all that follows from it: commitment, file key, MAC, chunk.
    for field in [12..28, 28..60, 60..92, 92..108, 108..140, 140..156] {
        assert_ne!(one[field.clone()], other[field.clone()], "{field:?}");
    }
}

#[test]
fn chunk_sizes_are_powers_of_two_from_1_kib_to_16_mib() {
    for log2 in 0..=u8::MAX {
        match ChunkSize::from_log2(log2) {
            Ok(size) => {
                assert!((10..=24).contains(&log2), "{log2}");
                assert_eq!(size.bytes(), 1 << log2);
            }
            error => {
                assert!(!(10..=24).contains(&log2), "{log2}");
                assert_eq!(outcome(&error), "invalid_setting");
            }
        }
    }
    assert_eq!(ChunkSize::default(), ChunkSize::from_log2(16).unwrap());
}

/// Other sizes than the smallest: whole chunks and one byte more.
#[test]
fn larger_chunks_are_cut_at_their_size() {
    let (ring, place) = (acme_ring(), acme_place());
    for log2 in [11, 13, 16] {
        let size = 1_usize << log2;
        let plaintext = plaintext(2 * size + 1);
        let mut blob = Vec::new();
        let chunk = ChunkSize::from_log2(log2).unwrap();
        let mut sealer = StreamSealer::new(&[&ring], &place, chunk, &mut blob).unwrap();
        sealer.update(&plaintext, &mut blob).unwrap();
        sealer.finish(&mut blob).unwrap();
        assert_eq!(blob.len(), HEADER + 2 * size + 1 + 3 * 16);
        assert_eq!(crate::stream_file::open(&ring, &place, &blob).unwrap(), plaintext);
    }
}
