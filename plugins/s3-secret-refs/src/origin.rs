//! Where an object comes from: a file of the tree, or a generator.
//!
//! <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata/>

use std::cell::OnceCell;
use std::collections::BTreeSet;

use krmguard_sdk::wire::LISTED;
use krmguard_sdk::{Resource, ResourceSet, Stage, embedded};
use serde_json::Value;

use crate::definition::own_namespace;
use crate::hash;
use crate::names::Names;
use crate::sites::is_thanos;
use crate::yielded::Kind;

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

/// The Secrets and ConfigMaps that a container mounts which is no Thanos: an init container with envsubst may fill in what
/// stands there, and Thanos reads what comes out of it. Looked for once, where somebody asks.
pub(crate) struct Rendered<'a> {
    set: &'a ResourceSet,
    names: OnceCell<[(Kind, Names<'a>); 2]>,
}

impl<'a> Rendered<'a> {
    pub(crate) fn of(set: &'a ResourceSet) -> Rendered<'a> {
        Rendered {
            set,
            names: OnceCell::new(),
        }
    }

    /// Whether the object is among them.
    pub(crate) fn has(&self, resource: &Resource) -> bool {
        let kind = match resource.kind() {
            "ConfigMap" => Kind::ConfigMap,
            _ => Kind::Secret,
        };
        let kinds = self.names.get_or_init(|| {
            [Kind::Secret, Kind::ConfigMap].map(|kind| (kind, mounted(self.set, kind)))
        });
        kinds.iter().any(|(of, names)| {
            *of == kind && !names.find(resource.name(), resource.namespace()).is_empty()
        })
    }
}

/// The names of one kind in the volumes that containers mount which are no Thanos.
fn mounted(set: &ResourceSet, kind: Kind) -> Names<'_> {
    let mut names = Names::default();
    for workload in set.workloads() {
        let others = workload
            .containers()
            .filter(|container| !is_thanos(container, &container.command_line()));
        let mounts: BTreeSet<&str> = others
            .flat_map(|container| container.items("volumeMounts"))
            .filter_map(|(_, mount)| mount.get("name")?.as_str())
            .collect();
        let namespace = own_namespace(workload.resource());
        for (_, volume) in workload.volumes() {
            let name = volume.get("name").and_then(Value::as_str);
            if name.is_some_and(|name| mounts.contains(name)) {
                for name in made_of(volume, kind) {
                    names.add(name, namespace.as_deref(), 0);
                }
            }
        }
    }
    names
}

/// The Secrets or ConfigMaps that a volume is made of.
fn made_of(volume: &Value, kind: Kind) -> impl Iterator<Item = &str> {
    let (field, name) = match kind {
        Kind::ConfigMap => ("configMap", "name"),
        Kind::Secret => ("secret", "secretName"),
    };
    let projected = volume
        .pointer("/projected/sources")
        .and_then(Value::as_array);
    let sources = projected.into_iter().flatten();
    let sources = sources.filter_map(move |source| source.get(field)?.get("name")?.as_str());
    let whole = volume.get(field).and_then(|source| source.get(name));
    whole.and_then(Value::as_str).into_iter().chain(sources)
}
