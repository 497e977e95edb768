//! What a user may configure, and what is wrong with it.

use std::collections::BTreeMap;

use krmguard_sdk::pointer::join;
use krmguard_sdk::{ConfigProblem, Exclude, Resource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The config as written.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Config {
    /// The external label that names the cluster.
    pub label: String,
    /// The cluster's name. Unset: the unit's.
    pub cluster: Option<String>,
    /// External labels beside it, such as `environment: edge`.
    pub labels: BTreeMap<String, String>,
    /// What to do where another value is there already: report it (CL02), or replace it (CL13).
    pub on_conflict: OnConflict,
    /// Also set the label by a last write-relabel rule on every remote write (CL11), over what series bring themselves.
    pub force: bool,
    /// Objects that this policy leaves alone.
    pub exclude: Vec<Exclude>,
}

/// What to do with another value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnConflict {
    /// It is reported (CL02).
    #[default]
    Report,
    /// It is replaced (CL13).
    Overwrite,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            label: "cluster".to_owned(),
            cluster: None,
            labels: BTreeMap::new(),
            on_conflict: OnConflict::default(),
            force: false,
            exclude: Vec::new(),
        }
    }
}

impl Config {
    /// Whether the object is to be left alone.
    pub(crate) fn excludes(&self, resource: &Resource) -> bool {
        self.exclude.iter().any(|exclude| exclude.matches(resource))
    }

    /// Everything that is wrong with it.
    pub(crate) fn problems(&self) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        let mut add = |pointer: String, message: Option<String>| {
            problems.extend(message.map(|message| ConfigProblem::new(pointer, message)));
        };
        add("/label".to_owned(), name_problem(&self.label));
        if let Some(cluster) = &self.cluster {
            add("/cluster".to_owned(), value_problem(cluster));
        }
        for (name, value) in &self.labels {
            let pointer = join("/labels", name);
            if *name == self.label {
                let message = format!(
                    "`{name}` is the label of the cluster itself: write its value as `cluster`"
                );
                add(pointer, Some(message));
                continue;
            }
            add(pointer.clone(), name_problem(name));
            add(pointer, value_problem(value));
        }
        for (index, one) in self.exclude.iter().enumerate() {
            if one.name.is_empty() {
                add(
                    format!("/exclude/{index}/name"),
                    Some("an object without a name cannot be excluded".to_owned()),
                );
            }
        }
        problems
    }
}

/// Names that Prometheus, the operator, Thanos Receive or the scraped targets set themselves.
const RESERVED: [&str; 9] = [
    "prometheus",
    "prometheus_replica",
    "replica",
    "tenant_id",
    "job",
    "instance",
    "namespace",
    "pod",
    "le",
];

/// Whether the name is what PromQL reads without quotes.
/// <https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels>
pub(crate) fn is_legacy_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// What is wrong with a label's name.
fn name_problem(name: &str) -> Option<String> {
    if !is_legacy_name(name) {
        return Some(format!(
            "`{name}` is no label name: letters, digits and `_`, not beginning with a digit"
        ));
    }
    let owner = match name {
        _ if name.starts_with("__") => "Prometheus keeps names that begin with `__` for itself",
        _ if name.starts_with("receive") => "Thanos Receive marks its replicas with such labels",
        "quantile" => "summaries use it",
        _ if RESERVED.contains(&name) => {
            "it is set by Prometheus, its operator, Thanos or the scraped targets"
        }
        _ => return None,
    };
    Some(format!("the label `{name}` is reserved: {owner}"))
}

/// What is wrong with a label's value.
pub(crate) fn value_problem(value: &str) -> Option<String> {
    if value.trim().is_empty() {
        return Some("a label with an empty value is no label: Prometheus drops it".to_owned());
    }
    value.contains('$').then(|| {
        format!("`{value}` has a `$`: Prometheus expands variables in external labels from its environment")
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn names_that_others_set_are_refused() {
        for name in [
            "__name__",
            "__x",
            "prometheus",
            "prometheus_replica",
            "replica",
            "tenant_id",
            "receive",
            "receive_replica",
            "receiver",
            "job",
            "instance",
            "namespace",
            "pod",
            "le",
            "quantile",
        ] {
            assert!(name_problem(name).unwrap().contains("reserved"), "{name}");
        }
        for name in ["", "my-label", "9a", "a.b", "클러스터", "a b"] {
            assert!(
                name_problem(name).unwrap().contains("no label name"),
                "{name}"
            );
        }
        for name in [
            "cluster",
            "_cluster",
            "k8s_cluster",
            "environment",
            "pod_name",
            "prometheus_cluster",
            "Region",
            "replicas",
            "a9",
        ] {
            assert_eq!(name_problem(name), None, "{name}");
        }
    }

    #[test]
    fn values_are_neither_empty_nor_expanded() {
        for value in ["", " ", "${CLUSTER}", "a$", "$(POD_NAME)"] {
            assert!(value_problem(value).is_some(), "{value:?}");
        }
        for value in ["cluster-02-edge", "서울", "a b", "1"] {
            assert_eq!(value_problem(value), None, "{value}");
        }
    }
}
