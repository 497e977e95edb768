//! The policy's config.

use krmguard_sdk::{ConfigProblem, Exclude, Resource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::duration;

/// What a user may configure.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Config {
    /// Objects that this policy leaves alone.
    pub exclude: Vec<Exclude>,
    /// What to drop on edges instead of reporting it (AG14 in place of AG07).
    pub remove: Vec<Component>,
    /// Up to which `retention` a server's value becomes the agent's buffer (AG02).
    pub max_buffer: String,
    /// Hosts, with or without a port, that are Thanos receivers whatever the path of the URL says (AG12).
    pub receiver_hosts: Vec<String>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            exclude: Vec::new(),
            remove: Vec::new(),
            max_buffer: "24h".to_owned(),
            receiver_hosts: Vec::new(),
        }
    }
}

/// What an edge must not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Component {
    /// The custom resource, or a workload that runs it.
    Alertmanager,
    /// A workload that runs it.
    Grafana,
    /// The custom resource, or a workload that runs `thanos rule`.
    ThanosRuler,
}

impl Component {
    /// The name as the config has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Component::Alertmanager => "Alertmanager",
            Component::Grafana => "Grafana",
            Component::ThanosRuler => "ThanosRuler",
        }
    }

    /// The chart value that keeps it from being rendered.
    pub(crate) fn chart_value(self) -> &'static str {
        match self {
            Component::Alertmanager => "`alertmanager.enabled: false`",
            Component::Grafana => "`grafana.enabled: false`",
            Component::ThanosRuler => "`thanosRuler.enabled: false`",
        }
    }
}

impl Config {
    /// Whether the object is left alone.
    pub(crate) fn excludes(&self, resource: &Resource) -> bool {
        self.exclude.iter().any(|exclude| exclude.matches(resource))
    }

    /// Whether a retention is a time that an agent may buffer.
    pub(crate) fn may_buffer(&self, retention: &str) -> bool {
        let times = duration::parse(retention).zip(duration::parse(&self.max_buffer));
        times.is_some_and(|(wanted, most)| wanted > 0 && wanted <= most)
    }

    /// What the type alone does not say.
    pub(crate) fn problems(&self) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        if duration::parse(&self.max_buffer).is_none() {
            problems.push(ConfigProblem::new(
                "/maxBuffer",
                format!(
                    "`{}` is no duration: write it as Prometheus does, such as `24h` or `1d12h`",
                    self.max_buffer
                ),
            ));
        }
        for (index, host) in self.receiver_hosts.iter().enumerate() {
            if host.is_empty() || host.contains('/') {
                problems.push(ConfigProblem::new(
                    format!("/receiverHosts/{index}"),
                    format!("`{host}` is no host: write the name, and the port if need be, without scheme and path"),
                ));
            }
        }
        problems
    }
}
