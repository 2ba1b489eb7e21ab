//! Every bit, every character, every cut and every added byte of what is stored is refused, each with
//! the code that `DECISIONS.md` gives for that place.

use ringfence::envelope::{Generation, KekId, KeyWrap, Keyring, LocalKeyWrap, WrapContext, WrappedKey};
use ringfence::secrecy::ExposeSecret;

use crate::fixture::{acme_place, acme_ring, code, data_key, kek, outcome, scope};
use crate::stream_file::{self, HEADER};

/// 13 bytes: 82 sealed, so the last group of the text form has bits to spare.
const PLAINTEXT: &[u8] = b"sk_live_01234";
const URL_SAFE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn flips(bytes: &[u8]) -> impl Iterator<Item = (usize, u8, Vec<u8>)> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        (bit / 8, flipped[bit / 8], flipped)
    })
}

/// The refusal of the construction that columns and wrapped keys share, by the byte that changed.
fn code_for_changed_byte(at: usize) -> &'static str {
    match at {
        0 => "unsupported_suite",
        1..=4 => "unknown_key",
        _ => "rejected",
    }
}

#[test]
fn every_bit_of_a_column_value_counts() {
    let (ring, place) = (acme_ring(), acme_place());
    let sealed = ring.seal(&place, PLAINTEXT).unwrap().into_bytes();
    for (at, _, flipped) in flips(&sealed) {
        let mut plaintext = b"before".to_vec();
        let opened = ring.open_into(&place, &flipped, &mut plaintext);
        assert_eq!(outcome(&opened), code_for_changed_byte(at), "byte {at}");
        assert_eq!(plaintext, b"before", "byte {at}");
        assert!(ring.open_string(&place, &flipped).is_err(), "byte {at}");
    }
}

#[test]
fn every_cut_of_a_column_value_is_refused() {
    let (ring, place) = (acme_ring(), acme_place());
    let sealed = ring.seal(&place, PLAINTEXT).unwrap().into_bytes();
    for len in 0..sealed.len() {
        let expected = if len < 69 { "malformed" } else { "rejected" };
        assert_eq!(outcome(&ring.open(&place, &sealed[..len])), expected, "{len} bytes");
        // Cut at the front: what is left starts with another byte, or is too short.
        assert!(ring.open(&place, &sealed[len + 1..]).is_err(), "the last {len} bytes");
    }
}

#[test]
fn every_byte_behind_or_before_a_column_value_is_refused() {
    let (ring, place) = (acme_ring(), acme_place());
    let sealed = ring.seal(&place, PLAINTEXT).unwrap().into_bytes();
    for added in 0..=u8::MAX {
        let longer = [sealed.as_slice(), &[added]].concat();
        assert_eq!(outcome(&ring.open(&place, &longer)), "rejected", "{added} behind");
        let longer = [&[added], sealed.as_slice()].concat();
        assert!(ring.open(&place, &longer).is_err(), "{added} before");
    }
}

#[test]
fn every_character_of_the_text_form_counts() {
    let (ring, place) = (acme_ring(), acme_place());
    let text = ring.seal(&place, PLAINTEXT).unwrap().to_text();
    assert_eq!(text.len(), 113);
    for at in 0..text.len() {
        let others = URL_SAFE.chars().chain("+/=. \n\t\0é．Ａ".chars());
        for other in others.filter(|other| !text[at..].starts_with(*other)) {
            let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            let opened = ring.open_text(&place, &changed);
            let refused = code(&opened.unwrap_err());
            let prefix_or_foreign = at < 3 || !URL_SAFE.contains(other);
            assert!(!prefix_or_foreign || refused == "malformed", "{other:?} at {at}: {refused}");
        }
    }
}

#[test]
fn every_cut_and_every_added_character_of_the_text_form_is_refused() {
    let (ring, place) = (acme_ring(), acme_place());
    let text = ring.seal(&place, PLAINTEXT).unwrap().to_text();
    for len in 0..text.len() {
        assert!(ring.open_text(&place, &text[..len]).is_err(), "{len} characters");
    }
    for added in (0..=0x7f_u8).map(char::from) {
        assert!(ring.open_text(&place, &format!("{text}{added}")).is_err(), "{added:?} behind");
        assert!(ring.open_text(&place, &format!("{added}{text}")).is_err(), "{added:?} before");
    }
}

/// The last character of this text carries four bits that no byte uses: one of sixteen is canonical.
#[test]
fn the_text_form_has_one_spelling() {
    let (ring, place) = (acme_ring(), acme_place());
    let text = ring.seal(&place, PLAINTEXT).unwrap().to_text();
    let stem = &text[..text.len() - 1];
    let accepted: Vec<_> = URL_SAFE
        .chars()
        .filter(|last| ring.open_text(&place, &format!("{stem}{last}")).is_ok())
        .map(|last| format!("{stem}{last}"))
        .collect();
    assert_eq!(accepted, [text.as_str()]);
}

fn wrapped() -> (LocalKeyWrap, WrappedKey) {
    let key_wrap = LocalKeyWrap::new(KekId::new(7), kek(9));
    let acme = scope("acme");
    let wrapped = key_wrap.wrap(&WrapContext::new(&acme, Generation::FIRST), &data_key(1)).unwrap();
    (key_wrap, wrapped)
}

fn unwrap_bytes(key_wrap: &LocalKeyWrap, bytes: &[u8]) -> &'static str {
    let acme = scope("acme");
    let context = WrapContext::new(&acme, Generation::FIRST);
    outcome(&WrappedKey::from_bytes(bytes).and_then(|wrapped| key_wrap.unwrap(&context, &wrapped)))
}

#[test]
fn every_bit_of_a_wrapped_key_counts() {
    let (key_wrap, wrapped) = wrapped();
    assert_eq!(unwrap_bytes(&key_wrap, wrapped.as_bytes()), "ok");
    for (at, _, flipped) in flips(wrapped.as_bytes()) {
        assert_eq!(unwrap_bytes(&key_wrap, &flipped), code_for_changed_byte(at), "byte {at}");
    }
}

#[test]
fn every_other_length_of_a_wrapped_key_is_malformed() {
    let (key_wrap, wrapped) = wrapped();
    let bytes = wrapped.as_bytes();
    for len in 0..bytes.len() {
        assert_eq!(unwrap_bytes(&key_wrap, &bytes[..len]), "malformed", "{len} bytes");
    }
    for added in 0..=u8::MAX {
        let longer = [bytes, &[added]].concat();
        assert_eq!(unwrap_bytes(&key_wrap, &longer), "malformed", "{added} behind");
    }
}

/// The refusal of a stream with one recipient of which one byte became `value`.
fn code_for_changed_stream_byte(at: usize, value: u8) -> &'static str {
    match (at, value) {
        // The stream's suite, and the recipient's.
        (4 | 7, _) => "unsupported_suite",
        // Another chunk size within the range is another derivation.
        (5, 10..=24) => "rejected",
        // More recipients than there are bytes for.
        (6, 2..=16) => "truncated",
        (0..=6, _) => "malformed",
        (8..=11, _) => "unknown_key",
        _ => "rejected",
    }
}

#[test]
fn every_bit_of_a_stream_counts() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = stream_file::seal(&[&ring], &place, PLAINTEXT);
    assert_eq!(blob.len(), HEADER + PLAINTEXT.len() + 16);
    for (at, value, flipped) in flips(&blob) {
        for step in [1, usize::MAX] {
            let (opened, released) = stream_file::open_in_steps(&ring, &place, &flipped, step);
            assert_eq!(outcome(&opened), code_for_changed_stream_byte(at, value), "byte {at}");
            assert_eq!(released, b"", "byte {at}");
        }
    }
}

#[test]
fn every_bit_of_a_stream_counts_for_random_access() {
    use ringfence::envelope::stream::StreamLayout;

    let (ring, place) = (acme_ring(), acme_place());
    let blob = stream_file::seal(&[&ring], &place, PLAINTEXT);
    for (at, value, flipped) in flips(&blob) {
        let layout = StreamLayout::new(&ring, &place, &flipped, flipped.len() as u64);
        let read = layout.and_then(|layout| {
            let last = stream_file::range(&flipped, layout.last_chunk());
            layout.authenticate(last).map(drop)
        });
        assert_eq!(outcome(&read), code_for_changed_stream_byte(at, value), "byte {at}");
    }
}

#[test]
fn every_byte_behind_a_stream_is_rejected() {
    let (ring, place) = (acme_ring(), acme_place());
    for len in [0, 13, 1024, 1025] {
        let blob = stream_file::seal(&[&ring], &place, &stream_file::plaintext(len));
        for added in [0, 1, 0x7f, 0xff] {
            let longer = [blob.as_slice(), &[added]].concat();
            let opened = stream_file::open(&ring, &place, &longer);
            assert_eq!(outcome(&opened), "rejected", "{added} behind {len} bytes of plaintext");
        }
    }
}

/// A refused value must not spoil the ring or the buffer for the next one.
#[test]
fn a_refusal_leaves_ring_and_buffer_usable() {
    let (ring, place) = (acme_ring(), acme_place());
    let sealed = ring.seal(&place, PLAINTEXT).unwrap().into_bytes();
    let mut changed = sealed.clone();
    changed[60] ^= 1;
    let mut plaintext = Vec::new();
    for _ in 0..3 {
        assert_eq!(outcome(&ring.open_into(&place, &changed, &mut plaintext)), "rejected");
        assert!(plaintext.is_empty());
        // What was reserved is handed out again as zeros, if at all.
        plaintext.resize(PLAINTEXT.len(), 0);
        assert_eq!(plaintext, [0; 13]);
        plaintext.clear();
    }
    ring.open_into(&place, &sealed, &mut plaintext).unwrap();
    assert_eq!(plaintext, PLAINTEXT);
    assert_eq!(ring.open(&place, &sealed).unwrap().expose_secret(), PLAINTEXT);
}

/// The key id is authoritative: a value relabelled to another held key is not tried with the right one.
#[test]
fn a_relabelled_value_is_not_tried_with_other_keys() {
    let place = acme_place();
    let ring = Keyring::builder(scope("acme"))
        .primary(Generation::new(1), data_key(1))
        .older(Generation::new(2), data_key(2))
        .build()
        .unwrap();
    let mut sealed = ring.seal(&place, PLAINTEXT).unwrap().into_bytes();
    sealed[4] = 2;
    assert_eq!(outcome(&ring.open(&place, &sealed)), "rejected");
}
