//! Where an object comes from: a file of the tree, or a generator.
//!
//! <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata/>

use krmguard_sdk::wire::LISTED;
use krmguard_sdk::{Resource, ResourceSet, Stage, embedded};
use serde_json::Value;

use crate::hash;
use crate::sites::is_thanos;

/// What kustomize writes with `buildMetadata: [originAnnotations]`.
const ORIGIN: &str = "config.kubernetes.io/origin";

/// Marks an object that is never applied, only used by the tools that read it.
const LOCAL: &str = "config.kubernetes.io/local-config";

/// Marks of generated objects whose name gets a hash: kustomize's own during a build, and the one by which an exec
/// generator such as KSOPS asks for it.
const NEEDS_HASH: [&str; 2] = [
    "internal.config.kubernetes.io/needsHashSuffix",
    "kustomize.config.k8s.io/needs-hash",
];

/// How an object came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It stands in a file of the tree.
    File,
    /// A generator made it from something that need not be in the tree.
    Generated,
    /// Nobody can tell any more.
    Unknown,
}

/// Where the object comes from.
pub(crate) fn of(set: &ResourceSet, resource: &Resource) -> Origin {
    if let Some(origin) = resource.annotation(ORIGIN).and_then(annotated) {
        return origin;
    }
    if hash::is_generated(resource.name()) {
        return Origin::Generated;
    }
    match set.stage() {
        _ if is_unlisted(resource) => Origin::File,
        Stage::Source => Origin::File,
        _ if NEEDS_HASH
            .iter()
            .any(|key| resource.annotation(key).is_some()) =>
        {
            Origin::Generated
        }
        _ => Origin::Unknown,
    }
}

/// What the origin annotation says: `path` without `repo` names a file of this tree; `configuredBy` a generator. A
/// chart takes its values from files or from elsewhere.
fn annotated(text: &str) -> Option<Origin> {
    let origin = embedded(text).ok()?;
    let has = |pointer: &str| origin.at(pointer).is_some_and(|value| !value.is_null());
    if has("/configuredBy") || has("/configuredIn") {
        let chart = origin
            .at("/configuredBy/kind")
            .and_then(|kind| kind.as_str())
            == Some("HelmChartInflationGenerator");
        return Some(if chart {
            Origin::Unknown
        } else {
            Origin::Generated
        });
    }
    match (has("/path"), has("/repo")) {
        (true, false) => Some(Origin::File),
        (true, true) => Some(Origin::Unknown),
        _ => None,
    }
}

/// A source file beside a kustomization that lists it nowhere. It is one whatever became of the unit meanwhile: nothing
/// built it.
fn is_unlisted(resource: &Resource) -> bool {
    resource.extra(LISTED) == Some("false")
}

/// Whether the object is a template: a source file that no kustomization lists, or one that is never applied.
pub(crate) fn is_template(resource: &Resource) -> bool {
    is_unlisted(resource)
        || resource
            .annotation(LOCAL)
            .is_some_and(|value| value != "false")
}

/// Whether a container that is no Thanos mounts the object: an init container with envsubst may fill in what stands
/// there, and Thanos reads what comes out of it.
pub(crate) fn is_rendered(set: &ResourceSet, resource: &Resource) -> bool {
    let near = |other: &Resource| match (resource.namespace(), other.namespace()) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    let mut workloads = set.workloads();
    workloads.any(|workload| {
        let brings = |name: Option<&Value>| {
            workload
                .volumes()
                .any(|(_, volume)| volume.get("name") == name && holds(volume, resource))
        };
        near(workload.resource())
            && workload.containers().any(|container| {
                !is_thanos(&container, &container.command_line())
                    && container
                        .items("volumeMounts")
                        .any(|(_, mount)| brings(mount.get("name")))
            })
    })
}

/// Whether a volume is made of the Secret or ConfigMap.
fn holds(volume: &Value, resource: &Resource) -> bool {
    let (field, name) = match resource.kind() {
        "ConfigMap" => ("configMap", "name"),
        _ => ("secret", "secretName"),
    };
    let is_named = |source: Option<&Value>, name: &str| {
        source
            .and_then(|source| source.get(name)?.as_str())
            .is_some_and(|name| hash::same(name, resource.name()))
    };
    let projected = volume
        .pointer("/projected/sources")
        .and_then(Value::as_array);
    is_named(volume.get(field), name)
        || projected
            .into_iter()
            .flatten()
            .any(|source| is_named(source.get(field), "name"))
}
