//! The policy `cluster-labels`: every cluster's series say where they come from.
#![forbid(unsafe_code)]

mod catalogue;
mod config;
mod external;
mod force;

use krmguard_sdk::{
    ConfigProblem, Description, Outcome, Policy, Resource, ResourceSet, Selector, Text,
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
        Description {
            title: Text {
                en: "Every cluster's series say where they come from",
                ko: "모든 클러스터의 시계열은 출처를 밝힙니다",
            },
            selectors: KINDS
                .iter()
                .map(|kind| Selector::manifest(GROUP, kind))
                .collect(),
            rules: catalogue::RULES,
            secrets: false,
        }
    }

    fn check(config: &Config) -> Vec<ConfigProblem> {
        config.problems()
    }

    fn check_set(config: &Config, set: &ResourceSet) -> Vec<ConfigProblem> {
        let Some(first) = judged(config, set).next() else {
            return Vec::new();
        };
        let unit = &set.unit().name;
        let message = match cluster(config, set) {
            None => format!(
                "unit {unit}: {first} needs the cluster's name: say it as `spec.cluster.name` in the PolicySet, with \
                 --cluster, or as `cluster` in this policy's config"
            ),
            Some(name) => match value_problem(name) {
                Some(why) => {
                    format!("unit {unit}: the cluster's name cannot be a label's value: {why}")
                }
                None => return Vec::new(),
            },
        };
        vec![ConfigProblem::new("", message)]
    }

    fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
        let Some(cluster) = cluster(config, set) else {
            return;
        };
        let mut wanted = vec![(config.label.as_str(), cluster)];
        wanted.extend(
            config
                .labels
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        for resource in judged(config, set) {
            external::review(resource, &wanted, config, out);
            if config.force {
                force::review(resource, &config.label, cluster, out);
            }
        }
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

krmguard_sdk::export!(ClusterLabels);
