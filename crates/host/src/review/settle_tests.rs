//! What is ignored is gone with its edits; what is waived stays, without its edits and those that follow them.

#![allow(clippy::unwrap_used)]

use krmguard_engine::{Finding, Note, Place};

use super::*;

fn at(object: u32) -> Place {
    Place {
        object,
        pointer: String::new(),
        range: None,
    }
}

fn finding(rule: &str, object: u32) -> Finding {
    Finding {
        rule: rule.to_owned(),
        severity: engine::Severity::Error,
        unit: 0,
        at: Some(at(object)),
        message: String::new(),
        remedy: None,
        current: None,
        proposed: None,
        related: Vec::new(),
        sensitive: false,
        extra: Vec::new(),
    }
}

fn edit(rule: &str, finding: Option<u32>, object: u32) -> Edit {
    Edit {
        rule: rule.to_owned(),
        finding,
        change: Change::Patch((object, format!("{rule} {finding:?} {object}"))),
        extra: Vec::new(),
    }
}

fn outcome(findings: Vec<Finding>, edits: Vec<Edit>) -> Outcome {
    Outcome {
        findings,
        edits,
        ..Outcome::default()
    }
}

/// Waives these rules on these objects.
fn waiving(pairs: &[(&str, u32)], outcome: Outcome) -> Settled {
    settle(outcome, &[], |finding| {
        let object = finding.at.as_ref().map(|at| at.object);
        let meant = |(rule, which): &(&str, u32)| *rule == finding.rule && Some(*which) == object;
        pairs.iter().any(meant).then(|| Waiver {
            reason: "because".to_owned(),
            expires: None,
        })
    })
}

fn waived(settled: &Settled) -> Vec<bool> {
    settled.waivers.iter().map(Option::is_some).collect()
}

fn levels(level: Level) -> Vec<RuleLevel> {
    vec![RuleLevel {
        rule: "A1".to_owned(),
        level,
        at: String::new(),
    }]
}

#[test]
fn an_ignored_rule_is_not_heard() {
    let answer = outcome(
        vec![finding("A1", 0), finding("B1", 0)],
        vec![
            edit("A1", Some(0), 0),
            edit("B1", Some(1), 0),
            edit("B1", Some(0), 0),
        ],
    );
    let settled = settle(answer, &levels(Level::Ignore), |_| None);
    assert_eq!(settled.outcome.findings, [finding("B1", 0)]);
    let indexes: Vec<Option<u32>> = settled
        .outcome
        .edits
        .iter()
        .map(|edit| edit.finding)
        .collect();
    assert_eq!(indexes, [Some(0), None]);
    assert_eq!(waived(&settled), [false]);
}

#[test]
fn a_severity_counts_as_the_policy_set_says() {
    let answer = outcome(vec![finding("A1", 0), finding("B1", 0)], Vec::new());
    let settled = settle(answer, &levels(Level::Counts(Severity::Info)), |_| None);
    let severities: Vec<_> = settled
        .outcome
        .findings
        .iter()
        .map(|found| found.severity)
        .collect();
    assert_eq!(
        severities,
        [engine::Severity::Info, engine::Severity::Error]
    );
}

#[test]
fn a_waived_findings_edit_is_withheld_and_another_objects_is_not() {
    let answer = outcome(
        vec![finding("A1", 0), finding("A1", 1)],
        vec![
            edit("A1", Some(0), 0),
            edit("A1", Some(1), 1),
            edit("A1", None, 0),
            edit("A1", None, 1),
        ],
    );
    let settled = waiving(&[("A1", 0)], answer);
    assert_eq!(
        settled.outcome.edits,
        [edit("A1", Some(1), 1), edit("A1", None, 1)]
    );
    assert_eq!(waived(&settled), [true, false]);
}

#[test]
fn companions_follow_what_they_belong_to() {
    // B1 speaks of object 5 in company of A1's finding about object 0.
    let findings = || vec![finding("A1", 0), finding("B1", 5)];
    let edits = || vec![edit("A1", Some(0), 0), edit("A1", Some(1), 5)];
    let settled = waiving(&[("A1", 0)], outcome(findings(), edits()));
    assert!(settled.outcome.edits.is_empty());
    assert_eq!(waived(&settled), [true, true]);

    // The companion's own waiver leaves the lead alone.
    let settled = waiving(&[("B1", 5)], outcome(findings(), edits()));
    assert_eq!(settled.outcome.edits, [edit("A1", Some(0), 0)]);
    assert_eq!(waived(&settled), [false, true]);
}

#[test]
fn a_companion_of_one_of_several_goes_by_the_objects_it_names() {
    let company = |lead: Option<u32>| {
        let mut companion = finding("B1", 5);
        companion.related.extend(lead.map(|object| Note {
            at: Some(at(object)),
            message: String::new(),
        }));
        let answer = outcome(
            vec![finding("A1", 0), finding("A1", 1), companion],
            vec![edit("A1", Some(2), 5)],
        );
        let settled = waiving(&[("A1", 0)], answer);
        (settled.outcome.edits.len(), waived(&settled))
    };
    assert_eq!(company(Some(0)), (0, vec![true, false, true]));
    assert_eq!(company(Some(1)), (1, vec![true, false, false]));
    // Nothing tells whose it is: what may belong to a waived finding is not applied, and not called waived.
    assert_eq!(company(None), (0, vec![true, false, false]));
}
