//! The chart's own agent rendering is the oracle: a server's rendering, edited, must equal it.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use agent_mode::AgentMode;
use krmguard_sdk::Severity;
use krmguard_sdk::testing::{Setup, difference, fixtures, judge, read_stream};
use serde_json::Value;

const EDGES: &[&str] = &["cluster-02-edge", "cluster-03-edge", "cluster-04-edge"];
const CENTRE: &str = "cluster-01-central";

fn read(folder: &Path, kind: &str, cluster: &str) -> Vec<Value> {
    let path = folder
        .join("rendered")
        .join(kind)
        .join(format!("{cluster}.yaml"));
    read_stream(
        &fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display())),
    )
}

/// Objects by name, keys sorted, so that neither order counts.
fn by_name(objects: &[Value]) -> BTreeMap<String, String> {
    objects
        .iter()
        .map(|object| {
            let text = |pointer: &str| {
                object
                    .pointer(pointer)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            };
            let name = [
                "/apiVersion",
                "/kind",
                "/metadata/namespace",
                "/metadata/name",
            ]
            .map(text)
            .join(" ");
            (name, serde_json::to_string_pretty(&sorted(object)).unwrap())
        })
        .collect()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<_, _> = map
                .iter()
                .map(|(key, value)| (key.clone(), sorted(value)))
                .collect();
            sorted.into_iter().collect()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        scalar => scalar.clone(),
    }
}

#[test]
fn a_servers_rendering_becomes_the_agents() {
    let Some(folder) = fixtures() else { return };
    for cluster in EDGES {
        let judged = judge::<AgentMode>(
            &Setup::new(cluster, "edge"),
            &read(&folder, "seed", cluster),
        )
        .unwrap();
        let rules: Vec<&str> = judged
            .findings
            .iter()
            .map(|finding| finding.rule.as_str())
            .collect();
        for rule in ["AG01", "AG02", "AG03", "AG04", "AG09"] {
            assert!(
                rules.contains(&rule),
                "{cluster}: {rule} is not among {rules:?}"
            );
        }
        for (finding, fixed) in judged.findings.iter().zip(&judged.fixed) {
            assert!(
                *fixed || finding.severity == Severity::Info,
                "{cluster}: {finding:?} is left open"
            );
        }

        // No policy invents storage, and the version of Thanos is another policy's.
        let mut right = read(&folder, "right", cluster);
        for object in right
            .iter_mut()
            .filter(|object| object["kind"] == "PrometheusAgent")
        {
            object["spec"]
                .as_object_mut()
                .unwrap()
                .remove("storage")
                .unwrap();
        }
        let expected = by_name(&right);
        let actual = by_name(&judged.objects());
        for (name, text) in &actual {
            let text = text.replace(
                "quay.io/thanos/thanos:v0.39.2",
                "quay.io/thanos/thanos:v0.38.0",
            );
            let wanted = expected
                .get(name)
                .unwrap_or_else(|| panic!("{cluster}: {name} is too much"));
            assert!(
                *wanted == text,
                "{cluster}: {name}\n{}",
                difference(wanted, &text)
            );
        }
        assert!(
            expected.keys().eq(actual.keys()),
            "{cluster}: objects are missing"
        );
    }
}

#[test]
fn what_is_right_is_left_alone() {
    let Some(folder) = fixtures() else { return };
    let right = EDGES.iter().map(|cluster| ("right", *cluster, "edge"));
    for (kind, cluster, role) in
        right.chain([("right", CENTRE, "central"), ("seed", CENTRE, "central")])
    {
        let judged =
            judge::<AgentMode>(&Setup::new(cluster, role), &read(&folder, kind, cluster)).unwrap();
        assert_eq!(judged.edits, 0, "{kind} {cluster}");
        assert!(
            judged.findings.is_empty(),
            "{kind} {cluster}: {:?}",
            judged.findings
        );
    }
}
