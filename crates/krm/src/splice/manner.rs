//! How new text is written: as the text around it is.

use krmguard_yaml::emit::{self, Layout};
use krmguard_yaml::{Kind, Node};
use serde_json::Value;

use super::{gap, json};
use crate::tree::walk;

/// How new text is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manner {
    pub(crate) layout: Layout,
    /// Collections and texts of several lines take lines of their own. Otherwise a new value stands on one
    /// line: a comment that is indented below it would become part of a block.
    pub(crate) blocks: bool,
    /// Strict JSON; spread over lines or on one.
    pub(crate) json: Option<json::Spread>,
}

impl Manner {
    /// The manner of a text: its line breaks, and how its lists stand under their keys.
    pub(crate) fn of(text: &str, root: Option<&Node>, json: bool) -> Manner {
        let newline = match memchr::memchr(b'\n', text.as_bytes()) {
            Some(at) if at > 0 && text.as_bytes()[at - 1] == b'\r' => "\r\n",
            _ => "\n",
        };
        let mut sequence_indent = None;
        if let Some(root) = root {
            walk(root, &mut |node| {
                let Kind::Mapping(mapping) = &node.kind else {
                    return;
                };
                for (key, value) in &mapping.entries {
                    if let (None, Kind::Sequence(sequence), false) =
                        (sequence_indent, &value.kind, mapping.flow)
                        && let Some(dash) = sequence.dashes.first()
                    {
                        let column = |offset| gap::column(text, offset);
                        sequence_indent = Some(if column(*dash) > column(key.start) {
                            2
                        } else {
                            0
                        });
                    }
                }
            });
        }
        let json = json.then(|| json::Spread::of(text, root));
        Manner {
            layout: Layout {
                sequence_indent: sequence_indent.unwrap_or(0),
                newline,
            },
            blocks: true,
            json,
        }
    }

    /// A value whose keys or dashes stand at column `indent`.
    pub(super) fn node(&self, value: &Value, indent: usize) -> String {
        match self.blocks {
            true => emit::node(value, indent, &self.layout),
            false => emit::flow(value),
        }
    }

    /// `key: value`, the key at column `indent`.
    pub(super) fn entry(&self, key: &str, value: &Value, indent: usize) -> String {
        if self.blocks {
            return emit::entry(key, value, indent, &self.layout);
        }
        let mut entry = emit::entry(key, &Value::Null, indent, &self.layout);
        entry.truncate(entry.len() - "null".len());
        entry + &emit::flow(value)
    }

    /// `- value`, the dash at column `indent`.
    pub(super) fn item(&self, value: &Value, indent: usize) -> String {
        match self.blocks {
            true => emit::item(value, indent, &self.layout),
            false => format!("- {}", emit::flow(value)),
        }
    }
}
