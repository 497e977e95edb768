//! Where a place begins and ends, in the units that formats count in.

use crate::report::Place;

/// Lines and columns of a place, from 1. The end is that of the character behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start_line: usize,
    pub(super) start_column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

impl Region {
    /// Columns in UTF-16 code units, as SARIF and what runs in a browser count them. A byte order mark
    /// counts for nothing; a line ends with LF, CRLF or a lone CR.
    pub(super) fn of(place: &Place) -> Region {
        let text: &str = &place.source;
        let start = text.floor_char_boundary(place.span.start);
        let end = text.ceil_char_boundary(place.span.end).max(start);
        let inside = &text[start..end];
        let breaks = breaks(inside, text[end..].starts_with('\n'));
        Region {
            start_line: place.line,
            start_column: column(text, start),
            end_line: place.line + breaks,
            end_column: column(text, end),
        }
    }
}

/// How many lines end in `text`. A CR at its end, `before_lf`, is half of a break that ends behind it.
fn breaks(text: &str, before_lf: bool) -> usize {
    let bytes = text.as_bytes();
    let ends = |at: usize| match bytes[at] {
        b'\n' => true,
        b'\r' => match bytes.get(at + 1) {
            Some(next) => *next != b'\n',
            None => !before_lf,
        },
        _ => false,
    };
    (0..bytes.len()).filter(|at| ends(*at)).count()
}

/// The column of the character at byte `at`.
fn column(text: &str, at: usize) -> usize {
    // Of a CRLF the second byte is still on the line that it ends.
    let before = match text[at..].starts_with('\n') {
        true => text[..at].strip_suffix('\r').unwrap_or(&text[..at]),
        false => &text[..at],
    };
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line = text[start..at].trim_start_matches('\u{feff}');
    line.chars().map(char::len_utf16).sum::<usize>() + 1
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn region(text: &str, needle: &str) -> (usize, usize, usize, usize) {
        let start = text.find(needle).expect("it is there");
        let (line, _) = krmguard_yaml::Lines::new(text).at(text, start);
        let region = Region::of(&Place {
            file: String::new(),
            line,
            column: 1,
            span: start..start + needle.len(),
            document: 0..text.len(),
            source: Arc::new(text.into()),
            start: 0,
            exact: true,
            in_secret: false,
        });
        (
            region.start_line,
            region.start_column,
            region.end_line,
            region.end_column,
        )
    }

    #[test]
    fn columns_count_utf16_code_units() {
        assert_eq!(region("a: b\nc: de\n", "de"), (2, 4, 2, 6));
        assert_eq!(region("a: 한글 x\n", "x"), (1, 7, 1, 8));
        assert_eq!(region("a: 👩 x\n", "x"), (1, 7, 1, 8));
        assert_eq!(region("\u{feff}a: b\n", "b"), (1, 4, 1, 5));
    }

    #[test]
    fn every_kind_of_line_break_ends_a_line() {
        assert_eq!(region("a\r\nb: c\r\n", "c"), (2, 4, 2, 5));
        assert_eq!(region("a\rb: c\r", "c"), (2, 4, 2, 5));
        assert_eq!(region("a: 'b\n  c' # d", "'b\n  c'"), (1, 4, 2, 5));
        assert_eq!(region("a: 'b\r\n  c' # d", "'b\r\n  c'"), (1, 4, 2, 5));
        assert_eq!(region("a: b\r\nc", "b\r\n"), (1, 4, 2, 1));
        assert_eq!(region("a: b\r\nc", "b\r"), (1, 4, 1, 6));
        assert_eq!(region("a: b\n", "b\n"), (1, 4, 2, 1));
    }
}
