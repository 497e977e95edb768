//! AG03: arguments of a Prometheus or PrometheusAgent that imitate agent mode, or that an agent refuses, and the same
//! in the values of the chart that renders one.

use krmguard_sdk::pointer::join;
use krmguard_sdk::{Chart, FindingId, Outcome, Patch, Resource};
use serde_json::Value;

use crate::facts::{FEATURE_FLAG, server_only};

/// Whether `additionalArgs` has an argument of that name.
pub(crate) fn has(resource: &Resource, name: &str) -> bool {
    contains(resource, "/spec", name)
}

/// Whether `additionalArgs` in the values below `path` has an argument of that name.
pub(crate) fn has_value(chart: Chart<'_>, path: &str, name: &str) -> bool {
    contains(chart.resource(), &chart.pointer(path), name)
}

fn contains(resource: &Resource, spec: &str, name: &str) -> bool {
    resource
        .items_at(&format!("{spec}/additionalArgs"))
        .iter()
        .any(|item| argument(item).0 == name)
}

/// What happens to one item of a list.
struct Amendment {
    index: usize,
    /// The item's new value; `None` removes it.
    value: Option<String>,
    /// AG03, or AG01 or AG10 where the edit only makes sense together with the conversion.
    rule: &'static str,
    finding: FindingId,
}

/// What else happens to the resource in this review.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing: it stays what it is.
    Stays,
    /// AG01 turns it into an agent.
    Becomes,
    /// So it does, and AG02 has appended an argument.
    BecomesWithArgument,
    /// AG10 makes the chart render an agent.
    Switches,
}

/// What has arguments.
struct Subject<'a> {
    resource: &'a Resource,
    /// Where its spec stands.
    spec: String,
    /// Whether it is an agent already.
    agent: bool,
    fate: Fate,
}

/// Looks at one resource. A Prometheus that stays a server may have a server's flags.
pub(crate) fn review(resource: &Resource, fate: Fate, out: &mut Outcome) {
    let subject = Subject {
        resource,
        spec: "/spec".to_owned(),
        agent: resource.kind() == "PrometheusAgent",
        fate,
    };
    inspect(&subject, out);
}

/// Looks at the values at `path` of which a chart makes a spec.
pub(crate) fn review_values(
    chart: Chart<'_>,
    path: &str,
    agent: bool,
    fate: Fate,
    out: &mut Outcome,
) {
    let subject = Subject {
        resource: chart.resource(),
        spec: chart.pointer(path),
        agent,
        fate,
    };
    inspect(&subject, out);
}

fn inspect(subject: &Subject<'_>, out: &mut Outcome) {
    if out.is_off("AG03") {
        return;
    }
    let resource = subject.resource;
    let list = format!("{}/additionalArgs", subject.spec);
    let conversion = match subject.fate {
        Fate::Stays => None,
        Fate::Becomes | Fate::BecomesWithArgument => Some("AG01"),
        Fate::Switches => Some("AG10"),
    };
    let agent = subject.agent || conversion.is_some();
    let mut amendments = Vec::new();
    for (index, item) in resource.items_at(&list).iter().enumerate() {
        let (name, value) = argument(item);
        let at = join(&list, index);
        if name == FEATURE_FLAG {
            let Some(rest) = without_agent(value) else {
                continue;
            };
            let finding = out
                .find("AG03", resource)
                .at(join(&at, "value"))
                .say(format!("`--{FEATURE_FLAG}={value}` {}", imitation(subject)))
                .current(value);
            let finding = if rest.is_empty() {
                finding
            } else {
                finding.proposed(rest.as_str())
            };
            let finding = finding.id();
            amendments.push(Amendment {
                index,
                value: (!rest.is_empty()).then_some(rest),
                rule: "AG03",
                finding,
            });
        } else if name == "agent" || name == "no-agent" {
            let finding = out
                .find("AG03", resource)
                .at(join(&at, "name"))
                .say(format!("`--{name}` {}", flag_clash(subject)))
                .id();
            amendments.push(Amendment {
                index,
                value: None,
                rule: "AG03",
                finding,
            });
        } else if agent && server_only(name) {
            let finding = out
                .find("AG03", resource)
                .at(join(&at, "name"))
                .say(format!(
                    "`--{name}` is for servers only: an agent ends with exit code 3 on it"
                ))
                .remedy("remove it")
                .id();
            amendments.push(Amendment {
                index,
                value: None,
                rule: conversion.unwrap_or("AG03"),
                finding,
            });
        }
    }
    let grows = subject.fate == Fate::BecomesWithArgument;
    amend(
        resource,
        List {
            at: list,
            value: "/value",
            grows,
        },
        amendments,
        out,
    );

    let list = format!("{}/enableFeatures", subject.spec);
    let mut amendments = Vec::new();
    for (index, item) in resource.items_at(&list).iter().enumerate() {
        let Some(value) = item.as_str() else { continue };
        let Some(rest) = without_agent(value) else {
            continue;
        };
        let finding = out
            .find("AG03", resource)
            .at(join(&list, index))
            .say(format!("the feature `agent` {}", imitation(subject)))
            .id();
        amendments.push(Amendment {
            index,
            value: (!rest.is_empty()).then_some(rest),
            rule: "AG03",
            finding,
        });
    }
    amend(
        resource,
        List {
            at: list,
            value: "",
            grows: false,
        },
        amendments,
        out,
    );
}

/// A list whose items are amended.
struct List {
    at: String,
    /// Where an item's value stands within it.
    value: &'static str,
    /// Whether something has been appended.
    grows: bool,
}

/// Edits a list item by item, the last first: whichever of the edits are not applied, the indexes of the
/// others stay right. A list that would be left empty goes as a whole, if one rule empties it.
fn amend(resource: &Resource, list: List, amendments: Vec<Amendment>, out: &mut Outcome) {
    let removed = amendments
        .iter()
        .filter(|amendment| amendment.value.is_none())
        .count();
    let one_rule = amendments
        .windows(2)
        .all(|pair| pair[0].rule == pair[1].rule);
    let goes = one_rule && !list.grows && removed == resource.items_at(&list.at).len();
    for (left, amendment) in amendments.into_iter().enumerate().rev() {
        let at = join(&list.at, amendment.index);
        let patch = match amendment.value {
            Some(value) => Patch::new().replace(format!("{at}{}", list.value), value),
            None if goes && left == 0 => Patch::new().remove(&*list.at),
            None => Patch::new().remove(at),
        };
        out.edit(amendment.rule, amendment.finding, resource, patch);
    }
}

/// Name without dashes, and value, of an item of `additionalArgs`.
fn argument(item: &Value) -> (&str, &str) {
    let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default();
    (text("name").trim_start_matches('-'), text("value"))
}

/// The features of a comma-separated list without `agent`; `None` where it is not among them.
fn without_agent(features: &str) -> Option<String> {
    let (agent, rest): (Vec<&str>, Vec<&str>) = features
        .split(',')
        .partition(|feature| feature.trim() == "agent");
    (!agent.is_empty()).then(|| rest.join(","))
}

/// Why the feature does no good, in the words of the release that runs.
fn imitation(subject: &Subject<'_>) -> &'static str {
    let version = subject
        .resource
        .str_at(&format!("{}/version", subject.spec));
    let old = version.is_some_and(|version| version.trim_start_matches('v').starts_with("2."));
    match (old, subject.agent) {
        (true, true) => "is the operator's to set for this kind: given twice, reconciliation fails",
        (true, false) => {
            "makes Prometheus 2.x end with exit code 3, beside the operator's flags for a server"
        }
        (false, true) => {
            "does nothing: the feature left Prometheus in 3.0, and this kind is an agent without it"
        }
        (false, false) => {
            "makes no agent: the feature left Prometheus in 3.0, which warns and runs as a full server"
        }
    }
}

fn flag_clash(subject: &Subject<'_>) -> &'static str {
    if subject.agent {
        "is the operator's to set for this kind: given twice, reconciliation fails"
    } else {
        "makes Prometheus end at once, beside the operator's flags for a server"
    }
}
