//! Secrets that External Secrets Operator makes.
//!
//! <https://external-secrets.io/latest/api/externalsecret/>

use std::collections::BTreeSet;

use krmguard_sdk::Resource;
use serde_json::Value;

use crate::definition::{Definition, own_namespace};

/// The operator's group.
pub(crate) const GROUP: &str = "external-secrets.io";

/// What an ExternalSecret defines.
pub(crate) fn namespaced(resource: &Resource) -> Option<Definition<'_>> {
    define(
        resource,
        resource.at("/spec")?,
        resource.name(),
        own_namespace(resource),
    )
}

/// What a ClusterExternalSecret defines: an ExternalSecret in each namespace that it selects. Selectors may match
/// any namespace; without one only those that it lists are meant.
pub(crate) fn clustered(resource: &Resource) -> Option<Definition<'_>> {
    let selects = ["/spec/namespaceSelector", "/spec/namespaceSelectors"]
        .iter()
        .any(|pointer| resource.at(pointer).is_some_and(|value| !value.is_null()));
    let listed = resource
        .items_at("/spec/namespaces")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let name = resource
        .str_at("/spec/externalSecretName")
        .filter(|name| !name.is_empty())
        .unwrap_or(resource.name());
    define(
        resource,
        resource.at("/spec/externalSecretSpec")?,
        name,
        (!selects).then_some(listed),
    )
}

fn define<'a>(
    resource: &'a Resource,
    spec: &'a Value,
    default_name: &'a str,
    namespaces: Option<Vec<&'a str>>,
) -> Option<Definition<'a>> {
    let target = spec.get("target");
    // A target of another kind than Secret.
    let manifest = target
        .and_then(|target| target.pointer("/manifest/kind"))
        .and_then(Value::as_str);
    if manifest.is_some_and(|kind| kind != "Secret") {
        return None;
    }
    let name = target
        .and_then(|target| target.get("name"))
        .and_then(Value::as_str)
        .filter(|name| !name.is_empty());
    // The Secret is someone else's: that one's keys are in it as well.
    let shared = matches!(
        target
            .and_then(|target| target.get("creationPolicy"))
            .and_then(Value::as_str),
        Some("Merge" | "None")
    );
    Some(Definition {
        by: Some(resource),
        name: name.unwrap_or(default_name),
        namespaces,
        keys: keys(spec, target.and_then(|target| target.get("template"))).filter(|_| !shared),
    })
}

/// The keys: a template's replace those of the provider, unless it merges. `dataFrom` and `templateFrom` bring keys
/// that no manifest shows.
fn keys<'a>(spec: &'a Value, template: Option<&'a Value>) -> Option<BTreeSet<&'a str>> {
    let listed = |value: Option<&'a Value>| {
        value
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice)
    };
    let provided: Option<BTreeSet<&str>> = listed(spec.get("dataFrom")).is_empty().then(|| {
        listed(spec.get("data"))
            .iter()
            .filter_map(|item| item.get("secretKey")?.as_str())
            .collect()
    });
    let known = match template {
        Some(template) if !listed(template.get("templateFrom")).is_empty() => None,
        Some(template) => {
            let own = template
                .get("data")
                .and_then(Value::as_object)
                .filter(|map| !map.is_empty());
            let merges = template.get("mergePolicy").and_then(Value::as_str) == Some("Merge");
            match own {
                Some(own) if !merges => Some(own.keys().map(String::as_str).collect()),
                own => provided.map(|mut keys| {
                    keys.extend(
                        own.into_iter()
                            .flat_map(|own| own.keys().map(String::as_str)),
                    );
                    keys
                }),
            }
        }
        None => provided,
    };
    known.filter(|keys| !keys.is_empty())
}
