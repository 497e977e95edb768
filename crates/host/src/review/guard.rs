//! What no edit may do, whatever a policy proposes.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::bench::identity;
use crate::report::ObjectRef;

/// Annotations that belong to who runs the function. kustomize loses name hashes and references where
/// one of them goes missing.
const RESERVED: [&str; 4] = [
    "internal.config.kubernetes.io/",
    "config.kubernetes.io/",
    "config.k8s.io/",
    "kustomize.config.k8s.io/",
];

/// Checks one edited object against what it was. The error says what is wrong with the edit.
pub(super) fn edited(object: &ObjectRef, before: &Value, after: &Value) -> Result<(), String> {
    if identity(after).is_none() {
        return Err(format!(
            "it leaves {object} without apiVersion, kind or name"
        ));
    }
    match reserved(before)
        .find(|(name, value)| annotations(after).and_then(|all| all.get(*name)) != Some(*value))
    {
        Some((name, _)) => Err(format!(
            "it changes the annotation {name} of {object}, which is not a policy's"
        )),
        None => Ok(()),
    }
}

/// Checks a created object.
pub(super) fn created(value: &Value) -> Result<ObjectRef, String> {
    let object = identity(value).ok_or("it creates an object without apiVersion, kind or name")?;
    match reserved(value).next() {
        Some((name, _)) => Err(format!(
            "it creates {object} with the annotation {name}, which is not a policy's"
        )),
        None => Ok(object),
    }
}

/// Checks that edits gave no object the id of another one.
pub(super) fn unique<'v>(
    untouched: Vec<ObjectRef>,
    values: impl Iterator<Item = &'v Value>,
) -> Result<(), String> {
    let mut seen: HashSet<_> = untouched.into_iter().map(key).collect();
    // What gets its name from the API server has none yet.
    let named = values.filter(|value| value.pointer("/metadata/name").is_some());
    for object in named.filter_map(identity) {
        let name = object.to_string();
        if !seen.insert(key(object)) {
            return Err(format!("it makes a second {name}"));
        }
    }
    Ok(())
}

/// The version does not tell objects apart.
fn key(object: ObjectRef) -> (String, String, Option<String>, String) {
    let group = match object.api_version.rsplit_once('/') {
        Some((group, _)) => group.to_owned(),
        None => String::new(),
    };
    (group, object.kind, object.namespace, object.name)
}

fn reserved(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    annotations(value)
        .into_iter()
        .flatten()
        .filter(|(name, _)| RESERVED.iter().any(|prefix| name.starts_with(prefix)))
}

fn annotations(value: &Value) -> Option<&Map<String, Value>> {
    value.pointer("/metadata/annotations")?.as_object()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn object(name: &str, annotations: &Value) -> Value {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "annotations": annotations}})
    }

    #[test]
    fn annotations_of_the_runner_stay() {
        let before = object(
            "a",
            &json!({"internal.config.kubernetes.io/index": "3", "mine": "x"}),
        );
        let who = identity(&before).unwrap();
        let mine_gone = object("a", &json!({"internal.config.kubernetes.io/index": "3"}));
        assert!(edited(&who, &before, &mine_gone).is_ok());
        let theirs_gone = object("a", &json!({"mine": "x"}));
        let why = edited(&who, &before, &theirs_gone).unwrap_err();
        assert!(why.contains("internal.config.kubernetes.io/index"), "{why}");
        let why = created(&before).unwrap_err();
        assert!(why.contains("Service a"), "{why}");
    }

    #[test]
    fn an_edit_leaves_an_object_its_name() {
        let before = object("a", &json!({}));
        let who = identity(&before).unwrap();
        assert!(edited(&who, &before, &json!({"kind": "Service"})).is_err());
        assert!(created(&json!({"kind": "Service"})).is_err());
    }

    #[test]
    fn no_two_objects_get_one_id() {
        let (a, b) = (object("a", &json!({})), object("b", &json!({})));
        assert!(unique(Vec::new(), [&a, &b].into_iter()).is_ok());
        assert!(unique(Vec::new(), [&a, &a].into_iter()).is_err());
        let why = unique(vec![identity(&b).unwrap()], [&a, &b].into_iter()).unwrap_err();
        assert_eq!(why, "it makes a second Service b");
    }
}
