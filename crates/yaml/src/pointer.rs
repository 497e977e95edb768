//! Finding the node that a JSON pointer means.

use crate::{Document, Kind, Node, Resolved, resolve};

impl Document {
    /// The node a JSON pointer (RFC 6901; `""` is the root) means, as it is written: neither
    /// aliases nor merge keys are followed.
    #[must_use]
    pub fn get(&self, pointer: &str) -> Option<&Node> {
        match self.walk(pointer) {
            Some((node, _, true)) => Some(node),
            _ => None,
        }
    }

    /// The node a JSON pointer means, or else the innermost parent that is there; with it the
    /// key that names it (when its parent is a mapping) and whether it is the node itself.
    /// None only for an empty document.
    #[must_use]
    pub fn nearest(&self, pointer: &str) -> Option<(&Node, Option<&Node>, bool)> {
        self.walk(pointer)
    }

    fn walk(&self, pointer: &str) -> Option<(&Node, Option<&Node>, bool)> {
        let mut node = self.root.as_ref()?;
        let mut key = None;
        if pointer.is_empty() {
            return Some((node, key, true));
        }
        let Some(pointer) = pointer.strip_prefix('/') else {
            return Some((node, key, false));
        };
        for step in pointer.split('/') {
            let step = step.replace("~1", "/").replace("~0", "~");
            let child = match &node.kind {
                Kind::Mapping(mapping) => mapping
                    .entries
                    .iter()
                    .find(|(key, _)| key_text(key).as_deref() == Some(step.as_str()))
                    .map(|(key, value)| (value, Some(key))),
                Kind::Sequence(sequence) => index(&step)
                    .and_then(|index| sequence.items.get(index))
                    .map(|item| (item, None)),
                Kind::Scalar(_) | Kind::Alias(_) => None,
            };
            let Some((child, name)) = child else {
                return Some((node, key, false));
            };
            node = child;
            key = name;
        }
        Some((node, key, true))
    }
}

/// RFC 6901: digits without leading zeros.
fn index(step: &str) -> Option<usize> {
    let plain = step == "0" || !step.starts_with('0');
    (plain && step.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| step.parse().ok())
        .flatten()
}

/// The JSON key a key node stands for; none for merge keys, aliases and what cannot be a key.
fn key_text(key: &Node) -> Option<String> {
    let scalar = key.scalar()?;
    if crate::json::is_merge(key) {
        return None;
    }
    resolve(&scalar.value, scalar.style, key.tag.as_deref()).into_key()
}

impl Resolved<'_> {
    /// The text of a JSON object's key for a YAML key of this value, as `sigs.k8s.io/yaml` writes
    /// it; none where it refuses (null, integers above `i64`).
    #[must_use]
    pub fn into_key(self) -> Option<String> {
        match self {
            Self::String(text) => Some(text.into_owned()),
            Self::Int(number) => Some(number.to_string()),
            Self::Float(number) => Some(resolve::float_key(number)),
            Self::Bool(value) => Some(value.to_string()),
            Self::Null | Self::Unsigned(_) | Self::Refused(_) => None,
        }
    }
}
