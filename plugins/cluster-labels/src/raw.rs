//! Prometheus configurations that no operator writes, in ConfigMaps and Secrets: CL08 and CL18.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use krmguard_sdk::pointer::join;
use krmguard_sdk::{Embedded, Outcome, Resource, ResourceSet, embedded};
use serde_json::Value;

use crate::config::Config;
use crate::fleet;
use crate::mounted::{Mount, Mounts};

/// What only a Prometheus configuration, or a part of one, has at its top.
const MARKS: [&str; 3] = ["scrape_configs", "scrape_config_files", "remote_write"];

/// All that may stand at its top; Promtail's `clients` or OpenTelemetry's `receivers` may not.
/// <https://prometheus.io/docs/prometheus/latest/configuration/configuration/>
const SECTIONS: [&str; 11] = [
    "global",
    "runtime",
    "rule_files",
    "scrape_configs",
    "scrape_config_files",
    "alerting",
    "remote_write",
    "remote_read",
    "storage",
    "tracing",
    "otlp",
];

const LABELS: &str = "/global/external_labels";

/// A configuration as it stands in an object.
struct Written<'a> {
    resource: &'a Resource,
    key: &'a str,
    /// Where the text stands.
    pointer: String,
    text: String,
    yaml: Embedded,
    /// The text is base64: places in it are none in the manifest.
    encoded: bool,
}

/// Judges every configuration of the unit. `cluster` is this cluster's name, where it is known.
pub(crate) fn review(config: &Config, set: &ResourceSet, cluster: Option<&str>, out: &mut Outcome) {
    let written: Vec<Written<'_>> = set
        .manifests()
        .filter(|resource| !config.excludes(resource))
        .flat_map(all)
        .collect();
    if written.is_empty() {
        return;
    }
    let mounts = Mounts::of(set);
    let divided = written
        .iter()
        .any(|one| one.yaml.at("/scrape_config_files").is_some());
    for one in &written {
        let mount = mounts.of_key(one.resource, one.key);
        // One of the files that another configuration's `scrape_config_files` names has no global section; nor has
        // the list of targets that `thanos rule --remote-write.config-file` reads.
        let part = one.is_only("scrape_configs") && divided || one.is_only("remote_write");
        if mount.is_none() && part {
            continue;
        }
        one.review(config, cluster, mount, out);
    }
}

/// The configurations in one object.
fn all(resource: &Resource) -> Vec<Written<'_>> {
    let secret = resource.is("", "Secret");
    if !secret && !resource.is("", "ConfigMap") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for field in ["/data", "/stringData"] {
        let encoded = secret && field == "/data";
        if !secret && field == "/stringData" {
            continue;
        }
        for (key, value) in resource.map_at(field).into_iter().flatten() {
            let Some(text) = value.as_str().and_then(|text| plain(text, encoded)) else {
                continue;
            };
            if !MARKS.iter().any(|mark| text.contains(mark)) {
                continue;
            }
            // What is no YAML, or a template that only becomes some, is not this rule's business.
            let Ok(yaml) = embedded(&text) else {
                continue;
            };
            if yaml.value().is_some_and(is_configuration) {
                found.push(Written {
                    resource,
                    key,
                    pointer: join(field, key),
                    text,
                    yaml,
                    encoded,
                });
            }
        }
    }
    found
}

fn plain(text: &str, encoded: bool) -> Option<String> {
    if !encoded {
        return Some(text.to_owned());
    }
    let compact: String = text.split_ascii_whitespace().collect();
    String::from_utf8(STANDARD.decode(compact).ok()?).ok()
}

fn is_configuration(value: &Value) -> bool {
    let Some(map) = value.as_object() else {
        return false;
    };
    let mapping = |value: Option<&Value>| value.is_none_or(|v| v.is_null() || v.is_object());
    let list = |mark: &&str| map.get(*mark).is_some_and(Value::is_array);
    map.keys().all(|key| SECTIONS.contains(&key.as_str()))
        && MARKS.iter().any(list)
        && mapping(map.get("global"))
        && mapping(value.pointer(LABELS))
}

impl Written<'_> {
    /// Whether one section is all that it has.
    fn is_only(&self, section: &str) -> bool {
        let sections = self.yaml.value().and_then(Value::as_object);
        sections.is_some_and(|map| map.len() == 1 && map.contains_key(section))
    }

    fn review(
        &self,
        config: &Config,
        cluster: Option<&str>,
        mount: Option<&Mount<'_>>,
        out: &mut Outcome,
    ) {
        let label = &config.label;
        let at = join(LABELS, label);
        let value = match self.yaml.at(&at) {
            None | Some(Value::Null) => None,
            Some(Value::Object(_) | Value::Array(_)) => return,
            Some(Value::String(text)) => Some(text.clone()),
            // Prometheus takes a number or a boolean as it is written.
            Some(other) => Some(match self.yaml.range(&at) {
                Some(range) => self.text[range].to_owned(),
                None => other.to_string(),
            }),
        };
        let told = match value.as_deref() {
            None => format!("no external label `{label}`"),
            Some("") => format!("the external label `{label}` is empty: Prometheus drops it"),
            // The reloader or Prometheus itself fills a variable.
            Some(value) if value.contains('$') => return,
            Some(value) => {
                if mount.is_some() && !self.resource.is("", "Secret") {
                    let place = self.resource.place(&*self.pointer);
                    let place = place.within(self.yaml.range(&at));
                    out.fact(fleet::LABEL, value, place);
                }
                match cluster {
                    Some(cluster) if cluster != value => self.differs(label, value, cluster),
                    _ => return,
                }
            }
        };
        let rule = if mount.is_some() { "CL18" } else { "CL08" };
        let mut finding = out
            .find(rule, self.resource)
            .at(&*self.pointer)
            .say(format!(
                "the Prometheus configuration `{}`: {told}",
                self.key
            ));
        if let Some(name) = cluster {
            finding = finding.remedy(format!(
                "write `{label}: {name}` under `global.external_labels`"
            ));
        }
        if let Some(range) = self.range(&at).filter(|_| !self.encoded) {
            finding = finding.range(range);
        }
        // A key is no secret, and masking its name would garble the report.
        if self.resource.is("", "Secret") && value.is_some_and(|value| !value.is_empty()) {
            finding = finding.sensitive();
        }
        if let Some(mount) = mount {
            finding.note_at(
                mount.workload,
                mount.container.clone(),
                format!("{} reads it", mount.workload),
            );
        }
    }

    /// What a Secret holds is not repeated.
    fn differs(&self, label: &str, value: &str, cluster: &str) -> String {
        match self.resource.is("", "Secret") {
            true => format!("the external label `{label}` is not `{cluster}`, this cluster's name"),
            false => format!(
                "the external label `{label}` is `{value}`, but this cluster is `{cluster}`"
            ),
        }
    }

    /// The value, else the nearest key that is written.
    fn range(&self, at: &str) -> Option<Range<usize>> {
        if let Some(range) = self.yaml.range(at) {
            return Some(range);
        }
        let mark = MARKS
            .iter()
            .find(|mark| self.yaml.at(&join("", mark)).is_some_and(Value::is_array))?;
        [LABELS.to_owned(), "/global".to_owned(), join("", mark)]
            .iter()
            .find_map(|pointer| self.yaml.key_range(pointer))
    }
}
