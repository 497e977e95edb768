//! The values of the fixtures: the right ones give nothing, the seed's exactly what is wrong with them.
#![allow(clippy::unwrap_used)]

use krmguard_sdk::testing::{Setup, chart_entry, fixture_entry, judge};
use serde_json::{Value, json};
use thanos_version::ThanosVersion;

fn findings(entry: &Value) -> Vec<(String, String)> {
    let setup = Setup::new("cluster", "central");
    let judged = judge::<ThanosVersion>(&setup, std::slice::from_ref(entry)).unwrap();
    let found = judged
        .findings
        .into_iter()
        .map(|finding| (finding.rule, finding.at.unwrap().pointer));
    found.collect()
}

const TV10: (&str, &str) = ("TV10", "/valuesInline/prometheusOperator/thanosImage/tag");
const TV04: (&str, &str) = ("TV04", "/valuesInline/prometheus/prometheusSpec/thanos");

#[test]
fn the_seed_is_not_pinned_and_its_centre_has_a_sidecar() {
    for (file, expected) in [
        ("values-edge-02.yaml", &[TV10][..]),
        ("values-central.yaml", &[TV04, TV10][..]),
    ] {
        let Some(entry) = fixture_entry("seed", file) else {
            return;
        };
        let expected: Vec<(String, String)> = expected
            .iter()
            .map(|(rule, at)| ((*rule).to_owned(), (*at).to_owned()))
            .collect();
        assert_eq!(findings(&entry), expected, "{file}");
    }
}

#[test]
fn the_right_values_have_nothing() {
    for file in ["values-edge-02.yaml", "values-central.yaml"] {
        let Some(entry) = fixture_entry("right", file) else {
            return;
        };
        assert_eq!(findings(&entry), [], "{file}");
    }
}

#[test]
fn odd_shapes_of_values_are_taken_as_they_are() {
    for values in [
        json!(null),
        json!("text"),
        json!({"prometheusOperator": []}),
        json!({"prometheusOperator": {"thanosImage": "quay.io/thanos/thanos:v0.36.1"}}),
        json!({"global": "text", "prometheusOperator": {"thanosImage": {"tag": {}, "sha": 1, "registry": null}}}),
        json!({"thanosRuler": {"enabled": true, "thanosRulerSpec": [1]}}),
        json!({"prometheus": {"prometheusSpec": {"thanos": true}}}),
    ] {
        findings(&chart_entry(values));
    }
}
