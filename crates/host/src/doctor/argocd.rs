//! With which options Argo CD builds, as far as the tree says it.

use serde_json::Value;

use super::functions::Functions;
use super::tree::{Tree, manifests};
use super::{Finding, Spot};
use crate::report::Severity;

/// The ConfigMap of Argo CD's settings, and its key for kustomize; `.v5.8.1` behind it is one for that version.
const SETTINGS: &str = "argocd-cm";
const OPTIONS: &str = "kustomize.buildOptions";

/// `kustomize.buildOptions` as one ConfigMap of the tree has it.
struct Options {
    at: Spot,
    key: String,
    /// None where the ConfigMap does not say.
    said: Option<String>,
}

pub(super) fn look(tree: &Tree, functions: &Functions, out: &mut Vec<Finding>) {
    let Some(function) = functions.all.iter().find(|it| it.is_exec()) else {
        return;
    };
    let all = options(tree);
    let said = all.iter().any(|options| options.said.is_some());
    for options in all {
        // One ConfigMap may be a patch of another: what one says, the others need not.
        let (severity, words) = match &options.said {
            Some(words) => (Severity::Error, words.as_str()),
            None if said => continue,
            None => (Severity::Warning, ""),
        };
        let has = |flag: &str| {
            let mut words = words.split_whitespace();
            words.any(|word| word == flag || word.strip_prefix(flag) == Some("=true"))
        };
        let listed = format!(
            "exec functions such as {} ({})",
            function.subject(),
            function.spot().file
        );
        let (message, why) = match (has("--enable-alpha-plugins"), has("--enable-exec")) {
            (true, true) => continue,
            (true, false) => (
                format!("`{}` has no `--enable-exec`", options.key),
                format!(
                    "Argo CD leaves {listed} out of every build, says nothing and delivers what nobody judged"
                ),
            ),
            (false, _) => (
                match &options.said {
                    Some(_) => format!("`{}` has no `--enable-alpha-plugins`", options.key),
                    None => format!("{SETTINGS} has no `{OPTIONS}`"),
                },
                format!(
                    "kustomize refuses {listed}, so Argo CD builds none of the overlays that list one"
                ),
            ),
        };
        out.push(Finding {
            code: "exec-not-enabled",
            severity,
            at: Some(options.at),
            message,
            why,
            remedy: "let it have `--enable-alpha-plugins --enable-exec`; where a plugin of Argo CD applies the policies, say `delivery: cmp` in krmguard.yaml".to_owned(),
        });
    }
}

fn options(tree: &Tree) -> Vec<Options> {
    let mut found = Vec::new();
    for file in &tree.files {
        let Some(input) = manifests(file, file) else {
            continue;
        };
        for index in 0..input.len() {
            let id = input.id(index);
            if id.kind != "ConfigMap" || id.api_version != "v1" || id.name != SETTINGS {
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
                .filter(|key| {
                    let rest = key.strip_prefix(OPTIONS);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(".v"))
                })
                .collect();
            for key in &keys {
                let words = data.and_then(|data| data.get(key.as_str())?.as_str());
                found.push(Options {
                    at: spot(&format!("/data/{key}")),
                    key: key.to_string(),
                    said: Some(words.unwrap_or_default().to_owned()),
                });
            }
            if keys.is_empty() {
                found.push(Options {
                    at: spot("/data"),
                    key: OPTIONS.to_owned(),
                    said: None,
                });
            }
        }
    }
    found
}
