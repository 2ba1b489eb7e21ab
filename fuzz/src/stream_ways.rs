//! The ways to open a stream. They must agree on any bytes.

use std::io::{self, Read};

use ringfence::envelope::stream::{Complete, StreamLayout, StreamOpener, StreamRead};
use ringfence::envelope::{Context, Error, Keyring};

use super::refusal::{assert_same, assert_same_outcome, is_same};

/// What came of it: the length that was vouched for, and whatever was released until then.
pub struct Opened {
    pub outcome: Result<u64, Error>,
    pub released: Vec<u8>,
}

/// A ring and a place, which most functions here take together.
#[derive(Clone, Copy)]
pub struct At<'a> {
    pub ring: &'a Keyring,
    pub context: &'a Context<'a>,
}

/// Opens `blob` in every way, asserts that they agree, and gives what came of it. The bytes of `lengths`
/// say how the stream is cut into pieces.
pub fn open(at: At<'_>, blob: &[u8], lengths: &[u8]) -> Opened {
    let whole = in_pieces(at, [blob]);
    let cut = in_pieces(at, Pieces::new(blob, lengths));
    assert_same_outcome(&cut.outcome, &whole.outcome);
    assert_eq!(cut.released, whole.released, "the pieces of the input say what is released");
    if let Ok(len) = whole.outcome {
        assert_eq!(len, whole.released.len() as u64);
    }
    for other in [into_slices(at, Pieces::new(blob, lengths)), through_read(at, blob, lengths)] {
        assert_same_outcome(&other.outcome, &whole.outcome);
        assert!(whole.released.starts_with(&other.released));
        assert!(whole.outcome.is_err() || other.released.len() == whole.released.len());
    }
    at_random(at, blob, &whole);
    whole
}

/// Cuts bytes into pieces of the given lengths, again and again; an empty piece comes now and then.
pub struct Pieces<'a> {
    rest: &'a [u8],
    lengths: &'a [u8],
    next: usize,
    empty: bool,
}

impl<'a> Pieces<'a> {
    pub fn new(rest: &'a [u8], lengths: &'a [u8]) -> Self {
        Self { rest, lengths, next: 0, empty: false }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let choice = usize::from(*self.lengths.get(self.next).unwrap_or(&0xff));
        self.empty = !self.empty && choice % 16 == 0;
        if self.empty {
            return Some(&[]);
        }
        self.next = (self.next + 1) % self.lengths.len().max(1);
        // Short ones, the lengths around a chunk of 1024, and longer ones.
        let len = match choice {
            0..128 => choice + 1,
            128..192 => 1024 + choice - 160,
            _ => choice * 16,
        };
        let (piece, rest) = self.rest.split_at(len.min(self.rest.len()));
        self.rest = rest;
        Some(piece)
    }
}

fn to_len(complete: Complete) -> u64 {
    complete.plaintext_len()
}

fn in_pieces<'p>(at: At<'_>, pieces: impl IntoIterator<Item = &'p [u8]>) -> Opened {
    let mut released = b"before".to_vec();
    let mut opener = StreamOpener::new(at.ring, at.context);
    let refused = pieces.into_iter().find_map(|piece| opener.update(piece, &mut released).err());
    let outcome = match refused {
        None => opener.finish(&mut released).map(to_len),
        Some(error) => {
            let len = released.len();
            assert_same(&opener.update(b"more", &mut released).unwrap_err(), &Error::StreamState);
            assert_same(&opener.finish(&mut released).unwrap_err(), &Error::StreamState);
            assert_eq!(released.len(), len, "released after a refusal");
            Err(error)
        }
    };
    assert!(released.starts_with(b"before"));
    Opened { outcome, released: released.split_off(6) }
}

fn into_slices(at: At<'_>, pieces: Pieces<'_>) -> Opened {
    let mut released = Vec::new();
    let mut opener = StreamOpener::new(at.ring, at.context);
    let mut buffer = Vec::new();
    for piece in pieces {
        let bound = opener.plaintext_bound(piece.len());
        if let Some(less) = bound.checked_sub(1) {
            buffer.resize(less, 0);
            let too_small = opener.update_slice(piece, &mut buffer);
            assert_same(&too_small.unwrap_err(), &Error::BufferTooSmall);
        }
        buffer.clear();
        buffer.resize(bound, 0xee);
        match opener.update_slice(piece, &mut buffer) {
            Ok(len) => released.extend_from_slice(&buffer[..len]),
            Err(error) => {
                assert!(buffer.iter().all(|byte| *byte == 0), "a refusal leaves nothing in the buffer");
                return Opened { outcome: Err(error), released };
            }
        }
    }
    let outcome = opener.finish(&mut released).map(to_len);
    Opened { outcome, released }
}

/// A file that gives what it likes, and is interrupted before each piece.
struct Source<'a> {
    pieces: Pieces<'a>,
    piece: &'a [u8],
    interrupted: bool,
}

impl Read for Source<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.piece.is_empty() {
            self.interrupted = !self.interrupted;
            if self.interrupted {
                return Err(io::ErrorKind::Interrupted.into());
            }
            // An empty read would be the end.
            self.piece = self.pieces.find(|piece| !piece.is_empty()).unwrap_or_default();
        }
        self.piece.read(out)
    }
}

fn through_read(at: At<'_>, blob: &[u8], lengths: &[u8]) -> Opened {
    let source = Source { pieces: Pieces::new(blob, lengths), piece: &[], interrupted: false };
    let mut reader = StreamRead::new(source, at.ring, at.context);
    let mut released = Vec::new();
    let mut refused = None;
    let mut buffer = [0; 700];
    let mut after_refusal = 0;
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => {
                assert!(refused.is_none(), "an end after a refusal");
                let len = to_len(reader.complete().expect("an end without its proof"));
                return Opened { outcome: Ok(len), released };
            }
            Ok(len) => released.extend_from_slice(&buffer[..len]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                let error = *error.into_inner().unwrap().downcast::<Error>().unwrap();
                refused.get_or_insert(error);
                after_refusal += 1;
            }
        }
        assert!(reader.complete().is_none() || refused.is_none());
        if after_refusal == 3 {
            return Opened { outcome: Err(refused.unwrap()), released };
        }
    }
}

fn at_random(at: At<'_>, blob: &[u8], whole: &Opened) {
    let bytes = |range: core::ops::Range<u64>| &blob[range.start as usize..range.end as usize];
    let layout = match StreamLayout::new(at.ring, at.context, blob, blob.len() as u64) {
        Ok(layout) => layout,
        Err(error) => {
            assert_same(&error, whole.outcome.as_ref().unwrap_err());
            assert!(whole.released.is_empty());
            return;
        }
    };
    let last = layout.last_chunk();
    assert_eq!(last.end, blob.len() as u64);
    let reader = match layout.authenticate(bytes(last.clone())) {
        Ok(reader) => reader,
        // The end is looked at first here: if it was cut off, an earlier chunk may be bad as well.
        Err(error) => {
            let in_order = whole.outcome.as_ref().unwrap_err();
            assert!(matches!(error, Error::Truncated | Error::Rejected));
            assert!(is_same(&error, in_order) || matches!(in_order, Error::Rejected));
            return;
        }
    };
    let count = reader.chunk_count();
    let mut plaintext = Vec::new();
    let mut refused = None;
    for number in 0..count {
        let range = reader.chunk_range(number).unwrap();
        let before = plaintext.len();
        if let Err(error) = reader.open_chunk(number, bytes(range), &mut plaintext) {
            assert_eq!(plaintext.len(), before, "released, then refused");
            refused = Some(error);
            break;
        }
    }
    match refused {
        Some(error) => assert_same(&error, whole.outcome.as_ref().unwrap_err()),
        None => assert_eq!(*whole.outcome.as_ref().unwrap(), reader.plaintext_len()),
    }
    assert_eq!(plaintext, whole.released);

    let len = plaintext.len();
    for beyond in [count, u64::from(u32::MAX) + 1, u64::MAX] {
        assert_same(&reader.chunk_range(beyond).unwrap_err(), &Error::OutOfRange);
        let opened = reader.open_chunk(beyond, bytes(last.clone()), &mut plaintext);
        assert_same(&opened.unwrap_err(), &Error::OutOfRange);
    }
    if count > 1 {
        let opened = reader.open_chunk(0, bytes(last), &mut plaintext);
        assert_same(&opened.unwrap_err(), &Error::Rejected);
    }
    assert_eq!(plaintext.len(), len);
}
