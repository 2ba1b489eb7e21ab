//! Columns that something else has encrypted: Fernet and plain AES-GCM.

use std::sync::LazyLock;

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeEncrypt, KeyIvInit};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm, KeyInit as _};
use data_encoding::BASE64URL;
use hmac::{Hmac, Mac};
use ringfence::envelope::Error;
use ringfence::envelope::legacy::{GcmLayout, LegacyColumn};
use ringfence::secrecy::{ExposeSecret, SecretSlice, SecretString};
use sha2::Sha256;

use super::columns::key_bytes;
use super::input::Input;
use super::refusal::assert_same;

/// Two keys, as after a rotation: each of 32 bytes that count up from here.
const FERNET_KEYS: [u8; 2] = [0x40, 0x00];

static FERNET: LazyLock<LegacyColumn> = LazyLock::new(|| {
    let keys = FERNET_KEYS.map(|first| SecretString::from(BASE64URL.encode(&key_bytes(first))));
    LegacyColumn::fernet(&keys).unwrap()
});
/// By length of the key, then by layout.
static GCM: LazyLock<[[LegacyColumn; 2]; 2]> = LazyLock::new(|| {
    [16, 32].map(|len| {
        [GcmLayout::NonceCiphertextTag, GcmLayout::NonceTagCiphertext].map(|layout| {
            let key = SecretSlice::from(key_bytes(0)[..len].to_vec());
            LegacyColumn::aes_gcm(&key, layout).unwrap()
        })
    })
});

pub fn check(data: &[u8]) {
    check_stored(data);
    let mut input = Input::new(data);
    if input.byte() & 1 == 0 {
        check_fernet(&mut input);
    } else {
        check_gcm(&mut input);
    }
}

fn read(column: &LegacyColumn, stored: &[u8], associated_data: &[u8]) -> Result<Vec<u8>, Error> {
    column.read(stored, associated_data).map(|plaintext| plaintext.expose_secret().to_vec())
}

/// The data are what stands in the column, or in the settings.
fn check_stored(data: &[u8]) {
    let _ = read(&FERNET, data, b"");
    for column in GCM.iter().flatten() {
        // Nobody finds a tag by trying.
        let expected = if data.len() < 28 { Error::Malformed } else { Error::Rejected };
        if let Err(error) = read(column, data, b"") {
            assert_same(&error, &expected);
        }
    }
    assert_eq!(read(&LegacyColumn::plaintext(), data, b"any").unwrap(), data);

    let fits = matches!(data.len(), 16 | 32);
    let column = LegacyColumn::aes_gcm(&data.to_vec().into(), GcmLayout::NonceCiphertextTag);
    assert_eq!(column.is_ok(), fits);
    if let Ok(text) = core::str::from_utf8(data) {
        let key = LegacyColumn::fernet([&SecretString::from(text)]);
        let unpadded = text.trim_end_matches('=');
        let padded = format!("{unpadded}=");
        // The decoder here takes several padded texts in a row.
        let fits = padded.len() == 44
            && padded.find('=') == Some(43)
            && BASE64URL.decode(padded.as_bytes()).is_ok();
        assert_eq!(key.is_ok(), fits);
    }
}

/// The data are the blocks of a token, with good or bad padding, and what was changed in it.
fn check_fernet(input: &mut Input<'_>) {
    let (choice, time, iv) = (input.byte(), input.array::<8>(), input.array::<16>());
    let mut blocks = input.repeated(48, 8);
    if choice & 1 == 0 {
        let padding = 16 - blocks.len() % 16;
        blocks.resize(blocks.len() + padding, padding as u8);
    } else {
        // Whoever has the keys can pad as they like, but not to another length.
        blocks.truncate(blocks.len() / 16 * 16);
    }
    let expected = unpad(&blocks);
    let key = key_bytes(FERNET_KEYS[usize::from(choice >> 1 & 1)]);
    let token = seal_fernet(&key, time, iv, &blocks);
    assert_fernet(read(&FERNET, token.as_bytes(), b""), expected.as_ref());

    let donor = seal_fernet(&key, [0xa5; 8], iv, &blocks);
    let mut changed = token.clone().into_bytes();
    input.change(&mut changed, donor.as_bytes());
    let opened = read(&FERNET, &changed, b"");
    // Padding of the text says nothing, and many writers leave it away.
    let bare = |text: &[u8]| text.iter().rposition(|byte| *byte != b'=').map(|last| text[..=last].to_vec());
    if bare(&changed) == bare(token.as_bytes()) || bare(&changed) == bare(donor.as_bytes()) {
        assert_fernet(opened, expected.as_ref());
    } else {
        assert!(matches!(opened.unwrap_err(), Error::Malformed | Error::Rejected));
    }

    let strangers = SecretString::from(BASE64URL.encode(&key_bytes(0x80)));
    let opened = read(&LegacyColumn::fernet([&strangers]).unwrap(), token.as_bytes(), b"");
    let expected = if blocks.is_empty() { Error::Malformed } else { Error::Rejected };
    assert_same(&opened.unwrap_err(), &expected);
}

#[track_caller]
fn assert_fernet(opened: Result<Vec<u8>, Error>, expected: Result<&Vec<u8>, &Error>) {
    match expected {
        Ok(plaintext) => assert_eq!(opened.unwrap(), *plaintext),
        Err(error) => assert_same(&opened.unwrap_err(), error),
    }
}

/// PKCS #7, written down a second time.
fn unpad(blocks: &[u8]) -> Result<Vec<u8>, Error> {
    let Some(last) = blocks.last() else {
        return Err(Error::Malformed);
    };
    let (plaintext, padding) =
        blocks.split_at_checked(blocks.len().wrapping_sub(usize::from(*last))).ok_or(Error::Rejected)?;
    let good = matches!(padding.len(), 1..=16) && padding.iter().all(|byte| byte == last);
    if good { Ok(plaintext.to_vec()) } else { Err(Error::Rejected) }
}

fn seal_fernet(key: &[u8; 32], time: [u8; 8], iv: [u8; 16], blocks: &[u8]) -> String {
    let (signing, encryption) = key.split_at(16);
    let encryptor = cbc::Encryptor::<aes::Aes128>::new_from_slices(encryption, &iv).unwrap();
    let mut token = [&[0x80], time.as_slice(), &iv].concat();
    token.extend(encryptor.encrypt_padded_vec::<NoPadding>(blocks));
    let mut mac = Hmac::<Sha256>::new_from_slice(signing).unwrap();
    mac.update(&token);
    token.extend(mac.finalize().into_bytes());
    BASE64URL.encode(&token)
}

/// The data are a message with its associated data, and what was changed in it.
fn check_gcm(input: &mut Input<'_>) {
    let (choice, nonce) = (input.byte(), input.array::<12>());
    let (associated_data, plaintext) = (input.short(40), input.repeated(64, 20));
    let (key, layout) = (usize::from(choice & 1), usize::from(choice >> 1 & 1));
    let seal = |nonce: [u8; 12]| {
        let payload = Payload { msg: &plaintext, aad: associated_data };
        let sealed = if key == 0 {
            Aes128Gcm::new_from_slice(&key_bytes(0)[..16]).unwrap().encrypt(&nonce.into(), payload)
        } else {
            Aes256Gcm::new_from_slice(&key_bytes(0)).unwrap().encrypt(&nonce.into(), payload)
        };
        let sealed = sealed.unwrap();
        let (body, tag) = sealed.split_at(plaintext.len());
        if layout == 0 { [&nonce, body, tag].concat() } else { [&nonce, tag, body].concat() }
    };
    let (column, stored) = (&GCM[key][layout], seal(nonce));
    assert_eq!(read(column, &stored, associated_data).unwrap(), plaintext);

    let (other_key, other_layout) = (&GCM[1 - key][layout], &GCM[key][1 - layout]);
    assert_same(&read(other_key, &stored, associated_data).unwrap_err(), &Error::Rejected);
    assert_eq!(read(other_layout, &stored, associated_data).is_ok(), plaintext.is_empty());
    let longer = [associated_data, &[choice]].concat();
    assert_same(&read(column, &stored, &longer).unwrap_err(), &Error::Rejected);

    let donor = seal(nonce.map(|byte| byte ^ 0xa5));
    let mut changed = stored.clone();
    input.change(&mut changed, &donor);
    let opened = read(column, &changed, associated_data);
    if changed == stored || changed == donor {
        assert_eq!(opened.unwrap(), plaintext);
    } else {
        let expected = if changed.len() < 28 { Error::Malformed } else { Error::Rejected };
        assert_same(&opened.unwrap_err(), &expected);
    }
}
