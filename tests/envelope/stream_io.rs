//! Streams through `std::io`: short reads, interruptions, errors of the inner reader and writer.

use std::io::{self, Read, Write};

use ringfence::envelope::stream::{ChunkSize, StreamRead, StreamWrite};
use ringfence::envelope::{Error, Keyring};

use crate::fixture::{acme_place, acme_ring, code, data_key, outcome, scope};
use crate::stream_file::{self, HEADER, STEP, plaintext, seal, smallest_chunk};

/// The error of this crate inside an I/O error.
fn inner_code(error: &io::Error) -> &'static str {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).map_or("of the reader", code)
}

/// Gives a few bytes at a time, and is interrupted before each.
struct Trickle<'a> {
    rest: &'a [u8],
    step: usize,
    interrupted: bool,
}

impl Read for Trickle<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let count = self.step.min(out.len()).min(self.rest.len());
        let (now, rest) = self.rest.split_at(count);
        out[..count].copy_from_slice(now);
        self.rest = rest;
        Ok(count)
    }
}

#[test]
fn short_and_interrupted_reads_give_the_same_plaintext() {
    let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(3000));
    let blob = seal(&[&ring], &place, &plaintext);
    for step in [1, 7, 139, 141, 1040, 5000] {
        let inner = Trickle { rest: &blob, step, interrupted: false };
        let mut reader = StreamRead::new(inner, &ring, &place);
        let mut opened = Vec::new();
        reader.read_to_end(&mut opened).unwrap();
        assert_eq!(opened, plaintext, "{step} bytes a read");
        assert_eq!(reader.complete().unwrap().plaintext_len(), 3000);
    }
}

#[test]
fn small_buffers_give_the_same_plaintext() {
    let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(3000));
    let blob = seal(&[&ring], &place, &plaintext);
    for size in [1, 3, 1023, 1025] {
        let mut reader = StreamRead::new(blob.as_slice(), &ring, &place);
        let (mut opened, mut buffer) = (Vec::new(), vec![0; size]);
        loop {
            assert_eq!(reader.read(&mut []).unwrap(), 0, "an empty buffer is no end");
            let count = reader.read(&mut buffer).unwrap();
            if count == 0 {
                break;
            }
            opened.extend_from_slice(&buffer[..count]);
        }
        assert_eq!(opened, plaintext, "{size} bytes a read");
        assert!(reader.complete().is_some());
        assert_eq!(reader.read(&mut buffer).unwrap(), 0, "the end stays the end");
    }
}

#[test]
fn an_empty_stream_ends_at_once_and_is_complete() {
    let (ring, place) = (acme_ring(), acme_place());
    let blob = seal(&[&ring], &place, b"");
    let mut reader = StreamRead::new(blob.as_slice(), &ring, &place);
    assert_eq!(reader.read(&mut [0; 8]).unwrap(), 0);
    assert_eq!(reader.complete().unwrap().plaintext_len(), 0);
}

#[test]
fn a_cut_stream_never_ends_with_success() {
    let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(2 * 1024 + 10));
    let blob = seal(&[&ring], &place, &plaintext);
    for cut in [0, 3, 7, 100, HEADER, HEADER + 1, HEADER + STEP, HEADER + STEP + 3, blob.len() - 1] {
        let mut reader = StreamRead::new(&blob[..cut], &ring, &place);
        let mut opened = Vec::new();
        let error = reader.read_to_end(&mut opened).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{cut} bytes");
        assert!(plaintext.starts_with(&opened), "{cut} bytes");
        assert!(reader.complete().is_none(), "{cut} bytes");
        // Asked again, it still does not end well.
        let again = reader.read(&mut [0; 8]).unwrap_err();
        assert_eq!(inner_code(&again), "stream_state", "{cut} bytes");
        assert!(reader.complete().is_none(), "{cut} bytes");
    }
}

#[test]
fn a_refused_stream_gives_its_error() {
    let (ring, place) = (acme_ring(), acme_place());
    let mut blob = seal(&[&ring], &place, &plaintext(2000));
    blob[HEADER + STEP + 3] ^= 1;
    let mut opened = Vec::new();
    let error = StreamRead::new(blob.as_slice(), &ring, &place).read_to_end(&mut opened).unwrap_err();
    assert_eq!((error.kind(), inner_code(&error)), (io::ErrorKind::InvalidData, "rejected"));
    let stranger = Keyring::builder(scope("acme")).build().unwrap();
    let error = StreamRead::new(blob.as_slice(), &stranger, &place).read(&mut [0; 8]).unwrap_err();
    assert_eq!((error.kind(), inner_code(&error)), (io::ErrorKind::InvalidData, "unknown_key"));
}

/// Fails once, in the middle.
struct FailsOnce<'a> {
    before: &'a [u8],
    after: &'a [u8],
    failed: bool,
}

impl Read for FailsOnce<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !self.before.is_empty() {
            return self.before.read(out);
        }
        if !self.failed {
            self.failed = true;
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.after.read(out)
    }
}

/// An error of the inner reader says nothing about the stream: reading may go on.
#[test]
fn an_error_of_the_inner_reader_is_passed_on() {
    let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(3000));
    let blob = seal(&[&ring], &place, &plaintext);
    for at in [0, 50, HEADER, HEADER + STEP, blob.len()] {
        let (before, after) = blob.split_at(at);
        let inner = FailsOnce { before, after, failed: false };
        let mut reader = StreamRead::new(inner, &ring, &place);
        let mut opened = Vec::new();
        let error = reader.read_to_end(&mut opened).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "at {at}");
        assert!(reader.complete().is_none(), "at {at}");
        reader.read_to_end(&mut opened).unwrap();
        assert_eq!(opened, plaintext, "at {at}");
        assert!(reader.complete().is_some(), "at {at}");
    }
}

#[test]
fn what_is_written_can_be_read() {
    let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(3000));
    for step in [1, 1000, 1024, 3000] {
        let mut writer = StreamWrite::new(Vec::new(), &[&ring], &place, smallest_chunk()).unwrap();
        for piece in plaintext.chunks(step) {
            writer.write_all(piece).unwrap();
            writer.flush().unwrap();
        }
        let blob = writer.finish().unwrap();
        assert_eq!(blob.len(), HEADER + 3000 + 3 * 16);
        assert_eq!(stream_file::open(&ring, &place, &blob).unwrap(), plaintext, "{step} bytes");
    }
}

#[test]
fn a_writer_that_was_not_finished_leaves_a_truncated_stream() {
    let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(3000));
    let mut blob = Vec::new();
    let mut writer = StreamWrite::new(&mut blob, &[&ring], &place, smallest_chunk()).unwrap();
    writer.write_all(&plaintext).unwrap();
    writer.flush().unwrap();
    drop(writer);
    assert_eq!(outcome(&stream_file::open(&ring, &place, &blob)), "truncated");
}

#[test]
fn a_writer_is_refused_what_a_sealer_is_refused() {
    let place = acme_place();
    let none = StreamWrite::new(Vec::new(), &[], &place, ChunkSize::default()).unwrap_err();
    assert_eq!((none.kind(), inner_code(&none)), (io::ErrorKind::InvalidInput, "recipient_count"));
    let open_only = Keyring::builder(scope("acme"))
        .older(ringfence::envelope::Generation::FIRST, data_key(1))
        .build()
        .unwrap();
    let error = StreamWrite::new(Vec::new(), &[&open_only], &place, ChunkSize::default()).unwrap_err();
    assert_eq!(inner_code(&error), "no_primary_key");
}

/// A disk that is full for a moment.
struct FullOnce<'a> {
    written: &'a mut Vec<u8>,
    calls_before: usize,
}

impl Write for FullOnce<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.calls_before == 0 {
            self.calls_before = usize::MAX;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.calls_before -= 1;
        self.written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sealed bytes were lost, so the stream cannot become whole: success must not be reported.
#[test]
fn a_writer_whose_inner_writer_failed_does_not_finish_well() {
    let (ring, place, plaintext) = (acme_ring(), acme_place(), plaintext(4000));
    let mut written = Vec::new();
    let inner = FullOnce { written: &mut written, calls_before: 2 };
    let mut writer = StreamWrite::new(inner, &[&ring], &place, smallest_chunk()).unwrap();
    let mut failed = 0;
    for piece in plaintext.chunks(1000) {
        failed += usize::from(writer.write_all(piece).is_err());
    }
    assert!(failed > 0);
    let finished = writer.finish().is_ok();
    let whole = stream_file::open(&ring, &place, &written).is_ok();
    assert_eq!(finished, whole, "`finish` says what can be opened");
}

#[test]
fn errors_become_io_errors_of_a_fitting_kind() {
    for (error, kind) in [
        (Error::Rejected, io::ErrorKind::InvalidData),
        (Error::Truncated, io::ErrorKind::InvalidData),
        (Error::KeyDestroyed, io::ErrorKind::InvalidData),
        (Error::RecipientCount, io::ErrorKind::InvalidInput),
        (Error::StreamState, io::ErrorKind::InvalidInput),
        (Error::KeyService("down".into()), io::ErrorKind::Other),
    ] {
        let expected = code(&error);
        let io_error = io::Error::from(error);
        assert_eq!((io_error.kind(), inner_code(&io_error)), (kind, expected));
    }
}
