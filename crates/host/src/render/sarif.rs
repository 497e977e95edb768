//! The report as SARIF 2.1.0, for services that show findings beside the code.
//!
//! A finding that does not count has its level and its suppression, never another `kind` or
//! `baselineState`: those speak of earlier runs, which krmguard does not know.

mod fingerprint;
mod log;
mod rule;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Map, Value};

use super::clean::clean;
use super::json::inert;
use super::region;
use super::sealed::Sealed;
use super::text::{excuse, sentence};
use super::{path, summary};
use crate::mask::MASK;
use crate::report::{self, NotJudged, Notice, ObjectRef, Place, Report, State, Verdict};
use log::{
    ArtifactLocation, BaseFolder, Driver, Finding, Invocation, Level, Location, Log,
    LogicalLocation, Message, Notification, PhysicalLocation, Region, Run, Suppression, Tool,
};

/// The name of the folder that relative addresses begin at.
const BASE: &str = "ROOT";

/// Prints the log, indented, with a line break at its end. Addresses of files in the folder `base` are
/// relative to it.
///
/// # Errors
///
/// What `out` answers.
pub(crate) fn sarif(out: &mut dyn Write, sealed: &Sealed, base: Option<&Path>) -> io::Result<()> {
    let log = Log {
        schema: log::SCHEMA,
        version: "2.1.0",
        runs: [run(sealed, base)],
    };
    writeln!(out, "{}", inert(&serde_json::to_string_pretty(&log)?))
}

fn run(sealed: &Sealed, base: Option<&Path>) -> Run {
    let report = sealed.report();
    let mut properties = Map::new();
    properties.insert(
        "verdict".into(),
        Value::from(summary::word(report.verdict())),
    );
    let description = message("the folder in which krmguard was started");
    Run {
        tool: Tool {
            driver: Driver {
                name: "krmguard",
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: sealed.rules().iter().map(rule::descriptor).collect(),
            },
        },
        invocations: [invocation(report, base)],
        original_uri_base_ids: BTreeMap::from([(BASE, BaseFolder { description })]),
        column_kind: "utf16CodeUnits",
        // As the readers of Kubernetes count lines.
        newline_sequences: ["\r\n", "\n", "\r"],
        redaction_tokens: [MASK],
        default_encoding: "UTF-8",
        results: findings(sealed, base),
        properties,
    }
}

fn invocation(report: &Report, base: Option<&Path>) -> Invocation {
    let mut notifications: Vec<Notification> = report
        .not_judged
        .iter()
        .map(|entry| not_judged(entry, base))
        .collect();
    let successful = report.verdict() != Verdict::NotJudged;
    if !successful && notifications.is_empty() {
        notifications.push(Notification {
            level: Level::Error,
            message: message(&summary::why(report)),
            locations: Vec::new(),
            properties: Map::new(),
        });
    }
    Invocation {
        execution_successful: successful,
        tool_execution_notifications: notifications,
        tool_configuration_notifications: report
            .notices
            .iter()
            .map(|entry| notice(entry, base))
            .collect(),
    }
}

fn not_judged(entry: &NotJudged, base: Option<&Path>) -> Notification {
    let mut properties = Map::new();
    properties.insert("unit".into(), Value::from(entry.unit.as_str()));
    if let Some(policy) = &entry.policy {
        properties.insert("policy".into(), Value::from(policy.as_str()));
    }
    let text = format!("{} was not judged: {}", clean(&entry.unit), entry.message);
    Notification {
        level: Level::Error,
        message: message(&with_remedy(&text, entry.remedy.as_deref())),
        locations: spot(entry.file.as_deref(), entry.line, base),
        properties,
    }
}

fn notice(entry: &Notice, base: Option<&Path>) -> Notification {
    Notification {
        level: Level::Warning,
        message: message(&with_remedy(&entry.message, entry.remedy.as_deref())),
        locations: spot(entry.file.as_deref(), entry.line, base),
        properties: Map::new(),
    }
}

fn findings(sealed: &Sealed, base: Option<&Path>) -> Vec<Finding> {
    let report = sealed.report();
    let rules: HashMap<(&str, &str), usize> = sealed
        .rules()
        .iter()
        .enumerate()
        .map(|(index, rule)| ((rule.policy.as_str(), rule.id.as_str()), index))
        .collect();
    let fingerprints = fingerprint::fingerprints(report);
    report
        .findings
        .iter()
        .zip(fingerprints)
        .map(|(finding, fingerprint)| Finding {
            rule_id: finding.rule.clone(),
            rule_index: rules
                .get(&(finding.policy.as_str(), finding.rule.as_str()))
                .copied(),
            level: level(finding),
            message: message(&said(finding)),
            locations: locations(sealed, finding, base),
            related_locations: related(sealed, finding, base),
            partial_fingerprints: BTreeMap::from([(fingerprint::NAME, fingerprint)]),
            suppressions: suppressions(finding),
            properties: properties(finding),
        })
        .collect()
}

/// What is fixed on its way fails nothing: it is worth knowing at its source.
fn level(finding: &report::Finding) -> Level {
    match finding.state {
        State::Fixed => Level::Note,
        State::Open | State::Pending | State::Waived => rule::level(finding.severity),
    }
}

fn said(finding: &report::Finding) -> String {
    let said = with_remedy(&sentence(finding), finding.remedy.as_deref());
    match finding.state {
        State::Fixed => format!("Fixed by krmguard's edit. {said}"),
        State::Open | State::Pending | State::Waived => said,
    }
}

fn with_remedy(text: &str, remedy: Option<&str>) -> String {
    match remedy {
        Some(remedy) => format!("{}. To do: {remedy}", text.trim_end_matches('.')),
        None => text.to_owned(),
    }
}

/// A plain text as SARIF reads it: its braces are no placeholders (3.11.5), its brackets no link (3.11.6),
/// and it is not empty.
fn message(text: &str) -> Message {
    let text = text.replace('{', "{{").replace('}', "}}");
    let text = text.replace("](", "] (");
    Message {
        text: match text.is_empty() {
            true => "-".to_owned(),
            false => text,
        },
    }
}

fn properties(finding: &report::Finding) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut insert = |name: &str, text: &str| {
        properties.insert(name.to_owned(), Value::from(text));
    };
    insert("state", finding.state.as_str());
    insert("severity", finding.severity.as_str());
    insert("unit", &finding.unit);
    insert("policy", &finding.policy);
    if let Some(pointer) = &finding.pointer {
        insert("pointer", pointer);
    }
    if !finding.also_in.is_empty() {
        properties.insert("units".to_owned(), finding.units().collect());
    }
    properties
}

/// The PolicySet waives, not a comment in the manifest: that is external to the source.
fn suppressions(finding: &report::Finding) -> Vec<Suppression> {
    if finding.state != State::Waived {
        return Vec::new();
    }
    vec![Suppression {
        kind: "external",
        status: "accepted",
        justification: excuse(finding),
    }]
}

fn locations(sealed: &Sealed, finding: &report::Finding, base: Option<&Path>) -> Vec<Location> {
    let snippet = |place: &Place| sealed.snippet(place, finding.sensitive);
    let physical = match (&finding.place, &finding.origin) {
        (Some(place), _) => Some(physical(place, snippet(place), base)),
        (None, Some(origin)) => Some(PhysicalLocation {
            artifact_location: artifact(&origin.path, base),
            region: None,
        }),
        (None, None) => None,
    };
    let logical: Vec<LogicalLocation> = finding.object.iter().map(logical).collect();
    if physical.is_none() && logical.is_empty() {
        return Vec::new();
    }
    vec![Location {
        physical_location: physical,
        logical_locations: logical,
        ..Location::default()
    }]
}

fn related(sealed: &Sealed, finding: &report::Finding, base: Option<&Path>) -> Vec<Location> {
    finding
        .related
        .iter()
        .enumerate()
        .map(|(index, note)| Location {
            id: Some(index),
            physical_location: note
                .place
                .as_ref()
                .map(|place| physical(place, sealed.snippet(place, false), base)),
            logical_locations: Vec::new(),
            message: Some(message(&note.message)),
        })
        .collect()
}

fn physical(place: &Place, snippet: Option<String>, base: Option<&Path>) -> PhysicalLocation {
    let region = region::Region::of(place);
    PhysicalLocation {
        artifact_location: artifact(&place.file, base),
        region: Some(Region {
            start_line: region.start_line,
            start_column: Some(region.start_column),
            end_line: Some(region.end_line),
            end_column: Some(region.end_column),
            byte_offset: Some(place.start + place.span.start),
            byte_length: Some(place.span.len()),
            snippet: snippet.map(|text| Message { text }),
        }),
    }
}

/// Where something without a [`Place`] is. Its column is left out: it counts characters, of a line that is
/// not at hand, and those of a region do not.
fn spot(file: Option<&str>, line: Option<usize>, base: Option<&Path>) -> Vec<Location> {
    let physical = file.map(|file| PhysicalLocation {
        artifact_location: artifact(file, base),
        region: line.map(|start_line| Region {
            start_line,
            ..Region::default()
        }),
    });
    physical
        .into_iter()
        .map(|physical| Location {
            physical_location: Some(physical),
            ..Location::default()
        })
        .collect()
}

fn artifact(file: &str, base: Option<&Path>) -> ArtifactLocation {
    let uri = path::uri(file, base);
    let relative = !uri.starts_with("file://");
    ArtifactLocation {
        uri,
        uri_base_id: relative.then_some(BASE),
    }
}

fn logical(object: &ObjectRef) -> LogicalLocation {
    LogicalLocation {
        name: object.name.clone(),
        fully_qualified_name: object.to_string(),
        kind: "resource",
    }
}

#[cfg(test)]
mod tests;
