//! Finds the documents of a unit, and says what is wrong with a value that holds none (S303, S307, S312).

use std::collections::{BTreeMap, BTreeSet};

use krmguard_sdk::{Outcome, Resource, ResourceSet, embedded};
use serde_json::Value;

use super::encoding::{self, Content, Reading};
use super::{Document, Within, placeholder, schema};
use crate::consumer::{Consumer, From};
use crate::definition::own_namespace;
use crate::names::Names;
use crate::yielded::Kind;

/// A ConfigMap without any of these is not looked at: dashboards are long, and no document of an object store.
pub(crate) const NEEDLES: [&str; 6] = [
    "objstore",
    "bucket:",
    "bucket\"",
    "access_key",
    "storage_account",
    "container_name",
];

/// Longer texts that no component reads are not searched for documents.
const LONGEST: usize = 64 * 1024;

/// Whether the hint of the selector lets a ConfigMap pass.
pub(crate) fn has_needle(value: &Value) -> bool {
    let has = |text: &str| NEEDLES.iter().any(|needle| text.contains(needle));
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| has(key) || has_needle(value)),
        Value::Array(items) => items.iter().any(has_needle),
        Value::String(text) => has(text),
        _ => false,
    }
}

/// Which components read a key of an object.
type Wanted<'a> = BTreeMap<(u32, &'a str), Vec<usize>>;

/// All documents of a unit.
pub(crate) fn all<'a>(
    set: &'a ResourceSet,
    consumers: &'a [Consumer<'a>],
    out: &mut Outcome,
) -> Vec<Document<'a>> {
    let mut documents = Vec::new();
    let mut wanted = Wanted::new();
    let holders = Holders::of(set);
    for (index, consumer) in consumers.iter().enumerate() {
        for used in &consumer.uses {
            match &used.from {
                From::Here { at, offset } => {
                    documents.extend(written(consumer, index, at, *offset))
                }
                From::Key {
                    kind,
                    name,
                    key,
                    file,
                } => {
                    for holder in holders.of_name(consumer.resource, *kind, name) {
                        wanted.entry((holder.id(), key)).or_default().push(index);
                        if *file && *kind == Kind::ConfigMap && !has_key(holder, key) {
                            let draft = out
                                .find("S303", consumer.resource)
                                .at(&*used.at)
                                .say(format!("{} names a file that is not there: the {holder} has no key `{key}`", used.what))
                                .remedy(format!("put the configuration under `{key}`, or name the key that holds it"))
                                .note_at(holder, "/data", format!("{holder} is here"));
                            if let Some(range) = &used.range {
                                draft.range(range.clone());
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }
    for (kind, resource) in holders.all {
        for key in keys(resource) {
            let users = wanted.get(&(resource.id(), key));
            documents.extend(under(
                resource,
                kind,
                key,
                users.map_or(&[], Vec::as_slice),
                out,
            ));
        }
    }
    documents
}

/// The documents in manifests that no kustomization lists. Nothing is said about values that hold none.
pub(crate) fn unlisted<'a>(set: &'a ResourceSet, consumers: &[Consumer<'_>]) -> Vec<Document<'a>> {
    let mut documents = Vec::new();
    let mut asking: BTreeMap<(Kind, &str), Names<'_>> = BTreeMap::new();
    for (index, consumer) in consumers.iter().enumerate() {
        for used in &consumer.uses {
            if let From::Key {
                kind, name, key, ..
            } = &used.from
            {
                let names = asking.entry((*kind, key)).or_default();
                names.add(name, None, index);
            }
        }
    }
    for (kind, resource) in set.unlisted().iter().filter_map(object) {
        for key in keys(resource) {
            let content = match kind {
                Kind::Secret => encoding::of_secret(resource, key),
                Kind::ConfigMap => encoding::of_config_map(resource, key),
            };
            let Some(Content { at, reading, .. }) = content else {
                continue;
            };
            let (text, base) = match reading {
                Reading::Text { text, base } => (text, base),
                // The placeholder is all the text that there is.
                Reading::Placeholder => {
                    let text = resource.str_at(&at).unwrap_or_default().to_owned();
                    (text, Some(0))
                }
                Reading::Broken(_) => continue,
            };
            // A template is for whatever reads the object that is made of it.
            let names = asking.get(&(kind, key));
            let users = names.map_or_else(Vec::new, |names| names.find(resource.name(), None));
            documents.extend(read(resource, kind, key, (at, text, base), &users));
        }
    }
    documents
}

fn object(resource: &Resource) -> Option<(Kind, &Resource)> {
    if resource.is("", "Secret") {
        Some((Kind::Secret, resource))
    } else if resource.is("", "ConfigMap") && has_needle(resource.value()) {
        Some((Kind::ConfigMap, resource))
    } else {
        None
    }
}

fn keys(resource: &Resource) -> BTreeSet<&str> {
    ["/data", "/stringData"]
        .iter()
        .filter_map(|section| resource.map_at(section))
        .flat_map(|map| map.keys().map(String::as_str))
        .collect()
}

/// Secrets, and the ConfigMaps that may matter, of a unit.
struct Holders<'a> {
    all: Vec<(Kind, &'a Resource)>,
    names: BTreeMap<Kind, Names<'a>>,
}

impl<'a> Holders<'a> {
    fn of(set: &'a ResourceSet) -> Holders<'a> {
        let all: Vec<(Kind, &Resource)> = set.manifests().filter_map(object).collect();
        let mut names: BTreeMap<Kind, Names<'_>> = BTreeMap::new();
        for (at, (kind, resource)) in all.iter().enumerate() {
            let namespace = own_namespace(resource);
            let names = names.entry(*kind).or_default();
            names.add(resource.name(), namespace.as_deref(), at);
        }
        Holders { all, names }
    }

    /// The objects that a name means to `asker`: by their own name, else by the one that kustomize gives them.
    fn of_name(&self, asker: &Resource, kind: Kind, name: &str) -> Vec<&'a Resource> {
        let at = self.names.get(&kind);
        let at = at.map_or_else(Vec::new, |names| names.find(name, asker.namespace()));
        let mut found: Vec<&Resource> = at.into_iter().map(|at| self.all[at].1).collect();
        if found.iter().any(|resource| resource.name() == name) {
            found.retain(|resource| resource.name() == name);
        }
        found
    }
}

fn has_key(config_map: &Resource, key: &str) -> bool {
    let known = |section: &str| {
        config_map
            .map_at(section)
            .is_some_and(|map| map.contains_key(key))
    };
    let empty = ["/data", "/binaryData"]
        .iter()
        .all(|section| config_map.map_at(section).is_none_or(|map| map.is_empty()));
    empty || known("/data") || known("/binaryData")
}

/// A document in an argument or variable of a container.
fn written<'a>(
    consumer: &Consumer<'a>,
    index: usize,
    at: &str,
    offset: usize,
) -> Option<Document<'a>> {
    let text = consumer.resource.str_at(at)?.get(offset..)?.to_owned();
    Some(Document {
        resource: consumer.resource,
        at: at.to_owned(),
        base: Some(offset),
        yaml: embedded(&text),
        text,
        within: Within::Container,
        users: vec![index],
    })
}

/// The document under a key, if it is one.
fn under<'a>(
    resource: &'a Resource,
    kind: Kind,
    key: &str,
    users: &[usize],
    out: &mut Outcome,
) -> Option<Document<'a>> {
    let content = match kind {
        Kind::Secret => encoding::of_secret(resource, key),
        Kind::ConfigMap => encoding::of_config_map(resource, key),
    }?;
    let Content {
        at,
        reading,
        overruled,
    } = content;
    let (text, base) = match reading {
        Reading::Text { text, base } => (text, base),
        _ if users.is_empty() => return None,
        Reading::Broken(broken) => {
            let (what, remedy) = broken.words();
            out.find("S312", resource)
                .at(at)
                .say(format!("the value of `{key}` {what}"))
                .remedy(remedy)
                .sensitive();
            return None;
        }
        Reading::Placeholder => {
            out.find(placeholder::rule(resource), resource)
                .at(at)
                .say(format!(
                    "the whole value of `{key}` is a placeholder that nobody has filled in"
                ));
            return None;
        }
    };
    let document = read(resource, kind, key, (at, text, base), users)?;
    if let Some(overruled) = overruled {
        out.find("S312", resource)
            .at(&*document.at)
            .say(format!("`{key}` stands in `data` and in `stringData`: the one in `data` is lost without a word"))
            .remedy("keep one of the two")
            .note_at(resource, overruled, "the other one is here".to_owned());
    }
    Some(document)
}

/// A text as a document: one that nobody reads must look like one.
fn read<'a>(
    resource: &'a Resource,
    kind: Kind,
    key: &str,
    (at, text, base): (String, String, Option<usize>),
    users: &[usize],
) -> Option<Document<'a>> {
    if users.is_empty() && !may_be(&text) {
        return None;
    }
    let yaml = embedded(&text);
    let looks_like_one = || yaml.as_ref().ok()?.value().map(is_one);
    if users.is_empty() && looks_like_one() != Some(true) {
        return None;
    }
    Some(Document {
        resource,
        at,
        base,
        text,
        within: Within::Key {
            kind,
            key: key.to_owned(),
        },
        users: users.to_vec(),
        yaml,
    })
}

/// Whether it is worth reading a text that no component reads: lines, or a flow mapping, with both words.
fn may_be(text: &str) -> bool {
    let names = |key: &str| {
        text.lines().any(|line| {
            let line = line.trim_start().trim_start_matches(['"', '\'']);
            line.strip_prefix(key).is_some_and(|rest| {
                rest.trim_start_matches(['"', '\''])
                    .trim_start()
                    .starts_with(':')
            })
        })
    };
    let flow =
        || text.trim_start().starts_with('{') && text.contains("type") && text.contains("config");
    text.len() <= LONGEST && ((names("type") && names("config")) || flow())
}

/// Whether a value is the configuration of an object store: its type, and what one of them is made of.
fn is_one(value: &Value) -> bool {
    let named = value
        .get("type")
        .and_then(Value::as_str)
        .and_then(schema::store);
    let Some(config) = value.get("config").and_then(Value::as_object) else {
        return false;
    };
    match named {
        Some("S3") => config.contains_key("bucket") || config.contains_key("endpoint"),
        Some(_) => !config.is_empty(),
        None => false,
    }
}
