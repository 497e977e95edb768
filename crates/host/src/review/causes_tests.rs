//! Which findings have one cause.

use super::*;
use crate::report::Severity;

fn finding(rule: &str, (api_version, kind, name): (&str, &str, &str), pointer: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        severity: Severity::Error,
        state: State::Open,
        waiver: None,
        unit: "edge".to_owned(),
        also_in: Vec::new(),
        policy: "agent-mode".to_owned(),
        object: Some(ObjectRef {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: None,
            name: name.to_owned(),
        }),
        index: None,
        origin: None,
        pointer: Some(pointer.to_owned()),
        place: None,
        message: String::new(),
        remedy: None,
        current: None,
        proposed: None,
        related: Vec::new(),
        sensitive: false,
    }
}

fn values(rule: &str, path: &str) -> Finding {
    let chart = ("builtin", "HelmChartInflationGenerator", "stack");
    finding(rule, chart, &format!("/valuesInline{path}"))
}

fn rendered(rule: &str, kind: &str, pointer: &str) -> Finding {
    finding(rule, ("x/v1", kind, "stack-x"), pointer)
}

/// How many findings are left, and the notes of the first.
#[track_caller]
fn joined(findings: Vec<Finding>, left: usize, notes: &[&str]) -> Vec<Finding> {
    let joined = join(findings);
    assert_eq!(joined.len(), left, "{joined:#?}");
    let said: Vec<&str> = joined[0]
        .related
        .iter()
        .map(|note| note.message.as_str())
        .collect();
    assert_eq!(said, notes);
    joined
}

#[test]
fn what_is_anticipated_is_told_at_the_values_with_its_outcome() {
    let fixed = Finding {
        state: State::Fixed,
        ..rendered("AG01", "Prometheus", "/kind")
    };
    let findings = vec![fixed, values("AG10", "/prometheus/agentMode")];
    let joined = joined(findings, 1, &["also seen in Prometheus stack-x, kind"]);
    assert_eq!(
        (joined[0].rule.as_str(), joined[0].state),
        ("AG10", State::Fixed)
    );
}

#[test]
fn the_worst_of_several_twins_counts() {
    let of = |state: State, pointer: &str| Finding {
        state,
        ..rendered("TV03", "Deployment", pointer)
    };
    let findings = vec![
        values("TV10", "/prometheusOperator/thanosImage/tag"),
        of(State::Fixed, "/a"),
        of(State::Pending, "/b"),
        of(State::Fixed, "/c"),
    ];
    let joined = join(findings);
    assert_eq!((joined.len(), joined[0].state), (1, State::Pending));
}

#[test]
fn one_rule_must_speak_of_one_field() {
    let spec = |path: &str| values("AG03", &format!("/prometheus/prometheusSpec{path}"));
    let seen = |pointer: &str| rendered("AG03", "Prometheus", pointer);
    let at = "/additionalArgs/0/value";
    let note = "also seen in Prometheus stack-x, spec.additionalArgs[0].value";
    joined(
        vec![spec(at), seen("/spec/additionalArgs/0/value")],
        1,
        &[note],
    );
    joined(vec![spec(at), seen("/spec/additionalArgs/1/value")], 2, &[]);
    joined(
        vec![
            spec(at),
            rendered("AG03", "Service", "/spec/additionalArgs/0/value"),
        ],
        2,
        &[],
    );
    joined(
        vec![
            spec(at),
            rendered("AG01", "Prometheus", "/spec/additionalArgs/0/value"),
        ],
        2,
        &[],
    );
    joined(vec![spec(""), seen("/spec/x")], 2, &[]);
    let secret = values(
        "S302",
        "/prometheus/prometheusSpec/thanos/objectStorageConfig/existingSecret/key",
    );
    let key = rendered("S302", "Prometheus", "/spec/thanos/objectStorageConfig/key");
    assert_eq!(join(vec![secret, key]).len(), 1);
}

#[test]
fn grafana_is_known_by_its_name() {
    let off = || values("AG07", "/grafana/enabled");
    let run = |name: &str| finding("AG07", ("apps/v1", "Deployment", name), "/spec/template");
    assert_eq!(join(vec![off(), run("stack-grafana")]).len(), 1);
    assert_eq!(join(vec![off(), run("other")]).len(), 2);
}
