//! One input: its text, the objects in it, and how they were wrapped.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use krmguard_yaml::{ErrorKind, Lines, Node};
use serde_json::Value;

use crate::parts::{Block, Content, Doc, Entry, List, Object};
use crate::text::Text;
use crate::tree::{self, Tree};
use crate::{ReadError, ResourceId};

/// How the objects of an input were wrapped; it is written out as it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// A `ResourceList` of `config.kubernetes.io`, in YAML or JSON.
    ResourceList,
    /// One `List`, in YAML or JSON.
    List,
    /// YAML documents, one object (or one `List`) each.
    Stream,
    /// JSON objects one after the other.
    Json,
}

/// What the text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// YAML, block or flow style.
    Yaml,
    /// Strict JSON.
    Json,
}

/// One input, cut into objects.
#[derive(Debug)]
pub struct Input {
    pub(crate) name: String,
    /// Shared with every place in it: it may be megabytes, and is never copied.
    pub(crate) text: Arc<Text>,
    pub(crate) envelope: Envelope,
    pub(crate) syntax: Syntax,
    pub(crate) docs: Vec<Doc>,
    pub(crate) objects: Vec<Object>,
    lines: OnceLock<Lines>,
}

impl Input {
    pub(crate) fn empty(name: &str, text: Text) -> Self {
        Self {
            name: name.to_owned(),
            text: Arc::new(text),
            envelope: Envelope::Stream,
            syntax: Syntax::Yaml,
            docs: Vec::new(),
            objects: Vec::new(),
            lines: OnceLock::new(),
        }
    }

    /// The name as the user wrote it, `<stdin>` for standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, a byte order mark included. All offsets are bytes in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same text, to be kept by what outlives the input.
    pub fn shared_text(&self) -> &Arc<Text> {
        &self.text
    }

    /// How the objects were wrapped.
    pub fn envelope(&self) -> Envelope {
        self.envelope
    }

    /// Whether the text is YAML or JSON.
    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// Number of objects. Documents of comments alone count for nothing.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there is no object: a list with `items: []`.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// The id of one object.
    ///
    /// # Panics
    /// When `index` is not below [`Input::len`], as all methods that take an index.
    pub fn id(&self, index: usize) -> &ResourceId {
        &self.objects[index].id
    }

    /// Whether the object has a `generateName` and no name yet.
    pub fn generated(&self, index: usize) -> bool {
        self.objects[index].generated
    }

    /// The bytes of one object, from its first key to the end of its last value.
    pub fn span(&self, index: usize) -> Range<usize> {
        self.objects[index].span.clone()
    }

    /// Whether the object has been parsed, for its id or since.
    pub fn parsed(&self, index: usize) -> bool {
        let object = &self.objects[index];
        match &object.block {
            Some(_) => !object.proved || object.tree.get().is_some(),
            None => self.docs[object.doc].tree.get().is_some(),
        }
    }

    /// Whether it is proved, without parsing the object, that none of `words` occurs in any of its keys and
    /// scalars as they are decoded. False says nothing.
    ///
    /// What a proof rests on: block-style YAML without anchors, aliases and tags (any other was not read line by
    /// line), no quoted scalar with an escape, and words that no number, boolean, null or time can yield. Joined
    /// lines get white space between them, so a word without any stands in one of them.
    pub fn surely_lacks<'w>(&self, index: usize, words: impl IntoIterator<Item = &'w str>) -> bool {
        let object = &self.objects[index];
        let text = &self.text.as_bytes()[object.span.clone()];
        object.literal
            && words.into_iter().all(|word| {
                only_in_strings(word) && memchr::memmem::find(text, word.as_bytes()).is_none()
            })
    }

    /// The object as JSON, as `sigs.k8s.io/yaml` reads it. Parses it on first use.
    ///
    /// # Errors
    /// Bad YAML in the object, duplicate keys among it, with their place in the input.
    pub fn value(&self, index: usize) -> Result<Value, ReadError> {
        self.node(index).map(|(value, _)| value.clone())
    }

    /// `functionConfig` of a ResourceList; none where it is absent or null.
    pub fn function_config(&self) -> Option<Result<Value, ReadError>> {
        match self.section("functionConfig") {
            Ok(None | Some(Value::Null)) => None,
            Ok(Some(value)) => Some(Ok(value)),
            Err(why) => Some(Err(why)),
        }
    }

    /// The entries of `results` that a ResourceList came with.
    ///
    /// # Errors
    /// Bad YAML in them, or `results` is no list.
    pub fn results(&self) -> Result<Vec<Value>, ReadError> {
        match self.section("results")? {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(results)) => Ok(results),
            Some(other) => Err(self.error(
                self.entry("results").map_or(0, |entry| entry.start),
                format!("`results` is {}", crate::read::describe(&other)),
                "make it a list, or leave it out",
            )),
        }
    }

    /// Where a field of `functionConfig` stands, as [`Input::locate`] says it; none without a `functionConfig`
    /// that can be read.
    pub fn locate_config(&self, pointer: &str) -> Option<crate::Location> {
        let (doc, list) = self.list()?;
        let pointer = format!("/functionConfig{pointer}");
        if list.whole {
            let tree = self.document_tree(doc).ok()?;
            return Some(self.place(tree.root.as_ref()?, &pointer, None));
        }
        let entry = self.entry("functionConfig")?;
        let tree = self.parse(entry.start, entry.stop).ok()?;
        Some(self.place(tree.root.as_ref()?, &pointer, None))
    }

    /// The list document of a `List` or `ResourceList` input.
    pub(crate) fn list(&self) -> Option<(&Doc, &List)> {
        self.docs.iter().find_map(|doc| match &doc.content {
            Content::List(list) if self.envelope != Envelope::Stream => Some((doc, list)),
            _ => None,
        })
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.list()
            .and_then(|(_, list)| list.entries.iter().find(|entry| entry.key == key))
    }

    /// A top-level value of a ResourceList.
    fn section(&self, key: &str) -> Result<Option<Value>, ReadError> {
        let Some((doc, list)) = self.list() else {
            return Ok(None);
        };
        if !list.resource_list {
            return Ok(None);
        }
        if list.whole {
            return Ok(self.document_tree(doc)?.value.get(key).cloned());
        }
        let Some(entry) = self.entry(key) else {
            return Ok(None);
        };
        let mut tree = self.parse(entry.start, entry.stop)?;
        Ok(tree.value.get_mut(key).map(Value::take))
    }

    /// An object's value and its node.
    pub(crate) fn node(&self, index: usize) -> Result<(&Value, Option<&Node>), ReadError> {
        let object = &self.objects[index];
        if let Some(block) = &object.block {
            let tree = object
                .tree
                .get_or_init(|| self.parse_block(block))
                .as_ref()
                .map_err(Clone::clone)?;
            return Ok((&tree.value, tree.root.as_ref()));
        }
        let tree = self.document_tree(&self.docs[object.doc])?;
        let Some(item) = object.item else {
            return Ok((&tree.value, tree.root.as_ref()));
        };
        let value = tree
            .value
            .get("items")
            .and_then(|items| items.get(item))
            .unwrap_or(&Value::Null);
        let items = match &self.docs[object.doc].content {
            Content::List(list) => list.items,
            _ => usize::MAX,
        };
        let node = tree
            .root
            .as_ref()
            .and_then(|root| root.mapping()?.entries.get(items))
            .and_then(|(_, items)| items.sequence()?.items.get(item));
        Ok((value, node))
    }

    pub(crate) fn document_tree<'a>(&'a self, doc: &'a Doc) -> Result<&'a Tree, ReadError> {
        let parse = || {
            if doc.json {
                let mut values = crate::json::read(&self.text, doc.body, doc.end)
                    .map_err(|why| self.error(why.offset, why.what, "correct the JSON"))?;
                return values.pop().map(Tree::json).ok_or_else(|| {
                    self.error(doc.body, "there is no JSON value here", "correct the JSON")
                });
            }
            self.parse(doc.extent.start, doc.end)
        };
        doc.tree.get_or_init(parse).as_ref().map_err(Clone::clone)
    }

    /// Parses the YAML document in `text[from..to]`.
    pub(crate) fn parse(&self, from: usize, to: usize) -> Result<Tree, ReadError> {
        Tree::yaml(&self.text[from..to], from).map_err(|why| self.syntax_error(&why))
    }

    /// Parses a list item: its lines, with spaces where the dash stands.
    pub(crate) fn parse_block(&self, block: &Block) -> Result<Tree, ReadError> {
        tree::block(&self.text, block).map_err(|why| self.syntax_error(&why))
    }

    fn syntax_error(&self, why: &krmguard_yaml::Error) -> ReadError {
        let fix = match why.kind {
            ErrorKind::DuplicateKey { .. } => "remove one of the two",
            ErrorKind::UnclosedQuote => "close the quote; the text may have been cut off",
            ErrorKind::UnclosedBracket => "close the bracket; the text may have been cut off",
            ErrorKind::Tab => "replace the tab",
            ErrorKind::UnknownAnchor | ErrorKind::RecursiveAlias => "write the value out",
            _ => "correct the YAML",
        };
        let mut what = why.message.clone();
        if let Some((words, offset)) = why.related() {
            what = format!("{what} ({words} {})", self.at(offset).0);
        }
        self.error(why.offset, what, fix)
    }

    /// An error at a byte of the input.
    pub(crate) fn error(
        &self,
        offset: usize,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) -> ReadError {
        ReadError::new(&self.name, self.at(offset), what, fix)
    }

    /// Line and column of a byte.
    pub(crate) fn at(&self, offset: usize) -> (usize, usize) {
        let lines = self.lines.get_or_init(|| Lines::new(&self.text));
        lines.at(&self.text, offset.min(self.text.len()))
    }
}

/// Whether a word can only come from a string: scalars of other types are spelled anew when they are decoded.
fn only_in_strings(word: &str) -> bool {
    let letters = word.as_bytes().windows(3).any(|three| {
        three
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
    });
    let spelled = ["true", "false", "null"]
        .iter()
        .any(|known| known.contains(word));
    letters && !spelled && word.is_ascii() && !word.bytes().any(|byte| byte.is_ascii_whitespace())
}
