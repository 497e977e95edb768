//! Secrets that a kustomization generates, for units that are judged before the build.
//!
//! <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/secretgenerator/>

use std::collections::BTreeSet;

use krmguard_sdk::{Form, Resource, ResourceSet, Stage};
use serde_json::Value;

use crate::definition::Definition;

/// What a kustomization has in it that matters here; each is a part of the fields that are read below.
pub(crate) const NEEDLES: [&str; 6] = [
    "secretGenerator",
    "generators",
    "patches",
    "replacements",
    "components",
    "transformers",
];

/// Every `secretGenerator` of the unit's kustomizations.
pub(crate) fn all(set: &ResourceSet) -> impl Iterator<Item = Definition<'_>> {
    set.of_form(Form::Kustomization).flat_map(|kustomization| {
        let generators = kustomization.items_at("/secretGenerator").iter();
        generators.filter_map(move |generator| define(kustomization, generator))
    })
}

/// Whether a kustomization runs generators that may bring Secrets nobody sees here, such as KSOPS.
pub(crate) fn opaque(set: &ResourceSet) -> bool {
    set.of_form(Form::Kustomization)
        .any(|kustomization| !kustomization.items_at("/generators").is_empty())
}

/// Whether what stands in the unit's files may be changed on its way: patches and the like of a source overlay.
pub(crate) fn patched(set: &ResourceSet) -> bool {
    const BY: [&str; 6] = [
        "/patches",
        "/patchesStrategicMerge",
        "/patchesJson6902",
        "/replacements",
        "/components",
        "/transformers",
    ];
    set.stage() == Stage::Source
        && set.of_form(Form::Kustomization).any(|kustomization| {
            BY.iter()
                .any(|pointer| !kustomization.items_at(pointer).is_empty())
        })
}

fn define<'a>(kustomization: &'a Resource, generator: &'a Value) -> Option<Definition<'a>> {
    let namespace = generator
        .get("namespace")
        .and_then(Value::as_str)
        .or_else(|| kustomization.str_at("/namespace"));
    Some(Definition {
        by: Some(kustomization),
        name: generator.get("name")?.as_str()?,
        namespaces: namespace.map(|namespace| vec![namespace]),
        keys: keys(generator),
    })
}

/// The keys of `literals` and `files`. Those of `envs` stand in files; `merge` and `replace` concern another
/// kustomization's Secret.
fn keys(generator: &Value) -> Option<BTreeSet<&str>> {
    let list = |key: &str| {
        generator
            .get(key)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice)
    };
    let behavior = generator
        .get("behavior")
        .and_then(Value::as_str)
        .unwrap_or("create");
    if !list("envs").is_empty() || generator.get("env").is_some() || behavior != "create" {
        return None;
    }
    let literals = list("literals")
        .iter()
        .filter_map(|text| Some(text.as_str()?.split_once('=')?.0));
    let files = list("files").iter().filter_map(|text| {
        let text = text.as_str()?;
        let key = text
            .split_once('=')
            .map_or_else(|| text.rsplit('/').next().unwrap_or(text), |(key, _)| key);
        Some(key)
    });
    let keys: BTreeSet<&str> = literals.chain(files).collect();
    (!keys.is_empty()).then_some(keys)
}
