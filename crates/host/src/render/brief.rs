//! The report on a KRM function's stderr: kustomize shows it between lines of its own, so it is short
//! and its first line stands alone.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::clean::disarmed;
use super::paint::{Ink, Paint};
use super::sealed::Sealed;
use super::text::{excuse, inline, sentence, spot, tag};
use super::{Look, diff, field, summary};
use crate::report::{Finding, NotJudged, Notice, Report, Severity, State, Verdict};

/// Prints the verdict with its first reason, then a line for each finding that is worse than info or
/// fails the run, then how often rules spoke at info.
///
/// # Errors
///
/// What `out` answers.
pub(crate) fn brief(out: &mut dyn Write, sealed: &Sealed, look: Look) -> io::Result<()> {
    disarmed(out, |out| write_report(out, sealed, look))
}

fn write_report(out: &mut dyn Write, sealed: &Sealed, look: Look) -> io::Result<()> {
    let report = sealed.report();
    let paint = Paint { color: look.color };
    if let ([only], []) = (&report.not_judged[..], &report.findings[..]) {
        return write_only(out, only, report, paint);
    }
    write_headline(out, report, paint)?;
    for entry in &report.not_judged {
        write_not_judged(out, entry, paint)?;
    }
    let (listed, counted): (Vec<&Finding>, Vec<&Finding>) = report
        .findings
        .iter()
        .partition(|finding| finding.severity > Severity::Info || finding.fails(report.fail_on));
    for notice in &report.notices {
        write_notice(out, notice, paint)?;
    }
    for finding in listed {
        write_finding(out, finding, paint)?;
    }
    if !counted.is_empty() {
        writeln!(out, "  info: {}", paint.ink(Ink::Plain, &rules(&counted)))?;
    }
    write_totals(out, report, paint)?;
    if look.diff {
        diff(out, sealed, look.color)?;
    }
    Ok(())
}

/// The one thing that went wrong, said once: `krmguard: not judged: a.yaml:3:1: …` and what to do.
fn write_only(
    out: &mut dyn Write,
    entry: &NotJudged,
    report: &Report,
    paint: Paint,
) -> io::Result<()> {
    let place = match (&entry.file, entry.unit.as_str()) {
        (Some(file), _) => format!("{}: ", spot(file, entry.line, entry.column)),
        // Of the run as a whole: the line begins with the program's name already.
        (None, "krmguard") => String::new(),
        (None, unit) => format!("{unit}: "),
    };
    let policy = match &entry.policy {
        Some(policy) if !entry.message.contains(policy.as_str()) => format!("policy {policy}: "),
        _ => String::new(),
    };
    writeln!(
        out,
        "krmguard: {}: {}",
        paint.ink(Ink::Error, summary::word(report.verdict())),
        paint.ink(Ink::Strong, &format!("{place}{policy}{}", entry.message))
    )?;
    if let Some(remedy) = &entry.remedy {
        writeln!(out, "  to do: {}", paint.ink(Ink::Plain, remedy))?;
    }
    if report.units.iter().any(|unit| unit.objects > 0) {
        write_totals(out, report, paint)?;
    }
    Ok(())
}

fn write_totals(out: &mut dyn Write, report: &Report, paint: Paint) -> io::Result<()> {
    let policies = summary::policies(report).join(", ");
    let policies = match policies.as_str() {
        "" => "none",
        some => some,
    };
    writeln!(
        out,
        "  {}; policies: {}; {}",
        summary::objects(&report.units),
        paint.ink(Ink::Plain, policies),
        summary::time(report)
    )
}

/// `krmguard: violations: 2 errors fail: TV04 Prometheus monitoring/k8s: …`.
fn write_headline(out: &mut dyn Write, report: &Report, paint: Paint) -> io::Result<()> {
    let verdict = report.verdict();
    let color = match verdict {
        Verdict::Pass => Ink::Good,
        Verdict::Violations | Verdict::NotJudged => Ink::Error,
    };
    let mut line = format!(
        "krmguard: {}: {}",
        paint.ink(color, summary::word(verdict)),
        paint.ink(Ink::Plain, &summary::why(report))
    );
    let reason = match verdict {
        Verdict::Pass => None,
        Verdict::NotJudged => report
            .not_judged
            .first()
            .map(|entry| format!("{}: {}", entry.unit, entry.message)),
        Verdict::Violations => summary::failing(report)
            .first()
            .map(|finding| format!("{} {}", finding.rule, sentence(finding))),
    };
    if let Some(reason) = reason {
        line.push_str(": ");
        line.push_str(&paint.ink(Ink::Strong, &reason));
    }
    writeln!(out, "{line}")
}

fn write_finding(out: &mut dyn Write, finding: &Finding, paint: Paint) -> io::Result<()> {
    let tag = tag(finding, paint);
    let mut line = sentence(finding);
    let path = finding.pointer.as_deref().and_then(field::path);
    let place = finding
        .place
        .as_ref()
        .map(|place| spot(&place.file, Some(place.line), Some(place.column)));
    let at: Vec<String> = path.into_iter().chain(place).collect();
    if !at.is_empty() {
        line.push_str(&format!(" ({})", at.join(", ")));
    }
    writeln!(out, "  {tag} {}", paint.ink(Ink::Plain, &line))?;
    if let (State::Pending, Some(proposed)) = (finding.state, &finding.proposed) {
        writeln!(
            out,
            "    pending: {}",
            paint.ink(Ink::Plain, &inline(proposed))
        )?;
    }
    if finding.state == State::Waived {
        writeln!(
            out,
            "    waived: {}",
            paint.ink(Ink::Plain, &excuse(finding))
        )?;
    }
    if let Some(remedy) = finding
        .remedy
        .as_ref()
        .filter(|_| matches!(finding.state, State::Open | State::Pending))
    {
        writeln!(out, "    to do: {}", paint.ink(Ink::Plain, remedy))?;
    }
    Ok(())
}

fn write_not_judged(out: &mut dyn Write, entry: &NotJudged, paint: Paint) -> io::Result<()> {
    let mut line = entry.unit.clone();
    if let Some(policy) = &entry.policy {
        line.push_str(&format!(", policy {policy}"));
    }
    line.push_str(&format!(": {}", entry.message));
    if let Some(file) = &entry.file {
        line.push_str(&format!(" ({})", spot(file, entry.line, entry.column)));
    }
    writeln!(
        out,
        "  {} {}",
        paint.ink(Ink::Error, "not judged"),
        paint.ink(Ink::Plain, &line)
    )?;
    if let Some(remedy) = &entry.remedy {
        writeln!(out, "    to do: {}", paint.ink(Ink::Plain, remedy))?;
    }
    Ok(())
}

fn write_notice(out: &mut dyn Write, notice: &Notice, paint: Paint) -> io::Result<()> {
    let mut line = notice.message.clone();
    if let Some(file) = &notice.file {
        line.push_str(&format!(" ({})", spot(file, notice.line, notice.column)));
    }
    writeln!(
        out,
        "  {} {}",
        paint.ink(Ink::Warning, "note:"),
        paint.ink(Ink::Plain, &line)
    )?;
    if let Some(remedy) = &notice.remedy {
        writeln!(out, "    to do: {}", paint.ink(Ink::Plain, remedy))?;
    }
    Ok(())
}

/// `AG09, AG02 x2 (fixed)`: which rules spoke, and how often.
fn rules(findings: &[&Finding]) -> String {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in findings {
        *counts
            .entry((&finding.rule, finding.state.as_str()))
            .or_default() += 1;
    }
    let words: Vec<String> = counts
        .into_iter()
        .map(|((rule, state), count)| {
            let times = if count > 1 {
                format!(" x{count}")
            } else {
                String::new()
            };
            let state = if state == "open" {
                String::new()
            } else {
                format!(" ({state})")
            };
            format!("{rule}{times}{state}")
        })
        .collect();
    words.join(", ")
}
