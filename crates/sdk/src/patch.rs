//! RFC 6902 patches, built step by step.

use serde_json::{Value, json};

use crate::pointer::join;

/// A patch: its operations apply in the order in which they were added.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    operations: Vec<Value>,
}

impl Patch {
    /// An empty patch; as an edit it is dropped.
    pub fn new() -> Patch {
        Patch::default()
    }

    /// Sets a key (new or not), or inserts before an index; `-` as last token appends.
    pub fn add(mut self, pointer: impl Into<String>, value: impl Into<Value>) -> Patch {
        self.push(json!({"op": "add", "path": pointer.into(), "value": value.into()}));
        self
    }

    /// Sets what exists.
    pub fn replace(mut self, pointer: impl Into<String>, value: impl Into<Value>) -> Patch {
        self.push(json!({"op": "replace", "path": pointer.into(), "value": value.into()}));
        self
    }

    /// Removes what exists. Later items of a sequence move up: see [`Patch::remove_items`].
    pub fn remove(mut self, pointer: impl Into<String>) -> Patch {
        self.push(json!({"op": "remove", "path": pointer.into()}));
        self
    }

    /// Removes items of the sequence at `pointer`, by their indexes before the removal, in any order.
    pub fn remove_items(
        mut self,
        pointer: &str,
        indexes: impl IntoIterator<Item = usize>,
    ) -> Patch {
        let mut indexes: Vec<usize> = indexes.into_iter().collect();
        indexes.sort_unstable();
        indexes.dedup();
        for index in indexes.into_iter().rev() {
            self.push(json!({"op": "remove", "path": join(pointer, index)}));
        }
        self
    }

    /// The operations of `other` after those of this patch.
    pub fn then(mut self, other: Patch) -> Patch {
        self.operations.extend(other.operations);
        self
    }

    /// Whether it does nothing.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// The patch document.
    pub fn to_value(&self) -> Value {
        Value::Array(self.operations.clone())
    }

    fn push(&mut self, operation: Value) {
        self.operations.push(operation);
    }
}
