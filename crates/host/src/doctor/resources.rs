//! What kustomizations are built from: templates that must not be applied, and a field that goes away.

use krm::Input;
use serde_json::Value;

use super::Finding;
use super::functions::spot;
use super::tree::{Tree, manifests};
use crate::report::Severity;

pub(super) fn look(tree: &Tree, out: &mut Vec<Finding>) {
    for kustomization in &tree.kustomizations {
        if kustomization.get("bases").is_some() {
            let trouble = kustomization.sheet.trouble_at_key("/bases", "");
            out.push(Finding {
                code: "bases",
                severity: Severity::Warning,
                at: super::Spot::of(&trouble),
                message: "`bases:` is deprecated".to_owned(),
                why: "kustomize warns at every build, and a later version will not read it"
                    .to_owned(),
                remedy: "move its entries to `resources:` (or run `kustomize edit fix`)".to_owned(),
            });
        }
        for reference in kustomization.resources() {
            let Some(target) = kustomization.target(reference.text) else {
                continue;
            };
            if target.canonical.is_dir() {
                continue;
            }
            let Some(input) = manifests(&target.shown, &target.canonical) else {
                continue;
            };
            for (name, keys) in templates(&input) {
                out.push(Finding {
                    code: "secret-template-listed",
                    severity: Severity::Error,
                    at: Some(spot(kustomization, &reference.pointer)),
                    message: format!(
                        "`{}` is listed as a resource, and Secret {name} in it has placeholders in {}",
                        reference.text,
                        keys.join(", ")
                    ),
                    why: "nobody fills them in during a build: applying it overwrites the real Secret with the text of the placeholders".to_owned(),
                    remedy: format!(
                        "take it off `resources:` and apply it on its own: envsubst < {} | kubectl apply -f -",
                        target.shown
                    ),
                });
            }
        }
    }
}

/// Secrets with placeholders such as `${S3_ACCESS_KEY}`: each one's name and the keys. No value is told.
fn templates(input: &Input) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for index in 0..input.len() {
        let id = input.id(index);
        if id.kind != "Secret" || id.api_version != "v1" {
            continue;
        }
        let Ok(value) = input.value(index) else {
            continue;
        };
        let keys: Vec<String> = ["stringData", "data"]
            .into_iter()
            .filter_map(|field| value.get(field)?.as_object())
            .flatten()
            .filter(|(_, value)| value.as_str().is_some_and(has_placeholder))
            .map(|(key, _)| format!("`{key}`"))
            .collect();
        if !keys.is_empty() {
            found.push((id.name.clone(), keys));
        }
    }
    found
}

/// `${NAME}`, as envsubst replaces it.
fn has_placeholder(text: &str) -> bool {
    text.match_indices("${").any(|(at, _)| {
        let rest = &text[at + 2..];
        rest.split_once('}').is_some_and(|(name, _)| {
            let mut letters = name.chars();
            letters
                .next()
                .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
                && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        })
    })
}

/// Whether a value holds anything: chart values count null, `{}`, `[]` and `""` as unset.
pub(super) fn is_set(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Object(entries)) => !entries.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::has_placeholder;

    #[test]
    fn a_placeholder_is_what_envsubst_fills_in() {
        assert!(has_placeholder("access_key: ${S3_ACCESS_KEY}\n"));
        assert!(has_placeholder("${} ${A}"));
        for plain in ["$A", "${", "${}", "${1A}", "${A-b}", "a{B}", "$ {A}"] {
            assert!(!has_placeholder(plain), "{plain}");
        }
    }
}
