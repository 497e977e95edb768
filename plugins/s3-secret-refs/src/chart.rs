//! The values of kube-prometheus-stack: where they refer to an object store's Secret, and S313, where they seem to.

use krmguard_sdk::{Chart, Outcome, ResourceSet};
use serde_json::{Value, json};

use crate::site::{Candidate, Key, Site};

/// The chart that this rule knows, and the minor release whose templates it has read.
const CHART: &str = "kube-prometheus-stack";
const RELEASE: &str = "78.5";

/// What the chart reads of an `objectStorageConfig`.
const EXISTING: &str = "existingSecret";
const INLINE: &str = "secret";

/// Every `objectStorageConfig` that the chart comes to, as a path into the values.
fn configs(chart: Chart<'_>) -> impl Iterator<Item = (&'static str, &Value)> {
    // An agent has no sidecar.
    let sidecar =
        chart.is_on("/prometheus/enabled", true) && !chart.is_on("/prometheus/agentMode", false);
    let ruler = chart.is_on("/thanosRuler/enabled", false);
    let places = [
        (
            sidecar,
            "/prometheus/prometheusSpec/thanos/objectStorageConfig",
        ),
        (ruler, "/thanosRuler/thanosRulerSpec/objectStorageConfig"),
    ];
    let rendered = places.into_iter().filter(|(rendered, _)| *rendered);
    rendered.filter_map(move |(_, path)| Some((path, chart.at(path)?)))
}

/// The references that the chart hands on.
pub(crate) fn sites(set: &ResourceSet) -> impl Iterator<Item = Site<'_>> {
    set.charts(CHART).flat_map(|chart| {
        configs(chart).filter_map(move |(path, config)| {
            let reference = config.get(EXISTING)?;
            let at = chart.pointer(&format!("{path}/{EXISTING}"));
            let candidate = Candidate::read(reference, &at, "name", Key::Own)?;
            let moved = chart.at("/namespaceOverride").and_then(Value::as_str);
            Some(Site {
                resource: chart.resource(),
                namespace: moved
                    .filter(|namespace| !namespace.is_empty())
                    .or_else(|| chart.namespace()),
                what: format!("`objectStorageConfig.{EXISTING}`"),
                flag: None,
                candidates: vec![candidate],
                others: false,
            })
        })
    })
}

/// S313.
pub(crate) fn review(set: &ResourceSet, out: &mut Outcome) {
    for chart in set
        .charts(CHART)
        .filter(|chart| chart.is_release_of(RELEASE))
    {
        for (path, config) in configs(chart) {
            let Some(map) = config.as_object().filter(|map| !map.is_empty()) else {
                continue;
            };
            let reads = |key: &str| chart.is_on(&format!("{path}/{key}"), false);
            if reads(EXISTING) || reads(INLINE) {
                continue;
            }
            let keys: Vec<&str> = map.keys().map(String::as_str).collect();
            let component = match path.starts_with("/thanosRuler") {
                true => "the ruler",
                false => "the sidecar",
            };
            let finding = out
                .find("S313", chart.resource())
                .at(chart.pointer(path))
                .say(format!(
                    "the chart drops this `objectStorageConfig` without a word: of it `{EXISTING}` and `{INLINE}` are read, \
                     not `{}`, and {component} gets no object store",
                    keys.join("`, `")
                ));
            let text = |key: &str| map.get(key).and_then(Value::as_str);
            if let (Some(name), Some(key)) = (text("name"), text("key")) {
                finding
                    .remedy(format!(
                        "write `objectStorageConfig: {{{EXISTING}: {{name: {name}, key: {key}}}}}`"
                    ))
                    .proposed(json!({EXISTING: {"name": name, "key": key}}));
            }
        }
    }
}
