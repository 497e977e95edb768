//! What defines a Secret: the Secret itself, objects and generators from which one is made, and the config.

use std::collections::BTreeSet;

use krmguard_sdk::{Resource, ResourceSet, Selector};
use serde_json::Value;

use crate::config::Config;
use crate::names::Names;
use crate::{external, generated};

/// A definition of one Secret.
#[derive(Debug)]
pub(crate) struct Definition<'a> {
    /// The object that defines it; `None` for the config's word.
    pub(crate) by: Option<&'a Resource>,
    /// The Secret's name.
    pub(crate) name: &'a str,
    /// The namespaces that it is in; `None` for any, or for one that nobody names here.
    pub(crate) namespaces: Option<Vec<&'a str>>,
    /// Its keys; `None` where nobody here knows them.
    pub(crate) keys: Option<BTreeSet<&'a str>>,
}

impl Definition<'_> {
    /// Whether it is, or may be, in the namespace of an object; an object without one may be in any.
    pub(crate) fn reaches(&self, namespace: Option<&str>) -> bool {
        match (&self.namespaces, namespace) {
            (Some(namespaces), Some(namespace)) => namespaces.contains(&namespace),
            _ => true,
        }
    }
}

/// Objects from which a controller makes a Secret whose keys no manifest shows: group, kind, where the names stand.
/// `*` stands for each item of a sequence.
const MAKERS: &[(&str, &str, &str)] = &[
    ("kubernetes-client.io", "ExternalSecret", "/metadata/name"),
    ("objectbucket.io", "ObjectBucketClaim", "/metadata/name"),
    ("onepassword.com", "OnePasswordItem", "/metadata/name"),
    (
        "secrets.hashicorp.com",
        "VaultStaticSecret",
        "/spec/destination/name",
    ),
    (
        "secrets.hashicorp.com",
        "VaultDynamicSecret",
        "/spec/destination/name",
    ),
    (
        "secrets.infisical.com",
        "InfisicalSecret",
        "/spec/managedSecretReference/secretName",
    ),
    (
        "isindir.github.com",
        "SopsSecret",
        "/spec/secretTemplates/*/name",
    ),
    (
        "secrets-store.csi.x-k8s.io",
        "SecretProviderClass",
        "/spec/secretObjects/*/secretName",
    ),
];

/// Annotations by which a controller copies a Secret into namespaces that no manifest names.
const COPIED: [&str; 4] = [
    "replicator.v1.mittwald.de/replicate-to",
    "replicator.v1.mittwald.de/replicate-to-matching",
    "reflector.v1.k8s.emberstack.com/reflection-auto-enabled",
    "kubed.appscode.com/sync",
];

/// Annotations by which a controller fills a Secret from another one.
const FILLED: [&str; 2] = [
    "replicator.v1.mittwald.de/replicate-from",
    "reflector.v1.k8s.emberstack.com/reflects",
];

/// Everything that may define a Secret.
pub(crate) fn selectors() -> Vec<Selector> {
    let kinds = [
        ("", "Secret"),
        (external::GROUP, "ExternalSecret"),
        (external::GROUP, "ClusterExternalSecret"),
        (SEALED, "SealedSecret"),
    ];
    let makers = MAKERS.iter().map(|(group, kind, _)| (*group, *kind));
    let manifests = kinds
        .into_iter()
        .chain(makers)
        .map(|(group, kind)| Selector::manifest(group, kind));
    manifests
        .chain([Selector::kustomization().containing(&generated::NEEDLES)])
        .collect()
}

const SEALED: &str = "bitnami.com";

/// All definitions of a unit, and which of them a name means.
pub(crate) struct Definitions<'a> {
    all: Vec<Definition<'a>>,
    names: Names<'a>,
}

impl<'a> Definitions<'a> {
    pub(crate) fn of(set: &'a ResourceSet, config: &'a Config) -> Definitions<'a> {
        let all = all(set, config);
        let mut names = Names::default();
        for (at, definition) in all.iter().enumerate() {
            names.add(definition.name, definition.namespaces.as_deref(), at);
        }
        Definitions { all, names }
    }

    pub(crate) fn all(&self) -> &[Definition<'a>] {
        &self.all
    }

    /// Those of a Secret that an object in that namespace may mean, in the unit's order.
    pub(crate) fn named(&self, name: &str, namespace: Option<&str>) -> Vec<&Definition<'a>> {
        let found = self.names.find(name, namespace).into_iter();
        found.filter_map(|at| self.all.get(at)).collect()
    }
}

fn all<'a>(set: &'a ResourceSet, config: &'a Config) -> Vec<Definition<'a>> {
    let mut definitions: Vec<Definition<'a>> = config.assume_existing.iter().map(assumed).collect();
    for resource in set.manifests() {
        match (resource.group(), resource.kind()) {
            ("", "Secret") => definitions.push(secret(resource)),
            (external::GROUP, "ExternalSecret") => {
                definitions.extend(external::namespaced(resource))
            }
            (external::GROUP, "ClusterExternalSecret") => {
                definitions.extend(external::clustered(resource))
            }
            (SEALED, "SealedSecret") => definitions.push(sealed(resource)),
            _ => definitions.extend(made(resource)),
        }
    }
    definitions.extend(generated::all(set));
    definitions.retain(|definition| !definition.name.is_empty());
    definitions
}

fn assumed(existing: &crate::config::Existing) -> Definition<'_> {
    Definition {
        by: None,
        name: &existing.name,
        namespaces: existing
            .namespace
            .as_deref()
            .map(|namespace| vec![namespace]),
        keys: (!existing.keys.is_empty())
            .then(|| existing.keys.iter().map(String::as_str).collect()),
    }
}

/// A plain Secret, or one that SOPS encrypted: its keys stay readable.
fn secret(resource: &Resource) -> Definition<'_> {
    let has = |annotations: &[&str]| {
        annotations
            .iter()
            .any(|key| resource.annotation(key).is_some())
    };
    let keys = keys_at(resource, &["/data", "/stringData"]);
    // One without any key waits for someone to fill it.
    let filled_elsewhere = keys.is_empty() || has(&FILLED);
    Definition {
        by: Some(resource),
        name: resource.name(),
        namespaces: if has(&COPIED) {
            None
        } else {
            own_namespace(resource)
        },
        keys: (!filled_elsewhere).then_some(keys),
    }
}

/// The Secret has the name and namespace of the SealedSecret, whatever its template says.
/// <https://github.com/bitnami-labs/sealed-secrets#sealedsecrets-as-templates-for-secrets>
fn sealed(resource: &Resource) -> Definition<'_> {
    let keys = keys_at(
        resource,
        &[
            "/spec/encryptedData",
            "/spec/template/data",
            "/spec/template/stringData",
        ],
    );
    // `spec.data` is the old form: the whole Secret in one cipher text.
    let opaque = resource.at("/spec/data").is_some() || keys.is_empty();
    Definition {
        by: Some(resource),
        name: resource.name(),
        namespaces: own_namespace(resource),
        keys: (!opaque).then_some(keys),
    }
}

fn made(resource: &Resource) -> Vec<Definition<'_>> {
    let maker = MAKERS
        .iter()
        .find(|(group, kind, _)| resource.is(group, kind));
    let names = maker.map_or_else(Vec::new, |(_, _, pointer)| match pointer.split_once("/*") {
        Some((list, field)) => resource
            .items_at(list)
            .iter()
            .filter_map(|item| item.pointer(field)?.as_str())
            .collect(),
        None => resource.str_at(pointer).into_iter().collect(),
    });
    let one = |name| Definition {
        by: Some(resource),
        name,
        namespaces: own_namespace(resource),
        keys: None,
    };
    names.into_iter().map(one).collect()
}

/// The object's namespace, where it names one.
pub(crate) fn own_namespace(resource: &Resource) -> Option<Vec<&str>> {
    resource.namespace().map(|namespace| vec![namespace])
}

fn keys_at<'a>(resource: &'a Resource, pointers: &[&str]) -> BTreeSet<&'a str> {
    let maps = pointers
        .iter()
        .filter_map(|pointer| resource.at(pointer).and_then(Value::as_object));
    maps.flat_map(|map| map.keys().map(String::as_str))
        .collect()
}
