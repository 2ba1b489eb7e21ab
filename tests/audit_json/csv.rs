//! CSV that no spreadsheet runs, and that can be undone.

use proptest::prelude::*;
use ringfence::audit::csv::{Row, guard_cell, undo_cell};

const TRIGGERS: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
const BLANKS: [char; 4] = [' ', '\u{a0}', '\u{feff}', '\u{200b}'];

#[test]
fn cells_that_get_a_guard() {
    for trigger in TRIGGERS {
        for quotes in ["", "'", "''", "'''''"] {
            for blanks in ["", " ", "\u{a0}", "\u{feff}", "\u{200b}", " \u{200b}\u{feff}\u{a0} "] {
                for rest in ["", "1", "'", "\"", "=", "cmd|' /C calc'!A0", "é"] {
                    let cell = format!("{quotes}{blanks}{trigger}{rest}");
                    assert_eq!(guard_cell(&cell), format!("'{cell}"));
                    assert_eq!(undo_cell(&format!("'{cell}")), cell);
                }
            }
        }
    }
}

#[test]
fn cells_that_stay_as_they_are() {
    for cell in [
        "",
        "'",
        "''",
        " ",
        "a",
        "'t Hooft",
        "'a=1",
        "a=1",
        "1",
        "1-1",
        "' '=1",
        " '=1",
        "\u{200b}'=1",
        "'\u{a0}'+",
        "\"=1\"",
        "é=",
        "\u{b}=1",
        "\u{2003}=1",
        "\0=1",
        "\u{2212}1",
        "|=",
        "%=",
    ] {
        assert_eq!(guard_cell(cell), cell);
        assert_eq!(undo_cell(cell), cell);
    }
}

#[test]
fn undoing_takes_one_guard() {
    for (text, cell) in
        [("'=1", "=1"), ("''=1", "'=1"), ("' =1", " =1"), ("=1", "=1"), ("'", "'"), ("''", "''")]
    {
        assert_eq!(undo_cell(text), cell);
    }
}

#[test]
fn rows() {
    let mut out = Vec::new();
    Row::new(&mut out).text("a").text("").empty().text("x\"y\r\nz,").unsigned(u64::MAX).signed(-5).end();
    Row::new(&mut out).empty().text("-5").end();
    Row::new(&mut out).text("'t Hooft").end();
    let expected = "\"a\",\"\",,\"x\"\"y\r\nz,\",18446744073709551615,-5\r\n,\"'-5\"\r\n\"'t Hooft\"\r\n";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

fn cell() -> impl Strategy<Value = String> {
    let special: Vec<char> =
        TRIGGERS.into_iter().chain(BLANKS).chain(['\'', '\'', '\'', 'a', '"', ',']).collect();
    prop_oneof![
        proptest::collection::vec(prop::sample::select(special), 0..7).prop_map(String::from_iter),
        any::<String>(),
    ]
}

/// The rule as the research page has it, written a second time: `^'*B*[T]`.
fn matches_the_pattern(cell: &str) -> bool {
    let mut rest = cell.chars().skip_while(|c| *c == '\'').skip_while(|c| BLANKS.contains(c));
    rest.next().is_some_and(|c| TRIGGERS.contains(&c))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_cell_comes_back(cell in cell()) {
        let text = guard_cell(&cell);
        prop_assert_eq!(undo_cell(&text), &*cell);
        let guard = if matches_the_pattern(&cell) { "'" } else { "" };
        prop_assert_eq!(text, format!("{guard}{cell}"));
    }

    #[test]
    fn no_two_cells_look_alike(a in cell(), b in cell()) {
        prop_assert_eq!(guard_cell(&a) == guard_cell(&b), a == b);
    }

    #[test]
    fn no_guarded_cell_begins_as_a_formula(cell in cell()) {
        let text = guard_cell(&cell);
        let first = text.chars().find(|c| !BLANKS.contains(c));
        prop_assert!(!first.is_some_and(|c| TRIGGERS.contains(&c)));
    }

    /// A row of texts is read back by the usual rules: `""` for a quotation mark, the rest as it is.
    #[test]
    fn a_row_comes_back(cells in proptest::collection::vec(cell(), 1..5)) {
        let mut out = Vec::new();
        let mut row = Row::new(&mut out);
        for cell in &cells {
            row = row.text(cell);
        }
        row.end();
        let text = String::from_utf8(out).unwrap();
        let text = text.strip_suffix("\"\r\n").and_then(|text| text.strip_prefix('"')).unwrap();
        let mut read = vec![String::new()];
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            if let Some(behind) = rest.strip_prefix("\"\"") {
                read.last_mut().unwrap().push('"');
                rest = behind;
            } else if let Some(behind) = rest.strip_prefix("\",\"") {
                read.push(String::new());
                rest = behind;
            } else {
                prop_assert_ne!(next, '"');
                read.last_mut().unwrap().push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        let read: Vec<String> = read.iter().map(|text| undo_cell(text)).collect();
        prop_assert_eq!(read, cells);
    }
}
