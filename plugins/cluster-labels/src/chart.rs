//! CL01 on the values of kube-prometheus-stack, of which the chart makes the external labels of its Prometheus.

use krmguard_sdk::pointer::join;
use krmguard_sdk::{Chart, FindingId, Outcome, Patch, ResourceSet};
use serde_json::Value;

use crate::config::Config;

/// The chart that this rule knows.
const CHART: &str = "kube-prometheus-stack";

/// Where the labels stand in the values.
const EXTERNAL: &str = "/prometheus/prometheusSpec/externalLabels";

/// Every entry that renders a Prometheus or PrometheusAgent and is not excluded.
pub(crate) fn judged<'a>(
    config: &'a Config,
    set: &'a ResourceSet,
) -> impl Iterator<Item = Chart<'a>> {
    set.charts(CHART).filter(|chart| {
        chart.is_on("/prometheus/enabled", true) && !config.excludes(chart.resource())
    })
}

/// Judges one entry. `wanted` are names and values, the cluster's own first.
pub(crate) fn review(
    chart: Chart<'_>,
    wanted: &[(&str, &str)],
    config: &Config,
    out: &mut Outcome,
) {
    let labels = match chart.at(EXTERNAL) {
        Some(Value::Object(map)) => Some(map),
        None => None,
        Some(other) => {
            out.find("CL01", chart.resource())
                .at(chart.pointer(EXTERNAL))
                .say("`prometheusSpec.externalLabels` is no mapping, so that no label is set")
                .remedy("write it as a mapping of names to values")
                .current(other.clone());
            return;
        }
    };
    // The first edit makes the mapping where there is none.
    let mut exists = labels.is_some();
    for &(name, value) in wanted {
        let what = match labels.and_then(|labels| labels.get(name)) {
            None | Some(Value::Null) if name == config.label => {
                format!("no external label `{name}`: nobody can tell where its series come from")
            }
            None | Some(Value::Null) => format!("no external label `{name}`"),
            Some(Value::String(text)) if text.is_empty() => {
                format!("the external label `{name}` is empty: Prometheus drops it")
            }
            Some(_) => continue,
        };
        let path = join(EXTERNAL, name);
        let patch = match exists {
            true => Some(Patch::new().add(chart.pointer(&path), value)),
            false => chart.set(&path, value),
        };
        let Some(patch) = patch else { return };
        exists = true;
        let finding = say(chart, &path, (name, value), what, out);
        out.edit("CL01", finding, chart.resource(), patch);
    }
}

fn say(
    chart: Chart<'_>,
    path: &str,
    (name, value): (&str, &str),
    what: String,
    out: &mut Outcome,
) -> FindingId {
    let finding = out
        .find("CL01", chart.resource())
        .at(chart.pointer(path))
        .say(what)
        .remedy(format!(
            "set `{name}: {value}` in `prometheus.prometheusSpec.externalLabels`"
        ))
        .proposed(value);
    match chart.at(path) {
        Some(current) => finding.current(current.clone()).id(),
        None => finding.id(),
    }
}
