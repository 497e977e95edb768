//! AG07 and AG14: what belongs on the central cluster and not on an edge.

use krmguard_sdk::{Container, Lot, Outcome, Resource, ResourceSet, Workload};
use serde_json::Value;

use crate::conversion;
use crate::facts::GROUP;
use crate::raw;
use crate::settings::{Component, Config};

pub(crate) fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
    for (kind, component) in [
        ("Alertmanager", Component::Alertmanager),
        ("ThanosRuler", Component::ThanosRuler),
    ] {
        for resource in set
            .of_kind(GROUP, kind)
            .filter(|resource| judged(resource, config))
        {
            report(resource, component, "/kind".to_owned(), config, out);
        }
    }
    for workload in set
        .workloads()
        .filter(|workload| judged(workload.resource(), config))
    {
        if raw::long_running(&workload) {
            inspect(&workload, config, out);
        }
    }
    for kind in ["Prometheus", "PrometheusAgent"] {
        for resource in set
            .of_kind(GROUP, kind)
            .filter(|resource| !config.excludes(resource))
        {
            sidecars(
                resource,
                Container::list(resource, "/spec/containers", Lot::Main),
                out,
            );
            // AG01 drops the field, and says so.
            let dropped =
                kind == "PrometheusAgent" || conversion::converts(resource, config, set, out);
            if !dropped
                && resource
                    .at("/spec/thanos")
                    .is_some_and(|thanos| !thanos.is_null())
            {
                thanos_field(resource, out);
            }
        }
    }
}

/// Scaled to nothing, it does not run.
fn judged(resource: &Resource, config: &Config) -> bool {
    !config.excludes(resource) && resource.at("/spec/replicas").and_then(Value::as_i64) != Some(0)
}

fn inspect(workload: &Workload<'_>, config: &Config, out: &mut Outcome) {
    let resource = workload.resource();
    let main: Vec<Container<'_>> = workload
        .containers()
        .filter(|container| container.lot() == Lot::Main)
        .collect();
    let found: Vec<(Component, String)> = main
        .iter()
        .filter_map(|container| Some((component(container)?, container.field("image"))))
        .collect();
    // Dropping the workload would drop the Prometheus beside it.
    let shared = main.iter().any(raw::is_prometheus);
    let removed = found
        .iter()
        .find(|(component, _)| removes(config, *component, out) && !shared);
    match removed {
        Some((component, at)) => remove(resource, *component, at.clone(), out),
        None => {
            for (component, at) in found {
                accuse(resource, component, at, out);
            }
        }
    }
    sidecars(resource, main, out);
}

/// What a container runs that an edge must not, by the last element of its image's path.
fn component(container: &Container<'_>) -> Option<Component> {
    let line = container.command_line();
    let program = line
        .program
        .as_ref()
        .map(|token| raw::base_name(&token.text));
    match container.image()?.name() {
        "grafana" | "grafana-oss" | "grafana-enterprise" => Some(Component::Grafana),
        "alertmanager" if program != Some("amtool") => Some(Component::Alertmanager),
        "thanos" if subcommand(container).as_deref() == Some("rule") => {
            Some(Component::ThanosRuler)
        }
        _ => None,
    }
}

/// The subcommand of `thanos`: its first word. Before it only flags of the program itself can stand.
fn subcommand(container: &Container<'_>) -> Option<String> {
    let line = container.command_line();
    let words = line.words(|flag| !matches!(flag, "version" | "help" | "enable-auto-gomemlimit"));
    words.first().map(|token| token.text.clone())
}

fn report(
    resource: &Resource,
    component: Component,
    at: String,
    config: &Config,
    out: &mut Outcome,
) {
    if removes(config, component, out) {
        remove(resource, component, at, out);
    } else {
        accuse(resource, component, at, out);
    }
}

fn removes(config: &Config, component: Component, out: &Outcome) -> bool {
    config.remove.contains(&component) && !out.is_off("AG14")
}

fn remove(resource: &Resource, component: Component, at: String, out: &mut Outcome) {
    let finding = out
        .find("AG14", resource)
        .at(at)
        .say(format!(
            "{resource} runs {} on an edge; the config removes it",
            component.name()
        ))
        .remedy(format!(
            "with the chart, set {}: then what belongs to it (services, secrets) goes too",
            component.chart_value()
        ))
        .id();
    out.delete("AG14", finding, resource);
}

fn accuse(resource: &Resource, component: Component, at: String, out: &mut Outcome) {
    let value = component.chart_value();
    let name = component.name();
    out.find("AG07", resource)
        .at(at)
        .say(format!("{resource} runs {name} on an edge; it belongs on the central cluster"))
        .remedy(format!("take it out (with the chart: {value}), or let the config drop it with `remove: [{name}]`"));
}

/// Thanos sidecars among containers: by what they run, or by the name by which the operator would merge them.
fn sidecars(resource: &Resource, containers: Vec<Container<'_>>, out: &mut Outcome) {
    for container in containers {
        let thanos = container
            .image()
            .is_some_and(|image| image.name() == "thanos");
        let runs = thanos && subcommand(&container).as_deref() == Some("sidecar");
        let patches = container.image_text().is_none() && container.name() == "thanos-sidecar";
        if runs || patches {
            out.find("AG07", resource)
                .at(container.pointer())
                .say(format!(
                    "{resource} runs a Thanos sidecar in the container `{}`: an edge keeps no blocks to upload",
                    container.name()
                ))
                .remedy("remove the container; an edge sends by remote write");
        }
    }
}

fn thanos_field(prometheus: &Resource, out: &mut Outcome) {
    let disabled = prometheus.at("/spec/thanos/enabled") == Some(&Value::Bool(false));
    let why = if disabled {
        "`enabled: false` is no switch: the map is there, so the operator adds the sidecar"
    } else {
        "with this map the operator adds the sidecar"
    };
    out.find("AG07", prometheus)
        .at("/spec/thanos")
        .say(format!(
            "{prometheus} runs a Thanos sidecar on an edge: {why}"
        ))
        .remedy(
            "remove `thanos` altogether (in the chart values: `prometheus.prometheusSpec.thanos`)",
        );
}
