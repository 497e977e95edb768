//! The values that the original design writes down, put into a tree: each mistake told once, at the line to edit.

use serde_json::Value;
use tests::report;

use crate::written::{BASE, OVERLAYS, Tree, overlay};

const BUILT: &str = "check --charts charts --format json deploy";

/// As `values/seed` of the fixtures has them.
const COMMON: &str = "\
prometheusOperator: {enabled: true}
prometheus:
  prometheusSpec:
    serviceMonitorSelectorNilUsesHelmValues: false
";

const CENTRAL: &str = "\
prometheus:
  prometheusSpec:
    externalLabels:
      cluster: cluster-01-central
    replicas: 2
    remoteWrite:
      - url: http://thanos-receiver.monitoring.svc.cluster.local:19291/api/v1/receive
    thanos:
      enabled: false
    retention: 15d
    storage: 50Gi
grafana:
  enabled: true
";

const EDGE: &str = "\
prometheus:
  agentMode: false
  prometheusSpec:
    additionalArgs:
      - name: enable-feature
        value: agent
    externalLabels:
      cluster: CLUSTER
    remoteWrite:
      - url: http://thanos-receiver.k8s-cluster-01.miribit.lab/api/v1/receive
    replicas: 1
    retention: 6h
    storage: 5Gi
grafana:
  enabled: false
alertmanager:
  enabled: false
";

fn seed() -> Tree {
    let tree = Tree::right().with(&format!("{BASE}/values.yaml"), COMMON);
    OVERLAYS.iter().fold(tree, |tree, (cluster, role)| {
        let values = match *role {
            "edge" => EDGE,
            _ => CENTRAL,
        };
        let file = format!("{}/values-{role}.yaml", overlay(cluster));
        tree.with(&file, &values.replace("CLUSTER", cluster))
    })
}

/// What is expected of a finding: rule, file below `deploy`, line, state, and of how many units it is one.
type Told = (&'static str, String, u64, &'static str, usize);

fn expected() -> Vec<Told> {
    let central = || format!("{}/values-central.yaml", overlay("cluster-01-central"));
    let mut told = vec![
        // Nobody pins the image: it belongs where its parent is, in the base that all share.
        ("TV10", format!("{BASE}/values.yaml"), 1, "fixed", 4),
        ("TV04", central(), 8, "open", 1),
        ("CV01", central(), 11, "open", 1),
    ];
    for (cluster, _) in OVERLAYS.iter().filter(|(_, role)| *role == "edge") {
        let file = || format!("{}/values-edge.yaml", overlay(cluster));
        told.extend([
            ("AG10", file(), 2, "fixed", 1),
            ("AG03", file(), 6, "fixed", 1),
            ("CV02", file(), 12, "open", 1),
            ("CV01", file(), 13, "open", 1),
        ]);
    }
    told.sort();
    told
}

fn told(findings: &[Value]) -> Vec<(String, String, u64, String, usize)> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut told: Vec<_> = findings
        .iter()
        .filter(|finding| finding["severity"] != "info")
        .map(|finding| {
            let file = word(&finding["location"]["file"]);
            let file = file
                .strip_prefix("deploy/")
                .map(str::to_owned)
                .unwrap_or(file);
            (
                word(&finding["rule"]),
                file,
                finding["location"]["line"].as_u64().unwrap_or_default(),
                word(&finding["state"]),
                finding["units"].as_array().map_or(0, Vec::len),
            )
        })
        .collect();
    told.sort();
    told
}

#[track_caller]
fn assert_told(findings: &[Value]) {
    let expected: Vec<_> = expected()
        .into_iter()
        .map(|(rule, file, line, state, units)| {
            (rule.to_owned(), file, line, state.to_owned(), units)
        })
        .collect();
    assert_eq!(told(findings), expected, "{findings:#?}");
}

#[test]
fn each_mistake_is_told_once_at_its_line() {
    let run = seed()
        .krmguard("check --render never --format json deploy")
        .ended(1);
    let said = report::parse(&run);
    assert_told(said["findings"].as_array().map_or(&[], Vec::as_slice));
}

#[test]
fn what_shows_in_the_build_too_is_told_once_with_its_object() {
    let Some(run) = seed().chart().built(BUILT) else {
        return;
    };
    let run = run.ended(1);
    let said = report::parse(&run);
    let findings = said["findings"].as_array().cloned().unwrap_or_default();
    assert_told(&findings);
    let seen = |rule: &str| -> Vec<String> {
        let of = findings.iter().filter(|finding| finding["rule"] == rule);
        of.map(|finding| {
            finding["related"][0]["message"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
    };
    assert_eq!(
        seen("AG10"),
        ["also seen in Prometheus monitoring/k8s, kind"; 3]
    );
    assert_eq!(
        seen("TV04"),
        ["also seen in Prometheus monitoring/k8s, spec.thanos"]
    );
    assert_eq!(
        seen("AG03"),
        ["also seen in Prometheus monitoring/k8s, spec.additionalArgs[0].value"; 3]
    );
    // The chart drops what it does not know: there is nothing to see.
    assert_eq!(seen("CV01"), [""; 4]);
}

const TEMPLATE: &str = "\
apiVersion: v1
kind: Secret
metadata: {name: thanos-s3-config, namespace: monitoring}
stringData:
  objstore.yml: |
    type: S3
    config:
      bucket: thanos
      endpoint: minio.example:9000
      access_key: ${S3_ACCESS_KEY}
      secret_key: ${S3_SECRET_KEY}
";

#[test]
fn a_template_that_nothing_lists_is_no_error_built_or_not() {
    let file = format!("{}/thanos-s3-secret.yaml", overlay("cluster-01-central"));
    let tree = Tree::right().chart().with(&file, TEMPLATE);
    let told = |run: &tests::krmguard::Run| -> Vec<String> {
        let said = report::findings(run);
        said.iter()
            .map(|finding| format!("{} {} {}", finding.rule, finding.severity, finding.line))
            .collect()
    };
    let expected = ["S318 info 10", "S318 info 11"];
    assert_eq!(
        told(
            &tree
                .krmguard("check --render never --format json deploy")
                .ended(0)
        ),
        expected
    );
    let Some(run) = tree.built(BUILT) else {
        return;
    };
    assert_eq!(told(&run.ended(0)), expected);
}
