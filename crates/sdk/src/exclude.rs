//! The `exclude:` list that policies offer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::set::Resource;

/// An object that a policy leaves alone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Exclude {
    /// Its namespace; absent means any, and none.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl Exclude {
    /// Whether the object is meant.
    pub fn matches(&self, resource: &Resource) -> bool {
        let namespace = self.namespace.as_deref();
        self.name == resource.name() && (namespace.is_none() || namespace == resource.namespace())
    }
}
