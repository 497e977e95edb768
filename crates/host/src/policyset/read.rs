//! From a value to a [`PolicySet`]: strict in `spec`, indifferent to `metadata`.
//!
//! kustomize adds annotations of its own to a functionConfig, so a strict reader must not look at them.

use std::time::Duration;

use camino::Utf8Path;
use krmguard_builtin::Builtin;
use krmguard_engine::Limits;
use serde_json::{Map, Value};

use super::fields::{Field, Problems, list};
use super::table::{self, CLUSTER, LIMITS, POLICY, ROLES, names};
use super::{API_VERSION, Emit, Entry, KIND, PluginName, PolicySet, Text, nearest, rules, waivers};
use crate::report::{FailOn, Severity};
use crate::trouble::Trouble;

/// Reads `value`, which stands in `text`. `folder` is where relative plugin paths begin.
pub(super) fn policy_set<'a>(
    text: Text<'a>,
    value: &Value,
    folder: &Utf8Path,
    builtins: &'static [Builtin],
) -> Result<PolicySet<'a>, Vec<Trouble>> {
    let mut problems = Problems::default();
    let reader = Reader { folder, builtins };
    let mut set = reader.document(&Field::root(value), &mut problems);
    if !problems.is_empty() {
        return Err(problems.troubles(&text));
    }
    set.text = Some(text);
    Ok(set)
}

struct Reader<'r> {
    folder: &'r Utf8Path,
    builtins: &'static [Builtin],
}

impl Reader<'_> {
    fn document<'a>(&self, root: &Field<'_>, problems: &mut Problems) -> PolicySet<'a> {
        let mut set = PolicySet {
            cluster: None,
            role: None,
            emit: Emit::default(),
            fail_on: FailOn::default(),
            waivers: Vec::new(),
            entries: Vec::new(),
            text: None,
        };
        let Some(kind) = self.kind(root, problems) else {
            return set;
        };
        if !root.is_mapping_of(&["apiVersion", "kind", "metadata", "spec"], problems) {
            return set;
        }
        let spec = root.get("spec");
        let known = names(match kind {
            Kind::Set => table::SET,
            Kind::Single(_) => table::SINGLE,
        });
        if let Some(spec) = &spec
            && spec.is_mapping_of(&known, problems)
        {
            self.frame(spec, &mut set, problems);
        }
        match kind {
            Kind::Single(builtin) => set.entries.push(Entry {
                plugin: PluginName::Builtin(builtin),
                config: config(spec.as_ref(), problems),
                rules: rules::read(spec.as_ref(), problems),
                limits: limits(spec.as_ref(), problems),
                plugin_at: "/kind".to_owned(),
                config_at: "/spec/config".to_owned(),
            }),
            Kind::Set => {
                let listed = spec.as_ref().and_then(|spec| spec.get("policies"));
                let items = match &listed {
                    Some(listed) => listed.items(problems),
                    None => Vec::new(),
                };
                if items.is_empty() && problems.is_empty() {
                    problems.at(
                        listed.as_ref().or(spec.as_ref()).unwrap_or(root),
                        "`spec.policies` names no policy",
                        format!("list policies, such as `- plugin: {}`", self.example()),
                    );
                }
                set.entries = items
                    .iter()
                    .filter_map(|item| self.entry(item, problems))
                    .collect();
            }
        }
        set
    }

    fn kind(&self, root: &Field<'_>, problems: &mut Problems) -> Option<Kind> {
        let api_version = root.get("apiVersion");
        let kind = root.get("kind");
        let (Some(api_version), Some(kind)) = (&api_version, &kind) else {
            problems.at(
                root,
                "this is no PolicySet: it lacks `apiVersion` or `kind`",
                format!("begin with `apiVersion: {API_VERSION}` and `kind: {KIND}`"),
            );
            return None;
        };
        let (version, name) = (api_version.text(problems)?, kind.text(problems)?);
        if version != API_VERSION {
            let foreign = !version.starts_with("krmguard");
            let what = if foreign {
                format!("this is a {name} of `{version}`, not a PolicySet")
            } else {
                format!("`apiVersion` is `{version}`")
            };
            problems.at(
                api_version,
                what,
                format!("krmguard reads `apiVersion: {API_VERSION}`, `kind: {KIND}` or a policy's own kind"),
            );
            return None;
        }
        if name == KIND {
            return Some(Kind::Set);
        }
        if let Some(builtin) = self.builtins.iter().find(|builtin| builtin.kind == name) {
            return Some(Kind::Single(builtin));
        }
        let kinds = std::iter::once(KIND).chain(self.builtins.iter().map(|builtin| builtin.kind));
        let fix = match nearest(name, kinds.clone()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("one of {}", list(&kinds.collect::<Vec<_>>())),
        };
        problems.at(kind, format!("unknown kind `{name}`"), fix);
        None
    }

    /// What a PolicySet and the single-policy kinds have in common.
    fn frame(&self, spec: &Field<'_>, set: &mut PolicySet<'_>, problems: &mut Problems) {
        if let Some(cluster) = spec.get("cluster")
            && cluster.is_mapping_of(&names(CLUSTER), problems)
        {
            let name = cluster.get("name").and_then(|field| field.text(problems));
            set.cluster = name.map(str::to_owned);
            let role = cluster.get("role");
            set.role = role
                .and_then(|field| field.one_of(ROLES, problems))
                .map(str::to_owned);
        }
        if let Some(emit) = spec.get("emit")
            && emit.one_of(table::EMIT, problems) == Some("none")
        {
            set.emit = Emit::Nothing;
        }
        set.waivers = waivers::read(spec, problems);
        if let Some(field) = spec.get("failOn") {
            let words = match field.value {
                Value::Array(_) => field.items(problems),
                _ => vec![field],
            };
            for word in words {
                set.fail_on = set.fail_on.stricter(fail_on(&word, problems));
            }
        }
    }

    fn entry(&self, item: &Field<'_>, problems: &mut Problems) -> Option<Entry> {
        let before = problems.len();
        if !item.is_mapping_of(&names(POLICY), problems) || problems.len() > before {
            return None;
        }
        let Some(plugin) = item.get("plugin") else {
            problems.at(
                item,
                format!("{} names no `plugin`", item.called()),
                format!(
                    "write `plugin: {}` or a path to a .wasm file",
                    self.example()
                ),
            );
            return None;
        };
        let name = plugin.text(problems)?;
        let sha256 = item.get("sha256");
        let plugin_name = if name.contains('/') || name.ends_with(".wasm") {
            PluginName::File {
                path: self.folder.join(name),
                sha256: match &sha256 {
                    Some(field) => Some(digest(field, problems)?),
                    None => None,
                },
            }
        } else if let Some(builtin) = self.builtins.iter().find(|known| known.name == name) {
            if let Some(field) = &sha256 {
                problems.at(
                    field,
                    format!("`sha256` beside the built-in policy `{name}`"),
                    "remove it: built-in policies are part of krmguard",
                );
            }
            PluginName::Builtin(builtin)
        } else {
            let names: Vec<&str> = self.builtins.iter().map(|known| known.name).collect();
            let fix = match nearest(name, names.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!(
                    "built in: {}; or name a path such as ./policy.wasm",
                    list(&names)
                ),
            };
            problems.at(&plugin, format!("unknown policy `{name}`"), fix);
            return None;
        };
        Some(Entry {
            plugin: plugin_name,
            config: config(Some(item), problems),
            rules: rules::read(Some(item), problems),
            limits: limits(Some(item), problems),
            plugin_at: plugin.pointer,
            config_at: format!("{}/config", item.pointer),
        })
    }

    fn example(&self) -> &'static str {
        self.builtins
            .first()
            .map_or("./policy.wasm", |builtin| builtin.name)
    }
}

enum Kind {
    Set,
    Single(&'static Builtin),
}

fn config(parent: Option<&Field<'_>>, problems: &mut Problems) -> Value {
    let Some(field) = parent.and_then(|parent| parent.get("config")) else {
        return Value::Object(Map::new());
    };
    if !field.value.is_object() {
        problems.at(
            &field,
            format!("{} is no mapping", field.called()),
            "write the policy's settings as `name: value` lines below it",
        );
    }
    field.value.clone()
}

fn limits(parent: Option<&Field<'_>>, problems: &mut Problems) -> Limits {
    let mut limits = Limits::default();
    let Some(field) = parent.and_then(|parent| parent.get("limits")) else {
        return limits;
    };
    if field.is_mapping_of(&names(LIMITS), problems) {
        let mut count = |name: &str| field.get(name).and_then(|field| field.count(problems));
        limits.fuel_base = count("fuel").unwrap_or(limits.fuel_base);
        limits.fuel_per_byte = count("fuelPerByte").unwrap_or(limits.fuel_per_byte);
        if let Some(mebibytes) = count("memoryMiB") {
            let bytes = usize::try_from(mebibytes).unwrap_or(usize::MAX);
            limits.memory_bytes = bytes.saturating_mul(1 << 20);
        }
        limits.wall = count("seconds").map_or(limits.wall, Duration::from_secs);
    }
    limits
}

fn fail_on(field: &Field<'_>, problems: &mut Problems) -> FailOn {
    let least = FailOn::default();
    match field.one_of(table::FAIL_ON, problems) {
        Some("warning") => FailOn {
            severity: Severity::Warning,
            ..least
        },
        Some("info") => FailOn {
            severity: Severity::Info,
            ..least
        },
        Some("change") => FailOn {
            change: true,
            ..least
        },
        _ => least,
    }
}

/// A sha256 in hexadecimal, in lower case.
fn digest(field: &Field<'_>, problems: &mut Problems) -> Option<String> {
    let text = field.text(problems)?;
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(text.to_ascii_lowercase());
    }
    problems.at(
        field,
        format!("{} is no sha256", field.called()),
        "write 64 hexadecimal digits, as sha256sum prints them",
    );
    None
}

#[cfg(test)]
#[path = "read_tests.rs"]
pub(super) mod tests;
