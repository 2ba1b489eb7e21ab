//! The security page: sentences, each with the evidence that was seen for it.

use std::{fmt, iter};

use ringfence::ErrorKind;
use ringfence::envelope::Error;

use crate::Result;

/// One sentence of the page. An act returns it only after it saw what the sentence says; otherwise it
/// returns an error, and the program fails.
pub struct Sentence {
    pub claim: &'static str,
    pub evidence: String,
}

/// The page, as far as the acts have filled it.
#[derive(Default)]
pub struct Page {
    sentences: Vec<Sentence>,
}

impl Page {
    pub fn add(&mut self, sentence: Sentence) {
        self.sentences.push(sentence);
    }
}

/// Fails unless the claim holds.
pub fn ensure(holds: bool, claim: &'static str) -> Result<()> {
    if holds { Ok(()) } else { Err(format!("not true: {claim}").into()) }
}

/// What the crate said when it refused. Fails if it did not refuse, or failed for a reason that says
/// nothing about the value (a busy database, say).
pub fn refusal<T>(outcome: Result<T>) -> Result<String> {
    let Err(error) = outcome else {
        return Err("not true: the value is refused. It was opened".into());
    };
    match error.downcast_ref::<Error>() {
        Some(refused) if matches!(refused.kind(), ErrorKind::Hostile | ErrorKind::Corrupt) => {
            Ok(refused.to_string())
        }
        _ => Err(error),
    }
}

/// As [`refusal`], for one reason only: the key is gone.
pub fn destroyed<T>(outcome: Result<T>) -> Result<String> {
    match outcome {
        Err(error) if matches!(error.downcast_ref(), Some(Error::KeyDestroyed)) => Ok(error.to_string()),
        Err(error) => Err(error),
        Ok(_) => Err("not true: the key is destroyed. The value was opened".into()),
    }
}

const CLAIM_WIDTH: usize = 36;
const EVIDENCE_WIDTH: usize = 58;

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = format!("+{:-<1$}+", "", CLAIM_WIDTH + 2) + &format!("{:-<1$}+", "", EVIDENCE_WIDTH + 2);
        let title = Sentence { claim: "Our security page", evidence: "What this run saw".to_owned() };
        writeln!(f, "{rule}")?;
        for Sentence { claim, evidence } in iter::once(&title).chain(&self.sentences) {
            let (claim, evidence) = (wrap(claim, CLAIM_WIDTH), wrap(evidence, EVIDENCE_WIDTH));
            for line in 0..claim.len().max(evidence.len()) {
                let cell = |lines: &[String]| lines.get(line).cloned().unwrap_or_default();
                let (claim, evidence) = (cell(&claim), cell(&evidence));
                writeln!(f, "| {claim:CLAIM_WIDTH$} | {evidence:EVIDENCE_WIDTH$} |")?;
            }
            writeln!(f, "{rule}")?;
        }
        Ok(())
    }
}

/// The text in lines of at most `width` characters, broken between words.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}
