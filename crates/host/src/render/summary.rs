//! The verdict in words, and the counts behind it.

use crate::report::{Finding, Report, Severity, State, UnitReport, Verdict};

/// Why a run fails in which no finding does.
pub(crate) const EDIT_FAILS: &str = "an edit fails here (`--fail-on change`)";

/// `1 error`, `2 errors`; `info` has no plural.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    match (count, noun) {
        (1, _) | (_, "info") => format!("{count} {noun}"),
        (_, noun) => format!("{count} {noun}s"),
    }
}

/// The verdict as every format spells it.
pub(crate) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Violations => "violations",
        Verdict::NotJudged => "not judged",
    }
}

/// What was not rendered, behind the verdict: ` (sources only; 4 overlays not rendered: no helm)`.
pub(crate) fn reservation(report: &Report) -> String {
    let overlays = report
        .units
        .iter()
        .filter(|unit| unit.not_rendered.is_some());
    let mut reasons: Vec<&str> = Vec::new();
    let mut count = 0;
    for why in overlays.filter_map(|unit| unit.not_rendered.as_deref()) {
        count += 1;
        if !reasons.contains(&why) {
            reasons.push(why);
        }
    }
    let sources = match count == report.units.len() {
        true => "sources only; ",
        false => "",
    };
    match count {
        0 => String::new(),
        _ => format!(
            " ({sources}{} not rendered: {})",
            counted(count, "overlay"),
            reasons.join(", ")
        ),
    }
}

/// Why the verdict is what it is, in a few words.
pub(crate) fn why(report: &Report) -> String {
    let failing = failing(report);
    match report.verdict() {
        Verdict::Pass => passes(report),
        Verdict::Violations if failing.is_empty() => EDIT_FAILS.to_owned(),
        Verdict::Violations => fails(report),
        Verdict::NotJudged => {
            let entries = report.not_judged.len();
            let what = match entries {
                0 => "nothing was read".to_owned(),
                1 => "1 thing could not be judged".to_owned(),
                _ => format!("{entries} things could not be judged"),
            };
            match failing.is_empty() {
                true => what,
                false => format!("{what}; beside that, {}", fails(report)),
            }
        }
    }
}

/// `nothing open fails, 1 finding fixed, 2 findings waived`.
fn passes(report: &Report) -> String {
    let of = |state: State| -> usize {
        let counts = Severity::WORST_FIRST.map(|severity| report.count(severity, state));
        counts.iter().sum()
    };
    let settled: Vec<String> = [State::Fixed, State::Waived]
        .into_iter()
        .filter(|state| of(*state) > 0)
        .map(|state| format!(", {} {}", counted(of(state), "finding"), state.as_str()))
        .collect();
    match settled.is_empty() {
        true => "nothing fails".to_owned(),
        false => format!("nothing open fails{}", settled.concat()),
    }
}

/// `1 error and 2 warnings fail`.
fn fails(report: &Report) -> String {
    let failing = failing(report);
    let counts: Vec<String> = Severity::WORST_FIRST
        .into_iter()
        .filter_map(|severity| {
            let count = failing.iter().filter(|f| f.severity == severity).count();
            (count > 0).then(|| counted(count, severity.as_str()))
        })
        .collect();
    let verb = if failing.len() == 1 { "fails" } else { "fail" };
    format!("{} {verb}", list(&counts))
}

/// The findings that fail the run, the worst first.
pub(crate) fn failing(report: &Report) -> Vec<&Finding> {
    let mut failing: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.fails(report.fail_on))
        .collect();
    failing.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    failing
}

/// `2 errors (1 open, 1 pending), 3 info (3 fixed)`; `none`.
pub(crate) fn findings(report: &Report) -> String {
    let counts: Vec<String> = Severity::WORST_FIRST
        .into_iter()
        .filter_map(|severity| {
            let states: Vec<(usize, State)> = State::ALL
                .into_iter()
                .map(|state| (report.count(severity, state), state))
                .filter(|(count, _)| *count > 0)
                .collect();
            let all: usize = states.iter().map(|(count, _)| count).sum();
            let states: Vec<String> = states
                .iter()
                .map(|(count, state)| format!("{count} {}", state.as_str()))
                .collect();
            (all > 0).then(|| {
                format!(
                    "{} ({})",
                    counted(all, severity.as_str()),
                    states.join(", ")
                )
            })
        })
        .collect();
    if counts.is_empty() {
        "none".to_owned()
    } else {
        counts.join(", ")
    }
}

/// `431 objects read, 23 judged, 4 changed`, of one unit or of several.
pub(crate) fn objects<'a>(units: impl IntoIterator<Item = &'a UnitReport>) -> String {
    let (mut read, mut judged, mut changed) = (0, 0, 0);
    for unit in units {
        read += unit.objects;
        judged += unit.judged;
        changed += unit.changed;
    }
    format!(
        "{} read, {judged} judged, {changed} changed",
        counted(read, "object")
    )
}

/// `cluster cluster-02-edge, role edge, source, incomplete`.
pub(crate) fn circumstances(unit: &UnitReport) -> String {
    let mut words = Vec::new();
    if let Some(cluster) = &unit.cluster {
        words.push(format!("cluster {cluster}"));
    }
    if let Some(role) = &unit.role {
        words.push(format!("role {role}"));
    }
    if !unit.stage.is_empty() {
        words.push(unit.stage.clone());
    }
    words.push(
        if unit.complete {
            "complete"
        } else {
            "incomplete"
        }
        .to_owned(),
    );
    if let Some(why) = &unit.not_rendered {
        words.push(format!("not rendered: {why}"));
    }
    for chart in &unit.stand_ins {
        words.push(format!("with a stand-in for the chart {chart}"));
    }
    words.join(", ")
}

/// Every policy that ran, once, in the order in which they ran.
pub(crate) fn policies(report: &Report) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in report.units.iter().flat_map(|unit| &unit.policies) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// `132 ms`, `2.4 s`.
pub(crate) fn time(report: &Report) -> String {
    match report.elapsed.as_millis() {
        millis @ 0..1_000 => format!("{millis} ms"),
        _ => format!("{:.1} s", report.elapsed.as_secs_f64()),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
