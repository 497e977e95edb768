//! CV02: values that the chart leaves out where it renders an agent.

use krmguard_sdk::pointer::join;
use krmguard_sdk::wire::SHARED;
use krmguard_sdk::{Chart, Outcome};
use serde_json::Value;

use super::SPEC;
use super::keys::{RELEASE, ignored_by_agents};
use crate::arguments;
use crate::facts::{AGENT_RETENTION, AGENT_RETENTION_DEFAULT};
use crate::settings::Config;

pub(super) fn review(chart: Chart<'_>, config: &Config, out: &mut Outcome) {
    if !chart.is_release_of(RELEASE) {
        return;
    }
    // What a file has in it that servers use as well is not this unit's to clean up.
    let shared: Vec<String> = chart
        .resource()
        .extra(SHARED)
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    for key in ignored_by_agents() {
        let path = join(SPEC, key);
        let Some(value) = chart.at(&path).filter(|value| asks(key, value)) else {
            continue;
        };
        let pointer = chart.pointer(&path);
        let mut leaves = Vec::new();
        collect(value, pointer.clone(), &mut leaves);
        let count = leaves.len();
        leaves.retain(|leaf| !shared.contains(leaf));
        let Some(first) = leaves.first() else {
            continue;
        };
        let at = match leaves.len() == count {
            true => pointer,
            false => first.clone(),
        };
        let finding = out.find("CV02", chart.resource()).at(at).say(format!(
            "`{key}` does nothing on an agent: with `prometheus.agentMode: true` the chart leaves it out"
        ));
        if key == "retention" && !arguments::has_value(chart, SPEC, AGENT_RETENTION) {
            let buffer = value.as_str().filter(|text| config.may_buffer(text));
            finding.remedy(format!(
                "remove it; an agent has a buffer instead: `additionalArgs: [{{name: {AGENT_RETENTION}, value: {}}}]`",
                buffer.unwrap_or(AGENT_RETENTION_DEFAULT)
            ));
        }
    }
}

/// Whether leaving the value out changes anything: an empty one, and a `false` that the chart has itself, ask for
/// nothing.
fn asks(key: &str, value: &Value) -> bool {
    match value {
        Value::Bool(false) => key == "ruleSelectorNilUsesHelmValues",
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Null => false,
        _ => true,
    }
}

/// The pointers by which a host tells what is shared: scalars, sequences and empty mappings.
fn collect(value: &Value, at: String, leaves: &mut Vec<String>) {
    match value.as_object().filter(|map| !map.is_empty()) {
        Some(map) => {
            for (key, value) in map {
                collect(value, join(&at, key), leaves);
            }
        }
        None => leaves.push(at),
    }
}
