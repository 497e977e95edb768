//! Charts that a build inflates otherwise than its author thinks.

use std::rc::Rc;

use serde_json::Value;

use super::functions::spot;
use super::resources::is_set;
use super::tree::Tree;
use super::{Finding, Spot};
use crate::kustomization::Kustomization;
use crate::report::Severity;
use crate::source::{Composed, Unit};

/// The chart whose values and objects are known here.
const STACK: &str = "kube-prometheus-stack";

/// One `helmCharts:` entry.
struct Entry<'k> {
    kustomization: &'k Kustomization,
    pointer: String,
    value: &'k Value,
}

impl Entry<'_> {
    fn word(&self, field: &str) -> &str {
        let value = self.value.get(field).and_then(Value::as_str);
        value.unwrap_or_default()
    }

    /// What no two inflations in one build may share: the names of their objects follow from it.
    fn release(&self) -> (&str, &str, &str) {
        let namespace = match self.word("namespace") {
            "" => "default",
            namespace => namespace,
        };
        (self.word("name"), self.word("releaseName"), namespace)
    }
}

pub(super) fn look(tree: &Tree, out: &mut Vec<Finding>) {
    for parts in tree.leaves() {
        let entries: Vec<Entry<'_>> = parts.iter().flat_map(|it| entries(it)).collect();
        twice(&entries, out);
        moved(&parts, &entries, out);
    }
}

fn entries(kustomization: &Kustomization) -> Vec<Entry<'_>> {
    let items = kustomization.items("helmCharts").into_iter();
    items
        .map(|(pointer, value)| Entry {
            kustomization,
            pointer,
            value,
        })
        .collect()
}

fn twice(entries: &[Entry<'_>], out: &mut Vec<Finding>) {
    for (index, entry) in entries.iter().enumerate() {
        let Some(other) = entries[index + 1..]
            .iter()
            .find(|other| other.release() == entry.release())
        else {
            continue;
        };
        let at = spot(other.kustomization, &format!("{}/name", other.pointer));
        let line = at.line.map_or_else(String::new, |line| format!(":{line}"));
        out.push(Finding {
            code: "release-twice",
            severity: Severity::Error,
            at: Some(spot(entry.kustomization, &format!("{}/name", entry.pointer))),
            message: format!(
                "chart {} is inflated a second time, for the same release, in {}{line}",
                entry.word("name"),
                at.file
            ),
            why: "values never merge from one kustomization to another: both inflations have objects of the same names, and the build fails".to_owned(),
            remedy: "keep one `helmCharts:` entry, in the overlay, and give it the base's file as `valuesFile` and the overlay's own under `additionalValuesFiles`".to_owned(),
        });
    }
}

/// `namespace:` above the chart that writes into kube-system.
fn moved(parts: &[Rc<Kustomization>], entries: &[Entry<'_>], out: &mut Vec<Finding>) {
    let Some(chart) = entries.iter().find(|entry| entry.word("name") == STACK) else {
        return;
    };
    for part in parts {
        let above = tree_holds(part, chart.kustomization, parts);
        if !above || !is_set(part.get("namespace")) {
            continue;
        }
        out.push(Finding {
            code: "namespace-over-chart",
            severity: Severity::Warning,
            at: Some(spot(part, "/namespace")),
            message: format!("`namespace:` stands over the chart {STACK}"),
            why: "kustomize 5.8 leaves a chart's objects where they are; the older one in kubectl moves all of them, the Services in kube-system too, away from their pods".to_owned(),
            remedy: "remove it: `namespace:` of the `helmCharts:` entry says where the chart goes, and manifests say it themselves".to_owned(),
        });
    }
}

/// Whether a kustomization is built from another one, or is it.
fn tree_holds(above: &Kustomization, below: &Kustomization, parts: &[Rc<Kustomization>]) -> bool {
    let mut reached = vec![above];
    let mut next = 0;
    while let Some(here) = reached.get(next).copied() {
        if here.canonical == below.canonical {
            return true;
        }
        next += 1;
        let mut references = here.resources();
        references.extend(here.strings("components"));
        let targets = references.iter().filter_map(|it| here.target(it.text));
        for target in targets {
            let part = parts.iter().find(|it| it.canonical == target.canonical);
            if let Some(part) = part
                && !reached.iter().any(|it| it.canonical == part.canonical)
            {
                reached.push(part);
            }
        }
    }
    false
}

/// Selectors that find only what the chart itself made. `ruleSelector` is none of an agent's.
const SELECTORS: [(&str, bool); 5] = [
    ("serviceMonitor", true),
    ("podMonitor", true),
    ("probe", true),
    ("scrapeConfig", true),
    ("rule", false),
];

/// `*SelectorNilUsesHelmValues` left true.
pub(super) fn selectors(units: &[Unit], out: &mut Vec<Finding>) {
    for chart in units.iter().flat_map(|unit| &unit.composed) {
        if chart.value.get("name").and_then(Value::as_str) == Some(STACK) {
            selector(chart, out);
        }
    }
}

fn selector(chart: &Composed, out: &mut Vec<Finding>) {
    let values = "/valuesInline/prometheus";
    let value = |pointer: &str| chart.value.pointer(&format!("{values}{pointer}"));
    if value("/enabled") == Some(&Value::Bool(false)) {
        return;
    }
    let agent = value("/agentMode") == Some(&Value::Bool(true));
    let field = |name: &str| format!("{name}SelectorNilUsesHelmValues");
    let left: Vec<String> = SELECTORS
        .into_iter()
        .filter(|(_, of_agents)| *of_agents || !agent)
        .filter(|(name, _)| !is_set(value(&format!("/prometheusSpec/{name}Selector"))))
        .map(|(name, _)| field(name))
        .filter(|field| value(&format!("/prometheusSpec/{field}")) != Some(&Value::Bool(false)))
        .collect();
    let Some(first) = left.first() else {
        return;
    };
    let place = chart
        .places
        .at(&format!("{values}/prometheusSpec/{first}"), None);
    out.push(Finding {
        code: "selector-of-the-release",
        severity: Severity::Warning,
        at: place.map(|place| Spot {
            file: place.file,
            line: Some(place.line),
            column: Some(place.column),
        }),
        message: format!("{} not false", listed(&left)),
        why: "Prometheus then finds only objects that carry the release's own label: whatever else is in the cluster is not scraped or evaluated, and nothing says so".to_owned(),
        remedy: "set them to `false` below `prometheus.prometheusSpec`, or give the selectors of your own".to_owned(),
    });
}

/// `a`, `b` and `c` are.
fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, [])) => format!("{last} is"),
        Some((last, rest)) => format!("{} and {last} are", rest.join(", ")),
        None => String::new(),
    }
}
