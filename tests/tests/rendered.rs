//! The real chart, rendered by the real kustomize: its own agent rendering is the oracle.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use tests::krmguard::{Krmguard, Run};
use tests::objects::{self, Objects};
use tests::{fixtures, lines, read, report};

fn run(command: &str, cluster: &str, file: &Path) -> Run {
    let role = if cluster.ends_with("-central") {
        "central"
    } else {
        "edge"
    };
    Krmguard::words(&format!("{command} --cluster {cluster} --role {role}"))
        .file(file)
        .run()
}

fn again(cluster: &str, rendered: &str) -> String {
    let role = if cluster.ends_with("-central") {
        "central"
    } else {
        "edge"
    };
    let words = format!("render --cluster {cluster} --role {role} -");
    Krmguard::words(&words)
        .stdin(rendered)
        .run()
        .ended(0)
        .stdout
}

/// No policy invents storage: the right values have a volume, the wrong ones a key that nobody reads.
fn without_storage(mut set: Objects) -> Objects {
    for object in set
        .values_mut()
        .filter(|object| object["kind"] == "PrometheusAgent")
    {
        if let Some(spec) = object["spec"].as_object_mut() {
            spec.remove("storage");
        }
    }
    set
}

fn becomes_right(cluster: &str) {
    let name = format!("{cluster}.yaml");
    let Some(seed) = fixtures::find(&format!("rendered/seed/{name}")) else {
        return;
    };
    let Some(right) = fixtures::find(&format!("rendered/right/{name}")) else {
        return;
    };
    let rendered = run("render", cluster, &seed).ended(0).stdout;
    objects::assert_same(
        &without_storage(objects::set(&rendered)),
        &without_storage(objects::set(&read(&right))),
    );
    assert_eq!(
        lines::diff(&rendered, &again(cluster, &rendered)),
        "",
        "a second run"
    );
    run("check", cluster, &seed).ended(1);
}

#[test]
fn the_second_edge_becomes_what_the_chart_makes_of_the_right_values() {
    becomes_right("cluster-02-edge");
}

#[test]
fn the_third_edge_becomes_what_the_chart_makes_of_the_right_values() {
    becomes_right("cluster-03-edge");
}

#[test]
fn the_fourth_edge_becomes_what_the_chart_makes_of_the_right_values() {
    becomes_right("cluster-04-edge");
}

#[test]
fn what_is_right_is_left_alone() {
    for cluster in [
        "cluster-01-central",
        "cluster-02-edge",
        "cluster-03-edge",
        "cluster-04-edge",
    ] {
        let Some(right) = fixtures::find(&format!("rendered/right/{cluster}.yaml")) else {
            return;
        };
        let findings = report::findings(&run("check --format json", cluster, &right).ended(0));
        let loud: Vec<_> = findings
            .iter()
            .filter(|finding| finding.severity != "info")
            .collect();
        assert!(loud.is_empty(), "{cluster}: {loud:#?}");
        let rendered = run("render", cluster, &right).ended(0).stdout;
        assert_eq!(lines::diff(&read(&right), &rendered), "", "{cluster}");
    }
}

const CLUSTERS: [&str; 4] = [
    "cluster-01-central",
    "cluster-02-edge",
    "cluster-03-edge",
    "cluster-04-edge",
];

/// The CustomResourceDefinitions that the chart brings along, cut out of what kustomize hands to a function.
fn definitions(cluster: &str) -> Option<String> {
    let list = fixtures::find(&format!("functions/{cluster}.resourcelist.yaml"))?;
    let list = objects::documents(&read(&list)).remove(0);
    let items = list["items"].as_array().cloned().unwrap_or_default();
    let definitions: Vec<String> = (items.iter())
        .filter(|item| item["kind"] == "CustomResourceDefinition")
        .map(|item| format!("---\n{item}\n"))
        .collect();
    assert_eq!(definitions.len(), 10, "{cluster}");
    Some(definitions.concat())
}

#[test]
fn what_is_right_is_right_beside_its_definitions() {
    let folder = tempfile::tempdir().expect("a folder");
    let beside = folder.path().join("definitions.yaml");
    for source in ["cluster-01-central", "cluster-02-edge"] {
        let Some(definitions) = definitions(source) else {
            return;
        };
        std::fs::write(&beside, definitions).expect("the definitions");
        for cluster in CLUSTERS {
            let Some(right) = fixtures::find(&format!("rendered/right/{cluster}.yaml")) else {
                return;
            };
            let role = if cluster.ends_with("-central") {
                "central"
            } else {
                "edge"
            };
            let words = format!("check --format json --as-one --cluster {cluster} --role {role}");
            let run = Krmguard::words(&words)
                .file(&right)
                .file(&beside)
                .run()
                .ended(0);
            let report = report::parse(&run);
            let read = report["units"][0]["objects"].as_u64().unwrap_or_default();
            let alone = objects::set(&tests::read(&right)).len() as u64;
            assert_eq!(read, alone + 10, "{cluster}");
            let findings = report::findings(&run);
            let loud: Vec<_> = (findings.iter()).filter(|f| f.severity != "info").collect();
            assert!(
                loud.is_empty(),
                "{cluster} beside those of {source}: {loud:#?}"
            );
        }
    }
}

#[test]
fn the_charts_own_secrets_are_not_our_business() {
    let mut files: Vec<(String, &str)> = Vec::new();
    for cluster in CLUSTERS {
        files.push((format!("rendered/seed/{cluster}.yaml"), cluster));
        files.push((format!("rendered/right/{cluster}.yaml"), cluster));
    }
    for cluster in ["cluster-01-central", "cluster-02-edge"] {
        files.push((format!("functions/{cluster}.resourcelist.yaml"), cluster));
    }
    for (file, cluster) in files {
        let Some(path) = fixtures::find(&file) else {
            return;
        };
        for complete in ["--complete", "--incomplete"] {
            let run = run(&format!("check --format json {complete}"), cluster, &path);
            let report = report::parse(&run);
            assert_eq!(report["notJudged"], serde_json::json!([]), "{file}");
            let ours = (report["findings"].as_array().into_iter().flatten())
                .filter(|finding| finding["policy"] == "s3-secret-refs");
            let ours: Vec<_> = ours.collect();
            assert!(ours.is_empty(), "{file} {complete}: {ours:#?}");
        }
    }
}

#[test]
fn the_centre_has_two_things_wrong_and_one_of_them_stops_it() {
    let cluster = "cluster-01-central";
    let Some(seed) = fixtures::find("rendered/seed/cluster-01-central.yaml") else {
        return;
    };
    let found = report::findings(&run("check --format json", cluster, &seed).ended(1));
    let loud: BTreeSet<_> = found
        .iter()
        .filter(|finding| finding.severity != "info")
        .map(|f| {
            (
                f.rule.as_str(),
                f.severity.as_str(),
                f.object.as_str(),
                f.pointer.as_str(),
            )
        })
        .collect();
    let argument = operator_argument(&read(&seed));
    let expected = BTreeSet::from([
        (
            "TV04",
            "error",
            "Prometheus monitoring/kube-prometheus-stack-prometheus",
            "/spec/thanos",
        ),
        (
            "TV03",
            "warning",
            "Deployment monitoring/kube-prometheus-stack-operator",
            argument.as_str(),
        ),
    ]);
    assert_eq!(loud, expected);
    let refused = run("render", cluster, &seed).ended(1);
    assert_eq!(refused.stdout, "", "exit 1 comes with an empty stdout");
}

#[test]
fn the_order_of_the_policies_changes_no_output() {
    let cluster = "cluster-02-edge";
    let Some(seed) = fixtures::find(&format!("rendered/seed/{cluster}.yaml")) else {
        return;
    };
    let built_in = run("render", cluster, &seed).ended(0).stdout;
    let folder = tempfile::tempdir().expect("a folder for the PolicySets");
    for (index, order) in [
        "cluster-labels agent-mode thanos-version s3-secret-refs",
        "thanos-version s3-secret-refs cluster-labels agent-mode",
    ]
    .into_iter()
    .enumerate()
    {
        let policies: String = order
            .split(' ')
            .map(|plugin| format!("  - plugin: {plugin}\n"))
            .collect();
        let set = format!(
            "apiVersion: krmguard.io/v1alpha1\nkind: PolicySet\nspec:\n  \
             cluster: {{name: {cluster}, role: edge}}\n  policies:\n{policies}"
        );
        let file = folder.path().join(format!("{index}.yaml"));
        std::fs::write(&file, set).expect("a PolicySet");
        let ordered = Krmguard::words("render --policies")
            .file(&file)
            .file(&seed)
            .run()
            .ended(0);
        assert_eq!(lines::diff(&built_in, &ordered.stdout), "", "{order}");
    }
}

/// Where `--thanos-default-base-image` stands in the operator's Deployment.
fn operator_argument(stream: &str) -> String {
    let set = objects::set(stream);
    let operator = &set["apps/v1 Deployment monitoring/kube-prometheus-stack-operator"];
    let args = operator
        .pointer("/spec/template/spec/containers/0/args")
        .and_then(Value::as_array);
    let index = args.and_then(|args| {
        args.iter().position(|arg| {
            arg.as_str()
                .is_some_and(|arg| arg.starts_with("--thanos-default-base-image="))
        })
    });
    let Some(index) = index else {
        panic!("the operator has no such argument")
    };
    format!("/spec/template/spec/containers/0/args/{index}")
}
