//! A fleet of fifty: the one value that two clusters share, and the cluster that nobody names, are found among the rest.
#![allow(clippy::unwrap_used)]

use cluster_labels::ClusterLabels;
use krmguard_sdk::testing::{Gathered, Given, Setup, fixtures, gather, read_stream};
use serde_json::json;

fn given(name: &str, cluster: Option<&str>, label: Option<&str>) -> Given {
    let mut setup = Setup::new("", "edge");
    setup.cluster = cluster.map(str::to_owned);
    let labels = label.map_or_else(|| json!({}), |label| json!({"cluster": label}));
    Given {
        name: name.to_owned(),
        setup,
        objects: vec![json!({
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "Prometheus",
            "metadata": {"name": "k8s", "namespace": "monitoring"},
            "spec": {"externalLabels": labels},
        })],
    }
}

/// Unit, message and the units that CL09 points at besides.
fn told(gathered: &Gathered) -> Vec<(&str, &str, usize)> {
    let findings = gathered.findings.iter();
    findings
        .filter(|finding| finding.rule == "CL09")
        .map(|finding| {
            let unit = gathered.units[&finding.unit].as_str();
            let at = finding.at.as_ref().unwrap();
            assert_eq!(at.pointer, "/spec/externalLabels/cluster");
            (unit, finding.message.as_str(), finding.related.len())
        })
        .collect()
}

#[test]
fn fifty_units() {
    let mut units: Vec<Given> = (0..50)
        .map(|index| {
            let cluster = format!("cluster-{index:02}");
            // Half of them get their label from CL01.
            let label = (index % 2 == 0).then_some(cluster.as_str());
            given(&format!("deploy/{cluster}"), Some(&cluster), label)
        })
        .collect();
    assert_eq!(told(&gather::<ClusterLabels>(&units).unwrap()), []);

    units[7] = given("deploy/copied", Some("cluster-07"), Some("cluster-31"));
    units[20] = given("deploy/nameless", None, None);
    let gathered = gather::<ClusterLabels>(&units).unwrap();
    let told = told(&gathered);
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!((told[0].0, told[0].2), ("deploy/nameless", 0));
    assert_eq!((told[1].0, told[1].2), ("deploy/copied", 1));
    assert!(
        told[1]
            .1
            .contains("unit deploy/copied (cluster cluster-07)")
    );
    assert!(
        told[1]
            .1
            .contains("unit deploy/cluster-31 (cluster cluster-31)")
    );
}

#[test]
fn the_real_clusters_are_told_apart() {
    let Some(fixtures) = fixtures() else {
        return;
    };
    let clusters = [
        ("cluster-01-central", "central"),
        ("cluster-02-edge", "edge"),
        ("cluster-03-edge", "edge"),
        ("cluster-04-edge", "edge"),
    ];
    let units: Vec<Given> = clusters
        .iter()
        .map(|(cluster, role)| {
            let path = fixtures.join(format!("rendered/right/{cluster}.yaml"));
            Given {
                name: (*cluster).to_owned(),
                setup: Setup::new(cluster, role),
                objects: read_stream(&std::fs::read_to_string(path).unwrap()),
            }
        })
        .collect();
    let gathered = gather::<ClusterLabels>(&units).unwrap();
    assert!(gathered.findings.is_empty(), "{:?}", gathered.findings);
    assert_eq!(gathered.facts.len(), 4, "one Prometheus each");
}
