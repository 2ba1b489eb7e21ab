//! Who opens a stream: one of several recipients, after some were destroyed, and after a rewrap.

use ringfence::envelope::stream::{StreamHeader, StreamLayout, StreamSealer, rewrap};
use ringfence::envelope::{Context, Generation, Keyring, Scope};

use crate::fixture::{acme_place, acme_ring, data_key, outcome, ring_of, scope};
use crate::stream_file::{HEADER, open, plaintext, range, seal, smallest_chunk};

fn ring(subject: &str, generation: u32, fill: u8) -> Keyring {
    let scope = Scope::from_parts(b"acme", subject.as_bytes()).unwrap();
    Keyring::new(scope, Generation::new(generation), data_key(fill))
}

fn destroyed(generations: &[u32]) -> Keyring {
    let builder = Keyring::builder(scope("acme"));
    let all = generations.iter().fold(builder, |ring, n| ring.destroyed(Generation::new(*n)));
    all.build().unwrap()
}

#[test]
fn any_of_sixteen_recipients_opens() {
    let rings: Vec<_> = (1..=16).map(|n| ring(&format!("s{n}"), n.into(), n)).collect();
    let recipients: Vec<_> = rings.iter().collect();
    let blob = seal(&recipients, &acme_place(), &plaintext(2000));
    assert_eq!(blob.len(), 7 + 16 * 101 + 32 + 2000 + 2 * 16);
    assert_eq!(StreamHeader::parse(&blob).unwrap().len(), StreamHeader::MAX_LEN);
    for ring in &rings {
        assert_eq!(open(ring, &acme_place(), &blob).unwrap(), plaintext(2000));
    }
    assert_eq!(outcome(&open(&ring("x", 17, 17), &acme_place(), &blob)), "unknown_key");
}

#[test]
fn a_stream_has_1_to_16_recipients() {
    let ring = acme_ring();
    for (count, expected) in
        [(0, "recipient_count"), (1, "ok"), (16, "ok"), (17, "recipient_count"), (300, "recipient_count")]
    {
        let mut blob = b"before".to_vec();
        let recipients = vec![&ring; count];
        let sealer = StreamSealer::new(&recipients, &acme_place(), smallest_chunk(), &mut blob);
        assert_eq!(outcome(&sealer), expected, "{count}");
        assert_eq!(blob == b"before", sealer.is_err(), "{count}: nothing is written on refusal");
    }
}

#[test]
fn a_recipient_needs_a_primary_key() {
    let open_only = Keyring::builder(scope("acme")).older(Generation::FIRST, data_key(1)).build().unwrap();
    let mut blob = Vec::new();
    let recipients = [&acme_ring(), &open_only];
    let sealer = StreamSealer::new(&recipients, &acme_place(), smallest_chunk(), &mut blob);
    assert_eq!(outcome(&sealer), "no_primary_key");
    assert!(blob.is_empty());
}

#[test]
fn a_context_that_is_too_long_is_refused() {
    let longer = vec![b'x'; 64 * 1024 + 1];
    let place = Context::from_parts(b"acme", b"t", b"c", &longer);
    let mut blob = Vec::new();
    let sealer = StreamSealer::new(&[&acme_ring()], &place, smallest_chunk(), &mut blob);
    assert_eq!(outcome(&sealer), "context_too_long");
    let good = seal(&[&acme_ring()], &acme_place(), b"x");
    assert_eq!(outcome(&open(&acme_ring(), &place, &good)), "context_too_long");
}

/// Generations of different scopes carry the same numbers, so every match is tried.
#[test]
fn recipients_with_the_same_key_id_are_all_tried() {
    let rings: Vec<_> = (1..=4).map(|n| ring(&format!("s{n}"), 1, n)).collect();
    let recipients: Vec<_> = rings.iter().collect();
    let blob = seal(&recipients, &acme_place(), b"for four");
    for ring in &rings {
        assert_eq!(open(ring, &acme_place(), &blob).unwrap(), b"for four");
    }
    assert_eq!(outcome(&open(&ring("x", 1, 99), &acme_place(), &blob)), "rejected");
}

#[test]
fn a_stream_is_shredded_when_all_of_its_recipients_are() {
    let (one, two) = (ring("", 1, 1), ring("s", 2, 2));
    let blob = seal(&[&one, &two], &acme_place(), b"x");
    let half_shredded = Keyring::builder(scope("acme"))
        .destroyed(Generation::new(1))
        .older(Generation::new(2), data_key(2))
        .build()
        .unwrap();
    assert_eq!(outcome(&open(&half_shredded, &acme_place(), &blob)), "ok");
    assert_eq!(outcome(&open(&destroyed(&[1, 2]), &acme_place(), &blob)), "key_destroyed");
    // The other one may be elsewhere: that is no destruction.
    assert_eq!(outcome(&open(&destroyed(&[1]), &acme_place(), &blob)), "unknown_key");
    // A shredded id does not hide that the key at hand was refused.
    let wrong = Keyring::builder(scope("acme"))
        .destroyed(Generation::new(1))
        .older(Generation::new(2), data_key(9))
        .build()
        .unwrap();
    assert_eq!(outcome(&open(&wrong, &acme_place(), &blob)), "rejected");
}

#[test]
fn streams_have_a_minimum_generation_too() {
    let blob = seal(&[&acme_ring()], &acme_place(), b"x");
    let strict = Keyring::builder(scope("acme"))
        .older(Generation::FIRST, data_key(1))
        .min_generation(Generation::new(2))
        .build()
        .unwrap();
    assert_eq!(outcome(&open(&strict, &acme_place(), &blob)), "key_too_old");
}

#[test]
fn rewrapping_replaces_the_header_and_touches_no_payload_byte() {
    let (old, new) = (acme_ring(), ring("", 2, 2));
    let both = acme_ring().rotate(Generation::new(2), data_key(2)).unwrap();
    let blob = seal(&[&old], &acme_place(), &plaintext(2000));
    // The header alone is enough: the payload is not even read.
    let header = rewrap(&both, &[&both], &acme_place(), &blob[..HEADER]).unwrap();
    assert_eq!(header.len(), HEADER);
    let rewrapped = [header.as_slice(), &blob[HEADER..]].concat();
    assert_eq!(open(&new, &acme_place(), &rewrapped).unwrap(), plaintext(2000));
    assert_eq!(outcome(&open(&old, &acme_place(), &rewrapped)), "unknown_key");

    let layout = StreamLayout::new(&new, &acme_place(), &rewrapped, rewrapped.len() as u64).unwrap();
    let reader = layout.authenticate(range(&rewrapped, layout.last_chunk())).unwrap();
    assert_eq!(reader.plaintext_len(), 2000);
}

#[test]
fn rewrapping_adds_and_removes_recipients() {
    let (one, two, three) = (ring("", 1, 1), ring("s", 2, 2), ring("t", 3, 3));
    let blob = seal(&[&one, &two], &acme_place(), b"x");
    let payload = &blob[HEADER + 101..];
    let with = |header: Vec<u8>| [header.as_slice(), payload].concat();
    let more = with(rewrap(&two, &[&one, &two, &three], &acme_place(), &blob).unwrap());
    let fewer = with(rewrap(&two, &[&three], &acme_place(), &blob).unwrap());
    assert_eq!((more.len(), fewer.len()), (blob.len() + 101, blob.len() - 101));
    for ring in [&one, &two, &three] {
        assert_eq!(outcome(&open(ring, &acme_place(), &more)), "ok");
    }
    assert_eq!(outcome(&open(&three, &acme_place(), &fewer)), "ok");
    assert_eq!(outcome(&open(&one, &acme_place(), &fewer)), "unknown_key");
}

#[test]
fn rewrapping_verifies_the_old_header() {
    let ring = acme_ring();
    let blob = seal(&[&ring], &acme_place(), b"x");
    for byte in 7..HEADER {
        let mut tampered = blob.clone();
        tampered[byte] ^= 0x80;
        assert!(rewrap(&ring, &[&ring], &acme_place(), &tampered).is_err(), "byte {byte}");
    }
    let other_place = Context::from_parts(b"acme", b"integrations", b"api_key", b"row-43");
    assert_eq!(outcome(&rewrap(&ring, &[&ring], &other_place, &blob)), "rejected");
    let stranger = ring_of("globex", 9);
    assert_eq!(outcome(&rewrap(&stranger, &[&ring], &acme_place(), &blob)), "rejected");
    assert_eq!(outcome(&rewrap(&ring, &[], &acme_place(), &blob)), "recipient_count");
    assert_eq!(outcome(&rewrap(&ring, &[&ring; 17], &acme_place(), &blob)), "recipient_count");
    assert_eq!(outcome(&rewrap(&ring, &[&ring], &acme_place(), &blob[..HEADER - 1])), "truncated");
}

/// The chunk size is the payload's: a rewrap keeps it.
#[test]
fn rewrapping_keeps_the_chunk_size() {
    let ring = acme_ring();
    let blob = seal(&[&ring], &acme_place(), b"x");
    let header = rewrap(&ring, &[&ring], &acme_place(), &blob).unwrap();
    assert_eq!(header[..7], blob[..7]);
    assert_eq!(StreamHeader::parse(&header).unwrap().chunk_size(), smallest_chunk());
}

/// Shredding the tenant whose file it is must shred the file.
#[test]
fn one_recipient_is_of_the_contexts_tenant() {
    let (mut out, other) = (Vec::new(), ring_of("globex", 2));
    let alone = StreamSealer::new(&[&other], &acme_place(), smallest_chunk(), &mut out);
    assert_eq!((outcome(&alone), out.len()), ("wrong_scope", 0));
    assert!(StreamSealer::new(&[&other, &acme_ring()], &acme_place(), smallest_chunk(), &mut out).is_ok());
    let generations: Vec<_> = StreamHeader::parse(&out).unwrap().generations().collect();
    assert_eq!(generations, [Generation::FIRST, Generation::FIRST]);
}
