//! The report as one JSON document, whose published schema is `docs/report.schema.json`.
//!
//! The structs are the format's own: what a reader of it relies on does not change with the report's
//! inner shape. Nothing in it depends on the clock but which waivers have expired: on one day the same
//! input gives the same bytes.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::clean::is_unsafe;
use super::sealed::Sealed;
use crate::report::{self, Place, Report, Severity, State, Verdict};

/// Prints the document, indented, with a line break at its end.
///
/// # Errors
///
/// What `out` answers.
pub(crate) fn json(out: &mut dyn Write, sealed: &Sealed) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&Document::of(sealed.report()))?;
    writeln!(out, "{}", inert(&text))
}

/// The same document without a character that a terminal could act on, and without a command to a build
/// service: what JSON allows raw in a string is escaped too.
pub(crate) fn inert(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_unsafe(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            text.push(c);
        }
    }
    // A line of the document begins with a quote or a bracket: `::` has no power here.
    text.replace("##[", "#\\u0023[")
        .replace("##vso[", "#\\u0023vso[")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    verdict: Verdict,
    units: Vec<Unit<'a>>,
    findings: Vec<Finding<'a>>,
    not_judged: Vec<NotJudged<'a>>,
    notices: Vec<Notice<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unit<'a> {
    name: &'a str,
    cluster: Option<&'a str>,
    role: Option<&'a str>,
    stage: &'a str,
    complete: bool,
    not_rendered: Option<&'a str>,
    stand_ins: &'a [String],
    objects: usize,
    judged: usize,
    changed: usize,
    policies: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule: &'a str,
    severity: Severity,
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<Waiver<'a>>,
    unit: &'a str,
    units: Vec<&'a str>,
    policy: &'a str,
    object: Option<Object<'a>>,
    pointer: Option<&'a str>,
    location: Option<Location<'a>>,
    message: &'a str,
    remedy: Option<&'a str>,
    // Absent is not null: a field may hold null.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposed: Option<&'a Value>,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Waiver<'a> {
    reason: &'a str,
    expires: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    api_version: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
struct Location<'a> {
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Option<Location<'a>>,
}

#[derive(Serialize)]
struct NotJudged<'a> {
    unit: &'a str,
    units: Vec<&'a str>,
    policy: Option<&'a str>,
    location: Option<Location<'a>>,
    message: &'a str,
    remedy: Option<&'a str>,
}

#[derive(Serialize)]
struct Notice<'a> {
    location: Option<Location<'a>>,
    message: &'a str,
    remedy: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    units: usize,
    objects: usize,
    judged: usize,
    changed: usize,
    error: Counts,
    warning: Counts,
    info: Counts,
    not_judged: usize,
}

#[derive(Serialize)]
struct Counts {
    open: usize,
    pending: usize,
    fixed: usize,
    waived: usize,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report) -> Document<'a> {
        Document {
            verdict: report.verdict(),
            units: report.units.iter().map(Unit::of).collect(),
            findings: report.findings.iter().map(Finding::of).collect(),
            not_judged: report.not_judged.iter().map(NotJudged::of).collect(),
            notices: report.notices.iter().map(Notice::of).collect(),
            summary: Summary::of(report),
        }
    }
}

impl<'a> Unit<'a> {
    fn of(unit: &'a report::UnitReport) -> Unit<'a> {
        Unit {
            name: &unit.name,
            cluster: unit.cluster.as_deref(),
            role: unit.role.as_deref(),
            stage: &unit.stage,
            complete: unit.complete,
            not_rendered: unit.not_rendered.as_deref(),
            stand_ins: &unit.stand_ins,
            objects: unit.objects,
            judged: unit.judged,
            changed: unit.changed,
            policies: &unit.policies,
        }
    }
}

impl<'a> Finding<'a> {
    fn of(finding: &'a report::Finding) -> Finding<'a> {
        Finding {
            rule: &finding.rule,
            severity: finding.severity,
            state: finding.state,
            waiver: finding.waiver.as_ref().map(|waiver| Waiver {
                reason: &waiver.reason,
                expires: waiver.expires.as_deref(),
            }),
            unit: &finding.unit,
            units: finding.units().collect(),
            policy: &finding.policy,
            object: finding.object.as_ref().map(|object| Object {
                api_version: &object.api_version,
                kind: &object.kind,
                namespace: object.namespace.as_deref(),
                name: &object.name,
            }),
            pointer: finding.pointer.as_deref(),
            location: finding.place.as_ref().map(Location::of),
            message: &finding.message,
            remedy: finding.remedy.as_deref(),
            current: finding.current.as_ref(),
            proposed: finding.proposed.as_ref(),
            related: finding
                .related
                .iter()
                .map(|note| Related {
                    message: &note.message,
                    location: note.place.as_ref().map(Location::of),
                })
                .collect(),
        }
    }
}

impl<'a> Location<'a> {
    fn of(place: &'a Place) -> Location<'a> {
        Location {
            file: &place.file,
            line: Some(place.line),
            column: Some(place.column),
        }
    }

    fn known(
        file: Option<&'a str>,
        line: Option<usize>,
        column: Option<usize>,
    ) -> Option<Location<'a>> {
        file.map(|file| Location { file, line, column })
    }
}

impl<'a> NotJudged<'a> {
    fn of(entry: &'a report::NotJudged) -> NotJudged<'a> {
        NotJudged {
            unit: &entry.unit,
            units: entry.units().collect(),
            policy: entry.policy.as_deref(),
            location: Location::known(entry.file.as_deref(), entry.line, entry.column),
            message: &entry.message,
            remedy: entry.remedy.as_deref(),
        }
    }
}

impl<'a> Notice<'a> {
    fn of(notice: &'a report::Notice) -> Notice<'a> {
        Notice {
            location: Location::known(notice.file.as_deref(), notice.line, notice.column),
            message: &notice.message,
            remedy: notice.remedy.as_deref(),
        }
    }
}

impl Summary {
    fn of(report: &Report) -> Summary {
        let counts = |severity| Counts {
            open: report.count(severity, State::Open),
            pending: report.count(severity, State::Pending),
            fixed: report.count(severity, State::Fixed),
            waived: report.count(severity, State::Waived),
        };
        let sum = |of: fn(&report::UnitReport) -> usize| report.units.iter().map(of).sum();
        Summary {
            units: report.units.len(),
            objects: sum(|unit| unit.objects),
            judged: sum(|unit| unit.judged),
            changed: sum(|unit| unit.changed),
            error: counts(Severity::Error),
            warning: counts(Severity::Warning),
            info: counts(Severity::Info),
            not_judged: report.not_judged.len(),
        }
    }
}

#[cfg(test)]
mod tests;
