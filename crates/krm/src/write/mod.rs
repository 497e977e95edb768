//! An input and its changes to bytes.

mod edited;
mod list;
mod stream;

use std::io;
use std::ops::Range;
use std::sync::Arc;

pub use edited::Edited;
use krmguard_yaml::Node;
use serde_json::Value;

use crate::equality::equal;
use crate::parts::{Content, Doc};
use crate::splice::{self, Edit, Manner, Shared};
use crate::tree::{self, Tree};
use crate::{Change, Changes, Input, WriteError};

impl Input {
    /// Writes the input with the changes. What is not touched goes out byte for byte; without changes that is
    /// the whole input.
    ///
    /// # Errors
    /// A change that cannot be said without changing something else, or that does not fit the input; then
    /// nothing has been written. Errors of `out`.
    pub fn write(&self, changes: &Changes, out: &mut dyn io::Write) -> Result<(), WriteError> {
        Ok(self.edited_text(changes)?.write(out)?)
    }

    /// What [`Input::write`] would write, before any of it is written.
    ///
    /// # Errors
    /// As [`Input::write`], but for those of `out`.
    pub fn edited_text(&self, changes: &Changes) -> Result<Edited, WriteError> {
        Ok(Edited {
            text: Arc::clone(&self.text),
            edits: self.edits(changes)?,
        })
    }

    /// The text of one object with a new value, as [`Input::write`] would write it in the place of
    /// [`Input::span`].
    ///
    /// # Errors
    /// As [`Input::write`].
    pub fn edited(&self, index: usize, value: &Value) -> Result<String, WriteError> {
        let mut span = self.span(index);
        let edits = self.object_edits(index, value)?;
        span.end = edits
            .iter()
            .map(|edit| edit.at.end)
            .fold(span.end, usize::max);
        let text = splice::apply(&self.text[span.clone()], span.start, &edits);
        Ok(text.trim_end_matches(['\n', '\r']).to_owned())
    }

    fn edits(&self, changes: &Changes) -> Result<Vec<Edit>, WriteError> {
        let impossible = |why: String| WriteError::Impossible {
            file: self.name.clone(),
            why,
        };
        if let Some(index) = changes.objects.keys().find(|index| **index >= self.len()) {
            return Err(impossible(format!(
                "there is no object {index} among {}",
                self.len()
            )));
        }
        let resource_list = self.list().is_some_and(|(_, list)| list.resource_list);
        if !changes.results.is_empty() && !resource_list {
            return Err(impossible(
                "results can only be written into a ResourceList".to_owned(),
            ));
        }
        let mut edits = Vec::new();
        let enveloped = self.list().is_some();
        for (index, doc) in self.docs.iter().enumerate() {
            match &doc.content {
                Content::Empty => {}
                Content::Object(object) => {
                    if let Some(Change::Replace(value)) = changes.objects.get(object) {
                        edits.extend(self.object_edits(*object, value)?);
                    }
                }
                Content::List(list) => {
                    let (created, results) = match enveloped {
                        true => (changes.created.as_slice(), changes.results.as_slice()),
                        false => (&[][..], &[][..]),
                    };
                    edits.extend(self.list_edits(index, list, changes, created, results)?);
                }
            }
        }
        self.remove_documents(changes, &mut edits);
        if !enveloped {
            self.append_documents(changes, &mut edits)?;
        }
        edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
        self.prove_end(&edits)?;
        Ok(edits)
    }

    /// A text that ends without a line break gets one when something is put behind it; a block scalar there
    /// would gain that break.
    fn prove_end(&self, edits: &[Edit]) -> Result<(), WriteError> {
        let end = self.text.len();
        if self.text.ends_with('\n') || edits.last().is_none_or(|edit| edit.at != (end..end)) {
            return Ok(());
        }
        let Some(doc) = self.docs.last().filter(|doc| !doc.json) else {
            return Ok(());
        };
        let from = match &doc.content {
            Content::List(list) if !list.whole => match list.entries.last() {
                Some(entry) if entry.key == "items" && list.count > 0 => self.objects
                    [list.first + list.count - 1]
                    .block
                    .as_ref()
                    .map_or(entry.start, |block| block.line),
                Some(entry) => entry.start,
                None => return Ok(()),
            },
            _ => doc.extent.start,
        };
        let read = |text: &str| Tree::yaml(text, 0).map(|tree| tree.value);
        let inner = edits
            .iter()
            .filter(|edit| from <= edit.at.start && edit.at.start < end);
        let inner: Vec<Edit> = inner.cloned().collect();
        let text = splice::apply(&self.text[from..], from, &inner);
        let same = match (read(&text), read(&format!("{text}\n"))) {
            (Ok(before), Ok(after)) => equal(&before, &after),
            // Not parsed before and not understood now: what it says did not change either.
            (Err(_), Err(_)) => true,
            _ => false,
        };
        if same {
            return Ok(());
        }
        let why =
            "the text ends within a block scalar without a line break; end it with one".to_owned();
        Err(WriteError::Impossible {
            file: self.name.clone(),
            why,
        })
    }

    /// The edits that give an object a new value. They have been proved: the edited text reads as that value.
    fn object_edits(&self, index: usize, value: &Value) -> Result<Vec<Edit>, WriteError> {
        let object = &self.objects[index];
        let doc = &self.docs[object.doc];
        let (before, node) = self.node(index)?;
        if equal(before, value) {
            return Ok(Vec::new());
        }
        if object.item.is_some() && object.block.is_none() {
            let mut whole = self.document_tree(doc)?.value.clone();
            if let (Some(item), Some(place)) = (
                object.item,
                whole.get_mut("items").and_then(Value::as_array_mut),
            ) && let Some(place) = place.get_mut(item)
            {
                place.clone_from(value);
            }
            return self.document_edits(doc, &whole, Some(index));
        }
        let Some(block) = &object.block else {
            return self.document_edits(doc, value, Some(index));
        };
        let at = object.span.start;
        laid_out(|blocks| {
            let edits = self.splice(node, before, value, (false, blocks), Some(index), at)?;
            let edited = splice::apply(&self.text[block.line..block.stop], block.line, &edits);
            let alone = crate::parts::Block {
                line: 0,
                body: block.body - block.line,
                end: edited.len(),
                stop: edited.len(),
            };
            let read = tree::block(&edited, &alone).map_err(|why| why.to_string());
            self.prove(read, value, Some(index), at)?;
            Ok(edits)
        })
    }

    /// The edits that give a document a new value, proved.
    fn document_edits(
        &self,
        doc: &Doc,
        value: &Value,
        index: Option<usize>,
    ) -> Result<Vec<Edit>, WriteError> {
        let tree = self.document_tree(doc)?;
        laid_out(|blocks| {
            let edits = self.splice(
                tree.root.as_ref(),
                &tree.value,
                value,
                (doc.json, blocks),
                index,
                doc.body,
            )?;
            let from = doc.extent.start;
            let edited = splice::apply(&self.text[from..doc.end], from, &edits);
            let read = match doc.json {
                true => json(&edited),
                false => Tree::yaml(&edited, 0).map_err(|why| why.to_string()),
            };
            self.prove(read, value, index, doc.body)?;
            Ok(edits)
        })
    }

    /// The edits that give a top-level entry of a block-style list document a new value, proved.
    fn entry_edits(
        &self,
        range: Range<usize>,
        key: &str,
        value: Value,
    ) -> Result<Vec<Edit>, WriteError> {
        let tree = self.parse(range.start, range.end)?;
        let after = Value::Object([(key.to_owned(), value)].into_iter().collect());
        laid_out(|blocks| {
            let edits = self.splice(
                tree.root.as_ref(),
                &tree.value,
                &after,
                (false, blocks),
                None,
                range.start,
            )?;
            let edited = splice::apply(&self.text[range.clone()], range.start, &edits);
            let read = Tree::yaml(&edited, 0).map_err(|why| why.to_string());
            self.prove(read, &after, None, range.start)?;
            Ok(edits)
        })
    }

    /// The whole text with a new value, where `tree` is all that it holds; proved.
    pub(crate) fn rewritten(&self, tree: &Tree, value: &Value) -> Result<String, WriteError> {
        laid_out(|blocks| {
            let root = tree.root.as_ref();
            let edits = self.splice(root, &tree.value, value, (false, blocks), None, 0)?;
            let edited = splice::apply(&self.text, 0, &edits);
            let read = Tree::yaml(&edited, 0).map_err(|why| why.to_string());
            self.prove(read, value, None, 0)?;
            Ok(edited)
        })
    }

    fn splice(
        &self,
        root: Option<&Node>,
        before: &Value,
        after: &Value,
        (json, blocks): (bool, bool),
        index: Option<usize>,
        offset: usize,
    ) -> Result<Vec<Edit>, WriteError> {
        let Some(root) = root else {
            return Err(self.mismatch("it has no text of its own".to_owned(), index, offset));
        };
        let mut manner = Manner::of(&self.text, Some(root), json);
        manner.blocks = blocks;
        splice::edits(&self.text, root, before, after, &manner).map_err(
            |Shared {
                 anchor,
                 offset,
                 pointer,
             }| {
                WriteError::Anchor {
                    file: self.name.clone(),
                    line: self.at(offset).0,
                    object: self.subject(index),
                    pointer,
                    anchor,
                }
            },
        )
    }

    /// Holds an edited text to the value it must have.
    fn prove(
        &self,
        read: Result<Tree, String>,
        wanted: &Value,
        index: Option<usize>,
        offset: usize,
    ) -> Result<(), WriteError> {
        let why = match read {
            Ok(tree) if equal(&tree.value, wanted) => return Ok(()),
            Ok(_) => "another field changed with it".to_owned(),
            Err(why) => why,
        };
        Err(self.mismatch(why, index, offset))
    }

    fn mismatch(&self, why: String, index: Option<usize>, offset: usize) -> WriteError {
        WriteError::Mismatch {
            file: self.name.clone(),
            line: self.at(offset).0,
            object: self.subject(index),
            why,
        }
    }

    fn subject(&self, index: Option<usize>) -> String {
        index.map_or_else(
            || "the document".to_owned(),
            |index| self.id(index).to_string(),
        )
    }

    /// How an object that is written anew is laid out.
    fn manner(&self) -> Manner {
        let parsed = self.objects.iter().filter_map(|object| object.tree.get());
        let parsed = parsed.chain(self.docs.iter().filter_map(|doc| doc.tree.get()));
        let roots = parsed
            .filter_map(|tree| tree.as_ref().ok())
            .filter_map(|tree| tree.root.as_ref());
        let json = self.syntax == crate::Syntax::Json;
        roots
            .take(1)
            .map(|root| Manner::of(&self.text, Some(root), json))
            .next()
            .unwrap_or_else(|| Manner::of(&self.text, None, json))
    }
}

/// Edits with new values laid out as the text around them is, or on one line where that does not read back.
fn laid_out<T>(edits: impl Fn(bool) -> Result<T, WriteError>) -> Result<T, WriteError> {
    match edits(true) {
        Err(WriteError::Mismatch { .. }) => edits(false),
        done => done,
    }
}

fn json(text: &str) -> Result<Tree, String> {
    let mut values = crate::json::read(text, 0, text.len()).map_err(|why| why.what)?;
    match (values.pop(), values.is_empty()) {
        (Some(json), true) => Ok(Tree::json(json)),
        _ => Err("it is no longer one JSON value".to_owned()),
    }
}
