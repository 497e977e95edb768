//! A scalar in the place and, where it can, in the quotes of another.

use krmguard_yaml::{Node, Scalar, Style, emit};
use serde_json::Value;

use super::{Site, Splicer, gap};

impl Splicer<'_> {
    pub(super) fn scalar(&mut self, node: &Node, scalar: &Scalar, after: &Value, site: Site) {
        if self.manner.json.is_some() {
            self.edit(node.span.clone(), after.to_string());
            return;
        }
        let flow = matches!(site, Site::Flow);
        let unwritten = node.span.is_empty() && node.start == node.span.start;
        let quoted = match (after, scalar.style) {
            (Value::String(text), Style::SingleQuoted) if printable(text) => {
                Some(format!("'{}'", text.replace('\'', "''")))
            }
            (Value::String(text), Style::DoubleQuoted) => Some(double_quoted(text)),
            (Value::String(text), Style::Literal) if !flow && self.manner.blocks => {
                self.literal(node, text, site)
            }
            _ => None,
        };
        match quoted {
            Some(text) if !unwritten && node.tag.as_deref().is_none_or(|tag| tag == "!!str") => {
                self.edit(node.span.start..gap::value_end(self.text, node), text);
            }
            _ => self.replace(node, after, site),
        }
    }

    /// A text as a literal block at the indentation of the one it replaces.
    fn literal(&self, node: &Node, text: &str, site: Site) -> Option<String> {
        let parent = match site {
            Site::Entry { indent, .. } | Site::Item { indent, .. } => indent,
            Site::Root | Site::Flow => return None,
        };
        let body = gap::next_line(self.text, node.span.start);
        let written = self.text.get(body..node.span.end)?;
        let first = written
            .lines()
            .find(|line| !line.trim_start_matches(' ').is_empty())?;
        let own = first.len() - first.trim_start_matches(' ').len();
        let single = !text.is_empty() && !text.contains('\n');
        let source = if single {
            Value::String(format!("{text}\n"))
        } else {
            Value::String(text.to_owned())
        };
        let block = |indent: usize| emit::node(&source, indent, &self.manner.layout);
        let mut block = match block(own.checked_sub(2).filter(|_| own > parent)?) {
            // An indentation indicator counts from the parent.
            text if text
                .lines()
                .next()
                .is_some_and(|head| head.contains(|c: char| c.is_ascii_digit())) =>
            {
                block(parent)
            }
            text => text,
        };
        if !block.starts_with('|') {
            return None;
        }
        if single {
            if !block.starts_with("|\n") && !block.starts_with("|\r\n") {
                return None;
            }
            block.insert(1, '-');
        }
        Some(block)
    }
}

/// Whether single quotes can hold a text on one line.
fn printable(text: &str) -> bool {
    !text.chars().any(|c| {
        c.is_control()
            || matches!(
                c,
                '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
            )
    })
}

fn double_quoted(text: &str) -> String {
    let json = Value::String(text.to_owned()).to_string();
    if printable(&json) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 8);
    for c in json.chars() {
        if printable(c.encode_utf8(&mut [0; 4])) {
            out.push(c);
        } else {
            out.push_str(&format!("\\u{:04X}", u32::from(c)));
        }
    }
    out
}
