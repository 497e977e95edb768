//! Trees built by the real kustomize and helm, with a small chart of the test's own.

use serde_json::Value;
use tests::krmguard::Run;
use tests::report;

use crate::written::{BASE, OVERLAYS, Tree, overlay};

const EDGE: &str = "cluster-02-edge";

/// `check` of the tree with both programs; None where one is absent.
fn check(tree: &Tree, words: &str) -> Option<Run> {
    tree.built(&format!("check --charts charts {words} deploy"))
}

fn findings(run: &Run) -> Vec<Value> {
    report::parse(run)["findings"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

#[test]
fn every_overlay_is_judged_as_it_is_built() {
    let tree = Tree::right().chart();
    let before = tree.files();
    let Some(run) = check(&tree, "--format json") else {
        return;
    };
    let run = run.ended(0);
    let said = report::parse(&run);
    let units = said["units"].as_array().cloned().unwrap_or_default();
    assert_eq!(units.len(), OVERLAYS.len());
    for unit in &units {
        assert_eq!(
            (&unit["stage"], &unit["complete"]),
            (&Value::from("built"), &Value::from(true))
        );
        assert_eq!(unit["notRendered"], Value::Null);
        assert_eq!(
            unit["standIns"],
            serde_json::json!(["kube-prometheus-stack 78.5.0"])
        );
    }
    assert_eq!(tree.files(), before);
    let Some(run) = check(&tree, "") else { return };
    assert_eq!(
        run.stdout.matches("with a stand-in for the chart").count(),
        4,
        "{}",
        run.stdout
    );
}

#[test]
fn a_resource_of_a_file_is_told_there_and_one_of_the_chart_by_its_name() {
    let deployment = "\
# The store.
apiVersion: apps/v1
kind: Deployment
metadata: {name: thanos-query, namespace: monitoring}
spec:
  selector: {matchLabels: {app: q}}
  template:
    metadata: {labels: {app: q}}
    spec:
      containers:
        - name: query
          image: quay.io/thanos/thanos:v0.36.1
          args: [query]
";
    let tree = Tree::right()
        .chart()
        .with(&format!("{BASE}/query.yaml"), deployment)
        .replaced(&format!("{BASE}/kustomization.yaml"), "[", "[query.yaml, ")
        .replaced(
            &format!("{}/values-edge.yaml", overlay(EDGE)),
            "  agentMode: true\n",
            "  agentMode: false\n",
        );
    let Some(run) = check(&tree, "--format json") else {
        return;
    };
    let said = findings(&run.ended(0));
    let of = |rules: &[&str]| -> Vec<&Value> {
        let is = |finding: &&Value| rules.iter().any(|rule| finding["rule"] == *rule);
        said.iter().filter(is).collect()
    };
    let [pin] = of(&["TV01"])[..] else {
        panic!("{said:#?}")
    };
    assert_eq!(pin["location"]["file"], format!("deploy/{BASE}/query.yaml"));
    assert_eq!(
        (&pin["location"]["line"], &pin["state"]),
        (&Value::from(12), &Value::from("fixed"))
    );
    assert_eq!(pin["units"].as_array().map(Vec::len), Some(4));
    // The server on an edge, told once: at the values where a rule speaks of them, else by its name.
    let [agent] = of(&["AG01", "AG10"])[..] else {
        panic!("{said:#?}")
    };
    assert_eq!(agent["state"], "fixed");
    assert_eq!(
        agent["units"],
        serde_json::json!([format!("deploy/{}", overlay(EDGE))])
    );
    if agent["rule"] == "AG01" {
        assert_eq!(agent["object"]["kind"], "Prometheus");
        assert_eq!(agent["location"], Value::Null);
    } else {
        assert_eq!(agent["location"]["line"], 2);
        let note = agent["related"][0]["message"].as_str().unwrap_or_default();
        assert!(
            note.starts_with("also seen in Prometheus monitoring/k8s"),
            "{note}"
        );
    }
}

#[test]
fn a_build_that_kustomize_refuses_is_not_judged() {
    let patch =
        "patches: [{target: {kind: Deployment, name: nobody}, patch: '- {op: remove, path: /x'}]\n";
    let name = format!("{}/kustomization.yaml", overlay(EDGE));
    let tree =
        Tree::right()
            .chart()
            .replaced(&name, "transformers:", &format!("{patch}transformers:"));
    let Some(run) = check(&tree, "") else { return };
    let run = run.ended(2);
    assert!(
        run.stdout.contains("kustomize build failed: "),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains(&format!("--> deploy/{name}")),
        "{}",
        run.stdout
    );
    assert!(
        !run.stdout.contains("/krmguard-"),
        "a temporary path: {}",
        run.stdout
    );
    assert_eq!(
        run.stdout.matches("built, complete").count(),
        3,
        "{}",
        run.stdout
    );
}
