//! A stream of manifests as a set of objects, read by another YAML reader than the program's own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use serde_yaml::Deserializer;

/// Objects by `apiVersion kind namespace/name`.
pub type Objects = BTreeMap<String, Value>;

/// The documents of a stream, empty ones left out.
pub fn documents(text: &str) -> Vec<Value> {
    Deserializer::from_str(text)
        .map(|document| match serde::Deserialize::deserialize(document) {
            Ok(value) => value,
            Err(error) => panic!("not readable as YAML: {error}"),
        })
        .filter(|value| *value != Value::Null)
        .collect()
}

/// The stream as a set; two objects with one id are a failed test.
pub fn set(text: &str) -> Objects {
    collect(documents(text))
}

/// The `items` of a ResourceList as a set.
pub fn items(resource_list: &Value) -> Objects {
    let items = resource_list["items"].as_array().cloned();
    collect(items.unwrap_or_else(|| panic!("no items")))
}

fn collect(objects: Vec<Value>) -> Objects {
    let mut set = Objects::new();
    for object in objects {
        let id = id(&object);
        assert!(
            set.insert(id.clone(), object).is_none(),
            "two objects are {id}"
        );
    }
    set
}

/// `apiVersion kind namespace/name`.
pub fn id(object: &Value) -> String {
    let word = |pointer| {
        object
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    format!(
        "{} {} {}/{}",
        word("/apiVersion"),
        word("/kind"),
        word("/metadata/namespace"),
        word("/metadata/name")
    )
}

/// Fails with what differs, object by object, as a line diff of their YAML.
#[track_caller]
pub fn assert_same(actual: &Objects, expected: &Objects) {
    let ids: BTreeSet<_> = actual.keys().chain(expected.keys()).collect();
    let mut differences = String::new();
    for id in ids {
        match (actual.get(id), expected.get(id)) {
            (Some(_), None) => differences += &format!("{id}: not expected\n"),
            (None, Some(_)) => differences += &format!("{id}: absent\n"),
            (Some(actual), Some(expected)) if actual != expected => {
                differences += &format!("{id}: - expected, + actual\n");
                differences += &crate::lines::diff(&yaml(expected), &yaml(actual));
            }
            _ => {}
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

/// The object as YAML, the keys of every mapping in order.
pub fn yaml(value: &Value) -> String {
    serde_yaml::to_string(&sorted(value)).unwrap_or_default()
}

/// The same value with the keys of every mapping in order: a diff then shows differences of content alone.
pub fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Object(map) => {
            let map: BTreeMap<_, _> = map
                .iter()
                .map(|(key, value)| (key.clone(), sorted(value)))
                .collect();
            map.into_iter().collect()
        }
        other => other.clone(),
    }
}
