//! Rows of CSV that no spreadsheet takes for formulas, and that give back what was put in.
//!
//! A cell that begins with `=`, `+`, `-` or `@` is a formula to a spreadsheet, and whoever can get a name or a
//! user agent into the log could run one on the auditor's machine. Such a cell gets one `'` in front. So that
//! this can be undone without doubt, a cell that looks guarded already gets another one:
//!
//! | cell | written as |
//! |---|---|
//! | `plan` | `"plan"` |
//! | `=1+1` | `"'=1+1"` |
//! | `'=1+1` | `"''=1+1"` |
//! | `'t Hooft` | `"'t Hooft"` |
//!
//! A cell is guarded if it matches `^'*B*[T]`. `B` are the blanks that a spreadsheet may skip: space, U+00A0,
//! U+FEFF and U+200B. `T` are `=`, `+`, `-` and `@`, their fullwidth forms, tab, carriage return and line feed.
//!
//! ```
//! use ringfence::audit::csv::{self, Row};
//!
//! let mut file = Vec::new();
//! Row::new(&mut file).text("seq").text("agent").end();
//! Row::new(&mut file).unsigned(7).text("=HYPERLINK(\"http://x\")").end();
//! assert_eq!(file, b"\"seq\",\"agent\"\r\n7,\"'=HYPERLINK(\"\"http://x\"\")\"\r\n");
//!
//! assert_eq!(csv::undo_cell("'=HYPERLINK(\"http://x\")"), "=HYPERLINK(\"http://x\")");
//! ```
//!
//! Text is always quoted and numbers never are, so that a reader can tell the two apart, and an absent value
//! from an empty text. Rows end with CR LF. Nothing is put in front of the file; whoever wants a byte order mark
//! for an old spreadsheet writes U+FEFF before the first row.

/// Puts one `'` before a cell that a spreadsheet could take for a formula, or that looks guarded already.
///
/// This is the content of the cell: it is neither quoted nor are its quotation marks doubled.
/// [`undo_cell`] gives back any cell; no two cells have the same guarded form.
///
/// ```
/// use ringfence::audit::csv::guard_cell;
///
/// assert_eq!(guard_cell("=1"), "'=1");
/// assert_eq!(guard_cell(" =1"), "' =1");
/// assert_eq!(guard_cell("'=1"), "''=1");
/// assert_eq!(guard_cell("'t Hooft"), "'t Hooft");
/// ```
#[must_use]
pub fn guard_cell(cell: &str) -> String {
    let guard = if needs_guard(cell) { "'" } else { "" };
    [guard, cell].concat()
}

/// Takes the `'` away that [`guard_cell`] has put before a cell.
///
/// ```
/// use ringfence::audit::csv::undo_cell;
///
/// assert_eq!(undo_cell("'=1"), "=1");
/// assert_eq!(undo_cell("''=1"), "'=1");
/// assert_eq!(undo_cell("'t Hooft"), "'t Hooft");
/// ```
#[must_use]
pub fn undo_cell(text: &str) -> String {
    text.strip_prefix('\'').filter(|rest| needs_guard(rest)).unwrap_or(text).to_owned()
}

fn needs_guard(cell: &str) -> bool {
    cell.trim_start_matches('\'').trim_start_matches(is_blank).starts_with(is_trigger)
}

const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{feff}' | '\u{200b}')
}

const fn is_trigger(c: char) -> bool {
    matches!(
        c,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'
    )
}

/// Writes one row of cells.
///
/// See the [example of the module](self).
#[derive(Debug)]
#[must_use = "a row needs its `end`"]
pub struct Row<'a> {
    out: &'a mut Vec<u8>,
    is_first: bool,
}

impl<'a> Row<'a> {
    /// Begins a row at the end of the buffer.
    pub const fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, is_first: true }
    }

    fn cell(mut self) -> Self {
        if !self.is_first {
            self.out.push(b',');
        }
        self.is_first = false;
        self
    }

    /// A cell of text: guarded, and always quoted.
    pub fn text(self, text: &str) -> Self {
        let row = self.cell();
        row.out.push(b'"');
        if needs_guard(text) {
            row.out.push(b'\'');
        }
        for (index, part) in text.split('"').enumerate() {
            if index != 0 {
                row.out.extend_from_slice(b"\"\"");
            }
            row.out.extend_from_slice(part.as_bytes());
        }
        row.out.push(b'"');
        row
    }

    /// A cell of a column that holds numbers alone: plain.
    pub fn unsigned(self, number: u64) -> Self {
        self.plain(&number.to_string())
    }

    /// A cell of a column that holds numbers alone: plain, so that one below zero begins with its sign.
    pub fn signed(self, number: i64) -> Self {
        self.plain(&number.to_string())
    }

    /// A cell without a value: nothing at all, where an empty text is `""`.
    pub fn empty(self) -> Self {
        self.plain("")
    }

    fn plain(self, text: &str) -> Self {
        let row = self.cell();
        row.out.extend_from_slice(text.as_bytes());
        row
    }

    /// Ends the row.
    pub fn end(self) {
        self.out.extend_from_slice(b"\r\n");
    }
}
