//! The values of the fixtures: the right ones give nothing, the seed's exactly what is wrong with them.
#![allow(clippy::unwrap_used)]

use agent_mode::AgentMode;
use krmguard_sdk::Stage;
use krmguard_sdk::testing::{Setup, chart_entry, fixture_entry, judge};
use serde_json::{Value, json};

fn findings(entry: &Value, role: &str) -> Vec<(String, String)> {
    let setup = Setup {
        stage: Stage::Source,
        complete: false,
        ..Setup::new("cluster", role)
    };
    let judged = judge::<AgentMode>(&setup, std::slice::from_ref(entry)).unwrap();
    let mut found: Vec<(String, String)> = judged
        .findings
        .into_iter()
        .map(|finding| (finding.rule, finding.at.unwrap().pointer))
        .collect();
    found.sort();
    found
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(rule, path)| ((*rule).to_owned(), format!("/valuesInline/{path}")))
        .collect()
}

#[test]
fn the_seeds_edge_has_what_is_wrong_with_it() {
    let Some(entry) = fixture_entry("seed", "values-edge-02.yaml") else {
        return;
    };
    assert_eq!(
        findings(&entry, "edge"),
        pairs(&[
            ("AG03", "prometheus/prometheusSpec/additionalArgs/0/value"),
            ("AG10", "prometheus/agentMode"),
            ("CV01", "prometheus/prometheusSpec/storage"),
            ("CV02", "prometheus/prometheusSpec/retention"),
        ])
    );
}

#[test]
fn the_seeds_centre_has_its_storage() {
    let Some(entry) = fixture_entry("seed", "values-central.yaml") else {
        return;
    };
    assert_eq!(
        findings(&entry, "central"),
        pairs(&[("CV01", "prometheus/prometheusSpec/storage")])
    );
}

#[test]
fn the_right_values_have_nothing() {
    for (file, role) in [
        ("values-edge-02.yaml", "edge"),
        ("values-central.yaml", "central"),
    ] {
        let Some(entry) = fixture_entry("right", file) else {
            return;
        };
        assert_eq!(findings(&entry, role), []);
    }
}

#[test]
fn odd_shapes_of_values_are_taken_as_they_are() {
    for values in [
        json!(null),
        json!([]),
        json!("text"),
        json!({"prometheus": [1]}),
        json!({"prometheus": {"prometheusSpec": "text"}}),
        json!({"prometheus": {"prometheusSpec": {"additionalArgs": {"a": 1}, "enableFeatures": "agent", "thanos": true}}}),
        json!({"alertmanager": "off", "grafana": [], "thanosRuler": 1}),
    ] {
        for role in ["edge", "central"] {
            findings(&chart_entry(values.clone()), role);
        }
    }
}
