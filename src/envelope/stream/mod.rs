//! Sealed streams: files, exports and backups of any length.
//!
//! A stream is a header and chunks. The header carries the file key, sealed once for each recipient: a
//! recipient is a scope's data key, so shredding the scope shreds its files. Chunks can be opened one
//! by one as they arrive, or at random.
//!
//! ```
//! use ringfence::TenantId;
//! use ringfence::envelope::stream::{ChunkSize, StreamOpener, StreamSealer};
//! use ringfence::envelope::{Context, DataKey, Error, Generation, Keyring, Scope};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let acme: TenantId = "acme".parse()?;
//! let ring = Keyring::new(Scope::tenant(&acme), Generation::FIRST, DataKey::generate()?);
//! let context = Context::new(&acme, "exports", "file", "export-2026-11");
//!
//! let mut file = Vec::new();
//! let mut sealer = StreamSealer::new(&[&ring], &context, ChunkSize::default(), &mut file)?;
//! sealer.update(b"id,name\n", &mut file)?;
//! sealer.update(b"1,Ann\n", &mut file)?;
//! sealer.finish(&mut file)?;
//!
//! let mut text = Vec::new();
//! let mut opener = StreamOpener::new(&ring, &context);
//! opener.update(&file, &mut text)?;
//! let complete = opener.finish(&mut text)?;
//! assert_eq!(complete.plaintext_len(), 14);
//! assert_eq!(text, b"id,name\n1,Ann\n");
//!
//! // Half of it is refused at the end, whatever was released before.
//! let mut opener = StreamOpener::new(&ring, &context);
//! let cut = file.len() - 20;
//! # let mut text = Vec::new();
//! opener.update(&file[..cut], &mut text)?;
//! assert!(matches!(opener.finish(&mut text), Err(Error::Rejected | Error::Truncated)));
//! # Ok(())
//! # }
//! ```
//!
//! # What it stops
//!
//! Changed, reordered, repeated, dropped and foreign chunks, a cut end, bytes behind the end, a header
//! of another stream, a stream moved to another place. A chunk's plaintext is released only after its
//! tag was verified, and [`StreamOpener::finish`] alone says that all of it was there: act on the data
//! only then.
//!
//! # What it cannot stop
//!
//! The length shows. Any holder of a recipient's key could have written the stream. With several
//! recipients the stream is shredded only when all of their scopes are. [`rewrap`] replaces the
//! recipients without touching the payload, and revokes nobody who has seen the file key.

mod chunks;
mod header;
mod io;
mod opener;
mod reader;
mod recipients;
mod sealer;

pub use header::{ChunkSize, StreamHeader};
pub use io::{StreamRead, StreamWrite};
pub use opener::{Complete, StreamOpener};
pub use reader::{StreamLayout, StreamReader};
pub use recipients::{rewrap, rewrap_with_rng};
pub use sealer::StreamSealer;
