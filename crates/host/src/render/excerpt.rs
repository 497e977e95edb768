//! One place of a source, shown: its line, what of it is meant, and nothing that must stay hidden.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::clean::is_unsafe;
use super::field;
use crate::mask::{self, MASK, Masker};
use crate::report::Place;

/// Columns of source shown of one line.
const WIDTH: usize = 120;

/// Columns kept before the caret of a clipped line.
const LEAD: usize = 40;

/// Bytes looked at on either side of the caret: a line may hold a whole document.
const REACH: usize = 4 * 1024;

const TAB: usize = 4;

/// A place as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The line of the key, where the value that is meant begins on the line after.
    pub(crate) above: Option<String>,
    pub(crate) line: String,
    /// Columns before the caret.
    pub(crate) indent: usize,
    /// Columns under which the caret stands, at least 1.
    pub(crate) width: usize,
}

/// Shows `place`. `pointer` names what is meant; with `hide`, values on the line are hidden
/// whatever they are.
pub(crate) fn excerpt(
    place: &Place,
    pointer: Option<&str>,
    hide: bool,
    masker: &Masker,
) -> Excerpt {
    let view = View::new(place, hide || place.in_secret, masker);
    let line = line_at(view.text, view.caret.start);
    let above = pointer
        .filter(|_| place.exact)
        .and_then(|pointer| view.key_line(&line, pointer))
        .map(|above| {
            let near = above.start.max(view.document.start);
            show(&view.cells(&above, near), near..near).0
        });
    let cells = view.cells(&line, view.caret.start);
    let (shown, indent, width) = show(&cells, view.caret.clone());
    Excerpt {
        above,
        line: shown,
        indent,
        width,
    }
}

/// What stands at `place`, masked as [`excerpt`] does it and with line breaks as `\n`. None where it is
/// longer than anything a person reads.
pub(crate) fn cut(place: &Place, hide: bool, masker: &Masker) -> Option<String> {
    let view = View::new(place, hide || place.in_secret, masker);
    if view.caret.len() > REACH {
        return None;
    }
    let mut start = view.caret.start;
    let mut lines = Vec::new();
    for line in view.text[view.caret.clone()].split_inclusive('\n') {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        let cells = view.cells(&(start..end), start);
        lines.push(cells.into_iter().map(|cell| cell.text).collect::<String>());
        start += line.len();
    }
    Some(lines.join("\n"))
}

/// A line of text outside of any file, masked and made harmless: `hidden` are bytes of it.
pub(crate) fn plain(line: &str, hidden: &[Range<usize>]) -> String {
    let cells = cells(line, 0..line.len(), hidden);
    cells.into_iter().map(|cell| cell.text).collect()
}

/// What of a source may be looked at, and what of that is hidden.
struct View<'a> {
    text: &'a str,
    /// The object's own bytes: of others on the same line nothing is shown.
    document: Range<usize>,
    caret: Range<usize>,
    /// Known without the masker: the values of a Secret.
    hidden: Option<Vec<Range<usize>>>,
    masker: &'a Masker,
}

impl<'a> View<'a> {
    fn new(place: &'a Place, hide: bool, masker: &'a Masker) -> View<'a> {
        let text: &str = &place.source;
        let clamp = |range: &Range<usize>| {
            let start = text.floor_char_boundary(range.start);
            start..text.ceil_char_boundary(range.end).max(start)
        };
        let caret = clamp(&place.span);
        let mut document = clamp(&place.document);
        if document.is_empty() || caret.start < document.start || document.end < caret.start {
            document = line_at(text, caret.start);
        }
        let begin = line_at(text, document.start).start;
        let lead = &text[begin..document.start];
        let indented = lead
            .chars()
            .all(|c| matches!(c, ' ' | '-' | '\t' | '\u{feff}'));
        let hidden = hide.then(|| {
            let column = if indented { lead.chars().count() } else { 0 };
            mask::hidden(&text[document.clone()], column)
                .into_iter()
                .map(|range| range.start + document.start..range.end + document.start)
                .collect()
        });
        if indented {
            document.start = begin;
        }
        View {
            text,
            document,
            caret,
            hidden,
            masker,
        }
    }

    /// The line before `line`, where it holds the last key of `pointer` and ends behind it.
    fn key_line(&self, line: &Range<usize>, pointer: &str) -> Option<Range<usize>> {
        let end = line.start.checked_sub(1)?;
        if end < self.document.start || !self.text[line.start..self.caret.start].trim().is_empty() {
            return None;
        }
        let above = line_at(self.text, end);
        let key = field::tokens(pointer)?.pop()?;
        let written = self.text[above.clone()].trim().trim_start_matches("- ");
        let written = written.strip_suffix(':')?.trim_matches(['"', '\'']);
        (written == key).then_some(above)
    }

    /// The cells of one line near `near`, a byte on it.
    fn cells(&self, line: &Range<usize>, near: usize) -> Vec<Cell> {
        let whole = line.start.max(self.document.start)..line.end.min(self.document.end).max(near);
        let reach = |by: usize| {
            let start = self.text.floor_char_boundary(near.saturating_sub(by));
            let end = self.text.ceil_char_boundary(near.saturating_add(by));
            start.max(whole.start)..end.min(whole.end)
        };
        let hidden = match &self.hidden {
            Some(hidden) => hidden.clone(),
            None => {
                // A value that begins outside of what is shown is found all the same.
                let searched = reach(2 * REACH);
                let found = self.masker.find(&self.text[searched.clone()]);
                found
                    .into_iter()
                    .map(|range| range.start + searched.start..range.end + searched.start)
                    .collect()
            }
        };
        let near = reach(REACH);
        let mut cells = cells(self.text, near.clone(), &hidden);
        if line.start < near.start {
            cells.insert(0, Cell::dots(near.start));
        }
        if near.end < line.end && !self.text[near.end..line.end].trim().is_empty() {
            cells.push(Cell::dots(near.end));
        }
        cells
    }
}

/// The line that holds byte `at`, without its break.
fn line_at(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    let end = start + text[start..end].trim_end_matches('\r').len();
    start..end
}

/// What one character, or one hidden value, is shown as.
struct Cell {
    /// The bytes it stands for.
    bytes: Range<usize>,
    text: String,
    width: usize,
}

impl Cell {
    fn new(bytes: Range<usize>, text: String) -> Cell {
        let width = text.chars().filter_map(UnicodeWidthChar::width).sum();
        Cell { bytes, text, width }
    }

    fn dots(at: usize) -> Cell {
        Cell::new(at..at, "…".to_owned())
    }
}

/// The bytes `range` of `text` as cells; `hidden` is sorted.
fn cells(text: &str, range: Range<usize>, hidden: &[Range<usize>]) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let next = hidden.partition_point(|hidden| hidden.end <= at);
        if let Some(hidden) = hidden.get(next)
            && hidden.start <= at
        {
            let end = text.ceil_char_boundary(hidden.end.min(range.end));
            cells.push(Cell::new(at..end, MASK.to_owned()));
            at = end;
            continue;
        }
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        let end = at + c.len_utf8();
        match c {
            '\u{feff}' if at == 0 => {}
            '\t' => cells.push(Cell::new(at..end, " ".repeat(TAB))),
            c if is_unsafe(c) => cells.push(Cell::new(at..end, c.escape_unicode().to_string())),
            c => cells.push(Cell::new(at..end, c.to_string())),
        }
        at = end;
    }
    cells
}

/// The text of `cells`, at most `WIDTH` columns around the caret, and the caret's columns.
fn show(cells: &[Cell], caret: Range<usize>) -> (String, usize, usize) {
    let first = cells
        .iter()
        .position(|cell| cell.bytes.end > caret.start)
        .unwrap_or(cells.len());
    let last = cells[first..]
        .iter()
        .take_while(|cell| cell.bytes.start < caret.end)
        .count()
        + first;
    let columns = |cells: &[Cell]| cells.iter().map(|cell| cell.width).sum::<usize>();
    let (mut from, mut to) = (0, cells.len());
    if columns(cells) > WIDTH {
        if columns(&cells[..last]) > WIDTH - 1 {
            let mut lead = LEAD;
            from = first;
            while from > 0 && cells[from - 1].width <= lead {
                from -= 1;
                lead -= cells[from].width;
            }
        }
        let mut room = WIDTH - 2;
        to = from;
        while to < cells.len() && cells[to].width <= room {
            room -= cells[to].width;
            to += 1;
        }
    }
    let mut shown: String = cells[from..to]
        .iter()
        .map(|cell| cell.text.as_str())
        .collect();
    let mut indent = columns(&cells[from..first.clamp(from, to)]);
    let width = columns(&cells[first.clamp(from, to)..last.clamp(from, to)]).max(1);
    if from > 0 {
        shown.insert(0, '…');
        indent += 1;
    }
    if to < cells.len() {
        shown.push('…');
    } else {
        shown.truncate(shown.trim_end().len());
    }
    (shown, indent, width)
}

#[cfg(test)]
mod tests;
