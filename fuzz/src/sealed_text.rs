//! Sealed values in their text form: `e1.` and base64url, in one spelling only.

use ringfence::envelope::{Error, SealedValue};
use ringfence::secrecy::ExposeSecret;

use super::columns::{self, Case};
use super::input::Input;
use super::refusal::{assert_same, assert_same_outcome};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub fn check(data: &[u8]) {
    if let Ok(text) = core::str::from_utf8(data) {
        check_stored(text);
    }
    check_changed(&mut Input::new(data));
}

/// The data are what stands in the column.
fn check_stored(text: &str) {
    let parsed = SealedValue::from_text(text);
    assert_same_outcome(&parsed, &text.parse());
    let ring = &columns::rings()[0];
    let opened =
        ring.open_text(&columns::place(), text).map(|plaintext| plaintext.expose_secret().to_vec());
    let Some(bytes) = decode(text) else {
        assert_same(&parsed.unwrap_err(), &Error::Malformed);
        assert_same(&opened.unwrap_err(), &Error::Malformed);
        return;
    };
    assert_same_outcome(&parsed, &SealedValue::from_bytes(bytes.as_slice()));
    let from_bytes =
        ring.open(&columns::place(), &bytes).map(|plaintext| plaintext.expose_secret().to_vec());
    assert_same_outcome(&opened, &from_bytes);
    if let Ok(value) = parsed {
        assert_eq!(value.as_bytes(), bytes);
        assert_eq!(value.to_text(), text, "there is one spelling only");
        assert_eq!(value.to_string(), text);
    }
}

/// The data are a value, its place, and what was changed in its text.
fn check_changed(input: &mut Input<'_>) {
    let case = Case::read(input);
    let to_text = |sealed: Vec<u8>| SealedValue::from_bytes(sealed).unwrap().to_text();
    let (text, donor) = (to_text(case.seal()), case.donor(input.byte()));
    assert_eq!(decode(&text).as_deref(), Some(case.seal().as_slice()));
    let donor_text = to_text(donor.sealed);

    let mut changed = text.clone().into_bytes();
    input.change(&mut changed, donor_text.as_bytes());
    let Ok(changed) = String::from_utf8(changed) else {
        return;
    };
    let opened = case.ring.open_text(&case.context(), &changed);
    if changed == text || (donor.fits && changed == donor_text) {
        assert_eq!(opened.unwrap().expose_secret(), case.plaintext);
    } else {
        let expected = decode(&changed).map_or(Error::Malformed, |bytes| columns::refusal(&bytes));
        assert_same(&opened.unwrap_err(), &expected);
    }
    check_stored(&changed);
}

/// The text form, written down a second time; `None` for whatever is not canonical.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for character in text.strip_prefix("e1.")?.bytes() {
        let value = ALPHABET.iter().position(|known| *known == character)?;
        held = held << 6 | value as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    // Six bits are a character too many; fewer are filled up with zeros.
    (bits < 6 && held == 0).then_some(bytes)
}
