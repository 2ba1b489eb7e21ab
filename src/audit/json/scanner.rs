//! Going over canonical JSON: each step accepts exactly what the writer writes.
//!
//! The place in the text is handed from step to step and never stored: this runs for each line that is
//! verified, and a place in memory would be what it waits for.

use core::cmp::Ordering;

use super::escape::{self, Decoded};
use super::{MAX_DEPTH, MAX_VALUES, number, order, scan};

/// Checks a text, value by value. Each step gets the place where it begins, and gives the place behind.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    /// How many values there may still be.
    values_left: usize,
}

/// A key, or what lies between other quotation marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoted<'a> {
    raw: &'a [u8],
    has_escapes: bool,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), values_left: MAX_VALUES }
    }

    #[inline]
    fn from(&self, at: usize) -> &'a [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    /// Behind the byte, if it is the next one.
    #[inline]
    pub(super) fn byte(&self, at: usize, byte: u8) -> Option<usize> {
        if *self.bytes.get(at)? == byte { Some(at.wrapping_add(1)) } else { None }
    }

    /// Behind the opening brace of an object that is the whole text.
    pub(super) fn enter_object(&mut self) -> Option<usize> {
        self.values_left = self.values_left.checked_sub(1)?;
        self.byte(0, b'{')
    }

    /// A value, inside of `depth` arrays and objects.
    #[inline]
    pub(super) fn value(&mut self, at: usize, depth: usize) -> Option<usize> {
        self.values_left = self.values_left.checked_sub(1)?;
        // Most values are texts.
        if *self.bytes.get(at)? == b'"' {
            return self.string(at).map(|(_, behind)| behind);
        }
        self.other_value(at, depth)
    }

    fn other_value(&mut self, at: usize, depth: usize) -> Option<usize> {
        match self.bytes.get(at)? {
            b'{' => self.object(at, depth),
            b'[' => self.array(at, depth),
            b't' => self.literal(at, b"true"),
            b'f' => self.literal(at, b"false"),
            b'n' => self.literal(at, b"null"),
            _ => self.number(at),
        }
    }

    fn literal(&self, at: usize, literal: &[u8]) -> Option<usize> {
        self.from(at).starts_with(literal).then_some(at.wrapping_add(literal.len()))
    }

    fn array(&mut self, at: usize, depth: usize) -> Option<usize> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let mut at = at.wrapping_add(1);
        if let Some(behind) = self.byte(at, b']') {
            return Some(behind);
        }
        loop {
            at = self.value(at, depth.wrapping_add(1))?;
            match self.byte(at, b',') {
                Some(behind) => at = behind,
                None => return self.byte(at, b']'),
            }
        }
    }

    fn object(&mut self, at: usize, depth: usize) -> Option<usize> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let mut at = at.wrapping_add(1);
        if let Some(behind) = self.byte(at, b'}') {
            return Some(behind);
        }
        let mut last = None;
        loop {
            let (key, behind) = self.key(at, last)?;
            last = Some(key);
            at = self.value(behind, depth.wrapping_add(1))?;
            match self.byte(at, b',') {
                Some(behind) => at = behind,
                None => return self.byte(at, b'}'),
            }
        }
    }

    /// A key and the colon behind it. It must come after the last one.
    #[inline]
    pub(super) fn key(&self, at: usize, last: Option<Quoted<'_>>) -> Option<(Quoted<'a>, usize)> {
        let (key, behind) = self.string(at)?;
        let behind = self.byte(behind, b':')?;
        match last {
            Some(last) if last.compare(key) != Ordering::Less => None,
            _ => Some((key, behind)),
        }
    }

    #[inline]
    fn string(&self, at: usize) -> Option<(Quoted<'a>, usize)> {
        let start = self.byte(at, b'"')?;
        let rest = self.from(start);
        let length = scan::plain_prefix(rest);
        if *rest.get(length)? != b'"' {
            return self.string_with_escapes(start, length);
        }
        let behind = start.wrapping_add(length).wrapping_add(1);
        Some((Quoted { raw: rest.get(..length)?, has_escapes: false }, behind))
    }

    /// Goes on where the first plain run of a string has ended.
    #[cold]
    fn string_with_escapes(&self, start: usize, length: usize) -> Option<(Quoted<'a>, usize)> {
        let mut end = start.wrapping_add(length);
        while *self.bytes.get(end)? == b'\\' {
            end = end.wrapping_add(escape::length(self.from(end))?);
            end = end.wrapping_add(scan::plain_prefix(self.from(end)));
        }
        let behind = self.byte(end, b'"')?;
        Some((Quoted { raw: self.bytes.get(start..end)?, has_escapes: true }, behind))
    }

    fn number(&self, at: usize) -> Option<usize> {
        let rest = self.from(at);
        let length = rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e'));
        let token = rest.get(..length.unwrap_or(rest.len()))?;
        let canonical = match token {
            [b'0'] => true,
            [b'1'..=b'9', digits @ ..] | [b'-', b'1'..=b'9', digits @ ..]
                if digits.len() < 15 && digits.iter().all(u8::is_ascii_digit) =>
            {
                true
            }
            _ => core::str::from_utf8(token).is_ok_and(number::is_canonical_token),
        };
        canonical.then_some(at.wrapping_add(token.len()))
    }
}

impl Quoted<'_> {
    #[inline]
    fn compare(self, other: Quoted<'_>) -> Ordering {
        if self.has_escapes || other.has_escapes {
            return order::by_utf16(Decoded::new(self.raw), Decoded::new(other.raw));
        }
        order::by_utf16(self.raw.iter().copied(), other.raw.iter().copied())
    }
}
