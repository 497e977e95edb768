//! Texts of several lines as `|` blocks.

use super::{Layout, STEP, quote};

/// A `|` block with its lines at column `indent`, without its last line break; none when the
/// text is of one line, or would not come back equal from some reader.
pub(super) fn literal(text: &str, indent: usize, layout: &Layout) -> Option<String> {
    if !text.contains('\n')
        || !text
            .chars()
            .all(|c| quote::is_printable(c) || matches!(c, '\n' | '\t'))
    {
        return None;
    }
    let body = text.trim_end_matches('\n');
    // Go's reader refuses a tab where it looks for the indentation, and lines of blanks before
    // or behind the text are in no reader's safe hands.
    let first = body.lines().find(|line| !line.is_empty())?;
    let last = body.lines().next_back()?;
    let blank = |line: &str| line.trim_matches([' ', '\t']).is_empty();
    if first.starts_with('\t') || blank(first) || blank(last) {
        return None;
    }
    let mut out = String::from("|");
    if first.starts_with(' ') {
        out.push_str(&STEP.to_string());
    }
    let kept = text.len() - body.len();
    match kept {
        0 => out.push('-'),
        1 => {}
        _ => out.push('+'),
    }
    for line in body.split('\n') {
        out.push_str(layout.newline);
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
    }
    for _ in 1..kept {
        out.push_str(layout.newline);
    }
    Some(out)
}
