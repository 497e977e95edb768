//! The external labels of a Prometheus: CL01, CL02 and CL13, and what they say to the fleet.

use krmguard_sdk::pointer::join;
use krmguard_sdk::{FindingId, Outcome, Patch, Resource};
use serde_json::{Map, Value};

use crate::config::{Config, OnConflict};
use crate::fleet;
use crate::variable::expands;

/// Where they stand.
pub(crate) const EXTERNAL: &str = "/spec/externalLabels";

/// Judges one Prometheus or PrometheusAgent. `wanted` are names and values, the cluster's own first.
pub(crate) fn review(
    resource: &Resource,
    wanted: &[(&str, &str)],
    config: &Config,
    out: &mut Outcome,
) {
    let present = resource.at(EXTERNAL).filter(|value| !value.is_null());
    let labels = match present {
        Some(Value::Object(map)) => Some(map),
        None => None,
        // The API server refuses the object: there is nothing that an edit could keep.
        Some(other) => {
            out.find("CL01", resource)
                .at(EXTERNAL)
                .say("`spec.externalLabels` is no mapping, so that no label is set")
                .remedy("write it as a mapping of names to values")
                .current(other.clone());
            return;
        }
    };
    let mut missing: Vec<(&str, &str, FindingId)> = Vec::new();
    for &(name, value) in wanted {
        let pointer = join(EXTERNAL, name);
        match labels.and_then(|labels| labels.get(name)) {
            None | Some(Value::Null) => {
                let message = match name == config.label {
                    true => format!(
                        "no external label `{name}`: nobody can tell where its series come from"
                    ),
                    false => format!("no external label `{name}`"),
                };
                missing.push((
                    name,
                    value,
                    set(resource, &pointer, (name, value), message, out),
                ));
            }
            Some(Value::String(text)) if text.is_empty() => {
                let message = format!("the external label `{name}` is empty: Prometheus drops it");
                missing.push((
                    name,
                    value,
                    set(resource, &pointer, (name, value), message, out),
                ));
            }
            Some(Value::String(text)) if text == value => {}
            // Nobody here knows what it will be: Prometheus, Flux or envsubst fill it from an environment.
            Some(Value::String(text))
                if expands(text) && config.on_conflict == OnConflict::Report => {}
            Some(other) => conflict(resource, &pointer, (name, value), other, config, out),
        }
    }
    add(resource, labels, &missing, out);
}

fn set(
    resource: &Resource,
    pointer: &str,
    (name, value): (&str, &str),
    message: String,
    out: &mut Outcome,
) -> FindingId {
    out.find("CL01", resource)
        .at(pointer)
        .say(message)
        .remedy(format!(
            "set `{name}: {value}` (chart value `prometheus.prometheusSpec.externalLabels.{name}`)"
        ))
        .proposed(value)
        .id()
}

/// One edit per label, so that each finding has its own; the first makes the mapping where there is none.
fn add(
    resource: &Resource,
    labels: Option<&Map<String, Value>>,
    missing: &[(&str, &str, FindingId)],
    out: &mut Outcome,
) {
    let mut exists = labels.is_some();
    for &(name, value, finding) in missing {
        let mut patch = Patch::new();
        if !std::mem::replace(&mut exists, true) {
            if !resource.at("/spec").is_some_and(Value::is_object) {
                patch = patch.add("/spec", Map::new());
            }
            patch = patch.add(EXTERNAL, Map::new());
        }
        out.edit(
            "CL01",
            finding,
            resource,
            patch.add(join(EXTERNAL, name), value),
        );
    }
}

fn conflict(
    resource: &Resource,
    pointer: &str,
    (name, value): (&str, &str),
    found: &Value,
    config: &Config,
    out: &mut Outcome,
) {
    let shown = found
        .as_str()
        .map_or_else(|| found.to_string(), str::to_owned);
    let message = match found.is_string() {
        true => format!("the external label `{name}` is `{shown}`, configured is `{value}`"),
        false => format!(
            "the external label `{name}` is {shown}, which is no string; configured is `{value}`"
        ),
    };
    if config.on_conflict == OnConflict::Overwrite {
        let finding = out
            .find("CL13", resource)
            .at(pointer)
            .say(format!(
                "{message}, which overwrites it: its series end, new ones begin"
            ))
            .current(found.clone())
            .proposed(value)
            .id();
        out.edit(
            "CL13",
            finding,
            resource,
            Patch::new().replace(pointer, value),
        );
        return;
    }
    let remedy = match name == config.label {
        true => format!(
            "write `{value}` here, or correct the cluster's name in the PolicySet (`spec.cluster.name`)"
        ),
        false => {
            format!("write `{value}` here, or correct `labels.{name}` in this policy's config")
        }
    };
    out.find("CL02", resource)
        .at(pointer)
        .say(message)
        .remedy(format!("{remedy}; `onConflict: overwrite` replaces it"))
        .current(found.clone())
        .proposed(value);
}

/// The value of a label where it is written as a constant.
pub(crate) fn literal<'a>(resource: &'a Resource, name: &str) -> Option<&'a str> {
    resource
        .str_at(&join(EXTERNAL, name))
        .filter(|value| !value.is_empty() && !expands(value))
}

/// States what the fleet will see of the cluster's label once this policy's edits are applied; a Prometheus that goes
/// without one, because nobody says the cluster's name, is told at once.
pub(crate) fn state(
    resource: &Resource,
    cluster: Option<&str>,
    config: &Config,
    out: &mut Outcome,
) {
    let label = &config.label;
    let pointer = join(EXTERNAL, label);
    let present = resource.at(EXTERNAL).filter(|value| !value.is_null());
    if present.is_some_and(|value| !value.is_object()) {
        return;
    }
    let place = resource.place(&*pointer);
    let replaced = config.on_conflict == OnConflict::Overwrite && !out.is_off("CL13");
    match (resource.at(&pointer), cluster) {
        (None | Some(Value::Null), _) => {}
        (Some(Value::String(text)), _) if text.is_empty() => {}
        (Some(_), Some(cluster)) if replaced => return out.fact(fleet::LABEL, cluster, place),
        _ => {
            if let Some(value) = literal(resource, label) {
                out.fact(fleet::LABEL, value, place);
            }
            return;
        }
    }
    match cluster {
        Some(cluster) if !out.is_off("CL01") => out.fact(fleet::LABEL, cluster, place),
        Some(_) => out.fact(fleet::WITHOUT, resource.to_string(), place),
        None => {
            out.find("CL09", resource)
                .at(pointer)
                .say(format!(
                    "{resource} has no external label `{label}`, and nobody says which cluster this is: its series cannot \
                     be told from another cluster's"
                ))
                .remedy(format!(
                    "write `{label}` here, or name the cluster: `spec.cluster.name` in the PolicySet, --cluster, or \
                     `cluster` in this policy's config"
                ));
        }
    }
}
