//! Verdicts, their order of precedence, and the order of findings.

#![allow(clippy::unwrap_used)]

use super::*;

fn finding(severity: Severity, state: State) -> Finding {
    Finding {
        rule: "XX01".into(),
        severity,
        state,
        waiver: None,
        unit: String::new(),
        also_in: Vec::new(),
        policy: String::new(),
        object: None,
        index: None,
        origin: None,
        pointer: None,
        place: None,
        message: String::new(),
        remedy: None,
        current: None,
        proposed: None,
        related: Vec::new(),
        sensitive: false,
    }
}

fn report(findings: Vec<Finding>, fail_on: FailOn) -> Report {
    Report {
        units: vec![UnitReport::default()],
        findings,
        fail_on,
        ..Report::default()
    }
}

#[test]
fn open_and_pending_findings_fail_from_the_severity_asked_for() {
    use Severity::{Error, Info, Warning};
    for from in [Info, Warning, Error] {
        for severity in [Info, Warning, Error] {
            for state in State::ALL {
                let fail_on = FailOn {
                    severity: from,
                    change: false,
                };
                let counts = matches!(state, State::Open | State::Pending);
                let fails = counts && severity >= from;
                let expected = if fails {
                    Verdict::Violations
                } else {
                    Verdict::Pass
                };
                let verdict = report(vec![finding(severity, state)], fail_on).verdict();
                assert_eq!(verdict, expected, "{from:?} {severity:?} {state:?}");
            }
        }
    }
}

#[test]
fn any_edit_fails_where_edits_fail() {
    let fail_on = FailOn {
        change: true,
        ..FailOn::default()
    };
    for (state, expected) in [
        (State::Open, Verdict::Pass),
        (State::Pending, Verdict::Violations),
        (State::Fixed, Verdict::Violations),
        (State::Waived, Verdict::Pass),
    ] {
        assert_eq!(
            report(vec![finding(Severity::Info, state)], fail_on).verdict(),
            expected,
            "{state:?}"
        );
    }
    let mut changed = report(Vec::new(), fail_on);
    changed.units[0].changed = 1;
    assert_eq!(changed.verdict(), Verdict::Violations);
    changed.fail_on.change = false;
    assert_eq!(changed.verdict(), Verdict::Pass);
}

#[test]
fn not_judging_outweighs_everything() {
    let mut whole = report(
        vec![finding(Severity::Error, State::Open)],
        FailOn::default(),
    );
    whole.not_judged.push(NotJudged::default());
    assert_eq!(whole.verdict(), Verdict::NotJudged);
    assert_eq!(
        Report::default().verdict(),
        Verdict::NotJudged,
        "nothing read"
    );
}

#[test]
fn exit_codes() {
    let codes = [Verdict::Pass, Verdict::Violations, Verdict::NotJudged].map(Verdict::exit_code);
    assert_eq!(codes, [0, 1, 2]);
}

#[test]
fn the_stricter_side_wins() {
    let error = FailOn::default();
    let change = FailOn {
        change: true,
        ..error
    };
    let info = FailOn {
        severity: Severity::Info,
        change: false,
    };
    assert_eq!(error.stricter(info), info);
    assert_eq!(info.stricter(error), info);
    assert_eq!(
        change.stricter(info),
        FailOn {
            severity: Severity::Info,
            change: true
        }
    );
}

#[test]
fn findings_are_sorted_by_place_rule_and_pointer() {
    let at = |file: &str, line: usize, column: usize, rule: &str, pointer: &str| Finding {
        rule: rule.into(),
        pointer: Some(pointer.into()),
        place: (line > 0).then(|| Place {
            file: file.into(),
            line,
            column,
            span: 0..0,
            document: 0..0,
            source: Arc::new("".into()),
            start: 0,
            exact: true,
            in_secret: false,
        }),
        ..finding(Severity::Info, State::Open)
    };
    let sorted = [
        at("a", 2, 1, "Z", "/z"),
        at("a", 10, 1, "B", "/a"),
        at("a", 10, 2, "A", "/b"),
        at("a", 10, 2, "A", "/c"),
        at("a", 10, 2, "B", "/a"),
        at("b", 1, 1, "A", "/a"),
        at("", 0, 0, "A", "/a"),
    ];
    for turn in 0..sorted.len() {
        let mut findings = sorted.to_vec();
        findings.rotate_left(turn);
        let mut whole = report(findings, FailOn::default());
        whole.sort();
        let shown = |findings: &[Finding]| format!("{findings:?}");
        assert_eq!(shown(&whole.findings), shown(&sorted), "{turn}");
    }
}

#[test]
fn only_core_secrets_are_secrets() {
    let object = |api_version: &str, kind: &str| ObjectRef {
        api_version: api_version.into(),
        kind: kind.into(),
        namespace: None,
        name: "a".into(),
    };
    assert!(object("v1", "Secret").is_secret());
    assert!(!object("example.com/v1", "Secret").is_secret());
    assert!(!object("v1", "ConfigMap").is_secret());
    assert_eq!(object("v1", "Namespace").to_string(), "Namespace a");
}
