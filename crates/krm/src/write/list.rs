//! A list document: items that change, go and come, and results.

use serde_json::Value;

use crate::equality::equal;
use crate::parts::{Doc, List};
use crate::splice::{Edit, Manner, Tail};
use crate::tree::Tree;
use crate::{Change, Changes, Input, WriteError};

impl Input {
    /// The edits of one list document.
    pub(super) fn list_edits(
        &self,
        doc: usize,
        list: &List,
        changes: &Changes,
        created: &[Value],
        results: &[Value],
    ) -> Result<Vec<Edit>, WriteError> {
        let added = match results {
            [] => Vec::new(),
            results => self.new_results(results)?,
        };
        let own = list.first..list.first + list.count;
        if changes.objects.range(own.clone()).next().is_none()
            && created.is_empty()
            && added.is_empty()
        {
            return Ok(Vec::new());
        }
        let goes = |index: &usize| changes.objects.get(index) == Some(&Change::Delete);
        let emptied = created.is_empty() && list.count > 0 && own.clone().all(|index| goes(&index));
        if emptied {
            self.prove_emptied(&self.docs[doc], list)?;
        }
        if list.whole {
            let doc = &self.docs[doc];
            let value = self.whole(
                &self.document_tree(doc)?.value,
                list,
                changes,
                created,
                added,
            );
            return self.document_edits(doc, &value, None);
        }
        let mut edits: Vec<Edit> = Vec::new();
        let appended = !created.is_empty() || !added.is_empty();
        if let (true, Some(entry)) = (
            emptied || list.count == 0 && !created.is_empty(),
            list.entries.get(list.items),
        ) {
            edits.extend(self.entry_edits(
                entry.start..entry.stop,
                "items",
                Value::Array(created.to_vec()),
            )?);
        } else {
            for index in own {
                match changes.objects.get(&index) {
                    Some(Change::Replace(value)) => edits.extend(self.object_edits(index, value)?),
                    Some(Change::Delete) => {
                        edits.extend(self.item_removed(list, index, changes, appended));
                    }
                    None => {}
                }
            }
            self.append_items(list, created, &mut edits)?;
        }
        self.append_results(list, added, &mut edits)?;
        // What is put behind a text without a last line break may end in a block scalar that needs one.
        let end = self.text.len();
        if appended
            && !self.text.ends_with('\n')
            && let Some(last) = edits.last_mut()
            && last.at == (end..end)
        {
            last.text.push_str(self.manner().layout.newline);
        }
        Ok(edits)
    }

    /// Refuses to leave a document that only its items made a list: without them it reads as an object.
    fn prove_emptied(&self, doc: &Doc, list: &List) -> Result<(), WriteError> {
        let named = |value: &Value| value.get("kind").and_then(Value::as_str).map(str::to_owned);
        let entry = list.entries.iter().find(|entry| entry.key == "kind");
        let kind = match entry {
            Some(entry) => named(&self.parse(entry.start, entry.stop)?.value),
            None => named(&self.document_tree(doc)?.value),
        };
        let kind = kind.unwrap_or_default();
        if kind.ends_with("List") {
            return Ok(());
        }
        let why = format!(
            "line {}: the kind `{kind}` does not end in `List`, so without items the document is no list; keep an item or delete the document",
            self.at(doc.body).0
        );
        Err(WriteError::Impossible {
            file: self.name.clone(),
            why,
        })
    }

    /// The lines of an item that goes, and those behind it that a block scalar at the end of the item above would
    /// take in. What is `appended` to the list stands between the two.
    fn item_removed(
        &self,
        list: &List,
        index: usize,
        changes: &Changes,
        appended: bool,
    ) -> Option<Edit> {
        let block = self.objects[index].block.as_ref()?;
        let from = crate::splice::own_end(&self.text, block.end);
        let goes = |index: &usize| changes.objects.get(index) == Some(&Change::Delete);
        let above = (list.first..index).rev().find(|index| !goes(index));
        let indent = list.dash.unwrap_or_default();
        let most = above.map_or(from, |_| Tail::Blank.taken(&self.text, from, indent));
        let mut to = from;
        if let Some(above) = above.filter(|_| most > from) {
            // What an item that changes will end in is not known here.
            let tail = match (changes.objects.get(&above), self.node(above)) {
                (None, Ok((_, node))) => Tail::of(&self.text, node),
                _ => Some(Tail::Blank),
            };
            to = tail.map_or(from, |tail| tail.taken(&self.text, from, indent));
        }
        let end = list.first + list.count;
        if appended && (index + 1..end).all(|index| goes(&index)) {
            to = to.min(self.behind(block.end));
        }
        Some(Edit {
            at: block.line..to,
            text: String::new(),
        })
    }

    /// The document's value with all changes, for one that is written as a whole.
    fn whole(
        &self,
        value: &Value,
        list: &List,
        changes: &Changes,
        created: &[Value],
        added: Vec<Value>,
    ) -> Value {
        let mut value = value.clone();
        let old = value.get_mut("items").map(Value::take);
        let mut items = Vec::new();
        for (item, old) in old.iter().filter_map(Value::as_array).flatten().enumerate() {
            match changes.objects.get(&(list.first + item)) {
                Some(Change::Replace(new)) => items.push(new.clone()),
                Some(Change::Delete) => {}
                None => items.push(old.clone()),
            }
        }
        items.extend(created.iter().cloned());
        if let Value::Object(map) = &mut value {
            map.insert("items".to_owned(), Value::Array(items));
            if !added.is_empty() {
                let results = map.entry("results").or_insert(Value::Null);
                match results {
                    Value::Array(results) => results.extend(added),
                    other => *other = Value::Array(added),
                }
            }
        }
        value
    }

    /// The results that are not there yet.
    fn new_results(&self, results: &[Value]) -> Result<Vec<Value>, WriteError> {
        let existing = self.results()?;
        let mut new: Vec<Value> = Vec::new();
        for result in results {
            if !existing
                .iter()
                .chain(&new)
                .any(|other| equal(other, result))
            {
                new.push(result.clone());
            }
        }
        Ok(new)
    }

    fn append_items(
        &self,
        list: &List,
        created: &[Value],
        edits: &mut Vec<Edit>,
    ) -> Result<(), WriteError> {
        let last = (list.first + list.count)
            .checked_sub(1)
            .and_then(|index| self.objects[index].block.as_ref());
        let (Some(last), Some(dash)) = (last, list.dash) else {
            return Ok(());
        };
        let manner = self.list_manner(list, last.end);
        let layout = &manner.layout;
        let pad = " ".repeat(dash);
        for value in created {
            let text = format!("{pad}{}", manner.item(value, dash));
            let read =
                Tree::yaml(&format!("{text}{}", layout.newline), 0).map_err(|why| why.to_string());
            let read = read.map(|mut tree| {
                tree.value = tree.value.get_mut(0).map(Value::take).unwrap_or_default();
                tree
            });
            self.prove_created(read, value)?;
            edits.push(self.line_after(last.end, text, layout.newline));
        }
        Ok(())
    }

    fn append_results(
        &self,
        list: &List,
        added: Vec<Value>,
        edits: &mut Vec<Edit>,
    ) -> Result<(), WriteError> {
        if added.is_empty() {
            return Ok(());
        }
        if let Some(entry) = list.entries.iter().find(|entry| entry.key == "results") {
            let mut results = self.results()?;
            results.extend(added);
            edits.extend(self.entry_edits(
                entry.start..entry.stop,
                "results",
                Value::Array(results),
            )?);
            return Ok(());
        }
        let end = list
            .entries
            .last()
            .map_or(self.text.len(), |entry| entry.end);
        let manner = self.list_manner(list, end);
        let layout = &manner.layout;
        let results = Value::Array(added);
        let text = manner.entry("results", &results, 0);
        let read =
            Tree::yaml(&format!("{text}{}", layout.newline), 0).map_err(|why| why.to_string());
        let read = read.map(|mut tree| {
            tree.value = tree
                .value
                .get_mut("results")
                .map(Value::take)
                .unwrap_or_default();
            tree
        });
        self.prove(read, &results, None, end)?;
        edits.push(self.line_after(end, text, layout.newline));
        Ok(())
    }

    /// A line put behind content that ends at `end`, and behind the blank lines there: a block scalar may keep
    /// them.
    fn line_after(&self, end: usize, text: String, newline: &str) -> Edit {
        let at = self.behind(end);
        let text = match self.text[..at].ends_with('\n') {
            true => format!("{text}{newline}"),
            false => format!("{newline}{text}"),
        };
        Edit { at: at..at, text }
    }

    /// Start of the first line behind content that ends at `end` that is not blank.
    fn behind(&self, end: usize) -> usize {
        let mut at = crate::splice::next_line(&self.text, end);
        loop {
            let next = crate::splice::next_line(&self.text, at);
            if next == at || !self.text[at..next].trim().is_empty() {
                return at;
            }
            at = next;
        }
    }

    /// How something new is written behind content that ends at `end`: without blocks where an indented comment
    /// follows, which would become part of the last one.
    fn list_manner(&self, list: &List, end: usize) -> Manner {
        let mut manner = self.manner();
        if let Some(dash) = list.dash {
            manner.layout.sequence_indent = if dash == 0 { 0 } else { 2 };
        }
        manner.blocks = !self.text[self.behind(end)..].starts_with(' ');
        manner
    }
}
