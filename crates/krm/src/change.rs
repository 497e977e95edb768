//! What is to be written into an input.

use std::collections::BTreeMap;

use serde_json::Value;

/// What happens to one existing object.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Its new value. Only the bytes of fields that differ from the old value change.
    Replace(Value),
    /// It goes, with its document or list item.
    Delete,
}

/// What to write into an input.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// By index of the object.
    pub objects: BTreeMap<usize, Change>,
    /// New objects, appended in the manner of the envelope.
    pub created: Vec<Value>,
    /// Entries for `results` of a ResourceList; exact duplicates of existing ones are left out.
    pub results: Vec<Value>,
}

impl Changes {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.created.is_empty() && self.results.is_empty()
    }
}
