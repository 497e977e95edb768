//! Who uses an object store, and where each of them reads its configuration: containers that run Thanos, and the
//! operator's kinds.

mod start;

use std::ops::Range;

use krmguard_sdk::pointer::join;
use krmguard_sdk::{CommandLine, Container, Resource, ResourceSet, Workload};
use serde_json::Value;

use crate::environment::{DEPTH, Lookup, defined, expanded, lookup, variables};
use crate::sites::{FLAGS, GROUP, is_thanos};
use crate::volume::Files;
use crate::yielded::{Gap, Kind, Yield};

pub(crate) use start::{ingests, review};

/// What a component does with the object store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    Store,
    Compact,
    Receive,
    Rule,
    Other,
}

/// One component.
#[derive(Debug)]
pub(crate) struct Consumer<'a> {
    pub(crate) resource: &'a Resource,
    /// The container; `None` for the operator's kinds, whose containers nobody sees.
    pub(crate) runs: Option<Runs<'a>>,
    pub(crate) job: Job,
    pub(crate) uses: Vec<Use>,
}

/// A container and the pod around it.
#[derive(Debug)]
pub(crate) struct Runs<'a> {
    pub(crate) workload: Workload<'a>,
    pub(crate) container: Container<'a>,
    pub(crate) line: CommandLine,
}

/// One asking for a configuration.
#[derive(Debug)]
pub(crate) struct Use {
    /// Who asks, as messages name it.
    pub(crate) what: String,
    /// Where the value of the flag, or the reference, stands.
    pub(crate) at: String,
    /// Which bytes of that are the value.
    pub(crate) range: Option<Range<usize>>,
    pub(crate) from: From,
}

/// Where a configuration is read.
#[derive(Debug)]
pub(crate) enum From {
    /// It is written in the component itself: from `offset` on in the string at `at`.
    Here {
        at: String,
        offset: usize,
    },
    /// Under a key of a Secret or ConfigMap.
    Key {
        kind: Kind,
        name: String,
        key: String,
        /// As a file: it must be there by that name.
        file: bool,
    },
    /// The file cannot be there.
    Missing(Gap),
    /// The variable is not set.
    Unset(String),
    Unknown,
}

/// Flags before the subcommand that take a value: what follows them is no subcommand.
fn global_takes_value(flag: &str) -> bool {
    matches!(
        flag,
        "debug.name"
            | "log.level"
            | "log.format"
            | "tracing.config"
            | "tracing.config-file"
            | "auto-gomemlimit.ratio"
    )
}

/// All components of a unit.
pub(crate) fn all(set: &ResourceSet) -> Vec<Consumer<'_>> {
    let mut consumers = Vec::new();
    for workload in set.workloads() {
        for container in workload.containers() {
            let line = container.command_line();
            if is_thanos(&container, &line) {
                let runs = Runs {
                    workload,
                    container,
                    line,
                };
                consumers.push(Consumer {
                    resource: workload.resource(),
                    job: runs.job(),
                    uses: runs.uses(),
                    runs: Some(runs),
                });
            }
        }
    }
    for (kind, base, job) in [
        ("Prometheus", "/spec/thanos", Job::Other),
        ("ThanosRuler", "/spec", Job::Rule),
    ] {
        consumers.extend(set.of_kind(GROUP, kind).map(|resource| Consumer {
            resource,
            runs: None,
            job,
            uses: operand(resource, base).into_iter().collect(),
        }));
    }
    consumers
}

/// `objectStorageConfig` of the operator's kinds. A file beside it wins, and is mounted by means that the manifest
/// need not show.
fn operand(resource: &Resource, base: &str) -> Option<Use> {
    if resource
        .at(&join(base, "objectStorageConfigFile"))
        .is_some()
    {
        return None;
    }
    let at = join(base, "objectStorageConfig");
    let text = |field: &str| resource.str_at(&join(&at, field)).map(str::to_owned);
    Some(Use {
        what: "`objectStorageConfig`".to_owned(),
        from: From::Key {
            kind: Kind::Secret,
            name: text("name")?,
            key: text("key")?,
            file: false,
        },
        at,
        range: None,
    })
}

impl<'a> Runs<'a> {
    /// As messages name it.
    pub(crate) fn title(&self) -> String {
        match self.container.name() {
            "" => "a container".to_owned(),
            name => format!("container `{name}`"),
        }
    }

    /// The volumes that the container mounts.
    pub(crate) fn files(&self) -> Files<'a> {
        let volumes_at = join(&self.workload.spec_pointer(), "volumes");
        let mounts = self
            .container
            .value()
            .get("volumeMounts")
            .and_then(Value::as_array);
        Files {
            mounts: mounts.map_or(&[], Vec::as_slice),
            volumes: self.workload.resource().items_at(&volumes_at),
            volumes_at,
        }
    }

    /// Whether an agent puts files into the pod that no volume of it shows.
    pub(crate) fn injected(&self, path: &str) -> bool {
        let annotations = join(
            &join(self.workload.template_pointer(), "metadata"),
            "annotations",
        );
        let agent = |key: &String| {
            key.starts_with("vault.hashicorp.com/")
                || key.starts_with("vault.security.banzaicloud.io/")
        };
        path.starts_with("/vault/")
            || self
                .workload
                .resource()
                .map_at(&annotations)
                .is_some_and(|map| map.keys().any(agent))
    }

    fn job(&self) -> Job {
        let words = self.line.words(global_takes_value);
        match words.first().map(|word| word.text.as_str()) {
            Some("store") => Job::Store,
            Some("compact") => Job::Compact,
            Some("receive") => Job::Receive,
            Some("rule") => Job::Rule,
            _ => Job::Other,
        }
    }

    fn uses(&self) -> Vec<Use> {
        let mut uses = Vec::new();
        for flag in self
            .line
            .flags()
            .filter(|flag| flag.token.text.starts_with("--"))
        {
            let Some(value) = flag.value().filter(|value| !value.is_empty()) else {
                continue;
            };
            let from = match flag.name.strip_suffix("-file") {
                Some(name) if FLAGS.contains(&name) => self.file(value),
                None if FLAGS.contains(&flag.name) => {
                    let offset = flag.value_range().map_or(0, |range| range.start);
                    self.content(value, flag.value_pointer().to_owned(), offset, DEPTH)
                }
                _ => continue,
            };
            uses.push(Use {
                what: format!("`--{}` of {}", flag.name, self.title()),
                at: flag.value_pointer().to_owned(),
                range: flag.value_range(),
                from,
            });
        }
        uses
    }

    fn file(&self, value: &str) -> From {
        let Some(path) = expanded(&self.container, value) else {
            return From::Unknown;
        };
        let claims = self
            .workload
            .resource()
            .items_at("/spec/volumeClaimTemplates");
        match self.files().yields(&path, claims) {
            Yield::Key { kind, name, key } => From::Key {
                kind,
                name,
                key,
                file: true,
            },
            Yield::Nothing(gap) if !self.injected(&path) => From::Missing(gap),
            _ => From::Unknown,
        }
    }

    /// A value that is one variable and nothing else is that variable's value; anything else is the document.
    fn content(&self, value: &str, at: String, offset: usize, depth: usize) -> From {
        let names = variables(value);
        let name = match names.as_slice() {
            [name] if value.trim() == format!("$({name})") => *name,
            _ if value.trim().starts_with("$$(") => return From::Unknown,
            _ => return From::Here { at, offset },
        };
        let Some(depth) = depth.checked_sub(1) else {
            return From::Unknown;
        };
        let Some((pointer, entry)) = defined(&self.container, name) else {
            return match lookup(&self.container, name) {
                Lookup::Unset => From::Unset(name.to_owned()),
                Lookup::Secret { name, key } => From::Key {
                    kind: Kind::Secret,
                    name,
                    key,
                    file: false,
                },
                _ => From::Unknown,
            };
        };
        for (field, kind) in [
            ("secretKeyRef", Kind::Secret),
            ("configMapKeyRef", Kind::ConfigMap),
        ] {
            let reference = entry.get("valueFrom").and_then(|from| from.get(field));
            let text = |key: &str| reference?.get(key)?.as_str().map(str::to_owned);
            if let (Some(name), Some(key)) = (text("name"), text("key")) {
                return From::Key {
                    kind,
                    name,
                    key,
                    file: false,
                };
            }
        }
        match entry.get("value").and_then(Value::as_str) {
            Some(value) => self.content(value, format!("{pointer}/value"), 0, depth),
            None => From::Unknown,
        }
    }
}
