//! Sealed values in their binary form.

use ringfence::envelope::{Context, Error, Generation, Keyring, SealedValue};
use ringfence::secrecy::ExposeSecret;

use super::columns::{self, Case};
use super::input::{Input, Repeating};
use super::refusal::{assert_same, assert_same_outcome};

pub fn check(data: &[u8]) {
    check_stored(data);
    check_changed(&mut Input::new(data));
}

/// The data are what stands in the column.
fn check_stored(bytes: &[u8]) {
    let ring = &columns::rings()[0];
    let parsed = SealedValue::from_bytes(bytes);
    let generation = SealedValue::generation_of(bytes).map(Generation::number);
    assert_same_outcome(&generation, &columns::form(bytes));
    assert_same_outcome(
        &parsed.as_ref().map(|value| value.generation().number()).map_err(clone),
        &generation,
    );
    assert_same_outcome(
        &ring.needs_reseal(bytes),
        &generation.as_ref().map(|number| *number != 1).map_err(clone),
    );
    if let Ok(value) = &parsed {
        assert_eq!(value.as_bytes(), bytes);
        assert_eq!(value.to_text().parse::<SealedValue>().unwrap(), *value);
    }
    match open(ring, &columns::place(), bytes) {
        // Nothing but sealing makes it: sealed again with the same salt, it is the same to the byte.
        Ok(plaintext) => {
            let ring = columns::ring_of(parsed.unwrap().generation());
            let mut rng = Repeating::new(&bytes[5..21]);
            let again = ring.seal_with_rng(&columns::place(), &plaintext, &mut rng).unwrap();
            assert_eq!(again.as_bytes(), bytes);
        }
        Err(error) => assert_same(&error, &columns::refusal(bytes)),
    }
}

/// The data are a value, its place, and what was changed in either.
fn check_changed(input: &mut Input<'_>) {
    let case = Case::read(input);
    let sealed = case.seal();
    assert_eq!(open(case.ring, &case.context(), &sealed).unwrap(), case.plaintext);

    // The same bytes of table, column and row, cut at other points.
    let glued = [case.parts[0], case.parts[1], &case.row].concat();
    let (a, b) = (input.below(glued.len() + 1), input.below(glued.len() + 1));
    let (a, b) = (a.min(b), a.max(b));
    let elsewhere = Context::from_parts(b"acme", &glued[..a], &glued[a..b], &glued[b..]);
    let moved = open(case.ring, &elsewhere, &sealed);
    if elsewhere == case.context() {
        assert_eq!(moved.unwrap(), case.plaintext);
    } else {
        assert_same(&moved.unwrap_err(), &Error::Rejected);
    }
    let stranger = Context::from_parts(b"acm", b"e", b"", b"");
    assert_same(&open(case.ring, &stranger, &sealed).unwrap_err(), &Error::WrongScope);

    let donor = case.donor(input.byte());
    let mut changed = sealed.clone();
    input.change(&mut changed, &donor.sealed);
    let opened = open(case.ring, &case.context(), &changed);
    if changed == sealed || (donor.fits && changed == donor.sealed) {
        assert_eq!(opened.unwrap(), case.plaintext);
    } else {
        assert_same(&opened.unwrap_err(), &columns::refusal(&changed));
    }
}

/// Opens in all three ways, which must agree, and never touches the buffer when it refuses.
fn open(ring: &Keyring, context: &Context<'_>, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = b"before".to_vec();
    let opened = ring.open_into(context, bytes, &mut out);
    assert!(out.starts_with(b"before"));
    let plaintext = out.split_off(6);
    assert!(opened.is_ok() || plaintext.is_empty(), "released, then refused");
    let opened = opened.map(|()| plaintext);

    let secret = ring.open(context, bytes).map(|secret| secret.expose_secret().to_vec());
    assert_same_outcome(&opened, &secret);
    let text = ring.open_string(context, bytes).map(|text| text.expose_secret().as_bytes().to_vec());
    match &opened {
        Ok(plaintext) if core::str::from_utf8(plaintext).is_err() => {
            assert_same(&text.unwrap_err(), &Error::NotUtf8);
        }
        _ => assert_same_outcome(&opened, &text),
    }
    opened
}

/// The errors of a parser have no parts.
fn clone(error: &Error) -> Error {
    match error {
        Error::Malformed => Error::Malformed,
        Error::UnsupportedSuite => Error::UnsupportedSuite,
        other => panic!("{other:?} from a parser"),
    }
}
