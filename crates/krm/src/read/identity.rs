//! What a parsed value says it is: an object with an id, or a list of objects.

use krmguard_yaml::Node;
use serde_json::Value;

use crate::tree;
use crate::{Input, ReadError, ResourceId};

impl Input {
    /// The id that a parsed value states, or what is missing in it.
    pub(super) fn identify(
        &self,
        value: &Value,
        node: Option<&Node>,
        offset: usize,
        item: Option<usize>,
    ) -> Result<(ResourceId, bool), ReadError> {
        let whose = item.map_or_else(
            || "the document".to_owned(),
            |index| format!("item {index}"),
        );
        let Value::Object(map) = value else {
            return Err(self.error(
                offset,
                format!(
                    "{whose} is {} where a Kubernetes object is expected",
                    describe(value)
                ),
                "write an object with apiVersion, kind and metadata",
            ));
        };
        let at = |pointer: &str| {
            node.map_or(offset, |node| tree::nearest(node, pointer).node.span.start)
        };
        let text = |value: Option<&Value>, pointer: &str| match value {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok((!text.is_empty()).then(|| text.clone())),
            Some(other) => Err(self.error(
                at(pointer),
                format!(
                    "`{}` of {whose} is {} where text is expected",
                    pointer[1..].replace('/', "."),
                    describe(other)
                ),
                "put it in quotes",
            )),
        };
        let missing =
            |field: &str, fix: &str| self.error(offset, format!("{whose} has no `{field}`"), fix);
        let Some(kind) = text(map.get("kind"), "/kind")? else {
            return Err(missing(
                "kind",
                "every object names its kind, as `kind: ConfigMap`",
            ));
        };
        let Some(api_version) = text(map.get("apiVersion"), "/apiVersion")? else {
            return Err(missing(
                "apiVersion",
                "every object names its apiVersion, as `apiVersion: v1`",
            ));
        };
        let empty = serde_json::Map::new();
        let metadata = match map.get("metadata") {
            None | Some(Value::Null) => &empty,
            Some(Value::Object(metadata)) => metadata,
            Some(other) => {
                return Err(self.error(
                    at("/metadata"),
                    format!("`metadata` of {whose} ({kind}) is {}", describe(other)),
                    "make it a mapping with a name",
                ));
            }
        };
        let namespace = text(metadata.get("namespace"), "/metadata/namespace")?;
        if let Some(name) = text(metadata.get("name"), "/metadata/name")? {
            return Ok((
                ResourceId {
                    api_version,
                    kind,
                    namespace,
                    name,
                },
                false,
            ));
        }
        if let Some(name) = text(metadata.get("generateName"), "/metadata/generateName")? {
            return Ok((
                ResourceId {
                    api_version,
                    kind,
                    namespace,
                    name,
                },
                true,
            ));
        }
        Err(self.error(
            offset,
            format!("{whose} ({kind}) has no `metadata.name`"),
            "every object has a metadata.name or a metadata.generateName",
        ))
    }
}

pub(super) fn is_resource_list(api_version: &str, kind: &str) -> bool {
    kind == "ResourceList" && api_version.starts_with("config.kubernetes.io/")
}

pub(super) fn is_envelope(api_version: &str, kind: &str) -> bool {
    is_resource_list(api_version, kind) || (kind == "List" && api_version == "v1")
}

/// Kubectl and Argo CD take any object with a list under `items` for a list of objects, kustomize one whose
/// kind ends in `List`. A custom resource with other things under `items` is an object.
pub(super) fn is_list(map: &serde_json::Map<String, Value>) -> bool {
    let kind = map.get("kind").and_then(Value::as_str).unwrap_or_default();
    let api_version = map
        .get("apiVersion")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match map.get("items") {
        Some(Value::Array(items)) => {
            let object =
                |item: &Value| item.get("apiVersion").is_some() && item.get("kind").is_some();
            kind.ends_with("List") || (!items.is_empty() && items.iter().all(object))
        }
        Some(_) => is_envelope(api_version, kind),
        None => false,
    }
}

/// A value's type in words.
pub(crate) fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
