//! Which key of which object is the file that a flag names, or why there is no such file.

use serde_json::Value;

use crate::volume::{Files, clean, items};

/// What holds a document under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Secret,
    ConfigMap,
}

/// What stands at a path.
#[derive(Debug)]
pub(crate) enum Yield {
    /// One key of one object.
    Key {
        kind: Kind,
        name: String,
        key: String,
    },
    /// Nothing can stand there.
    Nothing(Gap),
    /// Nobody here can tell.
    Unknown,
}

/// Why nothing stands at a path, and what to do.
#[derive(Debug)]
pub(crate) struct Gap {
    pub(crate) why: String,
    pub(crate) remedy: String,
}

impl Files<'_> {
    /// What stands at `path`. `claims`: the volumes that a StatefulSet makes itself.
    pub(crate) fn yields(&self, path: &str, claims: &[Value]) -> Yield {
        if !path.starts_with('/') || path.contains('$') {
            return Yield::Unknown;
        }
        let Some((mount, inner)) = self.mount(path) else {
            return Yield::Nothing(self.uncovered());
        };
        let Some(name) = mount.get("name").and_then(Value::as_str) else {
            return Yield::Unknown;
        };
        if mount.get("subPathExpr").is_some()
            || claims
                .iter()
                .any(|claim| is_named(claim.get("metadata"), name))
        {
            return Yield::Unknown;
        }
        let Some(volume) = self
            .volumes
            .iter()
            .find(|volume| is_named(Some(volume), name))
        else {
            return Yield::Nothing(Gap {
                why: format!("the pod has no volume `{name}`, which is to be mounted there"),
                remedy: format!("add a volume `{name}` that reads the Secret"),
            });
        };
        let sub = mount
            .get("subPath")
            .and_then(Value::as_str)
            .map(clean)
            .filter(|sub| !sub.is_empty());
        let wanted = match &sub {
            Some(sub) => clean(&format!("{sub}/{inner}")),
            None => inner,
        };
        let at = Place {
            name,
            wanted: &wanted,
            sub: sub.as_deref(),
        };
        if let Some(secret) = volume.get("secret") {
            at.in_source(secret, Kind::Secret, "secretName")
        } else if let Some(map) = volume.get("configMap") {
            at.in_source(map, Kind::ConfigMap, "name")
        } else if let Some(sources) = volume
            .pointer("/projected/sources")
            .and_then(Value::as_array)
        {
            at.in_projected(sources)
        } else {
            Yield::Unknown
        }
    }

    /// No mount covers the path; the mounts of Secrets and ConfigMaps are what could be meant.
    fn uncovered(&self) -> Gap {
        let holds = |mount: &&Value| {
            let name = mount
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let volume = self
                .volumes
                .iter()
                .find(|volume| is_named(Some(volume), name));
            volume.is_some_and(|volume| {
                ["secret", "configMap", "projected"]
                    .iter()
                    .any(|kind| volume.get(kind).is_some())
            })
        };
        let meant: Vec<&str> = self
            .mounts
            .iter()
            .filter(holds)
            .filter_map(|mount| mount.get("mountPath")?.as_str())
            .collect();
        let remedy = match meant.as_slice() {
            [] => "mount the volume that holds the file at its folder".to_owned(),
            paths => format!(
                "name a file under `{}`, or mount the volume that holds it",
                paths.join("` or `")
            ),
        };
        Gap {
            why: "no volumeMount covers that path".to_owned(),
            remedy,
        }
    }
}

/// A file within a mounted volume.
struct Place<'a> {
    name: &'a str,
    /// The path within the volume.
    wanted: &'a str,
    /// The mount's `subPath`.
    sub: Option<&'a str>,
}

impl Place<'_> {
    fn in_source(&self, source: &Value, kind: Kind, name_field: &str) -> Yield {
        if self.wanted.is_empty() {
            return Yield::Nothing(self.directory());
        }
        let key = match items(source) {
            Some(items) => match items.iter().find(|item| self.is(item)) {
                Some(item) => item.get("key").and_then(Value::as_str),
                None => return Yield::Nothing(self.not_among(items)),
            },
            None if self.wanted.contains('/') => return Yield::Nothing(self.below()),
            None => Some(self.wanted),
        };
        match (source.get(name_field).and_then(Value::as_str), key) {
            (Some(name), Some(key)) => Yield::Key {
                kind,
                name: name.to_owned(),
                key: key.to_owned(),
            },
            _ => Yield::Unknown,
        }
    }

    fn in_projected(&self, sources: &[Value]) -> Yield {
        let known = |source: &Value| {
            let of = |field: &str| source.get(field).cloned();
            of("secret")
                .map(|it| (it, Kind::Secret))
                .or_else(|| of("configMap").map(|it| (it, Kind::ConfigMap)))
        };
        let sources: Option<Vec<(Value, Kind)>> = sources.iter().map(known).collect();
        let Some(sources) = sources.filter(|sources| !sources.is_empty()) else {
            return Yield::Unknown;
        };
        if self.wanted.is_empty() {
            return Yield::Nothing(self.directory());
        }
        let named = |(source, _): &&(Value, Kind)| {
            items(source).is_some_and(|items| items.iter().any(|item| self.is(item)))
        };
        if let Some((source, kind)) = sources.iter().find(named) {
            return self.in_source(source, *kind, "name");
        }
        let whole: Vec<&(Value, Kind)> = sources
            .iter()
            .filter(|(source, _)| items(source).is_none())
            .collect();
        match whole.as_slice() {
            [] => {
                let all: Vec<Value> = sources
                    .iter()
                    .filter_map(|(source, _)| items(source))
                    .flatten()
                    .cloned()
                    .collect();
                Yield::Nothing(self.not_among(&all))
            }
            [(source, kind)] => self.in_source(source, *kind, "name"),
            _ if self.wanted.contains('/') => Yield::Nothing(self.below()),
            _ => Yield::Unknown,
        }
    }

    fn is(&self, item: &Value) -> bool {
        item.get("path")
            .and_then(Value::as_str)
            .is_some_and(|path| clean(path) == self.wanted)
    }

    fn directory(&self) -> Gap {
        Gap {
            why: format!(
                "the volume `{}` is mounted at that very path: it is a folder, no file",
                self.name
            ),
            remedy: "name the file in it, or mount that one file with `subPath`".to_owned(),
        }
    }

    fn not_among(&self, items: &[Value]) -> Gap {
        let paths: Vec<&str> = items
            .iter()
            .filter_map(|item| item.get("path")?.as_str())
            .collect();
        let wanted = match self.sub {
            Some(sub) if sub == self.wanted => format!("the `subPath` is `{sub}`"),
            _ => format!("that is `{}` in the volume `{}`", self.wanted, self.name),
        };
        Gap {
            why: format!(
                "{wanted}, whose `items` yield `{}` only",
                paths.join("`, `")
            ),
            remedy: "let `items`, `subPath` and the flag name one path".to_owned(),
        }
    }

    fn below(&self) -> Gap {
        Gap {
            why: format!(
                "that is `{}` in the volume `{}`, and without `items` no key becomes a path with a folder",
                self.wanted, self.name
            ),
            remedy: "name the key itself under the `mountPath`, or give it a path with `items`"
                .to_owned(),
        }
    }
}

fn is_named(value: Option<&Value>, name: &str) -> bool {
    value
        .and_then(|value| value.get("name"))
        .and_then(Value::as_str)
        == Some(name)
}
