//! Who must have signed, how often, when, and for which log.

use core::time::Duration;

use ringfence::audit::checkpoint::{
    Checkpoint, Error, KeyKind, Note, NoteSignature, Trust, VerifierKey, silence,
};
use ringfence::audit::merkle::{Hash, TreeRoot};
use ringfence::secrecy::SecretBox;
use ringfence::{ErrorKind, Timestamp};

use crate::trees;

const ORIGIN: &str = "acme.example/audit";

fn seed(byte: u8) -> SecretBox<[u8; 32]> {
    SecretBox::new(Box::new([byte; 32]))
}

fn log_key() -> VerifierKey {
    VerifierKey::log_from_seed(ORIGIN, &seed(1)).unwrap()
}

fn witness(byte: u8) -> VerifierKey {
    VerifierKey::witness_from_seed(&format!("witness.example/w{byte}"), &seed(byte)).unwrap()
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint::new(ORIGIN, trees::tree(1, 12).root()).unwrap()
}

fn signed() -> Note {
    checkpoint().sign_with_seed(&log_key(), &seed(1)).unwrap()
}

/// Signed by the log, and by witnesses at some time each.
fn witnessed(times: &[(u8, i64)]) -> Note {
    let mut note = signed();
    for (byte, secs) in times {
        note.add(checkpoint().cosign_with_seed(&witness(*byte), &seed(*byte), at(*secs)).unwrap()).unwrap();
    }
    note
}

fn trust() -> Trust {
    Trust::in_log(ORIGIN).unwrap().key(log_key()).unwrap()
}

fn open(trust: &Trust, note: &Note) -> Result<ringfence::audit::checkpoint::OpenCheckpoint, Error> {
    trust.open(&note.to_string())
}

#[test]
fn a_checkpoint_opens() {
    let open = open(&trust(), &signed()).unwrap();
    assert_eq!(open.origin(), ORIGIN);
    assert_eq!(open.root(), &trees::tree(1, 12).root());
    assert_eq!(open.signers().len(), 1);
    assert_eq!(open.signers()[0].key(), &log_key());
    assert_eq!(open.signers()[0].time(), None);
    assert_eq!((open.witness_count(), open.witnessed_at(1)), (0, None));
    assert_eq!(signed().unverified_checkpoint().unwrap(), checkpoint());
}

#[test]
fn another_log_with_the_same_key_is_refused() {
    let other = Trust::in_log("acme.example/audit2").unwrap().key(log_key()).unwrap();
    assert_eq!(open(&other, &signed()).unwrap_err(), Error::WrongOrigin);
}

#[test]
fn unknown_keys_are_ignored_and_do_not_count() {
    // The name alone, or the id alone, makes no known key.
    let named = VerifierKey::log_from_seed(ORIGIN, &seed(2)).unwrap();
    let other = Trust::in_log(ORIGIN).unwrap().key(named).unwrap();
    assert_eq!(open(&other, &signed()).unwrap_err(), Error::TooFewSignatures);
    // Lines that we cannot read, of kinds that we do not know.
    let mut note = signed();
    note.add("— someone.example/else AAAAAAAAAAA=\n".parse().unwrap()).unwrap();
    assert!(open(&trust(), &note).is_ok());
}

#[test]
fn one_bad_signature_of_a_known_key_refuses_the_note() {
    let key = witness(9);
    let line = |bytes: &[u8]| {
        let encoded = data_encoding::BASE64.encode(&[key.id().as_slice(), bytes].concat());
        format!("— {} {encoded}\n", key.name()).parse::<NoteSignature>().unwrap()
    };
    let trust = trust().key(key.clone()).unwrap();
    for bad in [vec![0; 72], vec![0; 64], vec![0; 71], vec![0; 73], vec![1], vec![0xff; 72]] {
        let mut note = signed();
        note.add(line(&bad)).unwrap();
        assert_eq!(open(&trust, &note).unwrap_err(), Error::BadSignature);
    }
    // Right and wrong lines of one key: wrong.
    let good = signed().to_string();
    let last = good.lines().last().unwrap();
    let bad = format!("{good}{}\n", last.replace(&last[last.len() - 8..], "AAAAAAA="));
    assert_eq!(trust.open(&bad).unwrap_err(), Error::BadSignature);
    // The same line twice counts once.
    let twice = trust.open(&format!("{good}{last}\n")).unwrap();
    assert_eq!(twice.signers().len(), 1);
}

#[test]
fn quorums() {
    let trust = trust().key(witness(2)).unwrap().key(witness(3)).unwrap();
    let note = witnessed(&[(2, 100)]);
    let error = |trust: Trust| open(&trust, &note).err();
    assert_eq!(error(trust.clone().signatures(0)), None);
    assert_eq!(error(trust.clone().signatures(2)), Some(Error::QuorumTooLarge));
    assert_eq!(error(trust.clone().witnesses(1)), None);
    assert_eq!(error(trust.clone().witnesses(2)), Some(Error::TooFewWitnesses));
    assert_eq!(error(trust.clone().witnesses(3)), Some(Error::QuorumTooLarge));
    let second = VerifierKey::log_from_seed("second", &seed(5)).unwrap();
    let two = trust.key(second.clone()).unwrap().signatures(2);
    assert_eq!(error(two.clone()), Some(Error::TooFewSignatures));
    let mut both = note.clone();
    both.add(checkpoint().sign_with_seed(&second, &seed(5)).unwrap().signatures()[0].clone()).unwrap();
    assert_eq!(open(&two, &both).unwrap().signers().len(), 3);
    // Without keys nothing opens, and 0 is no quorum.
    let none = Trust::in_log(ORIGIN).unwrap().signatures(0);
    assert_eq!(open(&none, &note).unwrap_err(), Error::QuorumTooLarge);
    // Witnesses do not speak for the log.
    let witness_only = Trust::in_log(ORIGIN).unwrap().key(witness(2)).unwrap();
    assert_eq!(open(&witness_only, &note).unwrap_err(), Error::QuorumTooLarge);
    let other_log = witness_only.key(second).unwrap().witnesses(1);
    assert_eq!(open(&other_log, &note).unwrap_err(), Error::TooFewSignatures);
}

#[test]
fn a_public_key_counts_once() {
    // One witness under two names, and the log as its own witness.
    let alias = VerifierKey::new("alias.example", KeyKind::Witness, witness(2).public_key()).unwrap();
    let own = VerifierKey::witness_from_seed("own.example", &seed(1)).unwrap();
    let mut note = witnessed(&[(2, 100)]);
    note.add(checkpoint().cosign_with_seed(&alias, &seed(2), at(200)).unwrap()).unwrap();
    note.add(checkpoint().cosign_with_seed(&own, &seed(1), at(300)).unwrap()).unwrap();
    let trust =
        trust().key(witness(2)).unwrap().key(alias).unwrap().key(own).unwrap().key(witness(3)).unwrap();
    let opened = open(&trust, &note).unwrap();
    assert_eq!(opened.signers().len(), 4);
    assert_eq!(opened.witness_count(), 1);
    assert_eq!(opened.witnessed_at(1), Some(at(200)));
    assert_eq!(opened.witnessed_at(2), None);
    assert_eq!(open(&trust.clone().signatures(2), &note).unwrap_err(), Error::QuorumTooLarge);
    assert_eq!(open(&trust.witnesses(2), &note).unwrap_err(), Error::TooFewWitnesses);
}

#[test]
fn the_times_of_witnesses() {
    let note = witnessed(&[(2, 100), (3, 300), (4, 200)]);
    let trust = trust().key(witness(2)).unwrap().key(witness(3)).unwrap().key(witness(4)).unwrap();
    let opened = open(&trust, &note).unwrap();
    assert_eq!(opened.witnessed_at(0), None);
    assert_eq!(opened.witnessed_at(1), Some(at(300)));
    assert_eq!(opened.witnessed_at(2), Some(at(200)));
    assert_eq!(opened.witnessed_at(3), Some(at(100)));
    assert_eq!(opened.witnessed_at(4), None);
    assert_eq!(opened.signers()[2].time(), Some(at(300)));
    // Whole seconds are signed.
    let later = at(100).saturating_add(Duration::from_micros(999_999));
    assert_eq!(checkpoint().to_be_cosigned(later), checkpoint().to_be_cosigned(at(100)));
    let before = at(-1);
    assert_eq!(checkpoint().to_be_cosigned(before), Err(Error::Malformed));
}

/// The words of <https://c2sp.org/tlog-cosignature>.
#[test]
fn what_a_witness_signs() {
    let root = data_encoding::BASE64.decode(b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=").unwrap();
    let root = TreeRoot::new(20_852_163, Hash::from_bytes(root.try_into().unwrap()));
    let checkpoint = Checkpoint::new("example.com/behind-the-sofa", root).unwrap();
    let body = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    assert_eq!(checkpoint.to_be_signed(), body.as_bytes());
    let message = format!("cosignature/v1\ntime 1679315147\n{body}");
    assert_eq!(checkpoint.to_be_cosigned(at(1_679_315_147)).unwrap(), message.as_bytes());
    // The example there has no public keys, but it is a note, and its time is this one.
    let note: Note = format!("{body}\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n").parse().unwrap();
    assert_eq!(note.unverified_checkpoint().unwrap(), checkpoint);
    assert_eq!(note.signatures()[1].signature()[..8], 1_679_315_147_u64.to_be_bytes());
}

#[test]
fn signing_in_two_steps_takes_only_the_right_signature() {
    use ed25519_dalek::{Signer, SigningKey};
    let service = SigningKey::from_bytes(&[1; 32]);
    let signature = service.sign(&checkpoint().to_be_signed()).to_bytes();
    assert_eq!(checkpoint().attach(&log_key(), &signature).unwrap(), signed());
    let mut wrong = signature;
    wrong[3] ^= 1;
    assert_eq!(checkpoint().attach(&log_key(), &wrong).unwrap_err(), Error::BadSignature);
    assert_eq!(checkpoint().attach(&witness(1), &signature).unwrap_err(), Error::WrongKeyKind);

    let cosignature = service.sign(&checkpoint().to_be_cosigned(at(7)).unwrap()).to_bytes();
    let line = checkpoint().cosignature(&witness(1), at(7), &cosignature).unwrap();
    assert_eq!(line, checkpoint().cosign_with_seed(&witness(1), &seed(1), at(7)).unwrap());
    assert_eq!(line.to_string().parse::<NoteSignature>().unwrap(), line);
    assert_eq!(
        checkpoint().cosignature(&witness(1), at(8), &cosignature).unwrap_err(),
        Error::BadSignature
    );
    assert_eq!(checkpoint().cosignature(&log_key(), at(7), &cosignature).unwrap_err(), Error::WrongKeyKind);

    assert_eq!(checkpoint().sign_with_seed(&log_key(), &seed(2)).unwrap_err(), Error::WrongSeed);
    assert_eq!(checkpoint().sign_with_seed(&witness(1), &seed(1)).unwrap_err(), Error::WrongKeyKind);
    assert_eq!(
        checkpoint().cosign_with_seed(&log_key(), &seed(1), at(7)).unwrap_err(),
        Error::WrongKeyKind
    );
}

#[test]
fn a_signature_is_of_one_kind() {
    // The log's signature is no cosignature under the same public key, and the other way round.
    let same = VerifierKey::new(ORIGIN, KeyKind::Witness, log_key().public_key()).unwrap();
    assert_eq!(signed().verify(&same), Err(Error::TooFewSignatures));
    assert_ne!(same.id(), log_key().id());
}

#[test]
fn the_same_key_twice_is_one_key() {
    let trust = trust().key(log_key()).unwrap();
    assert_eq!(open(&trust, &signed()).unwrap().signers().len(), 1);
}

#[test]
fn what_cannot_be_a_checkpoint_is_not_made() {
    let root = trees::tree(1, 3).root();
    let long = "a".repeat(129);
    for origin in ["", "Acme", "a b", "a+b", "a\nb", "ä", &long] {
        assert_eq!(Checkpoint::new(origin, root).unwrap_err(), Error::InvalidOrigin, "{origin:?}");
        assert_eq!(Trust::in_log(origin).unwrap_err(), Error::InvalidOrigin);
    }
    assert_eq!(Checkpoint::new(ORIGIN, TreeRoot::new(0, *root.hash())).unwrap_err(), Error::InvalidRoot);
    assert!(Checkpoint::new(ORIGIN, TreeRoot::EMPTY).is_ok());
    assert!(Checkpoint::new(&"a".repeat(128), TreeRoot::new(u64::MAX, *root.hash())).is_ok());
}

#[test]
fn signed_texts_that_are_no_checkpoint_do_not_open() {
    use ed25519_dalek::{Signer, SigningKey};
    let service = SigningKey::from_bytes(&[1; 32]);
    let body = checkpoint().to_string();
    for text in [
        body.clone() + "extension\n",
        body.replace("\n12\n", "\n012\n"),
        body.replace("\n12\n", "\n+12\n"),
        body.replace("\n12\n", "\n12 \n"),
        body.replace("=\n", "\n"),
        "a single line\n".to_owned(),
    ] {
        let signature = service.sign(text.as_bytes()).to_bytes();
        let encoded = data_encoding::BASE64.encode(&[log_key().id().as_slice(), &signature].concat());
        let note = format!("{text}\n— {ORIGIN} {encoded}\n");
        assert_eq!(note.parse::<Note>().unwrap().verify(&log_key()), Ok(None));
        assert_eq!(trust().open(&note).unwrap_err(), Error::Malformed, "{text}");
    }
}

#[test]
fn silence_has_limits_on_both_sides() {
    let hour = Duration::from_secs(3600);
    let micro = Duration::from_micros(1);
    let now = at(1_000_000);
    assert_eq!(silence(now, hour, Some(now)), Ok(Duration::ZERO));
    assert_eq!(silence(now, hour, Some(now.saturating_sub(hour))), Ok(hour));
    assert_eq!(silence(now, hour, Some(now.saturating_sub(hour + micro))), Err(Error::Stale));
    assert_eq!(silence(now, hour, Some(now.saturating_add(hour))), Ok(Duration::ZERO));
    assert_eq!(silence(now, hour, Some(now.saturating_add(hour + micro))), Err(Error::InFuture));
    assert_eq!(silence(now, hour, None), Err(Error::Stale));
    assert_eq!(silence(Timestamp::MAX, Duration::MAX, Some(Timestamp::MIN)).map(|_| ()), Ok(()));
    assert_eq!(silence(Timestamp::MIN, Duration::ZERO, Some(Timestamp::MAX)), Err(Error::InFuture));
}

#[test]
fn errors_have_kinds() {
    assert_eq!(Error::WrongOrigin.kind(), ErrorKind::Hostile);
    assert_eq!(Error::QuorumTooLarge.kind(), ErrorKind::Caller);
}
