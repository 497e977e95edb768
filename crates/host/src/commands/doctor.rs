//! `krmguard doctor`: what keeps a gate from running, or makes a tree wrong without a word.

use std::process::ExitCode;

use camino::Utf8PathBuf;
use serde::Serialize;

use super::refuse;
use crate::args::{DoctorArgs, Format};
use crate::doctor::{Diagnosis, Machine, Scope, Spot, Unknown, examine};
use crate::project::Project;
use crate::render::{inert, line};
use crate::report::{NotJudged, Severity, Verdict};
use crate::stdio;
use crate::trouble::Trouble;

pub(crate) fn run(typed: &DoctorArgs) -> ExitCode {
    let begun = scope(typed).and_then(|scope| {
        let machine = Machine::find(typed.kustomize.as_deref());
        Ok((scope, machine.map_err(|trouble| vec![trouble])?))
    });
    let (scope, machine) = match begun {
        Ok(begun) => begun,
        Err(troubles) => return refuse(troubles),
    };
    let diagnosis = examine(&scope, &machine);
    let text = match typed.format {
        Format::Text => text(&diagnosis),
        Format::Json => json(&diagnosis),
    };
    match stdio::write_stdout([text.as_bytes()]) {
        Ok(_) => diagnosis.verdict().into(),
        Err(error) => refuse(vec![Trouble::new(format!(
            "the report cannot be written: {error}"
        ))]),
    }
}

fn scope(typed: &DoctorArgs) -> Result<Scope, Vec<Trouble>> {
    let project = Project::nearest()?;
    let named = match (&project, typed.paths.is_empty()) {
        (Some(project), true) => project.paths.clone(),
        (None, true) => vec![Utf8PathBuf::from(".")],
        (_, false) => typed.paths.clone(),
    };
    if named.iter().any(|path| path == "-") {
        let trouble = Trouble::new("doctor looks at a tree, and `-` (stdin) is none");
        return Err(vec![trouble.fix("name the tree's folder")]);
    }
    Ok(Scope {
        paths: named,
        ignore: project
            .as_ref()
            .map(|project| project.ignore.clone())
            .unwrap_or_default(),
        delivered: project.is_some_and(|project| project.delivered),
    })
}

fn text(diagnosis: &Diagnosis) -> String {
    let mut text = String::new();
    let mut add = |prose: String| {
        text.push_str(&line(&prose));
        text.push('\n');
    };
    for finding in &diagnosis.findings {
        let severity = word(finding.severity);
        add(format!("{severity}[{}] {}", finding.code, finding.message));
        if let Some(at) = &finding.at {
            add(format!("   --> {}", place(&at.file, at.line, at.column)));
        }
        add(format!("      why: {}", finding.why));
        add(format!("    to do: {}", finding.remedy));
        add(String::new());
    }
    for entry in &diagnosis.not_read {
        let file = entry.file.as_deref().unwrap_or(&entry.unit);
        let place = place(file, entry.line, entry.column);
        add(format!("not read: {place}: {}", entry.message));
        if let Some(remedy) = &entry.remedy {
            add(format!("    to do: {remedy}"));
        }
        add(String::new());
    }
    for unknown in &diagnosis.unknown {
        add(format!(
            "not examined: {}: {}",
            unknown.what, unknown.lacking
        ));
    }
    add(summary(diagnosis));
    text
}

fn summary(diagnosis: &Diagnosis) -> String {
    let count = |severity: Severity, one: &str, many: &str| {
        let count = diagnosis.count(severity);
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let mut parts: Vec<String> = [
        count(Severity::Error, "error", "errors"),
        count(Severity::Warning, "warning", "warnings"),
        count(Severity::Info, "info", "info"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() {
        parts.push("nothing found".to_owned());
    }
    if !diagnosis.not_read.is_empty() {
        parts.push(format!("{} not read", diagnosis.not_read.len()));
    }
    if !diagnosis.unknown.is_empty() {
        parts.push(format!("{} not examined", diagnosis.unknown.len()));
    }
    let verdict = match diagnosis.verdict() {
        Verdict::Pass => "pass",
        Verdict::Violations => "violations",
        Verdict::NotJudged => "not examined as a whole",
    };
    format!("{verdict}: {}", parts.join(", "))
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

fn place(file: &str, line: Option<usize>, column: Option<usize>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        (Some(line), None) => format!("{file}:{line}"),
        (None, _) => file.to_owned(),
    }
}

/// The form of `--format json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'d> {
    verdict: Verdict,
    findings: Vec<Entry<'d>>,
    not_read: Vec<Unread<'d>>,
    not_examined: &'d [Unknown],
}

#[derive(Serialize)]
struct Entry<'d> {
    code: &'d str,
    severity: Severity,
    location: Option<&'d Spot>,
    message: &'d str,
    why: &'d str,
    remedy: &'d str,
}

#[derive(Serialize)]
struct Unread<'d> {
    location: Spot,
    message: &'d str,
    remedy: Option<&'d str>,
}

fn json(diagnosis: &Diagnosis) -> String {
    let document = Document {
        verdict: diagnosis.verdict(),
        findings: diagnosis
            .findings
            .iter()
            .map(|finding| Entry {
                code: finding.code,
                severity: finding.severity,
                location: finding.at.as_ref(),
                message: &finding.message,
                why: &finding.why,
                remedy: &finding.remedy,
            })
            .collect(),
        not_read: diagnosis.not_read.iter().map(unread).collect(),
        not_examined: &diagnosis.unknown,
    };
    // Strings and lists of them have a JSON form.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{}\n", inert(&text))
}

fn unread(entry: &NotJudged) -> Unread<'_> {
    Unread {
        location: Spot {
            file: entry.file.clone().unwrap_or_else(|| entry.unit.clone()),
            line: entry.line,
            column: entry.column,
        },
        message: &entry.message,
        remedy: entry.remedy.as_deref(),
    }
}
