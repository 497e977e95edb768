//! The identity of a Kubernetes object.

use std::collections::HashMap;
use std::fmt;

use crate::{Input, ReadError};

/// Who an object is: what `apiVersion`, `kind`, `metadata.namespace` and `metadata.name` say.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId {
    /// `group/version`, or `version` alone for the core group.
    pub api_version: String,
    /// The kind, as `Deployment`.
    pub kind: String,
    /// `metadata.namespace`; absent where the object names none.
    pub namespace: Option<String>,
    /// `metadata.name`, or `metadata.generateName` where only that is given ([`Input::generated`] tells).
    pub name: String,
}

impl ResourceId {
    /// The API group, empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version
            .rsplit_once('/')
            .map_or("", |(group, _)| group)
    }

    /// The API version without its group.
    pub fn version(&self) -> &str {
        self.api_version
            .rsplit_once('/')
            .map_or(self.api_version.as_str(), |(_, version)| version)
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {}/{}", self.kind, namespace, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// Checks that no two objects of one unit have one id: group, kind, namespace and name.
///
/// The version does not count: the API server stores one object whatever version it is written in, and
/// kustomize refuses such a pair too. Objects with `generateName` have no name yet and are not compared.
pub fn unique<'a>(inputs: impl IntoIterator<Item = &'a Input>) -> Result<(), ReadError> {
    let mut seen = HashMap::new();
    for input in inputs {
        for index in (0..input.len()).filter(|index| !input.generated(*index)) {
            let id = input.id(index);
            let key = (
                id.group(),
                id.kind.as_str(),
                id.namespace.as_deref(),
                id.name.as_str(),
            );
            if let Some((other, before)) = seen.insert(key, (input, index)) {
                let first = other.locate(before, "", None);
                let second = input.locate(index, "", None);
                return Err(ReadError::new(
                    &second.file,
                    (second.line, second.column),
                    format!(
                        "{id} stands here a second time, it is already at {}:{}:{}",
                        first.file, first.line, first.column
                    ),
                    "remove or rename one of the two",
                ));
            }
        }
    }
    Ok(())
}
