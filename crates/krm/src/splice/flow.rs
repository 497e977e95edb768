//! Edits inside brackets, of YAML in flow style and of JSON.

use std::ops::Range;

use krmguard_yaml::{Node, emit};
use serde_json::Value;

use super::{Splicer, json};

/// What becomes of the elements of one collection in brackets.
pub(super) struct Elements {
    /// Bytes of each old element, key and value.
    pub(super) spans: Vec<Range<usize>>,
    /// Whether each stays.
    pub(super) kept: Vec<bool>,
    /// New elements with their key, each with the old element it stands before.
    pub(super) added: Vec<(usize, Option<String>, Value)>,
}

impl Splicer<'_> {
    /// Removes and adds elements; at least one old element stays.
    pub(super) fn elements(&mut self, node: &Node, elements: &Elements) {
        let Elements { spans, kept, added } = elements;
        let Some(first) = spans.first() else { return };
        let lines = self.text[node.span.start..first.start].contains('\n');
        let own = json::indentation(self.text, first.start).to_owned();
        let separator = match (&self.manner.json, lines) {
            (_, true) => format!(",{}{own}", self.manner.layout.newline),
            (Some(spread), false) => spread.comma().to_owned(),
            (None, false) => ", ".to_owned(),
        };
        // Between two elements that stay, and before the first and behind the last, one edit does it all.
        let stay: Vec<usize> = (0..spans.len()).filter(|index| kept[*index]).collect();
        for gap in 0..=stay.len() {
            let before = gap.checked_sub(1).map(|gap| stay[gap]);
            let after = stay.get(gap).copied();
            let from = before.map_or(0, |before| before + 1);
            let to = after.unwrap_or(spans.len());
            let new = added
                .iter()
                .filter(|(place, ..)| from <= *place && *place <= to);
            // What stands before a kept element belongs to the gap before it.
            let new = new.map(|(_, key, value)| self.element(key.as_deref(), value, &own, !lines));
            let new: Vec<String> = new.collect();
            if from == to && new.is_empty() {
                continue;
            }
            match (before, after) {
                (Some(before), _) if from == to || after.is_none() => {
                    let text: String = new
                        .iter()
                        .map(|text| format!("{separator}{text}"))
                        .collect();
                    let end = spans[before].end;
                    let gone = if from == to { end } else { spans[to - 1].end };
                    // To some readers a comma right behind a colon belongs to the key, and behind a tag to that.
                    let element = &self.text[spans[before].clone()];
                    let word = element.rsplit([' ', '\t', '\n']).next().unwrap_or_default();
                    let open =
                        element.ends_with(':') || word.starts_with('!') || word.contains(":!");
                    let bare = open && text.starts_with(',');
                    let space = if bare { " " } else { "" };
                    self.edit(end..gone, format!("{space}{text}"));
                }
                (_, Some(after)) => {
                    let text: String = new
                        .iter()
                        .map(|text| format!("{text}{separator}"))
                        .collect();
                    self.edit(spans[from].start..spans[after].start, text);
                }
                (_, None) => {}
            }
        }
    }

    fn element(&self, key: Option<&str>, new: &Value, indent: &str, tight: bool) -> String {
        let value = self.in_brackets(new, indent, tight);
        match (key, &self.manner.json) {
            (None, _) => value,
            (Some(key), Some(spread)) => {
                format!("{}{}{value}", Value::String(key.to_owned()), spread.colon())
            }
            (Some(key), None) => {
                let entry = emit::flow(&Value::Object(
                    [(key.to_owned(), new.clone())].into_iter().collect(),
                ));
                entry[1..entry.len() - 1].to_owned()
            }
        }
    }

    /// A value as it stands in brackets.
    pub(super) fn in_brackets(&self, value: &Value, indent: &str, tight: bool) -> String {
        match &self.manner.json {
            Some(spread) => spread.write(value, indent, self.manner.layout.newline, tight),
            None => emit::flow(value),
        }
    }
}
