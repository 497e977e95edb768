//! Files that a flag names: which mount and volume they come from.

use krmguard_sdk::pointer::join;
use serde_json::Value;

use crate::environment::Sources;
use crate::site::{Candidate, Key};

/// A pod's mounts and volumes, wherever they stand.
pub(crate) struct Files<'a> {
    /// The container's mounts.
    pub(crate) mounts: &'a [Value],
    /// The pod's volumes.
    pub(crate) volumes: &'a [Value],
    /// Where the volumes stand.
    pub(crate) volumes_at: String,
}

impl Files<'_> {
    /// The Secrets that can give the file at `path`. `asked_at` is where the path is named: the key follows from
    /// it unless an item names one. `None`: no volume of Secrets holds it, or nobody can tell.
    pub(crate) fn sources(&self, path: &str, asked_at: &str) -> Option<Sources> {
        if !path.starts_with('/') || path.contains('$') {
            return None;
        }
        let (mount, inner) = self.mount(path)?;
        if mount.get("subPathExpr").is_some() {
            return None;
        }
        let name = mount.get("name")?.as_str()?;
        let index = self
            .volumes
            .iter()
            .position(|volume| volume.get("name").and_then(Value::as_str) == Some(name))?;
        let (volume, at) = (self.volumes.get(index)?, join(&self.volumes_at, index));
        let inner = match mount.get("subPath").and_then(Value::as_str) {
            Some(sub) => clean(&format!("{sub}/{inner}")),
            None => inner,
        };
        let wanted = Wanted {
            path: &inner,
            at: asked_at,
        };
        if let Some(secret) = volume.get("secret") {
            let candidate = wanted.from(secret, &format!("{at}/secret"), "secretName");
            return candidate.map(|(candidate, _)| Sources {
                candidates: vec![candidate],
                others: false,
            });
        }
        projected(
            volume.pointer("/projected/sources")?.as_array()?,
            &format!("{at}/projected/sources"),
            &wanted,
        )
    }

    /// The mount that covers the path most closely, and the path below it.
    pub(crate) fn mount(&self, path: &str) -> Option<(&Value, String)> {
        let path = clean(path);
        let covers = |mount: &'_ Value| {
            let at = clean(mount.get("mountPath")?.as_str()?);
            let rest = if at.is_empty() {
                path.as_str()
            } else {
                path.strip_prefix(at.as_str())?
            };
            let inner = match rest.strip_prefix('/') {
                Some(inner) => inner,
                None if rest.is_empty() || at.is_empty() => rest,
                None => return None,
            };
            Some((at.len(), inner.to_owned()))
        };
        let found = self
            .mounts
            .iter()
            .filter_map(|mount| Some((mount, covers(mount)?)));
        found
            .max_by_key(|(_, (length, _))| *length)
            .map(|(mount, (_, inner))| (mount, inner))
    }
}

/// The file that is asked for, as a path within its volume.
struct Wanted<'a> {
    path: &'a str,
    at: &'a str,
}

impl Wanted<'_> {
    /// The Secret at `at` as a candidate, and whether one of its items names the file exactly. Items that name
    /// other files leave the key unknown.
    fn from(&self, secret: &Value, at: &str, name_field: &str) -> Option<(Candidate, bool)> {
        let key = match items(secret) {
            Some(items) => match items.iter().position(|item| self.is(item)) {
                Some(index) => {
                    let key = items[index].get("key").and_then(Value::as_str);
                    let exact = Key::Named {
                        key,
                        at: format!("{at}/items/{index}/key"),
                    };
                    return Candidate::read(secret, at, name_field, exact)
                        .map(|candidate| (candidate, true));
                }
                None => Key::Named {
                    key: None,
                    at: self.at.to_owned(),
                },
            },
            // Without items each key is a file of its own name; no key has a slash.
            None => Key::Named {
                key: Some(self.path).filter(|path| !path.contains('/')),
                at: self.at.to_owned(),
            },
        };
        Candidate::read(secret, at, name_field, key).map(|candidate| (candidate, false))
    }

    fn is(&self, item: &Value) -> bool {
        item.get("path")
            .and_then(Value::as_str)
            .is_some_and(|path| clean(path) == self.path)
    }
}

/// Any source without items may hold the file; one whose item names it does.
fn projected(sources: &[Value], at: &str, wanted: &Wanted<'_>) -> Option<Sources> {
    let mut found = Sources::default();
    for (index, source) in sources.iter().enumerate() {
        if let Some(secret) = source.get("secret") {
            let exact = items(secret).map(|items| items.iter().any(|item| wanted.is(item)));
            match (
                exact,
                wanted.from(secret, &format!("{}/secret", join(at, index)), "name"),
            ) {
                (Some(true), Some((candidate, _))) => {
                    return Some(Sources {
                        candidates: vec![candidate],
                        others: false,
                    });
                }
                (None, Some((candidate, _))) => found.candidates.push(candidate),
                // Its items name other files.
                (Some(false), _) => {}
                (_, None) => found.others = true,
            }
        } else if let Some(map) = source.get("configMap") {
            match items(map) {
                Some(items) if items.iter().any(|item| wanted.is(item)) => return None,
                Some(_) => {}
                None => found.others = true,
            }
        } else {
            found.others = true;
        }
    }
    Some(found)
}

pub(crate) fn items(source: &Value) -> Option<&Vec<Value>> {
    source
        .get("items")
        .and_then(Value::as_array)
        .filter(|items| !items.is_empty())
}

/// A path without doubled, leading or trailing slashes and without `.`.
pub(crate) fn clean(path: &str) -> String {
    path.split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect::<Vec<_>>()
        .join("/")
}
