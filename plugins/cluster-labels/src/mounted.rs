//! Which ConfigMaps and Secrets a Prometheus that no operator runs reads its configuration from.

use std::collections::BTreeMap;

use krmguard_sdk::{CommandLine, Container, Lot, Resource, ResourceSet, Workload};
use serde_json::Value;

/// A configuration that a workload mounts.
pub(crate) struct Mount<'a> {
    pub(crate) workload: &'a Resource,
    /// Where its container stands.
    pub(crate) container: String,
    /// `ConfigMap` or `Secret`.
    kind: &'static str,
    name: &'a str,
    /// `None`: any key, because the file that Prometheus reads is made from it on the way.
    key: Option<String>,
}

/// What a configuration is looked up by: kind, namespace and name of its object, and its key.
type Key<'a> = (&'static str, Option<&'a str>, &'a str, Option<String>);

/// All configurations of all Prometheus workloads of a unit.
pub(crate) struct Mounts<'a> {
    all: Vec<Mount<'a>>,
    /// Of those that read the same, the first.
    first: BTreeMap<Key<'a>, usize>,
}

impl<'a> Mounts<'a> {
    pub(crate) fn of(set: &'a ResourceSet) -> Mounts<'a> {
        let all = all(set);
        let mut first = BTreeMap::new();
        for (at, mount) in all.iter().enumerate() {
            let namespace = mount.workload.namespace();
            let key = (mount.kind, namespace, mount.name, mount.key.clone());
            first.entry(key).or_insert(at);
        }
        Mounts { all, first }
    }

    /// The first mount that reads this key of the object.
    pub(crate) fn of_key(&self, resource: &'a Resource, key: &str) -> Option<&Mount<'a>> {
        let kind = ["ConfigMap", "Secret"]
            .into_iter()
            .find(|kind| resource.is("", kind))?;
        let at = |key: Option<String>| {
            let key = (kind, resource.namespace(), resource.name(), key);
            self.first.get(&key).copied()
        };
        let found = [at(Some(key.to_owned())), at(None)];
        self.all.get(found.into_iter().flatten().min()?)
    }
}

fn all(set: &ResourceSet) -> Vec<Mount<'_>> {
    let mut mounts = Vec::new();
    for workload in set.workloads() {
        for container in workload.containers() {
            let line = container.command_line();
            if container.lot() == Lot::Main && is_prometheus(&container, &line) {
                mounts.extend(of_container(&workload, &container, &line));
            }
        }
    }
    mounts
}

/// Whether a container runs the Prometheus of its image, which also carries promtool.
fn is_prometheus(container: &Container<'_>, line: &CommandLine) -> bool {
    let named = container
        .image()
        .is_some_and(|image| image.name() == "prometheus");
    let program = line
        .program
        .as_ref()
        .map(|program| program.text.rsplit('/').next().unwrap_or_default());
    named && !line.shell && program.is_none_or(|program| program == "prometheus")
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value
        .get(key)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

fn of_container<'a>(
    workload: &Workload<'a>,
    container: &Container<'a>,
    line: &CommandLine,
) -> Vec<Mount<'a>> {
    let path = match line.all("config.file").last() {
        Some(flag) => flag.value().map(str::to_owned),
        // The image's own command names it.
        None if line.tokens.is_empty() && line.program.is_none() => {
            Some("/etc/prometheus/prometheus.yml".to_owned())
        }
        None => None,
    };
    let Some(path) = path.filter(|path| path.starts_with('/')) else {
        return Vec::new();
    };
    let Some((volume, file)) = file_of(workload, container, &path) else {
        return Vec::new();
    };
    let mount = |kind, name, key| Mount {
        workload: workload.resource(),
        container: container.pointer().to_owned(),
        kind,
        name,
        key,
    };
    let sources = sources(volume);
    if !sources.is_empty() {
        return sources
            .into_iter()
            .filter_map(|(kind, source)| {
                Some(mount(kind, name(source)?, Some(key(source, &file)?)))
            })
            .collect();
    }
    // A volume that a reloader beside it fills: from whatever configuration the pod has.
    let others = workload
        .volumes()
        .flat_map(|(_, volume)| self::sources(volume));
    others
        .filter_map(|(kind, source)| Some(mount(kind, name(source)?, None)))
        .collect()
}

/// The volume behind a path, and the path within it.
fn file_of<'a>(
    workload: &Workload<'a>,
    container: &Container<'a>,
    path: &str,
) -> Option<(&'a Value, String)> {
    let covering = container.items("volumeMounts").filter_map(|(_, mount)| {
        let base = text(mount, "mountPath")?.trim_end_matches('/');
        let rest = path.strip_prefix(base)?;
        let below = rest.is_empty() || rest.starts_with('/');
        below.then(|| (base.len(), mount, rest.trim_matches('/').to_owned()))
    });
    let (_, mount, rest) = covering.max_by_key(|(length, _, _)| *length)?;
    if mount.get("subPathExpr").is_some() {
        return None;
    }
    // A subPath is a file, which the mount path names, or a folder that the rest continues.
    let file = match (text(mount, "subPath"), rest.is_empty()) {
        (Some(sub), true) => sub.to_owned(),
        (Some(sub), false) => format!("{}/{rest}", sub.trim_end_matches('/')),
        (None, _) => rest,
    };
    let name = text(mount, "name")?;
    let (_, volume) = workload
        .volumes()
        .find(|(_, volume)| text(volume, "name") == Some(name))?;
    Some((volume, file))
}

/// The ConfigMaps and Secrets of a volume.
fn sources(volume: &Value) -> Vec<(&'static str, &Value)> {
    let mut found = Vec::new();
    let projected = volume
        .pointer("/projected/sources")
        .and_then(Value::as_array);
    for value in std::iter::once(volume).chain(projected.into_iter().flatten()) {
        found.extend(value.get("configMap").map(|source| ("ConfigMap", source)));
        found.extend(value.get("secret").map(|source| ("Secret", source)));
    }
    found
}

/// A Secret volume calls it `secretName`; everything else `name`.
fn name(source: &Value) -> Option<&str> {
    text(source, "secretName").or_else(|| text(source, "name"))
}

/// The key that becomes this file, if any does.
fn key(source: &Value, file: &str) -> Option<String> {
    match source.get("items").and_then(Value::as_array) {
        Some(items) => {
            let item = items.iter().find(|item| text(item, "path") == Some(file))?;
            text(item, "key").map(str::to_owned)
        }
        None => Some(file.to_owned()),
    }
}
