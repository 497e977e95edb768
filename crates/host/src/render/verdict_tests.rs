//! One verdict, whatever the format.

#![allow(clippy::unwrap_used)]

use quick_junit::Report as Junit;

use super::sample::{finding, not_judged, parse, printed, report, sealed};
use super::*;
use crate::report::{
    FailOn, Finding, Notice, Report, Severity, State, UnitReport, Verdict, Waiver,
};

/// What each format says the verdict is.
fn said(report: Report) -> Vec<(&'static str, Verdict)> {
    let sealed = sealed(report);
    let verdict = |word: &str| match word {
        "pass" => Verdict::Pass,
        "violations" => Verdict::Violations,
        "not judged" | "not-judged" => Verdict::NotJudged,
        other => panic!("{other} is no verdict"),
    };
    let word = |line: &str| verdict(line.split(": ").next().unwrap());
    let person = printed(|out| text(out, &sealed, Look::default()));
    let short = printed(|out| brief(out, &sealed, Look::default()));
    let github = printed(|out| github(out, &sealed, None));
    let json = parse(&printed(|out| json(out, &sealed)));
    let log = parse(&printed(|out| sarif(out, &sealed, None)));
    let junit = printed(|out| junit(out, &sealed));
    let junit = Junit::deserialize_from_str(&junit).unwrap();
    let own = |text: &str| word(text.strip_prefix("krmguard: ").unwrap());
    let run = &log["runs"][0];
    let judged = run["invocations"][0]["executionSuccessful"] == true;
    let in_sarif = verdict(run["properties"]["verdict"].as_str().unwrap());
    assert_eq!(judged, in_sarif != Verdict::NotJudged);
    vec![
        ("text", word(person.lines().last().unwrap())),
        ("brief", own(short.lines().next().unwrap())),
        ("github", own(github.lines().last().unwrap())),
        ("json", verdict(json["verdict"].as_str().unwrap())),
        ("sarif", in_sarif),
        (
            "junit",
            match (junit.errors, junit.failures) {
                (0, 0) => Verdict::Pass,
                (0, _) => Verdict::Violations,
                (_, _) => Verdict::NotJudged,
            },
        ),
    ]
}

#[test]
fn every_format_says_the_same() {
    let fail_on = |severity, change| FailOn { severity, change };
    let judged = |findings: Vec<Finding>, fail_on| Report {
        findings,
        fail_on,
        units: vec![UnitReport {
            changed: 0,
            ..report().units.remove(0)
        }],
        changes: Vec::new(),
        ..report()
    };
    let mut seen = [0; 3];
    let states = [State::Open, State::Pending, State::Fixed, State::Waived];
    let severities = [Severity::Info, Severity::Warning, Severity::Error];
    for state in states {
        for severity in severities {
            for threshold in severities {
                for change in [false, true] {
                    for entries in [Vec::new(), vec![not_judged()]] {
                        let one = Finding {
                            state,
                            severity,
                            waiver: (state == State::Waived).then(|| Waiver {
                                reason: "known".to_owned(),
                                expires: None,
                            }),
                            ..finding()
                        };
                        let whole = Report {
                            not_judged: entries,
                            notices: vec![Notice::default()],
                            ..judged(vec![one], fail_on(threshold, change))
                        };
                        let expected = whole.verdict();
                        seen[usize::from(expected.exit_code())] += 1;
                        for (format, verdict) in said(whole) {
                            assert_eq!(
                                verdict, expected,
                                "{format}: {state:?} {severity:?} {threshold:?} {change}"
                            );
                        }
                    }
                }
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 10), "{seen:?}");
    for whole in [
        Report::default(),
        judged(Vec::new(), FailOn::default()),
        report(),
    ] {
        let expected = whole.verdict();
        for (format, verdict) in said(whole) {
            assert_eq!(verdict, expected, "{format}");
        }
    }
}

#[test]
fn no_format_shows_what_is_secret_or_acts() {
    let mut whole = report();
    whole.units[0].name = "::error::forged ##[error]".to_owned();
    for finding in &mut whole.findings {
        finding.unit = whole.units[0].name.clone();
    }
    whole.findings[4].message =
        "\u{1b}]0;title\u{7} ##vso[task.complete]\n::stop-commands::x".to_owned();
    whole.not_judged.push(not_judged());
    whole.changes[0].before = format!("    ::add-mask::a\n{}", whole.changes[0].before);
    let sealed = sealed(whole);
    let look = Look {
        color: false,
        diff: true,
    };
    for (format, printed) in [
        ("text", printed(|out| text(out, &sealed, look))),
        ("brief", printed(|out| brief(out, &sealed, look))),
        ("json", printed(|out| json(out, &sealed))),
        ("sarif", printed(|out| sarif(out, &sealed, None))),
        ("junit", printed(|out| junit(out, &sealed))),
        ("github", printed(|out| github(out, &sealed, None))),
    ] {
        assert!(!printed.contains("canary"), "{format}:\n{printed}");
        assert!(
            !printed.contains(['\u{1b}', '\u{7}']),
            "{format}:\n{printed}"
        );
        for opening in ["##[", "##vso["] {
            assert!(!printed.contains(opening), "{format}:\n{printed}");
        }
        let ours = ["::error ", "::warning ", "::notice "];
        for line in printed.lines().map(str::trim_start) {
            let command = line.starts_with("::");
            let own = format == "github" && ours.iter().any(|own| line.starts_with(own));
            assert!(!command || own, "{format}: {line}");
        }
    }
}
