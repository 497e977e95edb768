//! The options in ConfigMaps of Argo CD's settings.

use serde_json::Value;

use super::{OPTIONS, Options, Source, is_about_builds};
use crate::doctor::Spot;
use crate::doctor::tree::{Tree, manifests};

/// What Argo CD reads its settings from.
pub(super) const NAME: &str = "argocd-cm";

pub(super) fn options(tree: &Tree) -> Vec<Options> {
    let mut found = Vec::new();
    for file in &tree.files {
        let Some(input) = manifests(file, file) else {
            continue;
        };
        for index in 0..input.len() {
            let id = input.id(index);
            if id.kind != "ConfigMap" || id.api_version != "v1" || id.name != NAME {
                continue;
            }
            let Ok(value) = input.value(index) else {
                continue;
            };
            let spot = |pointer: &str| {
                let location = input.locate(index, pointer, None);
                Spot {
                    file: location.file,
                    line: Some(location.line),
                    column: Some(location.column),
                }
            };
            let data = value.get("data").and_then(Value::as_object);
            let keys: Vec<&String> = data
                .into_iter()
                .flatten()
                .map(|(key, _)| key)
                .filter(|key| is_about_builds(key))
                .collect();
            for key in &keys {
                let words = data.and_then(|data| data.get(key.as_str())?.as_str());
                found.push(Options {
                    source: Source::Settings,
                    at: spot(&format!("/data/{key}")),
                    key: key.to_string(),
                    said: Some(words.unwrap_or_default().to_owned()),
                });
            }
            if keys.is_empty() {
                found.push(Options {
                    source: Source::Settings,
                    at: spot("/data"),
                    key: OPTIONS.to_owned(),
                    said: None,
                });
            }
        }
    }
    found
}
