//! The policy `cluster-labels`: every cluster's series say where they come from.
#![forbid(unsafe_code)]

mod catalogue;
mod chart;
mod config;
mod environment;
mod external;
mod fleet;
mod force;
mod labels;
mod literal;
mod monitors;
mod mounted;
mod raw;
mod relabel;
mod replicas;
mod sending;
mod thanos;
mod variable;

use krmguard_sdk::{
    ConfigProblem, Description, Fleet, FleetOutcome, Member, Outcome, Policy, Resource,
    ResourceSet, Selector, Text,
};

use crate::config::value_problem;
pub use crate::config::{Config, OnConflict};

const GROUP: &str = "monitoring.coreos.com";
const KINDS: [&str; 2] = ["Prometheus", "PrometheusAgent"];

/// The policy.
pub struct ClusterLabels;

impl Policy for ClusterLabels {
    type Config = Config;
    const NAME: &'static str = "cluster-labels";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    fn describe() -> Description {
        let mut selectors: Vec<Selector> = KINDS
            .iter()
            .chain(&["ThanosRuler"])
            .map(|kind| Selector::manifest(GROUP, kind))
            .collect();
        selectors.push(Selector::chart_values());
        selectors.extend(monitors::KINDS.iter().map(|kind| {
            // `relabelings`, `metricRelabelings`, `relabelingConfigs`
            Selector::manifest(GROUP, kind).containing(&["elabeling"])
        }));
        selectors.extend(["ConfigMap", "Secret"].iter().map(|kind| {
            Selector::manifest("", kind).containing(&["scrape_config", "remote_write"])
        }));
        let workloads = Selector::workloads().into_iter();
        selectors.extend(workloads.map(|one| one.containing(&["thanos", "prometheus"])));
        Description {
            title: Text {
                en: "Every cluster's series say where they come from",
                ko: "모든 클러스터의 시계열은 출처를 밝힙니다",
            },
            selectors,
            rules: catalogue::RULES,
            secrets: true,
        }
    }

    fn check(config: &Config) -> Vec<ConfigProblem> {
        config.problems()
    }

    fn check_set(config: &Config, set: &ResourceSet) -> Vec<ConfigProblem> {
        let unit = &set.unit().name;
        let message = match cluster(config, set) {
            Some(name) => match value_problem(name) {
                Some(why) if runs_prometheus(config, set) => {
                    format!("unit {unit}: the cluster's name cannot be a label's value: {why}")
                }
                _ => return Vec::new(),
            },
            // Without a name CL01 has nothing to set, which CL09 says; but what is to be forced?
            None => match judged(config, set).find(|resource| config.force && sends(resource)) {
                Some(first) => format!(
                    "unit {unit}: `force` needs the cluster's name for {first}: say it as `spec.cluster.name` in the \
                     PolicySet, with --cluster, or as `cluster` in this policy's config"
                ),
                None => return Vec::new(),
            },
        };
        vec![ConfigProblem::new("", message)]
    }

    fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
        let cluster = cluster(config, set);
        let mut wanted: Vec<(&str, &str)> = Vec::new();
        wanted.extend(cluster.map(|cluster| (config.label.as_str(), cluster)));
        wanted.extend(
            config
                .labels
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        let mut names: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
        names.push(&config.label);
        for chart in chart::judged(config, set) {
            chart::review(chart, &wanted, config, out);
        }
        let forced = config.force && !out.is_off("CL11");
        for resource in judged(config, set) {
            external::review(resource, &wanted, config, out);
            external::state(resource, cluster, config, out);
            labels::review(resource, &names, config, out);
            replicas::review(resource, out);
            let present = external::literal(resource, &config.label);
            let own: Vec<&str> = cluster.into_iter().chain(present).collect();
            sending::review(resource, &config.label, &own, forced, out);
            if let (true, Some(cluster)) = (config.force, cluster) {
                force::review(resource, &config.label, cluster, out);
            }
        }
        if !forced {
            monitors::review(config, set, cluster, out);
        }
        thanos::review(config, set, out);
        raw::review(config, set, cluster, out);
    }
}

impl Fleet for ClusterLabels {
    fn judge(members: &[Member<'_, Config>], out: &mut FleetOutcome) {
        fleet::judge(members, out);
    }
}

/// What the config names, else the unit.
fn cluster<'a>(config: &'a Config, set: &'a ResourceSet) -> Option<&'a str> {
    config.cluster.as_deref().or_else(|| set.cluster())
}

/// Every Prometheus and PrometheusAgent that is not excluded.
fn judged<'a>(config: &'a Config, set: &'a ResourceSet) -> impl Iterator<Item = &'a Resource> {
    set.manifests()
        .filter(|resource| KINDS.iter().any(|kind| resource.is(GROUP, kind)))
        .filter(|resource| !config.excludes(resource))
}

/// Whether there is a Prometheus whose label may have to be set, as a manifest or as a chart's values.
fn runs_prometheus(config: &Config, set: &ResourceSet) -> bool {
    judged(config, set).next().is_some() || chart::judged(config, set).next().is_some()
}

/// Whether it has a remote write.
fn sends(resource: &Resource) -> bool {
    !resource.items_at("/spec/remoteWrite").is_empty()
}

krmguard_sdk::export!(ClusterLabels, fleet);
