//! One YAML document that is no Kubernetes object: a chart's values, a kustomization.

use std::ops::Range;
use std::sync::Arc;

use krmguard_yaml::Kind;
use serde_json::Value;

use crate::tree::{self, Tree};
use crate::{Input, Location, ReadError, Text, WriteError, read};

/// A text that holds one document, with its value and its places.
#[derive(Debug)]
pub struct Page {
    input: Input,
    tree: Tree,
}

impl Page {
    /// Reads a text as one document, as `sigs.k8s.io/yaml` does. A text of comments alone is null.
    ///
    /// `name` is the path as the user wrote it.
    ///
    /// # Errors
    /// No text, bad YAML, duplicate keys, more than one document; with the place.
    pub fn read(name: &str, bytes: Vec<u8>) -> Result<Page, ReadError> {
        let input = read::text(name, bytes.into())?;
        let tree = input.parse(0, input.text().len())?;
        Ok(Page { input, tree })
    }

    /// The path as the user wrote it.
    pub fn name(&self) -> &str {
        self.input.name()
    }

    /// The whole text. All offsets are bytes in it.
    pub fn text(&self) -> &str {
        self.input.text()
    }

    /// The same text, to be kept by what outlives the page.
    pub fn shared_text(&self) -> &Arc<Text> {
        self.input.shared_text()
    }

    /// The document's value; null where there is none.
    pub fn value(&self) -> &Value {
        &self.tree.value
    }

    /// The bytes of the document, from its first key to the end of its last value.
    pub fn span(&self) -> Range<usize> {
        match &self.tree.root {
            Some(root) => root.start..root.span.end.max(root.start),
            None => 0..0,
        }
    }

    /// Where a field stands, as [`Input::locate`] says it of an object's.
    pub fn locate(&self, pointer: &str, range: Option<(u32, u32)>) -> Location {
        match &self.tree.root {
            Some(root) => self.input.place(root, pointer, range),
            None => self.input.location(0..0, pointer.is_empty()),
        }
    }

    /// Where the key of a field stands; where its value does, if no mapping names it.
    pub fn locate_key(&self, pointer: &str) -> Location {
        let root = self.tree.root.as_ref();
        let found = root.map(|root| tree::nearest(root, pointer));
        match found.and_then(|found| Some((found.key?, found.exact))) {
            Some((key, exact)) => self.input.location(key.span.clone(), exact),
            None => self.locate(pointer, None),
        }
    }

    /// The text with a new value: what does not differ stays byte for byte.
    ///
    /// # Errors
    /// The document is empty, or the value cannot be said without changing something else.
    pub fn edited(&self, value: &Value) -> Result<String, WriteError> {
        self.input.rewritten(&self.tree, value)
    }

    /// The bytes on which a block scalar's own lines stand, its header left out; none for any other value.
    pub fn block(&self, pointer: &str) -> Option<Range<usize>> {
        let found = self
            .tree
            .root
            .as_ref()
            .map(|root| tree::nearest(root, pointer))?;
        let literal = match &found.node.kind {
            Kind::Scalar(scalar) => scalar.style == krmguard_yaml::Style::Literal,
            _ => false,
        };
        let span = found.node.span.clone();
        let header = self.text().get(span.clone())?.find('\n')? + 1;
        (found.exact && literal).then_some(span.start + header..span.end)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn appended(text: &str) -> String {
        let page = Page::read("kustomization.yaml", text.into()).unwrap();
        let mut value = page.value().clone();
        let list = value
            .as_object_mut()
            .unwrap()
            .entry("transformers")
            .or_insert(json!([]));
        list.as_array_mut().unwrap().push(json!("policies.yaml"));
        page.edited(&value).unwrap()
    }

    #[test]
    fn an_entry_more_leaves_comments_order_and_quotes() {
        let head = "# why\nresources:   # all\n  - '../base'   # shared\n\nkind: Kustomization\n";
        assert_eq!(
            appended(head),
            format!("{head}transformers:\n  - policies.yaml\n")
        );
        let listed = format!("transformers:\n- a.yaml # first\n{head}");
        assert_eq!(
            appended(&listed),
            format!("transformers:\n- a.yaml # first\n- policies.yaml\n{head}")
        );
        assert_eq!(
            appended("{resources: [a.yaml], transformers: [b.yaml]}\n"),
            "{resources: [a.yaml], transformers: [b.yaml, policies.yaml]}\n"
        );
    }

    #[test]
    fn a_document_without_content_has_no_text_to_edit() {
        let page = Page::read("k.yaml", b"# nothing\n".to_vec()).unwrap();
        assert!(page.edited(&json!({"a": 1})).is_err());
    }
}
