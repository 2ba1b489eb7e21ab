//! Checkpoints: a log's size and root, signed, in the text form that transparency logs use.
//!
//! Whoever can rewrite the database can cut off the end of the log, and with the key rewrite all of it. Only
//! something outside of the database shows that. A checkpoint is this something: 200 bytes of
//! text to be handed to an auditor, a customer, a bucket with object lock, or to witnesses.
//!
//! ```
//! use ringfence::audit::checkpoint::{Checkpoint, Trust, VerifierKey};
//! use ringfence::audit::merkle::{Frontier, leaf_hash};
//! use ringfence::secrecy::SecretBox;
//!
//! let mut frontier = Frontier::new();
//! frontier.push(leaf_hash(b"the first entry"))?;
//!
//! # let seed = SecretBox::new(Box::new([7; 32]));
//! let key = VerifierKey::log_from_seed("acme.example/audit", &seed)?;
//! let checkpoint = Checkpoint::new("acme.example/audit", frontier.root())?;
//! let note = checkpoint.sign_with_seed(&key, &seed)?.to_string();
//!
//! // Elsewhere, with the key's text from configuration:
//! let trust = Trust::in_log("acme.example/audit")?.key(key.to_string().parse()?)?;
//! let open = trust.open(&note)?;
//! assert_eq!(open.root(), &frontier.root());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it works
//!
//! The format is C2SP's [tlog-checkpoint](https://c2sp.org/tlog-checkpoint) on top of
//! [signed-note](https://c2sp.org/signed-note), which Go's checksum database, Sigsum and others use:
//!
//! ```text
//! acme.example/audit
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — acme.example/audit Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
//! ```
//!
//! The first three lines are the log's id (the origin), its size and its root. They are what is signed with
//! Ed25519. Signing takes two steps, so that the key can stay in a key service:
//! [`Checkpoint::to_be_signed`] gives the bytes, [`Checkpoint::attach`] takes the signature and verifies it.
//!
//! Witnesses add [cosignatures](https://c2sp.org/tlog-cosignature): each says that it saw this as the log's
//! largest consistent state, and when. A quorum of independent witnesses shows that everybody sees the same log.
//!
//! # Security
//!
//! [`Trust`] pins the origin and the keys; nothing is taken from the note. A key of the log must have signed: witnesses
//! confirm what a log says, and do not speak for it. Signatures by unknown keys are
//! ignored, one bad signature by a known key refuses the whole note. An [`OpenCheckpoint`] exists only after that.
//!
//! A checkpoint proves nothing about the time after it, and an old one stays valid for ever: ask for a new one in
//! regular intervals and check with [`silence`] that it is not too old. Keep the largest one that you have
//! opened, and ask for a [consistency proof](super::merkle::ConsistencyProof) from it to the next. A checkpoint of
//! size 0 is the empty tree's, to which no such proof leads.
//!
//! What is not offered: extension lines, ECDSA and ML-DSA signatures.

mod body;
mod cosignature;
mod error;
mod freshness;
mod key;
mod note;
mod open;
mod signing;
mod trust;

pub use body::Checkpoint;
pub use error::Error;
pub use freshness::silence;
pub use key::{KeyKind, VerifierKey};
pub use note::{Note, NoteSignature};
pub use open::{CheckpointSigner, OpenCheckpoint};
pub use trust::Trust;
