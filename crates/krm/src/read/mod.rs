//! From bytes to an [`Input`]: characters, documents, envelopes, ids.

mod characters;
mod identity;
mod list;

use krmguard_yaml::Node;
use serde_json::Value;

use crate::input::{Envelope, Input, Syntax};
use crate::json;
use crate::parts::{Block, Content, Doc, Entry, List, Object};
use crate::scan::{self, Cut, Outline};
use crate::text::Bytes;
use crate::tree::Tree;
use crate::{ReadError, id};

pub(crate) use identity::describe;
use identity::{is_envelope, is_list, is_resource_list};

/// The text of an input in which no object has been looked for.
pub(crate) fn text(name: &str, bytes: Bytes) -> Result<Input, ReadError> {
    let text = characters::decode(name, bytes)?;
    let input = Input::empty(name, text);
    characters::check(&input)?;
    Ok(input)
}

impl Input {
    /// Reads the objects of one input.
    ///
    /// `name` is the path as the user wrote it, `<stdin>` for standard input; it stands in every message.
    /// YAML (a stream, a `List`, a `ResourceList`) and JSON (the same, or objects one after the other) are
    /// told apart by their content. An object whose `apiVersion`, `kind`, `metadata.name` and
    /// `metadata.namespace` stand on plain lines is not parsed here; a List's or a stream's other parts are
    /// parsed only where their lines do not prove where they end.
    ///
    /// # Errors
    /// What is wrong and where: no text, nothing in it, bad YAML or JSON in what had to be parsed, a document
    /// that is no object, a missing `items`, `apiVersion`, `kind` or `metadata.name`, two objects with one id.
    pub fn read(name: &str, bytes: impl Into<Bytes>) -> Result<Input, ReadError> {
        let mut input = text(name, bytes.into())?;
        let from = if input.text.starts_with('\u{feff}') {
            3
        } else {
            0
        };
        if input.text[from..].trim_ascii().is_empty() {
            return Err(input.error(
                from,
                "the input is empty",
                "give it at least one Kubernetes object",
            ));
        }
        let cuts = scan::cut(input.text.as_bytes(), from).map_err(|scan::Marked(offset)| {
            input.error(
                offset,
                "the line starts with `---` and goes on: YAML reads text, kubectl and kustomize split the file here",
                "put a space or a line break behind `---`, or indent the line",
            )
        })?;
        for cut in cuts {
            input.document(cut)?;
        }
        input.wrap()?;
        id::unique([&input])?;
        Ok(input)
    }

    fn document(&mut self, cut: Cut) -> Result<(), ReadError> {
        let mut doc = Doc::new(cut.extent.clone(), cut.body, cut.end, cut.marker.clone());
        if let Some(outline) = &cut.outline {
            if outline.entries.is_empty() {
                self.docs.push(doc);
                return Ok(());
            }
            if self.outlined(&mut doc, outline)? {
                self.docs.push(doc);
                return Ok(());
            }
        }
        let first = self.text[cut.body..cut.end]
            .trim_ascii_start()
            .bytes()
            .next();
        if matches!(first, Some(b'{' | b'[')) {
            match json::read(&self.text, cut.body, cut.end) {
                Ok(values) => return self.json(doc, values),
                Err(why) => {
                    // Flow-style YAML may look like JSON; what is neither gets the message of what it resembles.
                    let tree = Tree::yaml(&self.text[doc.extent.start..doc.end], doc.extent.start);
                    let Ok(tree) = tree else {
                        return Err(self.error(why.offset, why.what, "correct the JSON"));
                    };
                    return self.parsed_document(doc, tree);
                }
            }
        }
        let tree = self.parse(doc.extent.start, doc.end)?;
        self.parsed_document(doc, tree)
    }

    /// Takes a document whose lines prove its structure; says no where the parser must look.
    fn outlined(&mut self, doc: &mut Doc, outline: &Outline) -> Result<bool, ReadError> {
        let bytes = self.text.as_bytes();
        let Some(items) = &outline.items else {
            let span = outline
                .entries
                .first()
                .map_or(doc.body, |entry| entry.start)
                ..outline.entries.last().map_or(doc.body, |entry| entry.end);
            let Some((id, generated)) = outline.probe.id(&self.text) else {
                return Ok(false);
            };
            if is_envelope(&id.api_version, &id.kind) {
                return Ok(false);
            }
            doc.content = Content::Object(self.objects.len());
            let mut object = Object::new(id, generated, self.docs.len(), span);
            object.literal = !outline.escaped;
            self.objects.push(object);
            return Ok(true);
        };
        let Some((api_version, kind)) = outline.probe.type_meta(&self.text) else {
            return Ok(false);
        };
        let null = items.dash.is_none() && !items.brackets;
        if items.odd || !kind.ends_with("List") || (null && !is_envelope(api_version, kind)) {
            return Ok(false);
        }
        let end_of = |entry: usize| {
            outline
                .entries
                .get(entry + 1)
                .map_or(doc.end, |next| next.start)
        };
        let list = List {
            resource_list: is_resource_list(api_version, kind),
            dash: items.dash,
            first: self.objects.len(),
            count: items.list.len(),
            items: items.entry,
            entries: outline
                .entries
                .iter()
                .enumerate()
                .map(|(index, entry)| Entry {
                    key: self.text[entry.key.clone()].to_owned(),
                    start: entry.start,
                    end: entry.end,
                    stop: end_of(index),
                })
                .collect(),
            whole: false,
        };
        debug_assert_eq!(outline.find(bytes, "items"), Some(items.entry));
        let stop = end_of(items.entry);
        let mut objects = Vec::with_capacity(items.list.len());
        for (index, item) in items.list.iter().enumerate() {
            let block = Block {
                line: item.start,
                body: item.body,
                end: item.end,
                stop: items.list.get(index + 1).map_or(stop, |next| next.start),
            };
            let mut object = match item.probe.as_ref().and_then(|probe| probe.id(&self.text)) {
                Some((id, generated)) => {
                    let span = item.body..item.end;
                    let mut object = Object::new(id, generated, self.docs.len(), span);
                    object.literal = !item.escaped;
                    object
                }
                None => {
                    let tree = self.parse_block(&block)?;
                    let (id, generated) =
                        self.identify(&tree.value, tree.root.as_ref(), item.body, Some(index))?;
                    let object = Object::new(id, generated, self.docs.len(), item.body..item.end);
                    let _ = object.tree.set(Ok(tree));
                    object
                }
            };
            object.block = Some(block);
            objects.push(object);
        }
        doc.content = Content::List(list);
        self.objects.append(&mut objects);
        Ok(true)
    }

    fn json(&mut self, doc: Doc, values: Vec<json::Json>) -> Result<(), ReadError> {
        let count = values.len();
        let mut start = doc.extent.start;
        for (index, json) in values.into_iter().enumerate() {
            let end = if index + 1 == count {
                doc.extent.end
            } else {
                json.node.span.end
            };
            let marker = if index == 0 { doc.marker.clone() } else { None };
            let mut one = Doc::new(start..end, json.node.span.start, json.node.span.end, marker);
            one.json = true;
            start = end;
            self.parsed_document(one, Tree::json(json))?;
        }
        Ok(())
    }

    fn parsed_document(&mut self, mut doc: Doc, tree: Tree) -> Result<(), ReadError> {
        let Some(root) = &tree.root else {
            self.docs.push(doc);
            return Ok(());
        };
        if tree.value.is_null() {
            self.docs.push(doc);
            return Ok(());
        }
        let Value::Object(map) = &tree.value else {
            return Err(self.error(
                root.span.start,
                format!(
                    "{} where a Kubernetes object is expected",
                    describe(&tree.value)
                ),
                "write objects with apiVersion, kind and metadata",
            ));
        };
        if is_list(map) {
            self.parsed_list(&mut doc, &tree)?;
        } else {
            let kind = map.get("kind").and_then(Value::as_str).unwrap_or_default();
            let api_version = map
                .get("apiVersion")
                .and_then(Value::as_str)
                .unwrap_or_default();
            if is_envelope(api_version, kind) {
                return Err(self.error(
                    root.span.start,
                    format!("the {kind} has no `items`"),
                    "add `items: []`, or the objects it should hold",
                ));
            }
            let (id, generated) = self.identify(&tree.value, Some(root), root.span.start, None)?;
            doc.content = Content::Object(self.objects.len());
            self.objects.push(Object::new(
                id,
                generated,
                self.docs.len(),
                trimmed(&self.text, root),
            ));
        }
        let _ = doc.tree.set(Ok(tree));
        self.docs.push(doc);
        Ok(())
    }

    /// Settles the envelope.
    fn wrap(&mut self) -> Result<(), ReadError> {
        let filled: Vec<&Doc> = self
            .docs
            .iter()
            .filter(|doc| !matches!(doc.content, Content::Empty))
            .collect();
        self.syntax = if !filled.is_empty() && filled.iter().all(|doc| doc.json) {
            Syntax::Json
        } else {
            Syntax::Yaml
        };
        self.envelope = match filled.as_slice() {
            [] => {
                let start = self.docs.first().map_or(0, |doc| doc.extent.start);
                return Err(self.error(
                    start,
                    "there is no Kubernetes object in the input, only comments or empty documents",
                    "give it at least one Kubernetes object",
                ));
            }
            [
                Doc {
                    content: Content::List(list),
                    ..
                },
            ] if list.resource_list => Envelope::ResourceList,
            [
                Doc {
                    content: Content::List(_),
                    ..
                },
            ] => Envelope::List,
            _ if self.syntax == Syntax::Json => Envelope::Json,
            _ => Envelope::Stream,
        };
        if self.envelope != Envelope::ResourceList
            && let Some(doc) = filled
                .iter()
                .find(|doc| matches!(&doc.content, Content::List(list) if list.resource_list))
        {
            return Err(self.error(
                doc.body,
                "a ResourceList stands among other documents",
                "pass the ResourceList alone: it is the whole input of a function",
            ));
        }
        Ok(())
    }
}

/// A node's bytes without the line breaks at the end of a block scalar.
pub(crate) fn trimmed(text: &str, node: &Node) -> std::ops::Range<usize> {
    let span = node.span.clone();
    span.start..span.start + text[span].trim_end_matches([' ', '\n', '\r']).len()
}
