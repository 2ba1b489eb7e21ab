//! Reading a JSON text into a [`Value`]: strict, bounded, in linear time but for sorting keys.

use super::container::{Array, Object};
use super::error::{Error, Refusal};
use super::noncharacter::holds_noncharacter;
use super::number::Number;
use super::value::Value;
use super::{MAX_BYTES, MAX_DEPTH, MAX_VALUES, scan};

pub(super) fn value(bytes: &[u8]) -> Result<Value, Error> {
    let mut parser = Parser { text: as_text(bytes)?, at: 0, values: 0 };
    parser.skip_white_space();
    let value = parser.value(0)?;
    parser.skip_white_space();
    if parser.at == parser.text.len() { Ok(value) } else { Err(parser.refuse(Refusal::TrailingData)) }
}

/// What holds of the whole text, before anything is read.
fn as_text(bytes: &[u8]) -> Result<&str, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::at(Refusal::TooLong, MAX_BYTES));
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err(Error::at(Refusal::ByteOrderMark, 0));
    }
    core::str::from_utf8(bytes).map_err(|error| Error::at(Refusal::NotUtf8, error.valid_up_to()))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    values: usize,
}

impl<'a> Parser<'a> {
    const fn refuse(&self, refusal: Refusal) -> Error {
        Error::at(refusal, self.at)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    const fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// Takes the byte if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.step();
        }
        found
    }

    fn skip_white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.step();
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, Error> {
        self.values = self.values.saturating_add(1);
        if self.values > MAX_VALUES {
            return Err(self.refuse(Refusal::TooManyValues));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Value::from),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::from),
            Some(b't') => self.literal("true", true.into()),
            Some(b'f') => self.literal("false", false.into()),
            Some(b'n') => self.literal("null", Value::NULL),
            _ => Err(self.refuse(Refusal::Syntax)),
        }
    }

    fn literal(&mut self, literal: &str, value: Value) -> Result<Value, Error> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(literal)) {
            return Err(self.refuse(Refusal::Syntax));
        }
        self.at = self.at.saturating_add(literal.len());
        Ok(value)
    }

    /// Past the opening bracket, unless that is one too many.
    fn enter(&mut self, depth: usize) -> Result<usize, Error> {
        if depth >= MAX_DEPTH {
            return Err(self.refuse(Refusal::TooDeep));
        }
        self.step();
        self.skip_white_space();
        Ok(depth.saturating_add(1))
    }

    fn array(&mut self, depth: usize) -> Result<Value, Error> {
        let start = self.at;
        let depth = self.enter(depth)?;
        let mut items = Vec::new();
        if !self.take(b']') {
            loop {
                items.push(self.value(depth)?);
                if !self.another(b']')? {
                    break;
                }
            }
        }
        Array::new(items).map(Value::from).map_err(|refusal| Error::at(refusal, start))
    }

    fn object(&mut self, depth: usize) -> Result<Value, Error> {
        let start = self.at;
        let depth = self.enter(depth)?;
        let mut members = Vec::new();
        if !self.take(b'}') {
            loop {
                if self.peek() != Some(b'"') {
                    return Err(self.refuse(Refusal::Syntax));
                }
                let key = self.string()?;
                self.skip_white_space();
                if !self.take(b':') {
                    return Err(self.refuse(Refusal::Syntax));
                }
                self.skip_white_space();
                members.push((key.into_boxed_str(), self.value(depth)?));
                if !self.another(b'}')? {
                    break;
                }
            }
        }
        Object::new(members).map(Value::from).map_err(|refusal| Error::at(refusal, start))
    }

    /// After an item: whether another one follows, or the end.
    fn another(&mut self, end: u8) -> Result<bool, Error> {
        self.skip_white_space();
        if self.take(b',') {
            self.skip_white_space();
            return Ok(true);
        }
        if self.take(end) { Ok(false) } else { Err(self.refuse(Refusal::Syntax)) }
    }

    fn string(&mut self) -> Result<String, Error> {
        let start = self.at;
        let text = self.any_string()?;
        if holds_noncharacter(&text) {
            return Err(Error::at(Refusal::Noncharacter, start));
        }
        Ok(text)
    }

    fn any_string(&mut self) -> Result<String, Error> {
        self.step();
        let first = self.plain_run();
        if self.take(b'"') {
            return Ok(first.to_owned());
        }
        let mut out = first.to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.step();
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return Err(self.refuse(Refusal::ControlCharacter)),
                None => return Err(self.refuse(Refusal::Syntax)),
            }
            out.push_str(self.plain_run());
        }
    }

    /// The characters up to the next quotation mark, backslash or control character. All three are ASCII, so
    /// the run ends between two characters.
    fn plain_run(&mut self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let run = rest.get(..scan::plain_prefix(rest.as_bytes())).unwrap_or_default();
        self.at = self.at.saturating_add(run.len());
        run
    }

    fn escape(&mut self) -> Result<char, Error> {
        let start = self.at;
        self.step();
        let short = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            _ => return Err(self.refuse(Refusal::Syntax)),
        };
        self.step();
        Ok(short)
    }

    /// `\uXXXX`, or two of them that make a surrogate pair.
    fn unicode_escape(&mut self, start: usize) -> Result<char, Error> {
        let lone = Error::at(Refusal::LoneSurrogate, start);
        let first = self.code_unit()?;
        if !(0xd800..0xe000).contains(&first) {
            return char::from_u32(first.into()).ok_or(lone);
        }
        if first >= 0xdc00 || !self.take(b'\\') || self.peek() != Some(b'u') {
            return Err(lone);
        }
        let second = self.code_unit()?;
        char::decode_utf16([first, second]).next().and_then(Result::ok).ok_or(lone)
    }

    /// The four digits after a `u`.
    fn code_unit(&mut self) -> Result<u16, Error> {
        self.step();
        let mut unit: u16 = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let digit = digit.and_then(|digit| u16::try_from(digit).ok());
            unit = (unit << 4) | digit.ok_or_else(|| self.refuse(Refusal::Syntax))?;
            self.step();
        }
        Ok(unit)
    }

    fn number(&mut self) -> Result<Number, Error> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        } else if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.refuse(Refusal::Syntax));
        }
        let mut is_integer = true;
        if self.take(b'.') {
            is_integer = false;
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            is_integer = false;
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        let token = self.text.get(start..self.at).unwrap_or_default();
        let number =
            if is_integer { Number::from_integer_token(token) } else { Number::from_float_token(token) };
        number.map_err(|refusal| Error::at(refusal, start))
    }

    /// One digit at least.
    fn digits(&mut self) -> Result<(), Error> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.refuse(Refusal::Syntax));
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.step();
        }
        Ok(())
    }
}
