//! The report as JUnit XML, which build services read as test results.
//!
//! A unit is a suite; what a rule says about one object is a case, and so is a rule that says nothing.
//! A failure is what fails the run, an error is what was not judged: the counts are the verdict.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_junit::{
    NonSuccessKind, Property, Report as Document, TestCase, TestCaseStatus, TestSuite,
};

use super::clean::{self, clean};
use super::sealed::Sealed;
use super::text::{excuse, sentence, spot};
use super::{field, summary};
use crate::report::{Finding, NotJudged, ObjectRef, Report, State, UnitReport, Verdict};

/// The suite of what belongs to no unit.
const OWN: &str = "krmguard";

/// Prints the document, indented, with a line break at its end.
///
/// # Errors
///
/// What `out` answers.
pub(crate) fn junit(out: &mut dyn Write, sealed: &Sealed) -> io::Result<()> {
    let xml = document(sealed).to_string().map_err(io::Error::other)?;
    // A reference says the same to a reader of XML, and nothing to a build service.
    let xml = xml
        .replace("##[", "#&#35;[")
        .replace("##vso[", "#&#35;vso[");
    out.write_all(xml.as_bytes())
}

fn document(sealed: &Sealed) -> Document {
    let report = sealed.report();
    let mut document = Document::new("krmguard");
    let mut unjudged: Vec<&NotJudged> = report.not_judged.iter().collect();
    for unit in &report.units {
        let mut suite = suite(sealed, unit);
        unjudged.retain(|entry| {
            let here = entry.units().any(|name| name == unit.name);
            if here {
                suite.add_test_case(not_judged(entry));
            }
            !here
        });
        document.add_test_suite(suite);
    }
    // What could not even become a unit.
    let mut others: BTreeMap<&str, Vec<TestCase>> = BTreeMap::new();
    for entry in unjudged {
        others
            .entry(&entry.unit)
            .or_default()
            .push(not_judged(entry));
    }
    for (name, cases) in others {
        let mut suite = TestSuite::new(clean(name).as_ref());
        suite.add_test_cases(cases);
        document.add_test_suite(suite);
    }
    if let Some(suite) = run(report) {
        document.add_test_suite(suite);
    }
    document
}

/// What is said of the run as a whole, where there is something to say.
fn run(report: &Report) -> Option<TestSuite> {
    let mut suite = TestSuite::new(OWN);
    let failing = report.findings.iter().any(|f| f.fails(report.fail_on));
    if report.change_fails() && !failing {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type("change").set_message(summary::EDIT_FAILS);
        suite.add_test_case(case(OWN, "no edits", status));
    }
    if report.verdict() == Verdict::NotJudged && report.not_judged.is_empty() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status
            .set_type("not judged")
            .set_message(summary::why(report));
        suite.add_test_case(case(OWN, "read", status));
    }
    let notices: Vec<String> = report
        .notices
        .iter()
        .map(|notice| {
            let place = notice.file.as_ref();
            let place = place.map(|file| spot(file, notice.line, notice.column));
            let place = place.map_or(String::new(), |place| format!("{place}: "));
            line(&format!("{place}{}", notice.message))
        })
        .collect();
    if !notices.is_empty() {
        suite.set_system_err(notices.concat());
    }
    (!suite.test_cases.is_empty() || !notices.is_empty()).then_some(suite)
}

fn suite(sealed: &Sealed, unit: &UnitReport) -> TestSuite {
    let report = sealed.report();
    let mut suite = TestSuite::new(clean(&unit.name).as_ref());
    let facts = [
        ("cluster", unit.cluster.as_deref()),
        ("role", unit.role.as_deref()),
        ("stage", Some(unit.stage.as_str())),
    ];
    for (name, value) in facts {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            suite.add_property(Property::new(name, clean(value).as_ref()));
        }
    }
    let mut cases: BTreeMap<Subject<'_>, Vec<&Finding>> = BTreeMap::new();
    let mut order: Vec<Subject<'_>> = Vec::new();
    let here = |finding: &&Finding| finding.units().any(|name| name == unit.name);
    for finding in report.findings.iter().filter(here) {
        let subject = Subject::of(finding);
        if !cases.contains_key(&subject) {
            order.push(subject);
        }
        cases.entry(subject).or_default().push(finding);
    }
    for rule in sealed.rules() {
        let ran = unit.policies.contains(&rule.policy);
        let spoke = order
            .iter()
            .any(|subject| subject.policy == rule.policy && subject.rule == rule.id);
        if ran && !spoke {
            let name = format!("{} {}", rule.id, rule.title);
            suite.add_test_case(case(&rule.policy, &name, TestCaseStatus::success()));
        }
    }
    for subject in order {
        suite.add_test_case(judged(report, subject, &cases[&subject]));
    }
    suite
}

/// What one case is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Subject<'a> {
    policy: &'a str,
    rule: &'a str,
    /// Group and version, kind, namespace and name.
    object: Option<(&'a str, &'a str, Option<&'a str>, &'a str)>,
}

impl<'a> Subject<'a> {
    fn of(finding: &'a Finding) -> Subject<'a> {
        let parts = |object: &'a ObjectRef| {
            (
                object.api_version.as_str(),
                object.kind.as_str(),
                object.namespace.as_deref(),
                object.name.as_str(),
            )
        };
        Subject {
            policy: &finding.policy,
            rule: &finding.rule,
            object: finding.object.as_ref().map(parts),
        }
    }
}

fn judged(report: &Report, subject: Subject<'_>, findings: &[&Finding]) -> TestCase {
    let said: String = findings
        .iter()
        .map(|finding| description(finding))
        .collect();
    let failing: Vec<&&Finding> = findings
        .iter()
        .filter(|finding| finding.fails(report.fail_on))
        .collect();
    let waived = findings
        .iter()
        .find(|finding| finding.state == State::Waived);
    let mut status = match (failing.first(), waived) {
        (Some(first), _) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(sentence(first).as_str());
            status.set_type(first.severity.as_str());
            status
        }
        (None, Some(waived)) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("waived: {}", excuse(waived)));
            status
        }
        (None, None) => TestCaseStatus::success(),
    };
    let succeeded = matches!(status, TestCaseStatus::Success { .. });
    if !succeeded {
        status.set_description(said.as_str());
    }
    let object = findings.first().and_then(|finding| finding.object.as_ref());
    let object = object.map_or(String::new(), |object| format!(" {object}"));
    let mut case = case(subject.policy, &format!("{}{object}", subject.rule), status);
    if succeeded {
        case.set_system_out(said.as_str());
    }
    if let Some(place) = findings.iter().find_map(|finding| finding.place.as_ref()) {
        let file = clean(&place.file);
        case.extra.insert("file".into(), file.as_ref().into());
        case.extra
            .insert("line".into(), place.line.to_string().as_str().into());
    }
    case
}

fn not_judged(entry: &NotJudged) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("not judged");
    status.set_message(entry.message.as_str());
    let place = entry.file.as_ref();
    let place = place.map(|file| spot(file, entry.line, entry.column));
    let remedy = entry.remedy.as_ref();
    let remedy = remedy.map(|remedy| format!("to do: {remedy}"));
    let said: String = place.iter().chain(&remedy).map(|text| line(text)).collect();
    if !said.is_empty() {
        status.set_description(said);
    }
    case(entry.policy.as_deref().unwrap_or(OWN), "judged", status)
}

/// A finding as the body of a case.
fn description(finding: &Finding) -> String {
    let state = match finding.state {
        State::Open => String::new(),
        state => format!("{} ", state.as_str()),
    };
    let mut said = line(&format!(
        "{state}{}[{}] {}",
        finding.severity,
        finding.rule,
        sentence(finding)
    ));
    let mut detail = |label: &str, text: &str| {
        said.push_str(&line(&format!("  {label}: {text}")));
    };
    if let Some(place) = &finding.place {
        detail(
            "at",
            &spot(&place.file, Some(place.line), Some(place.column)),
        );
    }
    if let Some(path) = finding.pointer.as_deref().and_then(field::path) {
        detail("field", &path);
    }
    match (&finding.remedy, finding.state) {
        (_, State::Waived) => detail("waived", &excuse(finding)),
        (Some(remedy), State::Fixed) => detail("at source", remedy),
        (Some(remedy), State::Open | State::Pending) => detail("to do", remedy),
        (None, _) => {}
    }
    said
}

fn case(class: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(clean(name).as_ref(), status);
    case.set_classname(clean(class).as_ref());
    case
}

/// Foreign text as one line that no build service takes for a command.
fn line(text: &str) -> String {
    clean::line(text) + "\n"
}

#[cfg(test)]
mod tests;
