//! AG06: the configuration file that a plain Prometheus workload mounts from a ConfigMap.

use std::collections::BTreeMap;
use std::ops::Range;

use krmguard_sdk::pointer::join;
use krmguard_sdk::{CommandLine, Container, Outcome, Resource, ResourceSet, Workload, embedded};
use serde_json::Value;

use crate::settings::Config;

/// Keys that an agent refuses where they are not empty.
/// Source: prometheus v3.7.2 config.LoadFile: "field alerting is not allowed in agent mode", exit code 2.
pub(crate) const REFUSED: &[&str] = &["alerting", "rule_files", "remote_read"];

/// What agents refuse in each configuration that was looked at: many workloads may mount one.
#[derive(Default)]
pub(crate) struct Configurations {
    refused: BTreeMap<(u32, String), Vec<Refused>>,
}

/// A key that an agent refuses, and which bytes of the configuration it is.
struct Refused {
    key: &'static str,
    range: Option<Range<usize>>,
}

impl Configurations {
    pub(crate) fn review(
        &mut self,
        workload: &Workload<'_>,
        container: &Container<'_>,
        config: &Config,
        set: &ResourceSet,
        out: &mut Outcome,
    ) {
        let line = container.command_line();
        let Some(path) = config_path(&line) else {
            return;
        };
        let Some((config_map, key)) = source(workload, container, path, set) else {
            return;
        };
        if config.excludes(config_map) {
            return;
        }
        let pointer = join("/data", &key);
        let read = || config_map.str_at(&pointer).map(refused).unwrap_or_default();
        let refused = self
            .refused
            .entry((config_map.id(), key))
            .or_insert_with(read);
        for Refused { key, range } in refused {
            let mut finding = out
                .find("AG06", config_map)
                .at(pointer.clone())
                .say(format!(
                    "`{key}` in the configuration of {}: an agent ends with exit code 2 on it",
                    workload.resource()
                ))
                .remedy(format!(
                    "remove `{key}`; alerting and rules run on the central cluster"
                ))
                .note_at(
                    workload.resource(),
                    container.pointer(),
                    "the container that reads it",
                );
            if let Some(range) = range {
                finding = finding.range(range.clone());
            }
            finding.id();
        }
    }
}

/// What an agent refuses in a configuration. What is no YAML, or a template that only becomes some, is not this rule's
/// business.
fn refused(text: &str) -> Vec<Refused> {
    let Ok(yaml) = embedded(text) else {
        return Vec::new();
    };
    let refused = REFUSED.iter().filter_map(|key| {
        let pointer = join("", key);
        let value = yaml.at(&pointer)?;
        (!is_empty(key, value)).then(|| Refused {
            key,
            range: yaml.key_range(&pointer),
        })
    });
    refused.collect()
}

/// The file that Prometheus reads. Without arguments the image's own command names it; with some, but none
/// for this, it is relative to a directory that no manifest shows.
fn config_path(line: &CommandLine) -> Option<&str> {
    match line.all("config.file").last() {
        Some(flag) => flag.value().filter(|path| path.starts_with('/')),
        None if line.tokens.is_empty() && line.program.is_none() => {
            Some("/etc/prometheus/prometheus.yml")
        }
        None => None,
    }
}

/// Empty `rule_files` and `alerting` without Alertmanagers are accepted.
fn is_empty(key: &str, value: &Value) -> bool {
    let no_items = |value: Option<&Value>| match value {
        None | Some(Value::Null) => true,
        Some(Value::Array(items)) => items.is_empty(),
        Some(_) => false,
    };
    match key {
        "alerting" => {
            no_items(value.get("alertmanagers")) && no_items(value.get("alert_relabel_configs"))
        }
        _ => no_items(Some(value)),
    }
}

/// The mount of a container that covers a path: the longest `mountPath`, with its index's value.
pub(crate) fn covering<'a>(container: &Container<'a>, path: &str) -> Option<(&'a Value, String)> {
    let mounts = container.items("volumeMounts").filter_map(|(_, mount)| {
        let base = mount.get("mountPath")?.as_str()?.trim_end_matches('/');
        let rest = path.strip_prefix(base)?;
        let below = rest.is_empty() || rest.starts_with('/');
        below.then(|| (base.len(), mount, rest.trim_matches('/').to_owned()))
    });
    mounts
        .max_by_key(|(length, _, _)| *length)
        .map(|(_, mount, rest)| (mount, rest))
}

/// The ConfigMap and key behind a path of a container. `None` where anything on the way is something else.
fn source<'a>(
    workload: &Workload<'_>,
    container: &Container<'_>,
    path: &str,
    set: &'a ResourceSet,
) -> Option<(&'a Resource, String)> {
    let (mount, rest) = covering(container, path)?;
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    if mount.get("subPathExpr").is_some() {
        return None;
    }
    // A subPath is a file, which the mount path names, or a folder that the rest continues.
    let file = match (
        text(mount, "subPath").filter(|sub| !sub.is_empty()),
        rest.is_empty(),
    ) {
        (Some(sub), true) => sub,
        (Some(sub), false) => format!("{}/{rest}", sub.trim_end_matches('/')),
        (None, true) => return None,
        (None, false) => rest,
    };
    let name = text(mount, "name")?;
    let (_, volume) = workload
        .volumes()
        .find(|(_, volume)| text(volume, "name").as_deref() == Some(name.as_str()))?;
    let projected = volume
        .get("projected")
        .and_then(|projected| projected.get("sources"));
    let sources = match (volume.get("configMap"), projected.and_then(Value::as_array)) {
        (Some(config_map), _) => vec![config_map],
        (None, Some(sources)) => sources
            .iter()
            .filter_map(|source| source.get("configMap"))
            .collect(),
        (None, None) => return None,
    };
    sources.into_iter().find_map(|source| {
        let key = match source.get("items").and_then(Value::as_array) {
            Some(items) => {
                let item = items
                    .iter()
                    .find(|item| text(item, "path").as_deref() == Some(file.as_str()))?;
                text(item, "key")?
            }
            None => file.clone(),
        };
        let name = text(source, "name")?;
        let config_map = set.get("", "ConfigMap", workload.resource().namespace(), &name)?;
        config_map
            .map_at("/data")?
            .contains_key(&key)
            .then_some((config_map, key))
    })
}
