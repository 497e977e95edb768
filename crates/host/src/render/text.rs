//! The report for a person: each finding with its source line, what could not be judged, a summary.

use std::io::{self, Write};

use serde_json::Value;

use super::clean::{clean, disarmed};
use super::excerpt::Excerpt;
use super::paint::{Ink, Paint};
use super::sealed::Sealed;
use super::{Look, diff, field, summary};
use crate::kustomization::NAMES;
use crate::report::{Finding, NotJudged, Notice, Place, Report, Severity, State, Verdict, Waiver};

/// Characters of a value shown in a sentence; `--diff` shows all of it.
const VALUE: usize = 100;

/// Prints everything. The verdict stands on the last line.
///
/// # Errors
///
/// What `out` answers.
pub(crate) fn text(out: &mut dyn Write, sealed: &Sealed, look: Look) -> io::Result<()> {
    disarmed(out, |out| write_report(out, sealed, look))
}

fn write_report(out: &mut dyn Write, sealed: &Sealed, look: Look) -> io::Result<()> {
    let paint = Paint { color: look.color };
    for finding in &sealed.report().findings {
        write_finding(out, sealed, finding, paint)?;
        writeln!(out)?;
    }
    for entry in &sealed.report().not_judged {
        write_not_judged(out, entry, paint)?;
        writeln!(out)?;
    }
    for notice in &sealed.report().notices {
        write_notice(out, notice, paint)?;
        writeln!(out)?;
    }
    if look.diff && !sealed.report().changes.is_empty() {
        diff(out, sealed, look.color)?;
        writeln!(out)?;
    }
    write_summary(out, sealed.report(), paint)
}

/// `error[AG01]`; `fixed error[AG01]` and `waived error[AG01]` in a calmer colour.
pub(super) fn tag(finding: &Finding, paint: Paint) -> String {
    let tag = format!("{}[{}]", finding.severity, finding.rule);
    let ink = match (finding.state, finding.severity) {
        (State::Fixed | State::Waived, _) => {
            return format!(
                "{} {}",
                paint.ink(Ink::Good, finding.state.as_str()),
                paint.ink(Ink::Faint, &tag)
            );
        }
        (_, Severity::Error) => Ink::Error,
        (_, Severity::Warning) => Ink::Warning,
        (_, Severity::Info) => Ink::Info,
    };
    paint.ink(ink, &tag)
}

/// What a finding is about (its object, else its unit), then its message, as one line; a message that begins
/// with its object's name stands alone.
pub(super) fn sentence(finding: &Finding) -> String {
    let subject = match &finding.object {
        Some(object) => object.to_string(),
        None => format!("unit {}", finding.unit),
    };
    let subject = clean(&subject);
    let named = finding
        .message
        .strip_prefix(subject.as_ref())
        .is_some_and(|rest| rest.starts_with([' ', ':', ',']));
    match named {
        true => finding.message.clone(),
        false => format!("{subject}: {}", finding.message),
    }
}

fn write_finding(
    out: &mut dyn Write,
    sealed: &Sealed,
    finding: &Finding,
    paint: Paint,
) -> io::Result<()> {
    writeln!(
        out,
        "{} {}",
        tag(finding, paint),
        paint.ink(Ink::Strong, &sentence(finding))
    )?;
    if let Some(place) = &finding.place {
        write_place(out, place, sealed.excerpt(finding).as_ref(), paint)?;
    } else {
        let origin = finding
            .origin
            .as_ref()
            .map(|origin| format!("{} (document {})", origin.path, origin.index));
        if let Some(origin) = origin {
            writeln!(
                out,
                "  {} {}",
                paint.ink(Ink::Faint, "-->"),
                paint.ink(Ink::Plain, &origin)
            )?;
        }
    }
    let mut say = |label: &str, ink: Ink, text: &str| {
        let label = paint.ink(Ink::Faint, &format!("{label:>9}:"));
        writeln!(out, "{label} {}", paint.ink(ink, text))
    };
    if let Some(path) = written_at(finding).and_then(field::path) {
        let absent = finding.place.as_ref().is_some_and(|place| !place.exact);
        let path = match absent {
            true => format!("{path} (not there: the line shown is the nearest that is)"),
            false => path,
        };
        say("field", Ink::Plain, &path)?;
    }
    if let Some((label, change)) = change(finding) {
        say(label, Ink::Plain, &change)?;
    }
    if let Some(remedy) = finding
        .remedy
        .as_ref()
        .filter(|_| finding.state != State::Waived)
    {
        // What was fixed on its way is still wrong where it was written.
        let label = if finding.state == State::Fixed {
            "at source"
        } else {
            "to do"
        };
        say(label, Ink::Plain, remedy)?;
    }
    // Without a place nothing else says which unit it is about.
    let nowhere = finding.place.is_none() && finding.origin.is_none() && finding.object.is_some();
    if nowhere || !finding.also_in.is_empty() {
        let units: Vec<&str> = finding.units().collect();
        say("in", Ink::Plain, &units.join(", "))?;
    }
    match finding.state {
        State::Open => {}
        State::Pending => say("pending", Ink::Warning, "`krmguard render` would fix it")?,
        State::Fixed => say("fixed", Ink::Good, "by krmguard's edit; it fails nothing")?,
        State::Waived => say("waived", Ink::Good, &excuse(finding))?,
    }
    for note in &finding.related {
        let text = match &note.place {
            Some(place) => format!(
                "{}: {}",
                spot(&place.file, Some(place.line), Some(place.column)),
                note.message
            ),
            None => note.message.clone(),
        };
        writeln!(
            out,
            "{} {}",
            paint.ink(Ink::Faint, "     note:"),
            paint.ink(Ink::Plain, &text)
        )?;
        if let Some(place) = &note.place {
            let line = sealed.note_excerpt(place).line;
            let bar = paint.ink(Ink::Faint, "|");
            writeln!(out, "{:>9} {bar} {}", "", line.trim())?;
        }
    }
    Ok(())
}

/// `--> file:line:column`, then the line with what of it is meant underlined.
fn write_place(
    out: &mut dyn Write,
    place: &Place,
    excerpt: Option<&Excerpt>,
    paint: Paint,
) -> io::Result<()> {
    let gutter = place.line.to_string().len().max(3);
    let spot = spot(&place.file, Some(place.line), Some(place.column));
    let arrow = paint.ink(Ink::Faint, "-->");
    writeln!(
        out,
        "{:gutter$}{arrow} {}",
        "",
        paint.ink(Ink::Plain, &spot)
    )?;
    let Some(excerpt) = excerpt else {
        return Ok(());
    };
    let bar = paint.ink(Ink::Faint, "|");
    let mut row = |number: usize, line: &str| {
        let number = paint.ink(Ink::Faint, &format!("{number:>gutter$}"));
        // Already cleaned: cleaning again would take its leading tabs' columns away.
        writeln!(out, "{number} {bar} {line}")
    };
    if let Some(above) = &excerpt.above {
        row(place.line.saturating_sub(1), above)?;
    }
    row(place.line, &excerpt.line)?;
    let caret = paint.ink(Ink::Info, &"^".repeat(excerpt.width));
    writeln!(
        out,
        "{:gutter$} {bar} {:indent$}{caret}",
        "",
        "",
        indent = excerpt.indent
    )
}

/// The finding's pointer as its file has it: what policies see below `valuesInline` is the top of a values file.
fn written_at(finding: &Finding) -> Option<&str> {
    let pointer = finding.pointer.as_deref()?;
    let file = finding
        .place
        .as_ref()
        .map_or("", |place| place.file.as_str());
    let name = file.rsplit('/').next().unwrap_or(file);
    let chart = finding
        .object
        .as_ref()
        .is_some_and(|object| object.api_version == "builtin");
    match pointer
        .strip_prefix("/valuesInline")
        .filter(|_| chart && !file.is_empty())
    {
        Some(values) if !values.is_empty() && !NAMES.contains(&name) => Some(values),
        _ => Some(pointer),
    }
}

/// What the finding's field is and what it would be, with a label for it.
fn change(finding: &Finding) -> Option<(&'static str, String)> {
    match (&finding.current, &finding.proposed) {
        (Some(current), Some(proposed)) => Some((
            "change",
            format!("{} -> {}", inline(current), inline(proposed)),
        )),
        (None, Some(proposed)) => Some(("change", format!("(absent) -> {}", inline(proposed)))),
        (Some(current), None) => Some(("current", inline(current))),
        (None, None) => None,
    }
}

/// A value in a sentence: JSON, cut where it is long.
pub(super) fn inline(value: &Value) -> String {
    let json = value.to_string();
    match json.char_indices().nth(VALUE) {
        Some((cut, _)) => format!("{}…", &json[..cut]),
        None => json,
    }
}

/// Why a finding is waived, and until when.
pub(super) fn excuse(finding: &Finding) -> String {
    match &finding.waiver {
        None => "it fails nothing".to_owned(),
        Some(Waiver {
            reason,
            expires: None,
        }) => reason.clone(),
        Some(Waiver {
            reason,
            expires: Some(day),
        }) => format!("{reason} (until {day})"),
    }
}

/// `file:line:column`, as far as it is known.
pub(super) fn spot(file: &str, line: Option<usize>, column: Option<usize>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        (Some(line), None) => format!("{file}:{line}"),
        (None, _) => file.to_owned(),
    }
}

fn write_not_judged(out: &mut dyn Write, entry: &NotJudged, paint: Paint) -> io::Result<()> {
    let units: Vec<&str> = entry.units().collect();
    let units = units.join(", ");
    let subject = match &entry.policy {
        Some(policy) => format!("{units}, policy {policy}"),
        None => units,
    };
    writeln!(
        out,
        "{} {}: {}",
        paint.ink(Ink::Error, "not judged"),
        paint.ink(Ink::Strong, &subject),
        paint.ink(Ink::Strong, &entry.message)
    )?;
    let at = entry
        .file
        .as_deref()
        .map(|file| spot(file, entry.line, entry.column));
    write_place_and_remedy(out, at, entry.remedy.as_deref(), paint)
}

/// Of what fails nothing: said, and no more.
fn write_notice(out: &mut dyn Write, notice: &Notice, paint: Paint) -> io::Result<()> {
    writeln!(
        out,
        "{} {}",
        paint.ink(Ink::Warning, "note:"),
        paint.ink(Ink::Plain, &notice.message)
    )?;
    let at = notice
        .file
        .as_deref()
        .map(|file| spot(file, notice.line, notice.column));
    write_place_and_remedy(out, at, notice.remedy.as_deref(), paint)
}

/// Where something without an excerpt is, and what to do about it.
fn write_place_and_remedy(
    out: &mut dyn Write,
    at: Option<String>,
    remedy: Option<&str>,
    paint: Paint,
) -> io::Result<()> {
    if let Some(spot) = at {
        writeln!(
            out,
            "   {} {}",
            paint.ink(Ink::Faint, "-->"),
            paint.ink(Ink::Plain, &spot)
        )?;
    }
    if let Some(remedy) = remedy {
        writeln!(
            out,
            "{} {}",
            paint.ink(Ink::Faint, "    to do:"),
            paint.ink(Ink::Plain, remedy)
        )?;
    }
    Ok(())
}

fn write_summary(out: &mut dyn Write, report: &Report, paint: Paint) -> io::Result<()> {
    for unit in &report.units {
        let name = paint.ink(Ink::Strong, &unit.name);
        let circumstances = paint.ink(Ink::Plain, &summary::circumstances(unit));
        let objects = summary::objects([unit]);
        writeln!(out, "{name} ({circumstances}): {objects}")?;
    }
    if report.units.len() > 1 {
        writeln!(
            out,
            "{}: {}",
            summary::counted(report.units.len(), "unit"),
            summary::objects(&report.units)
        )?;
    }
    let policies = summary::policies(report);
    let policies = match policies.is_empty() {
        true => "none".to_owned(),
        false => policies.join(", "),
    };
    writeln!(out, "policies: {}", paint.ink(Ink::Plain, &policies))?;
    writeln!(out, "findings: {}", summary::findings(report))?;
    let verdict = report.verdict();
    let ink = match verdict {
        Verdict::Pass => Ink::Good,
        Verdict::Violations | Verdict::NotJudged => Ink::Error,
    };
    writeln!(
        out,
        "{}{}: {} ({})",
        paint.ink(ink, summary::word(verdict)),
        paint.ink(Ink::Plain, &summary::reservation(report)),
        paint.ink(Ink::Plain, &summary::why(report)),
        summary::time(report)
    )
}
