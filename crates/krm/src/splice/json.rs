//! New JSON in the manner of the JSON around it.

use krmguard_yaml::{Kind, Node};
use serde_json::Value;

use super::gap;

/// Where a JSON text puts its white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spread {
    /// What each level is indented by; none for a text on one line.
    unit: Option<String>,
    colon: &'static str,
    comma: &'static str,
}

impl Spread {
    /// Reads the manner off the outermost collection.
    pub(crate) fn of(text: &str, root: Option<&Node>) -> Spread {
        let mut spread = Spread {
            unit: None,
            colon: ": ",
            comma: ", ",
        };
        let Some(root) = root else { return spread };
        let first = match &root.kind {
            Kind::Mapping(mapping) => {
                let mut entries = mapping.entries.iter();
                let first = entries.next();
                if let Some((key, value)) = first
                    && !text[key.span.end..value.start].ends_with(' ')
                {
                    spread.colon = ":";
                }
                if let (Some((_, value)), Some((key, _))) = (first, entries.next())
                    && !text[value.span.end..key.start].ends_with([' ', '\n'])
                {
                    spread.comma = ",";
                }
                first.map(|(key, _)| key)
            }
            Kind::Sequence(sequence) => sequence.items.first(),
            _ => None,
        };
        if let Some(first) = first
            && text[root.span.start..first.start].contains('\n')
        {
            let outer = indentation(text, root.span.start);
            let inner = indentation(text, first.start);
            spread.unit = Some(inner.strip_prefix(outer).unwrap_or("  ").to_owned());
        }
        spread
    }

    pub(super) fn colon(&self) -> &'static str {
        self.colon
    }

    pub(super) fn comma(&self) -> &'static str {
        self.comma
    }

    /// A value whose first line is indented by `indent`; on one line where the text has no lines, or `tight`.
    pub(crate) fn write(&self, value: &Value, indent: &str, newline: &str, tight: bool) -> String {
        let mut out = String::new();
        let unit = self.unit.as_deref().filter(|_| !tight);
        self.put(&mut out, value, unit, indent, newline);
        out
    }

    fn put(
        &self,
        out: &mut String,
        value: &Value,
        unit: Option<&str>,
        indent: &str,
        newline: &str,
    ) {
        let (open, close, length) = match value {
            Value::Object(map) if !map.is_empty() => ('{', '}', map.len()),
            Value::Array(items) if !items.is_empty() => ('[', ']', items.len()),
            other => {
                out.push_str(&other.to_string());
                return;
            }
        };
        let inner = unit.map(|unit| format!("{indent}{unit}"));
        out.push(open);
        let mut element = |index: usize, key: Option<&String>, value: &Value| {
            if let Some(inner) = &inner {
                out.push_str(newline);
                out.push_str(inner);
            }
            if let Some(key) = key {
                out.push_str(&Value::String(key.clone()).to_string());
                out.push_str(self.colon);
            }
            self.put(
                out,
                value,
                unit,
                inner.as_deref().unwrap_or_default(),
                newline,
            );
            if index + 1 < length {
                out.push_str(if unit.is_some() { "," } else { self.comma });
            }
        };
        match value {
            Value::Object(map) => map
                .iter()
                .enumerate()
                .for_each(|(index, (key, value))| element(index, Some(key), value)),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .for_each(|(index, value)| element(index, None, value)),
            _ => {}
        }
        if unit.is_some() {
            out.push_str(newline);
            out.push_str(indent);
        }
        out.push(close);
    }
}

/// The white space that a byte's line starts with.
pub(super) fn indentation(text: &str, offset: usize) -> &str {
    let line = &text[gap::line_start(text, offset)..offset];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}
