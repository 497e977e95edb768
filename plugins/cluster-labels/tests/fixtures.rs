//! What the real chart renders has its cluster's label: nothing to say, unless another cluster's name is given.
#![allow(clippy::unwrap_used)]

use cluster_labels::ClusterLabels;
use krmguard_sdk::testing::{Judged, Setup, fixture_entry, fixtures, judge, read_stream};

const CLUSTERS: [(&str, &str); 4] = [
    ("cluster-01-central", "central"),
    ("cluster-02-edge", "edge"),
    ("cluster-03-edge", "edge"),
    ("cluster-04-edge", "edge"),
];

fn judged(kind: &str, file: &str, setup: &Setup) -> Option<Judged> {
    let path = fixtures()?
        .join("rendered")
        .join(kind)
        .join(format!("{file}.yaml"));
    let objects = read_stream(&std::fs::read_to_string(path).unwrap());
    Some(judge::<ClusterLabels>(setup, &objects).unwrap())
}

#[test]
fn each_cluster_says_its_own_name() {
    for (cluster, role) in CLUSTERS {
        for kind in ["seed", "right"] {
            let Some(judged) = judged(kind, cluster, &Setup::new(cluster, role)) else {
                return;
            };
            assert!(
                judged.findings.is_empty() && judged.edits == 0,
                "{kind}/{cluster}: {:?}",
                judged.findings
            );
        }
    }
}

#[test]
fn another_clusters_name_is_a_conflict() {
    let Some(judged) = judged(
        "right",
        "cluster-02-edge",
        &Setup::new("cluster-03-edge", "edge"),
    ) else {
        return;
    };
    let found: Vec<_> = judged
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    assert_eq!(found, ["CL02"]);
    assert_eq!(
        judged.findings[0].at.as_ref().unwrap().pointer,
        "/spec/externalLabels/cluster"
    );
    assert_eq!(judged.edits, 0);
}

#[test]
fn the_values_of_each_cluster_say_its_own_name() {
    for kind in ["seed", "right"] {
        for (file, cluster, role) in [
            ("values-edge-02.yaml", "cluster-02-edge", "edge"),
            ("values-central.yaml", "cluster-01-central", "central"),
        ] {
            let Some(entry) = fixture_entry(kind, file) else {
                return;
            };
            let judged = judge::<ClusterLabels>(&Setup::new(cluster, role), &[entry]).unwrap();
            assert!(
                judged.findings.is_empty() && judged.edits == 0,
                "{kind}/{file}: {:?}",
                judged.findings
            );
        }
    }
}
