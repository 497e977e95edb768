//! The report as workflow commands of GitHub Actions: each finding stands beside its line in the
//! pull request
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>).

use std::io::{self, Write};
use std::path::Path;

use super::clean::{clean, disarm};
use super::sealed::Sealed;
use super::text::{excuse, sentence};
use super::{path, summary};
use crate::report::{Finding, NotJudged, Notice, Place, Report, Severity, State};

/// Prints a command for each finding and for each thing that was not judged, then the verdict on a line of
/// its own. What fails comes first: of each kind of annotation GitHub shows the first ten of a step.
///
/// # Errors
///
/// What `out` answers.
pub(crate) fn github(out: &mut dyn Write, sealed: &Sealed, base: Option<&Path>) -> io::Result<()> {
    let report = sealed.report();
    for entry in &report.not_judged {
        writeln!(out, "{}", not_judged(entry, base))?;
    }
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| (!finding.fails(report.fail_on), kind(finding)));
    for finding in findings {
        writeln!(out, "{}", annotation(finding, base))?;
    }
    for entry in &report.notices {
        writeln!(out, "{}", notice(entry, base))?;
    }
    writeln!(out, "{}", closing(report))
}

/// The three kinds of annotations, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Error,
    Warning,
    Notice,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Error => "error",
            Kind::Warning => "warning",
            Kind::Notice => "notice",
        }
    }
}

fn kind(finding: &Finding) -> Kind {
    match (finding.state, finding.severity) {
        (State::Fixed | State::Waived, _) | (_, Severity::Info) => Kind::Notice,
        (_, Severity::Warning) => Kind::Warning,
        (_, Severity::Error) => Kind::Error,
    }
}

fn annotation(finding: &Finding, base: Option<&Path>) -> String {
    let mut command = Command::new(kind(finding));
    if let Some(place) = &finding.place {
        command.place(place, base);
    } else if let Some(origin) = &finding.origin {
        command.file(&origin.path, base);
    }
    let state = match finding.state {
        State::Open => String::new(),
        State::Pending | State::Fixed | State::Waived => format!(" ({})", finding.state.as_str()),
    };
    command.set("title", &format!("{}{state}", finding.rule));
    let mut message = sentence(finding);
    if finding.state == State::Waived {
        message.push_str(&format!("\nwaived: {}", excuse(finding)));
    } else if let Some(remedy) = &finding.remedy {
        message.push_str(&format!("\nto do: {remedy}"));
    }
    if !finding.also_in.is_empty() {
        let units: Vec<&str> = finding.units().collect();
        message.push_str(&format!("\nin: {}", units.join(", ")));
    }
    command.say(&message)
}

fn not_judged(entry: &NotJudged, base: Option<&Path>) -> String {
    let mut command = Command::new(Kind::Error);
    command.spot(entry.file.as_deref(), entry.line, entry.column, base);
    command.set("title", "not judged");
    let policy = entry.policy.as_ref();
    let policy = policy.map_or(String::new(), |policy| format!(", policy {policy}"));
    let units: Vec<&str> = entry.units().collect();
    let mut message = format!("{}{policy}: {}", units.join(", "), entry.message);
    if let Some(remedy) = &entry.remedy {
        message.push_str(&format!("\nto do: {remedy}"));
    }
    command.say(&message)
}

fn notice(entry: &Notice, base: Option<&Path>) -> String {
    let mut command = Command::new(Kind::Warning);
    command.spot(entry.file.as_deref(), entry.line, entry.column, base);
    command.set("title", "note");
    let mut message = entry.message.clone();
    if let Some(remedy) = &entry.remedy {
        message.push_str(&format!("\nto do: {remedy}"));
    }
    command.say(&message)
}

/// `krmguard: violations: 1 error fails; 2 objects read, 2 judged, 0 changed`.
fn closing(report: &Report) -> String {
    disarm(&format!(
        "krmguard: {}{}: {}; {}; findings: {}",
        summary::word(report.verdict()),
        clean(&summary::reservation(report)),
        clean(&summary::why(report)),
        summary::objects(&report.units),
        summary::findings(report),
    ))
}

/// One workflow command.
struct Command {
    kind: Kind,
    properties: Vec<String>,
}

impl Command {
    fn new(kind: Kind) -> Command {
        Command {
            kind,
            properties: Vec::new(),
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        let value = escape(&clean(value))
            .replace(':', "%3A")
            .replace(',', "%2C");
        self.properties.push(format!("{name}={value}"));
    }

    /// What GitHub cannot open it need not be told.
    fn file(&mut self, file: &str, base: Option<&Path>) -> bool {
        match path::relative(file, base) {
            None => false,
            Some(file) => {
                self.set("file", &file);
                true
            }
        }
    }

    /// Of several lines GitHub takes no columns. The last column is still part of what is meant.
    fn place(&mut self, place: &Place, base: Option<&Path>) {
        if !self.file(&place.file, base) {
            return;
        }
        let inside = place.source.get(place.span.clone()).unwrap_or_default();
        self.set("line", &place.line.to_string());
        if inside.contains(['\n', '\r']) {
            return;
        }
        let last = place.column + inside.chars().count().saturating_sub(1);
        self.set("endLine", &place.line.to_string());
        self.set("col", &place.column.to_string());
        self.set("endColumn", &last.to_string());
    }

    fn spot(
        &mut self,
        file: Option<&str>,
        line: Option<usize>,
        column: Option<usize>,
        base: Option<&Path>,
    ) {
        let Some(file) = file else { return };
        if !self.file(file, base) {
            return;
        }
        if let Some(line) = line {
            self.set("line", &line.to_string());
        }
        if let Some(column) = column {
            self.set("col", &column.to_string());
        }
    }

    /// The command as a line.
    fn say(self, message: &str) -> String {
        // Line breaks of ours stay; those of others were made harmless before.
        let lines: Vec<_> = message.split('\n').map(clean).collect();
        format!(
            "::{} {}::{}",
            self.kind.as_str(),
            self.properties.join(","),
            disarm(&escape(&lines.join("\n")))
        )
    }
}

/// As the runner unescapes a command's message.
fn escape(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests;
