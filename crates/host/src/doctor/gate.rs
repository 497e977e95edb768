//! PolicySets that stand where they judge nothing.

use camino::Utf8Path;

use super::Finding;
use super::config::Config;
use super::functions::{Functions, spot};
use super::tree::{Tree, manifests};
use crate::report::Severity;
use crate::source::Under;

/// What a PolicySet prints must suit the list that it stands in.
pub(super) fn look(functions: &Functions, out: &mut Vec<Finding>) {
    for function in functions.all.iter().filter(|it| it.is_own()) {
        let subject = function.subject();
        let emits = function.config.word("/spec/emit") != "none";
        let finding = match (function.under, emits) {
            (Under::Transformers, true) | (Under::Validators, false) => continue,
            (Under::Transformers, false) => Finding {
                code: "emit-none-under-transformers",
                severity: Severity::Error,
                at: Some(function.config.spot("/spec/emit")),
                message: format!("{subject} says `emit: none` and is listed under `transformers:`"),
                why: "its empty output becomes the build's: kustomize deletes every resource, says nothing and succeeds".to_owned(),
                remedy: "remove `emit: none`, or list it under `validators:`".to_owned(),
            },
            (Under::Validators, true) => Finding {
                code: "emit-under-validators",
                severity: Severity::Error,
                at: Some(function.config.spot("/spec")),
                message: format!("{subject} is listed under `validators:` without `emit: none`"),
                why: "kustomize takes what it prints for a change and fails every build with \"validator shouldn't modify the resource map\"".to_owned(),
                remedy: "write `emit: none` below `spec:`, or list it under `transformers:`".to_owned(),
            },
            (Under::Generators, _) => Finding {
                code: "policy-set-under-generators",
                severity: Severity::Error,
                at: Some(function.config.spot("/kind")),
                message: format!("{subject} is listed under `generators:`"),
                why: "a generator is given nothing: there is nothing to judge".to_owned(),
                remedy: "list it under `transformers:`".to_owned(),
            },
        };
        out.push(finding);
    }
}

/// PolicySets that lie beside a kustomization and are no function of it.
pub(super) fn unlisted(
    tree: &Tree,
    functions: &Functions,
    delivered: bool,
    out: &mut Vec<Finding>,
) {
    let mut as_resources = Vec::new();
    for kustomization in &tree.kustomizations {
        for reference in kustomization.resources() {
            let Some(target) = kustomization.target(reference.text) else {
                continue;
            };
            let Some(config) = own(&target.shown, &target.canonical) else {
                continue;
            };
            // A folder of configurations lists its functions as resources.
            if functions.files.contains(&target.canonical) {
                continue;
            }
            out.push(Finding {
                code: "policy-set-as-resource",
                severity: Severity::Error,
                at: Some(spot(kustomization, &reference.pointer)),
                message: format!(
                    "`{}` holds a {} and is listed as a resource",
                    reference.text,
                    config.word("/kind")
                ),
                why: "kustomize delivers it to the cluster like any manifest; nothing is judged by it".to_owned(),
                remedy: "list it under `transformers:`".to_owned(),
            });
            as_resources.push(target.canonical);
        }
    }
    if delivered {
        return;
    }
    for file in &tree.files {
        let Ok(canonical) = file.canonicalize_utf8() else {
            continue;
        };
        let beside = canonical
            .parent()
            .is_some_and(|folder| tree.kustomizations.iter().any(|it| it.canonical == folder));
        if !beside || functions.files.contains(&canonical) || as_resources.contains(&canonical) {
            continue;
        }
        let Some(config) = own(file, &canonical) else {
            continue;
        };
        out.push(Finding {
            code: "policy-set-unlisted",
            severity: Severity::Warning,
            at: Some(config.spot("/kind")),
            message: format!(
                "no kustomization lists this {}",
                config.word("/kind")
            ),
            why: "a build beside it is not judged, and says nothing of it".to_owned(),
            remedy: "list it under `transformers:` of its kustomization; where Argo CD's plugin applies it, say `delivery: cmp` in krmguard.yaml".to_owned(),
        });
    }
}

/// The first configuration in a file that holds nothing but krmguard's own.
fn own(shown: &Utf8Path, path: &Utf8Path) -> Option<Config> {
    if path.is_dir() {
        return None;
    }
    let input = manifests(shown, path)?;
    let configs = Config::of_file(shown.as_str(), input.text());
    configs
        .iter()
        .all(Config::is_own)
        .then(|| configs.into_iter().next())
        .flatten()
}
