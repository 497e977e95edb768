//! Edits of mappings and lists that stand on lines of their own.

use std::collections::HashSet;

use krmguard_yaml::{Mapping, Node, Sequence};
use serde_json::{Map, Value};

use super::align::{Alignment, align};
use super::flow::Elements;
use super::removal::{self, Tail};
use super::{Shared, Site, Splicer, gap, json};
use crate::equality::equal;
use crate::tree::key_text;

/// What becomes of the entries or items of one block collection.
pub(super) struct Lines {
    /// Where each old one starts: its key or dash.
    pub(super) starts: Vec<usize>,
    /// Where the value of each ends.
    pub(super) ends: Vec<usize>,
    /// Whether each stays.
    pub(super) kept: Vec<bool>,
    /// The block scalar that one which stays before one that goes ends in.
    pub(super) tails: Vec<Option<Tail>>,
    /// New ones, laid out, each with the old one it stands before.
    pub(super) added: Vec<(usize, String)>,
}

impl Splicer<'_> {
    pub(super) fn mapping(
        &mut self,
        node: &Node,
        mapping: &Mapping,
        old: &Map<String, Value>,
        new: &Map<String, Value>,
        site: Site,
    ) -> Result<(), Shared> {
        let merged = self.merged(mapping, old, new)?;
        let keys: Vec<Option<String>> = mapping
            .entries
            .iter()
            .map(|(key, _)| key_text(key))
            .collect();
        // A merge key has no text of its own, and stays.
        let kept: Vec<bool> = keys
            .iter()
            .map(|key| key.as_ref().is_none_or(|key| new.contains_key(key)))
            .collect();
        // The one entry of `[a: b]` has no brackets that could hold another.
        let pair = mapping.flow && !self.text[node.span.start..].starts_with('{');
        if !kept.contains(&true) || pair && new.len() != 1 {
            self.replace(node, &Value::Object(new.clone()), site);
            return Ok(());
        }
        let indent = gap::column(self.text, node.span.start);
        for ((key, (key_node, value)), kept) in keys.iter().zip(&mapping.entries).zip(&kept) {
            if !kept {
                self.gone(value);
                continue;
            }
            let Some(key) = key else { continue };
            let (Some(before), Some(after)) = (old.get(key), new.get(key)) else {
                continue;
            };
            let Some(colon) = gap::colon(self.text, key_node, value) else {
                if !equal(before, after) {
                    self.first_value(key_node, after, mapping.flow, indent);
                }
                continue;
            };
            let site = if mapping.flow {
                Site::Flow
            } else {
                Site::Entry { colon, indent }
            };
            self.pointer.push(key.clone());
            self.change(value, before, after, site)?;
            self.pointer.pop();
        }
        let own: Vec<&String> = keys.iter().flatten().collect();
        let written: HashSet<&String> = own.iter().copied().collect();
        let mut added: Vec<(&String, &Value)> = new
            .iter()
            .filter(|(key, _)| !merged.contains(*key) && !written.contains(key))
            .collect();
        let sorted = own.is_sorted() && own.len() == keys.len();
        if sorted {
            added.sort_by_key(|(key, _)| *key);
        }
        let place = |key: &String| match sorted {
            true => own.iter().position(|own| *own > key).unwrap_or(keys.len()),
            false => keys.len(),
        };
        if mapping.flow {
            let spans = mapping
                .entries
                .iter()
                .map(|(key, value)| key.start..value.span.end.max(key.span.end))
                .collect();
            let added = added
                .into_iter()
                .map(|(key, value)| (place(key), Some(key.clone()), value.clone()))
                .collect();
            self.elements(node, &Elements { spans, kept, added });
            return Ok(());
        }
        let added = added
            .into_iter()
            .map(|(key, value)| (place(key), self.manner.entry(key, value, indent)))
            .collect();
        let starts = mapping.entries.iter().enumerate().map(|(index, (key, _))| {
            if index == 0 {
                node.span.start
            } else {
                gap::entry_start(self.text, key.start, indent)
            }
        });
        let tails = removal::before_gone(&kept, |index| {
            let (key, value) = &mapping.entries[index];
            Tail::of(self.text, [key, value])
        });
        let lines = Lines {
            starts: starts.collect(),
            ends: mapping
                .entries
                .iter()
                .map(|(key, value)| gap::value_end(self.text, value).max(key.span.end))
                .collect(),
            kept,
            tails,
            added,
        };
        self.lines(lines, indent);
        Ok(())
    }

    pub(super) fn sequence(
        &mut self,
        node: &Node,
        sequence: &Sequence,
        old: &[Value],
        new: &[Value],
        site: Site,
    ) -> Result<(), Shared> {
        let alignment = if equal_lists(old, new) {
            // Only aliases inside are written out.
            Alignment {
                fate: (0..old.len()).map(Some).collect(),
                inserted: Vec::new(),
            }
        } else {
            align(old, new)
        };
        if alignment.fate.iter().all(Option::is_none) {
            self.replace(node, &Value::Array(new.to_vec()), site);
            return Ok(());
        }
        for (index, (item, fate)) in sequence.items.iter().zip(&alignment.fate).enumerate() {
            let Some(fate) = fate else {
                self.gone(item);
                continue;
            };
            let site = match sequence.dashes.get(index) {
                Some(dash) if !sequence.flow => Site::Item {
                    dash: *dash,
                    indent: gap::column(self.text, *dash),
                },
                _ => Site::Flow,
            };
            self.pointer.push(index.to_string());
            self.change(item, &old[index], &new[*fate], site)?;
            self.pointer.pop();
        }
        let kept: Vec<bool> = alignment.fate.iter().map(Option::is_some).collect();
        let mut inserted = alignment.inserted;
        inserted.sort_by_key(|(_, new)| *new);
        if sequence.flow {
            let spans = sequence
                .items
                .iter()
                .map(|item| item.start..item.span.end)
                .collect();
            let added = inserted
                .into_iter()
                .map(|(before, index)| (before, None, new[index].clone()))
                .collect();
            self.elements(node, &Elements { spans, kept, added });
            return Ok(());
        }
        let indent = sequence
            .dashes
            .first()
            .map_or(0, |dash| gap::column(self.text, *dash));
        let tails =
            removal::before_gone(&kept, |index| Tail::of(self.text, [&sequence.items[index]]));
        let lines = Lines {
            starts: sequence.dashes.clone(),
            ends: sequence
                .items
                .iter()
                .zip(&sequence.dashes)
                .map(|(item, dash)| gap::value_end(self.text, item).max(dash + 1))
                .collect(),
            kept,
            tails,
            added: inserted
                .into_iter()
                .map(|(before, index)| (before, self.manner.item(&new[index], indent)))
                .collect(),
        };
        self.lines(lines, indent);
        Ok(())
    }

    /// Gives a value to a key that has none, nor a `:`: `? key` and `{key}`.
    fn first_value(&mut self, key: &Node, value: &Value, flow: bool, indent: usize) {
        let end = gap::value_end(self.text, key);
        if flow {
            let indentation = json::indentation(self.text, key.start).to_owned();
            let text = self.in_brackets(value, &indentation, false);
            // A key before a `:` stands on one line, unless a `?` says that it is one.
            if self.text[key.start..end].contains('\n')
                && !self.text[..key.start].trim_ascii_end().ends_with('?')
            {
                self.edit(key.start..key.start, "? ");
            }
            self.edit(end..end, format!(": {text}"));
            return;
        }
        let entry = self.manner.entry("k", value, indent);
        let text = entry.strip_prefix('k').unwrap_or(&entry);
        let text = format!("{}{}{text}", self.manner.layout.newline, " ".repeat(indent));
        let line = gap::line_end(self.text, end);
        self.edit(line..line, text);
    }

    /// Removes and adds entries or items at column `indent`; at least one old one stays.
    fn lines(&mut self, lines: Lines, indent: usize) {
        let (starts, ends, kept) = (&lines.starts, &lines.ends, &lines.kept);
        let newline = self.manner.layout.newline;
        let pad = " ".repeat(indent);
        let Some(first) = starts.first().copied() else {
            return;
        };
        // Entries at the start that go although they share their line with a dash.
        let mut head = 0;
        if !self.own_line(first) {
            head = kept.iter().take_while(|kept| !**kept).count();
        }
        if head > 0 && head < starts.len() {
            let comment = gap::comment(
                self.text,
                gap::line_end(self.text, ends[head - 1])..starts[head],
            );
            self.edit(first..comment.unwrap_or(starts[head]), "");
        }
        self.remove(&lines, head, indent);
        for (before, text) in &lines.added {
            if *before <= head && self.own_line(first) {
                let at = gap::line_start(self.text, first);
                self.edit(at..at, format!("{pad}{text}{newline}"));
                continue;
            }
            if *before <= head {
                self.edit(first..first, format!("{text}{newline}{pad}"));
                continue;
            }
            let at = gap::own_end(self.text, ends[before - 1]);
            let ended = at > 0 && self.text.as_bytes()[at - 1] == b'\n';
            // Lines end with a break, except perhaps the last of the text.
            let text = if ended {
                format!("{pad}{text}{newline}")
            } else {
                format!("{newline}{pad}{text}")
            };
            self.edit(at..at, text);
        }
    }

    /// Whether only spaces (and the `?` of a long key) stand before an entry or item.
    fn own_line(&self, start: usize) -> bool {
        gap::leads_line(self.text, start)
            || self.text[gap::line_start(self.text, start)..start].trim_matches(' ') == "?"
    }

    /// Writes a value in the place of a node, whatever the two are.
    pub(super) fn replace(&mut self, node: &Node, after: &Value, site: Site) {
        self.gone(node);
        let end = gap::value_end(self.text, node);
        let (from, text) = match site {
            Site::Flow => {
                let indent = json::indentation(self.text, node.start).to_owned();
                let text = self.in_brackets(after, &indent, false);
                // `[a:]` needs white space behind its colon.
                let bare = node.span.is_empty() && self.manner.json.is_none();
                self.edit(
                    node.start..end,
                    if bare { format!(" {text}") } else { text },
                );
                return;
            }
            Site::Root if self.manner.json.is_some() => {
                let text = self.in_brackets(after, "", false);
                self.edit(node.start..end, text);
                return;
            }
            Site::Root => {
                let text = self.manner.node(after, gap::column(self.text, node.start));
                self.edit(node.start..end, text);
                return;
            }
            Site::Entry { colon, indent } => {
                let text = self.manner.entry("k", after, indent);
                (colon, text.strip_prefix("k:").unwrap_or(&text).to_owned())
            }
            Site::Item { dash, indent } => {
                let text = self.manner.item(after, indent);
                (dash + 1, text.strip_prefix('-').unwrap_or(&text).to_owned())
            }
        };
        let split = text.find(['\r', '\n']).unwrap_or(text.len());
        let (head, tail) = text.split_at(split);
        let line = gap::line_end(self.text, from);
        if node.start > line {
            // The old value stands on the lines below; a comment behind the key stays.
            self.edit(from..from, head);
            self.edit(line..self.tail_end(node, end), tail);
            return;
        }
        // One line for one line: keep the distance to the key.
        if tail.is_empty() && node.start > from {
            self.edit(
                node.start..self.tail_end(node, end),
                head.trim_start_matches(' '),
            );
            return;
        }
        let end = self.tail_end(node, end);
        if tail.is_empty() {
            self.edit(from..end, head);
            return;
        }
        // A comment behind the old value stays on the line of the key.
        let line = gap::line_end(self.text, end);
        self.edit(from..end, head);
        self.edit(line..line, tail);
    }

    /// Where the text of a node ends that is replaced: a block collection takes the comment of its last line along.
    fn tail_end(&self, node: &Node, end: usize) -> usize {
        let block = node
            .mapping()
            .is_some_and(|mapping| !mapping.flow && !mapping.entries.is_empty())
            || node
                .sequence()
                .is_some_and(|sequence| !sequence.flow && !sequence.items.is_empty());
        if block {
            gap::line_end(self.text, end)
        } else {
            end
        }
    }
}

fn equal_lists(old: &[Value], new: &[Value]) -> bool {
    old.len() == new.len() && old.iter().zip(new).all(|(old, new)| equal(old, new))
}
