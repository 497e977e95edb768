//! AG10, AG03 and AG07 on chart values: what makes kube-prometheus-stack render an agent on an edge, and no more.

mod ignored;
mod keys;
mod unknown;

use krmguard_sdk::{Chart, Outcome, ResourceSet, Role};
use serde_json::Value;

use crate::arguments::{self, Fate};
use crate::settings::{Component, Config};

/// The chart that these rules know.
const CHART: &str = "kube-prometheus-stack";

/// Whether the chart renders a PrometheusAgent instead of a Prometheus.
const AGENT_MODE: &str = "/prometheus/agentMode";

/// What becomes the `spec` of either.
const SPEC: &str = "/prometheus/prometheusSpec";

/// What an edge must not run: the switch, and whether it is on in the chart's own values.
const SWITCHES: [(Component, &str, bool); 3] = [
    (Component::Alertmanager, "/alertmanager/enabled", true),
    (Component::Grafana, "/grafana/enabled", true),
    (Component::ThanosRuler, "/thanosRuler/enabled", false),
];

pub(crate) fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
    for chart in set
        .charts(CHART)
        .filter(|chart| !config.excludes(chart.resource()))
    {
        unknown::review(chart, out);
        if set.role() == Some(Role::Edge) {
            components(chart, config, out);
            if chart.is_on("/prometheus/enabled", true) {
                prometheus(chart, config, out);
            }
        }
    }
}

fn prometheus(chart: Chart<'_>, config: &Config, out: &mut Outcome) {
    let agent = chart.is_on(AGENT_MODE, false);
    let becomes = !agent && switch(chart, out);
    let fate = match becomes {
        true => Fate::Switches,
        false => Fate::Stays,
    };
    arguments::review_values(chart, SPEC, agent, fate, out);
    if !agent {
        sidecar(chart, out);
    }
    if agent || becomes {
        ignored::review(chart, config, out);
    }
}

/// AG10. Tells whether the chart renders an agent once the edit is applied.
fn switch(chart: Chart<'_>, out: &mut Outcome) -> bool {
    let Some(patch) = chart.set(AGENT_MODE, true) else {
        return false;
    };
    let current = chart.at(AGENT_MODE);
    let state = match current {
        Some(value) => format!("`prometheus.agentMode` is {value}"),
        None => "`prometheus.agentMode` is not set".to_owned(),
    };
    let mut finding = out
        .find("AG10", chart.resource())
        .at(chart.pointer(AGENT_MODE))
        .say(format!(
            "{state}: the chart renders a full Prometheus server on an edge"
        ))
        .proposed(true);
    if let Some(current) = current {
        finding = finding.current(current.clone());
    }
    let finding = finding.id();
    out.edit("AG10", finding, chart.resource(), patch);
    !out.is_off("AG10")
}

/// AG07: the sidecar. The chart renders `thanos` where the mapping is not empty, and an agent has none.
fn sidecar(chart: Chart<'_>, out: &mut Outcome) {
    let path = format!("{SPEC}/thanos");
    if !chart.at(&path).is_some_and(Value::is_object) || !chart.is_on(&path, false) {
        return;
    }
    let disabled = chart.at(&format!("{path}/enabled")) == Some(&Value::Bool(false));
    let why = match disabled {
        true => {
            "`enabled: false` is no switch: the map is not empty, so the chart renders it and the operator adds the \
             sidecar"
        }
        false => "with this map the operator adds the sidecar",
    };
    out.find("AG07", chart.resource())
        .at(chart.pointer(&path))
        .say(format!(
            "`prometheusSpec.thanos` runs a Thanos sidecar on an edge as long as `agentMode` is not true: {why}"
        ))
        .remedy("remove `prometheus.prometheusSpec.thanos` altogether");
}

/// AG07: what the chart renders beside Prometheus. Where the config removes it (AG14), nothing has to be edited here.
fn components(chart: Chart<'_>, config: &Config, out: &mut Outcome) {
    for (component, switch, default) in SWITCHES {
        let removed = config.remove.contains(&component) && !out.is_off("AG14");
        if removed || !chart.is_on(switch, default) {
            continue;
        }
        let name = component.name();
        let value = component.chart_value();
        let message = match chart.at(switch) {
            Some(_) => {
                format!("the chart runs {name} on an edge; it belongs on the central cluster")
            }
            None => format!(
                "the chart runs {name} on an edge unless {value} is set; it belongs on the central cluster"
            ),
        };
        let finding = out
            .find("AG07", chart.resource())
            .at(chart.pointer(switch))
            .say(message)
            .remedy(format!(
                "set {value}, or let the config drop it with `remove: [{name}]`"
            ))
            .proposed(false);
        if let Some(current) = chart.at(switch) {
            finding.current(current.clone());
        }
    }
}
