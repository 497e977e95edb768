//! Scrape rules that give series a cluster of their own: CL10.

use krmguard_sdk::pointer::join;
use krmguard_sdk::{Outcome, Resource, ResourceSet};

use crate::GROUP;
use crate::config::Config;
use crate::relabel::{Effect, Relabel};

/// The kinds that scrape.
pub(crate) const KINDS: [&str; 4] = ["ServiceMonitor", "PodMonitor", "Probe", "ScrapeConfig"];

/// Judges every monitor that is not excluded. `cluster` is this cluster's name, where it is known.
pub(crate) fn review(config: &Config, set: &ResourceSet, cluster: Option<&str>, out: &mut Outcome) {
    for resource in set.manifests() {
        let Some(kind) = KINDS.iter().find(|kind| resource.is(GROUP, kind)) else {
            continue;
        };
        if config.excludes(resource) {
            continue;
        }
        for lists in lists(resource, kind) {
            judge(resource, &lists, &config.label, cluster, out);
        }
    }
}

/// The lists of rules that one target's series go through, in order.
fn lists(resource: &Resource, kind: &str) -> Vec<Vec<String>> {
    let both = |base: &str| vec![join(base, "relabelings"), join(base, "metricRelabelings")];
    let endpoints = |key: &str| {
        let base = join("/spec", key);
        (0..resource.items_at(&base).len())
            .map(|index| both(&join(&base, index)))
            .collect()
    };
    match kind {
        "ServiceMonitor" => endpoints("endpoints"),
        "PodMonitor" => endpoints("podMetricsEndpoints"),
        // It has one of the two targets.
        "Probe" => vec![vec![
            "/spec/targets/staticConfig/relabelingConfigs".to_owned(),
            "/spec/targets/ingress/relabelingConfigs".to_owned(),
            "/spec/metricRelabelings".to_owned(),
        ]],
        _ => vec![both("/spec")],
    }
}

fn judge(
    resource: &Resource,
    lists: &[String],
    label: &str,
    cluster: Option<&str>,
    out: &mut Outcome,
) {
    let mut writers: Vec<(String, String)> = Vec::new();
    for base in lists {
        for (index, rule) in resource.items_at(base).iter().enumerate() {
            let at = join(base, index);
            match Relabel(rule).on(label) {
                // Without a label of its own the series gets the external one.
                Effect::Dropped => writers.clear(),
                Effect::Constant { value, always }
                    if value.is_empty() || Some(value) == cluster =>
                {
                    if always {
                        writers.clear();
                    }
                }
                Effect::Constant { value, .. } if cluster.is_some() => {
                    writers.push((at, format!("`{value}`")));
                }
                Effect::Rewritten => writers.push((at, "what other labels say".to_owned())),
                // What an exporter brings itself is not this rule's doing.
                Effect::None | Effect::Transformed | Effect::Constant { .. } => {}
            }
        }
    }
    for (at, what) in writers {
        out.find("CL10", resource).at(at).say(format!(
            "this rule sets `{label}` to {what}: the external label is added only to series that have none, so these leave \
             under another cluster's name"
        ));
    }
}
