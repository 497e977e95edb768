//! What changed between two texts, line by line.

use similar::{ChangeTag, TextDiff};

/// The changed lines alone, with `-` and `+` before them.
pub fn diff(before: &str, after: &str) -> String {
    let mut out = String::new();
    for line in changed(before, after) {
        out.push(line.sign);
        out.push_str(&line.text);
        out.push('\n');
    }
    out
}

/// A line that only one of two texts has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `-` before, `+` after.
    pub sign: char,
    /// Counted from 1 in the text that has it.
    pub number: usize,
    /// Without its line end.
    pub text: String,
}

/// The lines that only one of the texts has, in order.
pub fn changed(before: &str, after: &str) -> Vec<Line> {
    TextDiff::from_lines(before, after)
        .iter_all_changes()
        .filter_map(|change| {
            let (sign, index) = match change.tag() {
                ChangeTag::Equal => return None,
                ChangeTag::Delete => ('-', change.old_index()?),
                ChangeTag::Insert => ('+', change.new_index()?),
            };
            let text = change.value().trim_end_matches(['\r', '\n']).to_owned();
            Some(Line {
                sign,
                number: index + 1,
                text,
            })
        })
        .collect()
}
