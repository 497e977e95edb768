//! A parsed piece of an input: its value and its nodes, with offsets into the whole text.

use krmguard_yaml::{Error, Kind, Limits, Node, Style, resolve};
use serde_json::Value;

use crate::json::Json;
use crate::pointer;

/// A value and the nodes that wrote it.
#[derive(Debug)]
pub(crate) struct Tree {
    /// None for a document without content.
    pub(crate) root: Option<Node>,
    /// What Go's readers make of it; null for a document without content.
    pub(crate) value: Value,
}

/// The result of looking for a field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) node: &'a Node,
    /// The key that names the node, where its parent is a mapping.
    pub(crate) key: Option<&'a Node>,
    /// Whether it is the field itself and not a parent of it.
    pub(crate) exact: bool,
}

impl Tree {
    /// Reads one YAML document from a text that starts at byte `base` of the input.
    pub(crate) fn yaml(text: &str, base: usize) -> Result<Tree, Error> {
        let limits = Limits::default();
        let document = krmguard_yaml::parse_one(text, &limits).map_err(|why| why.moved(base))?;
        let value = document.to_json(&limits).map_err(|why| why.moved(base))?;
        let mut root = document.root;
        if let Some(root) = &mut root
            && base > 0
        {
            shift(root, base);
        }
        Ok(Tree { root, value })
    }

    pub(crate) fn json(json: Json) -> Tree {
        Tree {
            root: Some(json.node),
            value: json.value,
        }
    }
}

/// The node a pointer from `root` means, or the innermost parent of it that is written in the text. Aliases and
/// merge keys are not followed.
pub(crate) fn nearest<'a>(root: &'a Node, pointer: &str) -> Found<'a> {
    let mut found = Found {
        node: root,
        key: None,
        exact: true,
    };
    let Some(tokens) = pointer::tokens(pointer) else {
        return Found {
            exact: false,
            ..found
        };
    };
    for token in tokens {
        let child = match &found.node.kind {
            Kind::Mapping(mapping) => mapping
                .entries
                .iter()
                .find(|(key, _)| key_text(key).as_deref() == Some(token.as_ref()))
                .map(|(key, value)| Found {
                    node: value,
                    key: Some(key),
                    exact: true,
                }),
            Kind::Sequence(sequence) => pointer::index(&token)
                .and_then(|index| sequence.items.get(index))
                .map(|item| Found {
                    node: item,
                    key: None,
                    exact: true,
                }),
            Kind::Scalar(_) | Kind::Alias(_) => None,
        };
        match child {
            Some(child) => found = child,
            None => {
                return Found {
                    exact: false,
                    ..found
                };
            }
        }
    }
    found
}

/// The JSON key that a key node stands for; none for merge keys, aliases and what no JSON key can be.
pub(crate) fn key_text(key: &Node) -> Option<String> {
    let scalar = key.scalar()?;
    if is_merge(key) {
        return None;
    }
    resolve(&scalar.value, scalar.style, key.tag.as_deref()).into_key()
}

/// Whether a key is the merge key `<<`.
pub(crate) fn is_merge(key: &Node) -> bool {
    match &key.kind {
        Kind::Scalar(scalar) if scalar.value == "<<" => match key.tag.as_deref() {
            None => scalar.style == Style::Plain,
            Some(tag) => tag == "!!merge" || tag == "!",
        },
        _ => false,
    }
}

/// Calls `visit` for a node and all that it holds, keys included.
pub(crate) fn walk<'a>(node: &'a Node, visit: &mut dyn FnMut(&'a Node)) {
    visit(node);
    match &node.kind {
        Kind::Mapping(mapping) => {
            for (key, value) in &mapping.entries {
                walk(key, visit);
                walk(value, visit);
            }
        }
        Kind::Sequence(sequence) => {
            for item in &sequence.items {
                walk(item, visit);
            }
        }
        Kind::Scalar(_) | Kind::Alias(_) => {}
    }
}

/// Whether an alias occurs in a node.
pub(crate) fn has_alias(node: &Node) -> bool {
    let mut found = false;
    walk(node, &mut |node| {
        found |= matches!(node.kind, Kind::Alias(_))
    });
    found
}

fn shift(node: &mut Node, by: usize) {
    node.span.start += by;
    node.span.end += by;
    node.start += by;
    match &mut node.kind {
        Kind::Mapping(mapping) => {
            for (key, value) in &mut mapping.entries {
                shift(key, by);
                shift(value, by);
            }
        }
        Kind::Sequence(sequence) => {
            for dash in &mut sequence.dashes {
                *dash += by;
            }
            for item in &mut sequence.items {
                shift(item, by);
            }
        }
        Kind::Scalar(_) | Kind::Alias(_) => {}
    }
}

/// Reads a block-style list item out of `text`, with spaces where its dash stands.
pub(crate) fn block(text: &str, block: &crate::parts::Block) -> Result<Tree, Error> {
    let mut alone = String::with_capacity(block.stop - block.line);
    let head = &text[block.line..block.body];
    // What stands before the object is its dash, white space and comments; line breaks keep the lines apart.
    alone.extend(head.bytes().map(|byte| {
        if matches!(byte, b'\n' | b'\r') {
            char::from(byte)
        } else {
            ' '
        }
    }));
    alone.push_str(&text[block.body..block.stop]);
    Tree::yaml(&alone, block.line)
}
