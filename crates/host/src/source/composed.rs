//! Objects that stand in no manifest: what the host makes of a kustomization, so that policies can look at it.

use std::fmt;
use std::sync::Arc;

use krmguard_engine::Form;
use serde_json::Value;

use super::unit::Sheet;
use crate::report::{ObjectRef, Place};

/// One such object. Policies may edit it, and nothing is written: a person mends the file.
#[derive(Debug)]
pub(crate) struct Composed {
    pub(crate) object: ObjectRef,
    pub(crate) form: Form,
    pub(crate) value: Value,
    /// What else policies are told about it.
    pub(crate) extra: Vec<(String, String)>,
    pub(crate) places: Arc<dyn Places>,
}

/// Where the fields of a composed object are written.
pub(crate) trait Places: fmt::Debug + Send + Sync {
    /// The field at `pointer`, or the place where it belongs; bytes of the string there.
    fn at(&self, pointer: &str, range: Option<(u32, u32)>) -> Option<Place>;
}

/// All of it stands in one file, at the same pointers.
impl Places for Sheet {
    fn at(&self, pointer: &str, range: Option<(u32, u32)>) -> Option<Place> {
        Some(self.place(pointer, range))
    }
}
