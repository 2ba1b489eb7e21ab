//! Sealed streams: the header's parser, and every way to open one.

use std::sync::LazyLock;

use ringfence::envelope::stream::{ChunkSize, StreamHeader, StreamSealer, rewrap};
use ringfence::envelope::{Context, Error, Generation, Keyring, Scope};

use super::columns::{self, data_key};
use super::input::{Input, Repeating};
use super::refusal::{assert_same, assert_same_outcome};
use super::stream_ways::{At, Opened, Pieces, open};

const RECIPIENT_LEN: usize = 101;
const TAG_LEN: usize = 16;

/// Three recipients, of which two have keys of the same number.
static RECIPIENTS: LazyLock<[Keyring; 3]> = LazyLock::new(|| {
    [(1, 0x00, b"".as_slice()), (1, 0x40, b"user-9"), (2, 0x80, b"user-8")].map(
        |(number, first, subject)| {
            Keyring::new(
                Scope::from_parts(b"acme", subject).unwrap(),
                Generation::new(number),
                data_key(first),
            )
        },
    )
});

pub fn check(data: &[u8]) {
    check_header(data);
    check_stored(data);
    check_made(&mut Input::new(data));
}

/// The data are the start of a file.
fn check_header(bytes: &[u8]) {
    let header = StreamHeader::parse(bytes).map(|header| (header.len(), header.chunk_size().bytes()));
    assert_same_outcome(&header, &form(bytes));
    let Ok((len, _)) = header else {
        return;
    };
    assert!(len <= StreamHeader::MAX_LEN);
    assert_same_outcome(&header, &form(&bytes[..len]));
    assert_same(&StreamHeader::parse(&bytes[..len - 1]).unwrap_err(), &Error::Truncated);
}

/// The length of the header and of a chunk, or why there is no header.
fn form(bytes: &[u8]) -> Result<(usize, usize), Error> {
    let Some((&[r, f, s, one, suite, log2, count], rest)) = bytes.split_first_chunk::<7>() else {
        return Err(Error::Malformed);
    };
    if [r, f, s, one] != *b"RFS1" {
        return Err(Error::Malformed);
    }
    if suite != 0x03 {
        return Err(Error::UnsupportedSuite);
    }
    if !(10..=24).contains(&log2) || !(1..=16).contains(&count) {
        return Err(Error::Malformed);
    }
    let len = usize::from(count) * RECIPIENT_LEN + 32;
    if rest.len() < len { Err(Error::Truncated) } else { Ok((7 + len, 1 << log2)) }
}

/// The data are a file. Foreign ones are opened with the keys of the foreign vectors.
fn check_stored(bytes: &[u8]) {
    let (ring, context) = (&columns::rings()[0], columns::place());
    let opened = open(At { ring, context: &context }, bytes, &[bytes.len() as u8, 200, 9]);
    if let Err(error) = form(bytes) {
        assert_same(&opened.outcome.unwrap_err(), &error);
    }
}

/// What the data say of a stream that is made here.
struct Case<'a> {
    seed: u8,
    log2: u8,
    recipients: usize,
    plaintext: Vec<u8>,
    sealing: &'a [u8],
    opening: &'a [u8],
}

impl<'a> Case<'a> {
    fn read(input: &mut Input<'a>) -> Self {
        let (seed, log2, recipients) = (input.byte(), 10 + input.byte() % 3, 1 + input.byte() % 3);
        let len = input.below((3 << log2) + 64);
        // Bytes that differ from chunk to chunk.
        let plaintext = (0..len).map(|i| (i * 7 + i / 1024 * 13) as u8 ^ seed).collect();
        let recipients = usize::from(recipients);
        Self { seed, log2, recipients, plaintext, sealing: input.short(6), opening: input.short(6) }
    }

    fn header_len(&self) -> usize {
        7 + self.recipients * RECIPIENT_LEN + 32
    }

    fn step(&self) -> usize {
        (1 << self.log2) + TAG_LEN
    }

    fn seal(&self, context: &Context<'_>, salt: u8) -> Vec<u8> {
        let script: [u8; 48] = core::array::from_fn(|i| (i as u8).wrapping_mul(5) ^ self.seed ^ salt);
        let recipients: Vec<_> = RECIPIENTS.iter().take(self.recipients).collect();
        let chunk = ChunkSize::from_log2(self.log2).unwrap();
        let start = |blob: &mut Vec<u8>| {
            let mut rng = Repeating::new(&script);
            StreamSealer::new_with_rng(&recipients, context, chunk, blob, &mut rng).unwrap()
        };
        let mut whole = Vec::new();
        let mut sealer = start(&mut whole);
        sealer.update(&self.plaintext, &mut whole).unwrap();
        sealer.finish(&mut whole).unwrap();

        let mut blob = Vec::new();
        let mut sealer = start(&mut blob);
        let mut buffer = Vec::new();
        for piece in Pieces::new(&self.plaintext, self.sealing) {
            let len = sealer.sealed_len(piece.len());
            buffer.resize(len, 0xee);
            assert_eq!(sealer.update_slice(piece, &mut buffer).unwrap(), len);
            blob.extend_from_slice(&buffer);
        }
        sealer.finish(&mut blob).unwrap();
        assert!(blob == whole, "the pieces of the plaintext show");

        let chunks = self.plaintext.len().div_ceil(1 << self.log2).max(1);
        assert_eq!(blob.len(), self.header_len() + self.plaintext.len() + chunks * TAG_LEN);
        blob
    }

    fn open(&self, context: &Context<'_>, blob: &[u8]) -> Opened {
        // Each recipient opens it alone.
        let ring = &RECIPIENTS[usize::from(self.seed) % self.recipients];
        let opened = open(At { ring, context }, blob, self.opening);
        assert!(self.plaintext.starts_with(&opened.released), "released what was never sealed");
        opened
    }
}

/// The data say what is sealed, in which pieces it goes in and out, and what happens to it in between.
fn check_made(input: &mut Input<'_>) {
    let context = columns::place();
    let (what, case) = (input.byte(), Case::read(input));
    let blob = case.seal(&context, 0);
    match what % 4 {
        0 => assert_whole(&case, &case.open(&context, &blob)),
        1 => check_cut(&case, &context, &blob[..input.below(blob.len())]),
        2 => check_rewrapped(&case, &context, &blob),
        _ => check_changed(&case, &context, &blob, input),
    }
}

fn assert_whole(case: &Case<'_>, opened: &Opened) {
    assert_eq!(*opened.outcome.as_ref().unwrap(), case.plaintext.len() as u64);
    assert_eq!(opened.released, case.plaintext);
}

/// No part of a stream is a stream.
fn check_cut(case: &Case<'_>, context: &Context<'_>, cut: &[u8]) {
    let payload = cut.len().checked_sub(case.header_len());
    let expected = match payload {
        None if cut.len() < 7 => Error::Malformed,
        None => Error::Truncated,
        Some(payload) if payload % case.step() == 0 => Error::Truncated,
        Some(_) => Error::Rejected,
    };
    assert_same(&case.open(context, cut).outcome.unwrap_err(), &expected);
}

/// A new header for other recipients, before the old payload.
fn check_rewrapped(case: &Case<'_>, context: &Context<'_>, blob: &[u8]) {
    let (old, payload) = blob.split_at(case.header_len());
    let ring = &RECIPIENTS[usize::from(case.seed) % case.recipients];
    let header = rewrap(ring, &[&RECIPIENTS[2]], context, old).unwrap();
    assert_eq!(form(&header).unwrap(), (7 + RECIPIENT_LEN + 32, 1 << case.log2));
    let rewrapped = [header.as_slice(), payload].concat();
    assert_whole(case, &open(At { ring: &RECIPIENTS[2], context }, &rewrapped, case.opening));
    let elsewhere = Context::from_parts(b"acme", b"integrations", b"api_ke", b"yrow-42");
    assert_same(&case.open(&elsewhere, blob).outcome.unwrap_err(), &Error::Rejected);
    assert!(rewrap(ring, &[ring], &elsewhere, old).is_err());
}

/// Chunks in another order, then single bytes: nothing but a whole stream is whole.
fn check_changed(case: &Case<'_>, context: &Context<'_>, blob: &[u8], input: &mut Input<'_>) {
    let donor = case.seal(context, 0xa5);
    let (header, payload) = blob.split_at(case.header_len());
    let mut chunks: Vec<&[u8]> = payload.chunks(case.step()).collect();
    chunks.extend(donor[case.header_len()..].chunks(case.step()));
    let own = chunks.len() / 2;
    let order: Vec<usize> = match input.short(6) {
        [] => (0..own).collect(),
        order => order.iter().map(|byte| usize::from(*byte) % chunks.len()).collect(),
    };
    let mut changed = header.to_vec();
    for number in order {
        changed.extend_from_slice(chunks[number]);
    }
    input.change(&mut changed, &donor);
    let opened = case.open(context, &changed);
    if changed == blob || changed == donor {
        assert_whole(case, &opened);
    } else {
        assert!(opened.outcome.is_err(), "changed and opened");
    }
}
