//! What the real chart renders: the seed gets exactly what is wrong with it, the right one nothing.
#![allow(clippy::unwrap_used)]

use krmguard_sdk::testing::{Judged, Setup, fixtures, judge, read_stream};
use krmguard_sdk::wire::Severity;
use serde_json::Value;
use thanos_version::ThanosVersion;

const CLUSTERS: [(&str, &str); 4] = [
    ("cluster-01-central", "central"),
    ("cluster-02-edge", "edge"),
    ("cluster-03-edge", "edge"),
    ("cluster-04-edge", "edge"),
];

fn judged(kind: &str, cluster: &str, role: &str) -> Option<(Vec<Value>, Judged)> {
    let path = fixtures()?
        .join("rendered")
        .join(kind)
        .join(format!("{cluster}.yaml"));
    let objects = read_stream(&std::fs::read_to_string(path).unwrap());
    let judged = judge::<ThanosVersion>(&Setup::new(cluster, role), &objects).unwrap();
    Some((objects, judged))
}

fn place(objects: &[Value], judged: &Judged, index: usize) -> (String, String, String, Severity) {
    let finding = &judged.findings[index];
    let kind = objects[Judged::index(finding).unwrap()]["kind"]
        .as_str()
        .unwrap()
        .to_owned();
    (
        finding.rule.clone(),
        kind,
        finding.at.as_ref().unwrap().pointer.clone(),
        finding.severity,
    )
}

#[test]
fn the_seed_has_the_charts_default_image_and_the_centre_a_sidecar() {
    for (cluster, role) in CLUSTERS {
        let Some((objects, judged)) = judged("seed", cluster, role) else {
            return;
        };
        let mut found: Vec<_> = (0..judged.findings.len())
            .map(|index| place(&objects, &judged, index))
            .collect();
        found.sort();
        let argument = "/spec/template/spec/containers/0/args/9".to_owned();
        let mut wanted = vec![(
            "TV03".to_owned(),
            "Deployment".to_owned(),
            argument,
            Severity::Warning,
        )];
        if role == "central" {
            wanted.push((
                "TV04".to_owned(),
                "Prometheus".to_owned(),
                "/spec/thanos".to_owned(),
                Severity::Error,
            ));
        }
        assert_eq!(found, wanted, "{cluster}");
        assert_eq!(judged.edits, 1, "{cluster}");

        let mut changed = 0;
        for (before, after) in objects.iter().zip(&judged.output) {
            let after = after.as_ref().unwrap();
            if before != after {
                changed += 1;
                let text = before.to_string().replace(
                    "quay.io/thanos/thanos:v0.39.2",
                    "quay.io/thanos/thanos:v0.38.0",
                );
                assert_eq!(text, after.to_string(), "{cluster}");
            }
        }
        assert_eq!(changed, 1, "{cluster}");
    }
}

#[test]
fn the_right_ones_are_left_alone() {
    for (cluster, role) in CLUSTERS {
        let Some((_, judged)) = judged("right", cluster, role) else {
            return;
        };
        assert!(
            judged.findings.is_empty() && judged.edits == 0,
            "{cluster}: {:?}",
            judged.findings
        );
    }
}
