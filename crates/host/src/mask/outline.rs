//! The outline of a Secret's text: its keys and its shape, without any value or comment.

use std::ops::Range;

use krmguard_yaml::{Kind, Limits, Node};

/// Which bytes of `document`, the text of one Secret in YAML or JSON, must not be shown: sorted
/// ranges, none of which crosses a line break or begins or ends in white space.
///
/// `column` is how many characters stand before the document on its first line; an item of a list
/// is indented there as on its other lines. What cannot be read is hidden altogether.
pub(crate) fn hidden(document: &str, column: usize) -> Vec<Range<usize>> {
    let padded = format!("{}{document}", " ".repeat(column));
    let shown = match krmguard_yaml::parse(&padded, &Limits::default()) {
        Ok(documents) => {
            let mut shape = Shape::default();
            for root in documents
                .iter()
                .filter_map(|document| document.root.as_ref())
            {
                shape.add(root);
            }
            shape.shown(&padded)
        }
        Err(_) => Vec::new(),
    };
    complement(&padded, &shown)
        .into_iter()
        .filter(|range| range.end > column)
        .map(|range| range.start.max(column) - column..range.end - column)
        .collect()
}

/// The places of keys and values, in the order in which they stand.
#[derive(Default)]
struct Shape {
    keys: Vec<Range<usize>>,
    values: Vec<Range<usize>>,
}

impl Shape {
    fn add(&mut self, node: &Node) {
        match &node.kind {
            Kind::Scalar(_) | Kind::Alias(_) => self.values.push(node.start..node.span.end),
            Kind::Sequence(sequence) => sequence.items.iter().for_each(|item| self.add(item)),
            Kind::Mapping(mapping) => {
                for (key, value) in &mapping.entries {
                    match &key.kind {
                        Kind::Scalar(_) => self.keys.push(key.span.clone()),
                        _ => self.values.push(key.start..key.span.end),
                    }
                    self.add(value);
                }
            }
        }
    }

    /// Keys, and the punctuation that stands outside of keys and values. From anything else there
    /// (a comment, an anchor, a tag) the rest of the line goes with it.
    fn shown(mut self, text: &str) -> Vec<Range<usize>> {
        let mut shown = self.keys.clone();
        let mut taken = self.keys;
        taken.append(&mut self.values);
        taken.sort_by_key(|range| (range.start, range.end));
        let mut taken = taken.into_iter().peekable();
        let mut at = 0;
        while at < text.len() {
            while taken.next_if(|range| range.end <= at).is_some() {}
            if let Some(range) = taken.next_if(|range| range.start <= at) {
                at = range.end;
                continue;
            }
            let Some(rest) = text.get(at..) else {
                break;
            };
            match rest.as_bytes()[0] {
                b'-' | b':' | b',' | b'{' | b'}' | b'[' | b']' | b'?' => {
                    shown.push(at..at + 1);
                    at += 1;
                }
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'&' | b'!' => at += rest.find([' ', '\t', '\r', '\n']).unwrap_or(rest.len()),
                _ => at += rest.find('\n').unwrap_or(rest.len()),
            }
        }
        shown.sort_by_key(|range| range.start);
        shown
    }
}

/// What is neither in one of the `shown` ranges, sorted by start, nor white space around it.
fn complement(text: &str, shown: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    let mut hide = |from: usize, to: usize| {
        let mut offset = from;
        for line in text.get(from..to).unwrap_or_default().split_inclusive('\n') {
            let start = offset + (line.len() - line.trim_start().len());
            let end = start + line.trim().len();
            if start < end {
                hidden.push(start..end);
            }
            offset += line.len();
        }
    };
    let mut at = 0;
    for range in shown {
        hide(at, range.start.max(at));
        at = at.max(range.end);
    }
    hide(at, text.len());
    hidden
}
