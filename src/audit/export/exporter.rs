//! Exporting while verifying.

use super::Window;
use super::manifest::{Manifest, Neighbour};
use super::row;
use crate::audit::chain::line::Line;
use crate::audit::json::Value;
use crate::audit::merkle::{Hash, MemoryTree};
use crate::audit::personal::Disclosure;
use crate::audit::verify::Verifier;
use crate::audit::verify::body::Body;
use crate::audit::{Error, LogId, Report};

/// The files of an export.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Export {
    csv: Vec<u8>,
    jsonl: Vec<u8>,
    manifest: Value,
    report: Report,
}

impl Export {
    /// The matching entries as CSV: UTF-8, CRLF, every text cell quoted and guarded against being taken for a
    /// formula. The columns `seq` and `h` tie each row to the log.
    #[must_use]
    pub fn csv(&self) -> &[u8] {
        &self.csv
    }

    /// Every line of the window, as it is in the log.
    #[must_use]
    pub fn jsonl(&self) -> &[u8] {
        &self.jsonl
    }

    /// The manifest: window, count, first and last, the SHA-256 of both files, size and root of the log, and
    /// the entries right before and after the window with their inclusion proofs. The window is complete
    /// because `seq` and `prev` have no gap and both neighbours lie outside of it.
    #[must_use]
    pub const fn manifest(&self) -> &Value {
        &self.manifest
    }

    /// What was verified about the whole log.
    pub const fn report(&self) -> &Report {
        &self.report
    }
}

/// Verifies a log line by line, and keeps what lies in the window.
///
/// It takes the memory of the window, and 64 bytes for each entry of the log, for the proofs. Write an
/// [`AUDIT_EXPORT`](super::super::Action::AUDIT_EXPORT) entry when you hand an export out.
pub struct Exporter<'k> {
    verifier: Verifier<'k>,
    log: LogId,
    window: Window,
    disclosures: Vec<Disclosure>,
    csv: Vec<u8>,
    jsonl: Vec<u8>,
    tree: Option<MemoryTree>,
    first: Option<(u64, Hash)>,
    last: Option<Hash>,
    count: u64,
    before: Option<Neighbour>,
    after: Option<Neighbour>,
}

crate::vocabulary::redacted_debug!(Exporter<'_> => "Exporter");

impl<'k> Exporter<'k> {
    /// Exports a window of the log that the verifier is made for. The values of personal fields show in the
    /// CSV where `disclosures` has them, in the rows that match; elsewhere they are withheld.
    #[must_use]
    pub fn new(verifier: Verifier<'k>, window: Window, disclosures: &[Disclosure]) -> Self {
        let mut csv = Vec::new();
        row::write_header(&mut csv);
        let is_whole = verifier.state().size() == 0;
        Self {
            log: verifier.state().log().clone(),
            verifier,
            window,
            disclosures: disclosures.to_vec(),
            csv,
            jsonl: Vec::new(),
            tree: is_whole.then(MemoryTree::new),
            first: None,
            last: None,
            count: 0,
            before: None,
            after: None,
        }
    }

    /// Takes the next line.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the log does not verify: a broken log is not exported.
    pub fn feed(&mut self, line: &[u8]) -> Result<(), Error> {
        let seq = self.verifier.state().size();
        self.verifier.feed(line)?;
        if self.verifier.state().size() == seq {
            // A jump: the verifier names it at the end.
            return Ok(());
        }
        let (Some(parts), Ok(text)) = (Line::parse(line), core::str::from_utf8(line)) else {
            return Ok(());
        };
        let Some(body) = Body::parse(parts.body) else {
            return Ok(());
        };
        if let Some(tree) = &mut self.tree {
            tree.push(parts.hash).map_err(|_| Error::OutOfRange)?;
        }
        if !self.window.holds(body.time) {
            let neighbour = Neighbour { seq, line: text.to_owned() };
            if body.time < self.window.from {
                self.before = Some(neighbour);
            } else if self.after.is_none() {
                self.after = Some(neighbour);
            }
            return Ok(());
        }
        self.first.get_or_insert((seq, body.prev));
        self.last = Some(parts.hash);
        self.count = self.count.saturating_add(1);
        self.jsonl.extend_from_slice(line);
        self.jsonl.push(b'\n');
        if self.window.is_wanted(&body.action_text())
            && let Some(value) = body.to_value()
        {
            let own: Vec<_> = self.disclosures.iter().filter(|one| one.seq() == seq).collect();
            row::write(&mut self.csv, seq, &parts.hash, &value, &own);
        }
        Ok(())
    }

    /// The files.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the log does not verify to its end.
    pub fn finish(self) -> Result<Export, Error> {
        let report = self.verifier.finish()?;
        let manifest = Manifest {
            log: &self.log,
            window: &self.window,
            first_seq: self.first.map(|(seq, _)| seq),
            count: self.count,
            prev: self.first.map(|(_, prev)| prev),
            last: self.last,
            root: report.root(),
            before: self.before.as_ref(),
            after: self.after.as_ref(),
            tree: self.tree.as_ref(),
        };
        let manifest = manifest.to_value(&self.csv, &self.jsonl).map_err(|_| Error::Value)?;
        Ok(Export { csv: self.csv, jsonl: self.jsonl, manifest, report })
    }
}
