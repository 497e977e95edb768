//! The smallest edits of a text that turn the value it holds into another.

mod align;
mod block;
mod flow;
mod gap;
mod json;
mod manner;
mod removal;
mod scalar;

pub(crate) use gap::{next_line, own_end};
pub(crate) use manner::Manner;
pub(crate) use removal::Tail;

use std::collections::HashSet;
use std::ops::Range;

use krmguard_yaml::{Kind, Node, Style};
use serde_json::Value;

use crate::equality::equal;
use crate::pointer;
use crate::tree::{is_merge, key_text, walk};

/// Bytes of the text that become other ones. Edits of one text do not overlap; at the same offset they apply in
/// the order they were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) at: Range<usize>,
    pub(crate) text: String,
}

/// The edit would change what an anchor gives to other places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shared {
    pub(crate) anchor: String,
    pub(crate) offset: usize,
    pub(crate) pointer: String,
}

/// The edits of `text` that turn `before`, which `root` wrote, into `after`.
pub(crate) fn edits(
    text: &str,
    root: &Node,
    before: &Value,
    after: &Value,
    manner: &Manner,
) -> Result<Vec<Edit>, Shared> {
    let mut expand = HashSet::new();
    loop {
        let mut splicer = Splicer {
            text,
            manner,
            expand: &expand,
            edits: Vec::new(),
            touched: HashSet::new(),
            pointer: Vec::new(),
        };
        splicer.change(root, before, after, Site::Root)?;
        // What an alias stands for must not change with the text of its anchor: such aliases are written out.
        let aliased = aliases(root);
        let mut more = false;
        let touched: Vec<String> = splicer
            .touched
            .into_iter()
            .filter(|name| aliased.contains(name.as_str()))
            .collect();
        let mut edits = splicer.edits;
        for name in touched {
            more |= expand.insert(name);
        }
        if !more {
            let end = text.len();
            if !text.ends_with('\n') && edits.iter().any(|edit| edit.at == (end..end)) {
                // Unless the scalar itself goes.
                let header = ended(text, root);
                let gone = |header: &Edit| {
                    let inside = |edit: &Edit| {
                        edit.at.start < header.at.end && header.at.start < edit.at.end
                    };
                    edits.iter().any(inside)
                };
                edits.extend(header.filter(|header| !gone(header)));
            }
            outside(text, &mut edits);
            edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
            return Ok(edits);
        }
    }
}

/// Keeps a block scalar that the text ends in without a line break from gaining one when something is put behind it.
fn ended(text: &str, root: &Node) -> Option<Edit> {
    let mut last = None;
    walk(root, &mut |node| {
        if let Kind::Scalar(scalar) = &node.kind
            && node.span.end == text.len()
            && matches!(scalar.style, Style::Literal | Style::Folded)
        {
            last = Some(node.span.start + 1);
        }
    });
    let from = last?;
    let header = text[from..].find(|c: char| !matches!(c, '+' | '-' | '0'..='9'))?;
    let header = &text[from..from + header];
    let digits = header.trim_matches(['+', '-']);
    Some(Edit {
        at: from..from + header.len(),
        text: format!("{digits}-"),
    })
}

/// Lines that go at the end of a text without a line break take the break before them along. What is put on a line of
/// its own right before them then stands behind that break, which must not go: it brings another.
fn outside(text: &str, edits: &mut [Edit]) {
    let gone = edits
        .iter()
        .find(|edit| edit.at.end == text.len() && edit.text.is_empty() && !edit.at.is_empty());
    let Some(gone) = gone.map(|edit| edit.at.clone()) else {
        return;
    };
    for edit in edits.iter_mut().filter(|edit| edit.at.is_empty()) {
        if gone.start < edit.at.start && edit.at.start < gone.end {
            let line = edit.text.trim_end_matches(['\r', '\n']);
            edit.text = format!("{}{line}", &edit.text[line.len()..]);
            edit.at = gone.start..gone.start;
        }
    }
}

/// Applies edits to the part of a text that starts at byte `base`.
pub(crate) fn apply(part: &str, base: usize, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(part.len() + 64);
    let mut at = base;
    for edit in edits {
        out.push_str(&part[at.max(base) - base..edit.at.start.max(at) - base]);
        out.push_str(&edit.text);
        at = at.max(edit.at.end);
    }
    out.push_str(&part[at - base..]);
    out
}

/// Where a value stands, as far as replacing it goes.
#[derive(Debug, Clone, Copy)]
enum Site {
    Root,
    /// Behind the `:` that ends at `colon`, of a key at column `indent`.
    Entry {
        colon: usize,
        indent: usize,
    },
    /// Behind the dash at `dash`, which stands at column `indent`.
    Item {
        dash: usize,
        indent: usize,
    },
    /// Inside brackets.
    Flow,
}

struct Splicer<'a> {
    text: &'a str,
    manner: &'a Manner,
    /// Anchors whose aliases are written out.
    expand: &'a HashSet<String>,
    edits: Vec<Edit>,
    /// Anchors on text that changes.
    touched: HashSet<String>,
    pointer: Vec<String>,
}

impl Splicer<'_> {
    fn edit(&mut self, at: Range<usize>, text: impl Into<String>) {
        self.edits.push(Edit {
            at,
            text: text.into(),
        });
    }

    fn change(
        &mut self,
        node: &Node,
        before: &Value,
        after: &Value,
        site: Site,
    ) -> Result<(), Shared> {
        let same = equal(before, after);
        if same && !self.expands(node) {
            return Ok(());
        }
        if !same && let Some(anchor) = &node.anchor {
            self.touched.insert(anchor.clone());
        }
        match (&node.kind, before, after) {
            (Kind::Mapping(mapping), Value::Object(old), Value::Object(new)) if !new.is_empty() => {
                if mapping.entries.is_empty() {
                    self.replace(node, after, site);
                    return Ok(());
                }
                self.mapping(node, mapping, old, new, site)
            }
            (Kind::Sequence(sequence), Value::Array(old), Value::Array(new)) if !new.is_empty() => {
                if sequence.items.is_empty() {
                    self.replace(node, after, site);
                    return Ok(());
                }
                self.sequence(node, sequence, old, new, site)
            }
            (
                Kind::Scalar(scalar),
                _,
                Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null,
            ) => {
                self.scalar(node, scalar, after, site);
                Ok(())
            }
            _ => {
                self.replace(node, after, site);
                Ok(())
            }
        }
    }

    /// Whether an alias that is to be written out stands in a node.
    fn expands(&self, node: &Node) -> bool {
        if self.expand.is_empty() {
            return false;
        }
        let mut found = false;
        walk(node, &mut |node| {
            if let Kind::Alias(name) = &node.kind {
                found |= self.expand.contains(name);
            }
        });
        found
    }

    /// Notes that a node's text goes, with the anchors in it.
    fn gone(&mut self, node: &Node) {
        walk(node, &mut |node| {
            if let Some(anchor) = &node.anchor {
                self.touched.insert(anchor.clone());
            }
        });
    }

    fn shared(&self, anchor: &str, offset: usize, key: &str) -> Shared {
        let mut pointer = pointer::join(&self.pointer);
        pointer::push(&mut pointer, key);
        Shared {
            anchor: anchor.to_owned(),
            offset,
            pointer,
        }
    }

    /// Refuses what cannot be said beside a merge key, and tells which keys it alone provides.
    fn merged(
        &self,
        mapping: &krmguard_yaml::Mapping,
        old: &serde_json::Map<String, Value>,
        new: &serde_json::Map<String, Value>,
    ) -> Result<HashSet<String>, Shared> {
        let Some((_, merge)) = mapping.entries.iter().find(|(key, _)| is_merge(key)) else {
            return Ok(HashSet::new());
        };
        let mut name = String::new();
        walk(merge, &mut |node| {
            if let (Kind::Alias(alias), true) = (&node.kind, name.is_empty()) {
                name.clone_from(alias);
            }
        });
        if self.expands(merge) {
            return Err(self.shared(&name, merge.start, "<<"));
        }
        let own: HashSet<String> = mapping
            .entries
            .iter()
            .filter_map(|(key, _)| key_text(key))
            .collect();
        let mut kept = HashSet::new();
        for (key, value) in old.iter().filter(|(key, _)| !own.contains(*key)) {
            match new.get(key) {
                None => return Err(self.shared(&name, merge.start, key)),
                // A key of its own overrides the merged one.
                Some(other) if !equal(other, value) => {}
                Some(_) => {
                    kept.insert(key.clone());
                }
            }
        }
        // A key that is removed here would come back through the merge; the re-read finds that.
        Ok(kept)
    }
}

/// The names that aliases in a node refer to.
fn aliases(node: &Node) -> HashSet<&str> {
    let mut names = HashSet::new();
    walk(node, &mut |node| {
        if let Kind::Alias(name) = &node.kind {
            names.insert(name.as_str());
        }
    });
    names
}
