//! How often the envelope asks for memory: for its output and nothing else, and for no more than the
//! input is worth when a stranger chose it.
//!
//! A test crate of its own, because the counter is its global allocator.
#![cfg(feature = "envelope")]

use allocation_counter::{AllocationInfo, measure};
use ringfence::envelope::stream::{ChunkSize, StreamLayout, StreamOpener, StreamSealer};
use ringfence::envelope::{Context, DataKey, Error, Generation, Keyring, Scope};
use ringfence::secrecy::{ExposeSecret, SecretBox};

/// An API key, a token, a document: the small and the general path of the cipher.
const LENGTHS: [usize; 6] = [1, 40, 64, 1000, 1025, 100_000];

fn ring() -> Keyring {
    let acme = Scope::from_parts(b"acme", b"").unwrap();
    let key = DataKey::from_secret(&SecretBox::new(Box::new([1; 32])));
    Keyring::new(acme, Generation::FIRST, key)
}

fn place() -> Context<'static> {
    Context::from_parts(b"acme", b"integrations", b"api_key", b"row-42")
}

/// The allocations of `work`, after a first run: a thread seeds its generator once.
fn warm(mut work: impl FnMut()) -> AllocationInfo {
    work();
    measure(work)
}

#[test]
fn the_counter_counts() {
    let counted = warm(|| drop(std::hint::black_box(vec![0_u8; 1000])));
    assert_eq!((counted.count_total, counted.bytes_total), (1, 1000));
}

#[test]
fn sealing_allocates_its_output_alone() {
    let (ring, place) = (ring(), place());
    for len in LENGTHS {
        let plaintext = vec![7; len];
        let counted = warm(|| drop(ring.seal(&place, &plaintext).unwrap()));
        let expected = (1, len as u64 + 69);
        assert_eq!((counted.count_total, counted.bytes_total), expected, "{len} bytes");
    }
}

#[test]
fn opening_allocates_its_output_alone() {
    let (ring, place) = (ring(), place());
    for len in LENGTHS {
        let sealed = ring.seal(&place, &vec![7; len]).unwrap();
        let counted = warm(|| {
            let opened = ring.open(&place, &sealed).unwrap();
            assert_eq!(opened.expose_secret().len(), len);
        });
        let expected = (1, len as u64);
        assert_eq!((counted.count_total, counted.bytes_total), expected, "{len} bytes");
    }
}

#[test]
fn opening_into_a_buffer_with_room_allocates_nothing() {
    let (ring, place) = (ring(), place());
    for len in LENGTHS {
        let sealed = ring.seal(&place, &vec![7; len]).unwrap();
        let mut plaintext = Vec::with_capacity(len);
        let counted = warm(|| {
            plaintext.clear();
            ring.open_into(&place, &sealed, &mut plaintext).unwrap();
        });
        assert_eq!(counted.count_total, 0, "{len} bytes");
    }
}

/// Memory is asked for after the commitment fits: not for a value of another row, or with no key.
#[test]
fn a_refusal_allocates_nothing() {
    let (ring, place) = (ring(), place());
    let other_row = Context::from_parts(b"acme", b"integrations", b"api_key", b"row-43");
    let other_tenant = Context::from_parts(b"globex", b"integrations", b"api_key", b"row-42");
    let sealed = ring.seal(&place, &vec![7; 100_000]).unwrap().into_bytes();
    let mut unknown = sealed.clone();
    unknown[4] = 9;
    let cases: [(&Context<'_>, &[u8]); 5] = [
        (&other_row, &sealed),
        (&other_tenant, &sealed),
        (&place, &unknown),
        (&place, &sealed[..68]),
        (&place, &[9; 100]),
    ];
    for (context, bytes) in cases {
        let counted = warm(|| assert!(ring.open(context, bytes).is_err()));
        assert_eq!(counted.count_total, 0);
    }
}

fn stream(log2: u8, plaintext: &[u8]) -> Vec<u8> {
    let mut blob = Vec::new();
    let chunk = ChunkSize::from_log2(log2).unwrap();
    let mut sealer = StreamSealer::new(&[&ring()], &place(), chunk, &mut blob).unwrap();
    sealer.update(plaintext, &mut blob).unwrap();
    sealer.finish(&mut blob).unwrap();
    blob
}

/// A header that names chunks of 16 MiB must not make room for one before its bytes are there.
#[test]
fn a_header_with_the_largest_chunks_costs_what_its_bytes_cost() {
    let (ring, place) = (ring(), place());
    let blob = stream(24, b"few bytes");
    let counted = warm(|| {
        let mut plaintext = Vec::new();
        let mut opener = StreamOpener::new(&ring, &place);
        opener.update(&blob, &mut plaintext).unwrap();
        assert_eq!(opener.finish(&mut plaintext).unwrap().plaintext_len(), 9);
    });
    assert!(counted.bytes_total < 16 * 1024, "{} bytes", counted.bytes_total);

    // The same header with a chunk that is refused, and for random access.
    let mut tampered = blob.clone();
    *tampered.last_mut().unwrap() ^= 1;
    let counted = warm(|| {
        let mut plaintext = Vec::new();
        let mut opener = StreamOpener::new(&ring, &place);
        opener.update(&tampered, &mut plaintext).unwrap();
        assert!(matches!(opener.finish(&mut plaintext), Err(Error::Rejected)));
        let total = 1 << 40;
        let layout = StreamLayout::new(&ring, &place, &blob, total).unwrap();
        assert!(layout.authenticate(&[0; 30]).is_err());
    });
    assert!(counted.bytes_total < 16 * 1024, "{} bytes", counted.bytes_total);
}

/// Headers of the largest size, cut and broken in all places, one byte a call.
#[test]
fn hostile_headers_cost_little() {
    let (ring, place) = (ring(), place());
    let mut header = b"RFS1\x03\x18\x10".to_vec();
    header.resize(7 + 16 * 101 + 32, 1);
    for len in [0, 6, 7, 100, header.len() - 1, header.len()] {
        let counted = warm(|| {
            let mut plaintext = Vec::new();
            let mut opener = StreamOpener::new(&ring, &place);
            let mut refused = false;
            for byte in &header[..len] {
                refused |= opener.update(&[*byte], &mut plaintext).is_err();
            }
            refused |= opener.finish(&mut plaintext).is_err();
            assert!(refused);
        });
        assert!(counted.bytes_total < 16 * 1024, "{len}: {} bytes", counted.bytes_total);
    }
}

/// Per chunk that is opened from a stream, nothing is asked for but room in the output.
#[test]
fn a_stream_is_opened_into_a_buffer_with_room_at_a_fixed_cost() {
    let (ring, place) = (ring(), place());
    let cost = |chunks: usize| {
        let blob = stream(10, &vec![7; chunks * 1024]);
        let mut plaintext = Vec::with_capacity(blob.len());
        let counted = warm(|| {
            plaintext.clear();
            let mut opener = StreamOpener::new(&ring, &place);
            opener.update(&blob, &mut plaintext).unwrap();
            let _complete = opener.finish(&mut plaintext).unwrap();
        });
        counted.count_total
    };
    assert_eq!(cost(10), cost(1000), "the number of allocations does not grow with the stream");
}
