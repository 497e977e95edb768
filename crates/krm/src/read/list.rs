//! Documents that hold objects under `items`, parsed because their lines prove too little.

use krmguard_yaml::{Kind, Node};
use serde_json::Value;

use super::identity::{describe, is_resource_list};
use super::trimmed;
use crate::ReadError;
use crate::input::Input;
use crate::parts::{Block, Content, Doc, Entry, List, Object};
use crate::tree::{self, Tree};

impl Input {
    pub(super) fn parsed_list(&mut self, doc: &mut Doc, tree: &Tree) -> Result<(), ReadError> {
        let Some(root) = &tree.root else {
            return Ok(());
        };
        let kind = tree
            .value
            .get("kind")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let api_version = tree
            .value
            .get("apiVersion")
            .and_then(Value::as_str)
            .unwrap_or_default();
        // Looked up once: a document may have as many other keys as it has items.
        let place = root.mapping().and_then(|mapping| {
            let mut keys = mapping.entries.iter().map(|(key, _)| tree::key_text(key));
            keys.position(|key| key.as_deref() == Some("items"))
        });
        let written = place.and_then(|place| root.mapping()?.entries.get(place));
        let written = written.map_or(root, |(_, value)| value);
        let none = Vec::new();
        let values = match tree.value.get("items") {
            Some(Value::Array(values)) => values,
            Some(Value::Null) | None => &none,
            Some(other) => {
                return Err(self.error(
                    written.span.start,
                    format!("`items` of the {kind} is {}", describe(other)),
                    "make it a list of objects",
                ));
            }
        };
        let mut list = List {
            resource_list: is_resource_list(api_version, kind),
            dash: None,
            first: self.objects.len(),
            count: values.len(),
            // A list that an alias or a merge key brings is no entry.
            items: place.unwrap_or(usize::MAX),
            entries: Vec::new(),
            whole: true,
        };
        let blocks = if doc.json || tree::has_alias(root) {
            None
        } else {
            self.blocks(doc, root, &mut list)
        };
        list.whole = blocks.is_none();
        for (index, value) in values.iter().enumerate() {
            let item = written.sequence().and_then(|items| items.items.get(index));
            let node = item.unwrap_or(written);
            let (id, generated) = self.identify(value, Some(node), node.span.start, Some(index))?;
            let mut object = Object::new(id, generated, self.docs.len(), trimmed(&self.text, node));
            object.proved = false;
            object.item = Some(index);
            object.block = blocks
                .as_ref()
                .and_then(|blocks| blocks.get(index).cloned());
            self.objects.push(object);
        }
        doc.content = Content::List(list);
        Ok(())
    }

    /// The elements of a parsed block-style list as lines of their own; none where they share lines.
    fn blocks(&self, doc: &Doc, root: &Node, list: &mut List) -> Option<Vec<Block>> {
        let mapping = root.mapping().filter(|mapping| !mapping.flow)?;
        let line_of = |offset: usize| {
            self.text[..offset]
                .rfind('\n')
                .map_or(doc.body, |at| (at + 1).max(doc.body))
        };
        let starts: Vec<usize> = mapping
            .entries
            .iter()
            .map(|(key, _)| line_of(key.start))
            .collect();
        // Only a mapping whose keys stand at column 0 can be cut into sections by lines.
        if mapping
            .entries
            .iter()
            .zip(&starts)
            .any(|((key, _), start)| key.start != *start)
        {
            return None;
        }
        for (index, (key, value)) in mapping.entries.iter().enumerate() {
            let text = tree::key_text(key)?;
            list.entries.push(Entry {
                key: text,
                start: key.start,
                end: trimmed(&self.text, value).end.max(key.span.end + 1),
                stop: starts.get(index + 1).copied().unwrap_or(doc.end),
            });
        }
        let items = &mapping.entries.get(list.items)?.1;
        let Kind::Sequence(sequence) = &items.kind else {
            return Some(Vec::new());
        };
        if sequence.items.is_empty() {
            return Some(Vec::new());
        }
        if sequence.flow || items.start != items.span.start {
            return None;
        }
        let stop = list.entries.get(list.items)?.stop;
        let mut blocks = Vec::with_capacity(sequence.items.len());
        for (index, (item, dash)) in sequence.items.iter().zip(&sequence.dashes).enumerate() {
            let line = line_of(*dash);
            if item.is_flow() || !self.text[line..*dash].bytes().all(|byte| byte == b' ') {
                return None;
            }
            list.dash = Some(*dash - line);
            let next = sequence
                .dashes
                .get(index + 1)
                .map_or(stop, |dash| line_of(*dash));
            blocks.push(Block {
                line,
                body: item.start,
                end: trimmed(&self.text, item).end,
                stop: next,
            });
        }
        Some(blocks)
    }
}
