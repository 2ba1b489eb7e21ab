//! Checkpoints of ours open in `signed_note` and `tlog_tiles`, and theirs in ours.

use data_encoding::{BASE64, HEXLOWER};
use proptest::prelude::*;
use ringfence::audit::checkpoint::{Checkpoint, Error, Note, Trust, VerifierKey};
use ringfence::audit::merkle::{Hash, TreeRoot};
use ringfence::secrecy::SecretBox;
use signed_note::{Signer as _, StandardSigner, StandardVerifier, VerifierList};

use crate::checkpoint_format::{PETER_KEY, PETER_SEED, seed};

fn verifiers() -> VerifierList {
    VerifierList::new(vec![Box::new(StandardVerifier::new(PETER_KEY).unwrap())])
}

fn signer() -> StandardSigner {
    StandardSigner::new(&format!("PRIVATE+KEY+PeterNeumann+c74f20a3+{PETER_SEED}")).unwrap()
}

fn key() -> VerifierKey {
    PETER_KEY.parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn both_ways(origin in "[a-z0-9._/-]{1,128}", size in 1..=u64::MAX, root: [u8; 32]) {
        let root = TreeRoot::new(size, Hash::from_bytes(root));
        let checkpoint = Checkpoint::new(&origin, root).unwrap();
        let ours = checkpoint.sign_with_seed(&key(), &seed(PETER_SEED)).unwrap().to_string();

        // Ours in theirs.
        let note = signed_note::Note::from_bytes(ours.as_bytes()).unwrap();
        let (verified, unverified) = note.verify(&verifiers()).unwrap();
        prop_assert_eq!((verified.len(), unverified.len()), (1, 0));
        let text = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
        prop_assert_eq!((text.origin(), text.size()), (origin.as_str(), size));
        prop_assert_eq!(&text.hash().0, root.hash().as_bytes());

        // Theirs in ours: Ed25519 is deterministic, so it is the same note.
        let text = tlog_tiles::Checkpoint::new(&origin, size, tlog_tiles::tlog::Hash(*root.hash().as_bytes()), "").unwrap();
        let mut note = signed_note::Note::new(&text.to_bytes(), &[]).unwrap();
        note.add_sigs(&[&signer()]).unwrap();
        let theirs = String::from_utf8(note.to_bytes()).unwrap();
        let trust = Trust::in_log(&origin).unwrap().key(key()).unwrap();
        prop_assert_eq!(*trust.open(&theirs).unwrap().root(), root);
        prop_assert_eq!(theirs, ours);
    }
}

#[test]
fn keys_have_the_same_ids() {
    let ours = VerifierKey::log_from_seed("PeterNeumann", &seed(PETER_SEED)).unwrap();
    assert_eq!(u32::from_be_bytes(ours.id()), signer().key_id());
    let theirs = signed_note::key_id("PeterNeumann", &[&[1], ours.public_key().as_slice()].concat());
    assert_eq!(u32::from_be_bytes(ours.id()), theirs);
}

/// A second log key whose line stands in between.
#[test]
fn lines_of_others_survive() {
    let checkpoint = Checkpoint::new("example.com/log", TreeRoot::EMPTY).unwrap();
    let ours = checkpoint.sign_with_seed(&key(), &seed(PETER_SEED)).unwrap();
    let mut theirs = signed_note::Note::from_bytes(ours.to_string().as_bytes()).unwrap();
    let enoch_seed = SecretBox::new(Box::new([5; 32]));
    let enoch_key = VerifierKey::log_from_seed("EnochRoot", &enoch_seed).unwrap();
    let encoded = BASE64.encode(&[&[1], [5; 32].as_slice()].concat());
    let enoch = format!("PRIVATE+KEY+EnochRoot+{}+{encoded}", HEXLOWER.encode(&enoch_key.id()));
    theirs.add_sigs(&[&StandardSigner::new(&enoch).unwrap()]).unwrap();
    let note: Note = String::from_utf8(theirs.to_bytes()).unwrap().parse().unwrap();
    assert_eq!(note.signatures().len(), 2);
    note.verify(&enoch_key).unwrap();
    let trust = Trust::in_log("example.com/log").unwrap().key(enoch_key).unwrap();
    assert_eq!(trust.open_note(&note).unwrap().signers().len(), 1);
    assert_eq!(
        trust.key(key()).unwrap().signatures(2).open_note(&ours).unwrap_err(),
        Error::TooFewSignatures
    );
}
