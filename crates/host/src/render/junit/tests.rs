//! The document read back, and its counts against the verdict.

#![allow(clippy::unwrap_used)]

use quick_junit::Report as Read;

use super::*;
use crate::render::sample::{finding, not_judged, printed, report, rule, sealed};
use crate::report::{FailOn, Notice, Severity, Waiver};

fn read(report: Report) -> Read {
    let sealed = sealed(report);
    let xml = printed(|out| junit(out, &sealed));
    let read = Read::deserialize_from_str(&xml).unwrap();
    let sum = |of: fn(&TestSuite) -> usize| read.test_suites.iter().map(of).sum::<usize>();
    assert_eq!(
        (read.tests, read.failures, read.errors, read.skipped),
        (
            sum(|suite| suite.test_cases.len()),
            sum(|suite| suite.failures),
            sum(|suite| suite.errors),
            sum(|suite| suite.skipped)
        ),
        "{xml}"
    );
    read
}

fn cases(read: &Read) -> Vec<(&str, &'static str)> {
    let cases = read.test_suites.iter().flat_map(|suite| &suite.test_cases);
    let status = |case: &TestCase| match &case.status {
        TestCaseStatus::Success { .. } => "passed",
        TestCaseStatus::Skipped { .. } => "skipped",
        TestCaseStatus::NonSuccess {
            kind: NonSuccessKind::Failure,
            ..
        } => "failure",
        TestCaseStatus::NonSuccess {
            kind: NonSuccessKind::Error,
            ..
        } => "error",
    };
    cases
        .map(|case| (case.name.as_str(), status(case)))
        .collect()
}

#[test]
fn a_case_is_a_rule_and_an_object() {
    let mut whole = report();
    let mut again = finding();
    again.pointer = Some("/spec".to_owned());
    whole.findings.push(again);
    whole.rules = vec![
        rule(),
        crate::report::Rule {
            id: "XX09".to_owned(),
            ..rule()
        },
    ]
    .into();
    let read = read(whole);
    assert_eq!(
        cases(&read),
        [
            ("XX09 one replica", "passed"),
            ("XX04 Prometheus monitoring/k8s", "failure"),
            ("XX01 Prometheus monitoring/k8s", "failure"),
            ("XX02 Prometheus monitoring/k8s", "passed"),
            ("XX03 Secret monitoring/thanos-s3-config", "passed"),
            ("XX05", "passed"),
        ]
    );
    let case = &read.test_suites[0].test_cases[2];
    assert_eq!(case.classname.as_ref().unwrap().as_str(), "sample");
    assert_eq!(case.extra["file"].as_str(), "edge.yaml");
    assert_eq!(case.extra["line"].as_str(), "7");
}

#[test]
fn waived_is_skipped_and_says_why() {
    let mut whole = report();
    whole.findings = vec![Finding {
        state: State::Waived,
        waiver: Some(Waiver {
            reason: "known".to_owned(),
            expires: Some("2031-05-31".to_owned()),
        }),
        ..finding()
    }];
    let read = read(whole);
    assert_eq!(
        cases(&read),
        [("XX01 Prometheus monitoring/k8s", "skipped")]
    );
    let TestCaseStatus::Skipped { message, .. } = &read.test_suites[0].test_cases[0].status else {
        panic!()
    };
    assert_eq!(
        message.as_ref().unwrap().as_str(),
        "waived: known (until 2031-05-31)"
    );
}

#[test]
fn what_was_not_judged_is_an_error_of_its_unit() {
    let mut here = not_judged();
    here.unit = "edge".to_owned();
    let read = read(Report {
        not_judged: vec![here, not_judged()],
        findings: Vec::new(),
        ..report()
    });
    let suites: Vec<(&str, usize)> = read
        .test_suites
        .iter()
        .map(|suite| (suite.name.as_str(), suite.errors))
        .collect();
    assert_eq!(suites, [("edge", 1), ("broken.yaml", 1)]);
    assert_eq!(cases(&self::read(Report::default())), [("read", "error")]);
}

#[test]
fn an_edit_alone_can_fail() {
    let whole = || Report {
        findings: Vec::new(),
        ..report()
    };
    assert_eq!(read(whole()).failures, 0);
    let change = FailOn {
        change: true,
        ..FailOn::default()
    };
    let failed = read(Report {
        fail_on: change,
        ..whole()
    });
    assert_eq!((failed.failures, failed.errors), (1, 0));
}

#[test]
fn foreign_text_stays_text() {
    let mut whole = report();
    whole.findings = vec![Finding {
        message: "]]> <failure/> & \"x\" ##[error]y \u{1b}[31m \u{0}".to_owned(),
        severity: Severity::Error,
        ..finding()
    }];
    whole.units[0].name = "<&\"'\u{0}\n>.yaml".to_owned();
    whole.findings[0].unit = whole.units[0].name.clone();
    whole.findings[0].object.as_mut().unwrap().name = "k8s\n::error::x\u{fffe}".to_owned();
    whole.notices = vec![Notice {
        message: "::error::forged".to_owned(),
        ..Notice::default()
    }];
    let sealed = sealed(whole);
    let xml = printed(|out| junit(out, &sealed));
    assert!(!xml.contains("##[") && !xml.contains('\u{fffe}'), "{xml}");
    assert!(!xml.lines().any(|line| line.trim_start().starts_with("::")));
    let read = Read::deserialize_from_str(&xml).unwrap();
    let TestCaseStatus::NonSuccess { message, .. } = &read.test_suites[0].test_cases[0].status
    else {
        panic!()
    };
    assert_eq!(
        message.as_ref().unwrap().as_str(),
        "Prometheus monitoring/k8s ::error::x\\u{fffe}: ]]> <failure/> & \"x\" ##[error]y \\u{1b}[31m \\u{0}"
    );
}
