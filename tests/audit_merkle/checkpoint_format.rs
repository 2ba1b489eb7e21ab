//! Signed notes and keys against the published ones: `note_test.go` of golang.org/x/mod (BSD-3-Clause), and
//! what must not be read as one.

use data_encoding::{BASE64, HEXLOWER};
use proptest::prelude::*;
use ringfence::audit::checkpoint::{Checkpoint, Error, KeyKind, Note, NoteSignature, Trust, VerifierKey};
use ringfence::audit::merkle::{Hash, TreeRoot};
use ringfence::secrecy::SecretBox;

pub const PETER_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
/// `PRIVATE+KEY+PeterNeumann+c74f20a3+` and this.
pub const PETER_SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const ENOCH_KEY: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH: &str = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

pub fn seed(encoded: &str) -> SecretBox<[u8; 32]> {
    let bytes = BASE64.decode(encoded.as_bytes()).unwrap();
    SecretBox::new(Box::new(bytes[1..].try_into().unwrap()))
}

fn peter() -> VerifierKey {
    PETER_KEY.parse().unwrap()
}

#[test]
fn the_note_of_the_go_documentation_verifies() {
    let note: Note = format!("{TEXT}\n{PETER}{ENOCH}").parse().unwrap();
    assert_eq!(note.text(), TEXT);
    assert_eq!(note.verify(&peter()), Ok(None));
    assert_eq!(note.verify(&ENOCH_KEY.parse().unwrap()), Ok(None));
    assert_eq!(note.to_string(), format!("{TEXT}\n{PETER}{ENOCH}"));
    assert_eq!(HEXLOWER.encode(&note.signatures()[0].id()), "c74f20a3");

    let alone: Note = format!("{TEXT}\n{ENOCH}").parse().unwrap();
    assert_eq!(alone.verify(&peter()), Err(Error::TooFewSignatures));
    let other: Note = format!("{}\n{PETER}", TEXT.replace("know", "Know")).parse().unwrap();
    assert_eq!(other.verify(&peter()), Err(Error::BadSignature));
    // No checkpoint, however well it is signed.
    let trust = Trust::in_log("peter").unwrap().key(peter()).unwrap();
    assert_eq!(trust.open(&note.to_string()).unwrap_err(), Error::Malformed);
}

#[test]
fn the_key_of_the_go_documentation_and_every_mangling_of_it() {
    assert_eq!(peter().to_string(), PETER_KEY);
    assert_eq!(VerifierKey::log_from_seed("PeterNeumann", &seed(PETER_SEED)).unwrap(), peter());
    for start in 0..=PETER_KEY.len() {
        for end in start..=PETER_KEY.len() {
            if start != 0 || end != PETER_KEY.len() {
                assert!(PETER_KEY[start..end].parse::<VerifierKey>().is_err(), "{start}..{end}");
            }
        }
    }
    for at in 0..PETER_KEY.len() {
        let mut bytes = PETER_KEY.as_bytes().to_vec();
        bytes[at] += 1;
        assert!(String::from_utf8(bytes).unwrap().parse::<VerifierKey>().is_err(), "byte {at}");
    }
    let refusals = [
        // Wrong length, with the id adjusted; unknown kind, with the id adjusted.
        ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", Error::MalformedKey),
        ("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", Error::UnsupportedKey),
        ("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", Error::MalformedKey),
        ("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", Error::InvalidKeyName),
        ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", Error::InvalidKeyName),
        ("", Error::MalformedKey),
    ];
    for (text, error) in refusals {
        assert_eq!(text.parse::<VerifierKey>().unwrap_err(), error, "{text}");
    }
}

/// `note_cosigv1_test.go` of transparency-dev/formats (Apache-2.0).
#[test]
fn a_published_witness_key_is_read() {
    let text = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";
    let key: VerifierKey = text.parse().unwrap();
    assert_eq!(key.kind(), KeyKind::Witness);
    assert_eq!(key.to_string(), text);
    let other = VerifierKey::new(key.name(), KeyKind::Log, key.public_key()).unwrap();
    assert_ne!(other.id(), key.id());
}

#[test]
fn weak_keys_and_bad_names_are_refused() {
    // Points of small order, with which a signature can hold for any message.
    let weak = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    ];
    for hex in weak {
        let bytes: [u8; 32] = HEXLOWER.decode(hex.as_bytes()).unwrap().try_into().unwrap();
        assert_eq!(VerifierKey::new("a", KeyKind::Log, &bytes).unwrap_err(), Error::MalformedKey);
    }
    let public = peter().public_key().to_owned();
    let long = "a".repeat(256);
    for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb", "a\u{7f}", "\u{2028}", &long] {
        assert_eq!(
            VerifierKey::new(name, KeyKind::Log, &public).unwrap_err(),
            Error::InvalidKeyName,
            "{name:?}"
        );
    }
    assert!(VerifierKey::new("größe/ü", KeyKind::Log, &public).is_ok());
}

#[test]
fn what_is_no_note_is_refused() {
    let good = format!("{TEXT}\n{PETER}");
    assert!(good.parse::<Note>().is_ok());
    let bad = [
        // badMsgs of note_test.go.
        TEXT.to_owned(),
        format!("{TEXT}\n"),
        format!("{TEXT}\n{}", PETER.trim_end()),
        format!("\u{1}{TEXT}\n{PETER}"),
        format!(
            "{TEXT}\n— Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        ),
        format!("{good}Unexpected line.\n"),
        // More of the kind.
        String::new(),
        "\n\n".into(),
        good.replace('\n', "\r\n"),
        good.replace("— ", "- "),
        good.replace("— ", "—"),
        good.replace("— ", "—  "),
        good.replace("nAM=", "nAN="),
        good.replace("nAM=", "nAM"),
        good.replace("nAM=", "nAM= "),
        format!("{TEXT}\n— PeterNeumann x08goA==\n").replace("x08goA==", "x08g"),
        format!("{TEXT}\n— PeterNeumann x08gow==\n"),
        format!("{TEXT}\n—  x08go/ZJ\n"),
        format!("{good}\n"),
        format!("{}\n{PETER}", "a".repeat(200_000) + "\n"),
    ];
    for note in bad {
        assert_eq!(note.parse::<Note>().unwrap_err(), Error::Malformed, "{note:.200}");
    }
}

#[test]
fn a_note_has_at_most_16_signatures() {
    let note = |count: usize| format!("{TEXT}\n{}", PETER.repeat(count));
    assert_eq!(note(16).parse::<Note>().unwrap().verify(&peter()), Ok(None));
    assert_eq!(note(17).parse::<Note>().unwrap_err(), Error::TooManySignatures);
    let mut full = format!("{TEXT}\n{PETER}").parse::<Note>().unwrap();
    for n in 0..20_u8 {
        let line = PETER.replace("PeterNeumann", &format!("peter{n}"));
        let added = full.add(line.parse::<NoteSignature>().unwrap());
        assert_eq!(added.is_ok(), n < 15);
    }
    assert_eq!(full.signatures().len(), 16);
    // A line by the same key takes the place of the other.
    full.add(PETER.parse().unwrap()).unwrap();
    assert_eq!(full.signatures().len(), 16);
}

/// The text is separated at the last blank line.
#[test]
fn a_text_may_hold_blank_lines() {
    let note: Note = format!("a\n\n\nb\n\n{PETER}").parse().unwrap();
    assert_eq!(note.text(), "a\n\n\nb\n");
}

proptest! {
    #[test]
    fn whatever_is_read_is_written_back(text in "(?s).{0,200}") {
        if let Ok(note) = text.parse::<Note>() {
            prop_assert_eq!(note.to_string(), text.clone());
        }
        if let Ok(key) = text.parse::<VerifierKey>() {
            prop_assert_eq!(key.to_string(), text);
        }
    }

    #[test]
    fn a_signed_checkpoint_with_one_changed_byte_does_not_open(size in 1..u64::MAX, root: [u8; 32], at: usize, bit in 0..7_u32) {
        let root = TreeRoot::new(size, Hash::from_bytes(root));
        let checkpoint = Checkpoint::new("example.com/log", root).unwrap();
        let note = checkpoint.sign_with_seed(&peter(), &seed(PETER_SEED)).unwrap().to_string();
        let trust = Trust::in_log("example.com/log").unwrap().key(peter()).unwrap();
        prop_assert_eq!(*trust.open(&note).unwrap().root(), root);

        let mut bytes = note.into_bytes();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        if let Ok(changed) = String::from_utf8(bytes) {
            prop_assert!(trust.open(&changed).is_err(), "{changed}");
        }
    }
}
