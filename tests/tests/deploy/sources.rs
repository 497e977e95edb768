//! What holds of the files themselves, whatever is built from them.

use tests::kustomize::EXEC;
use tests::objects;
use tests::{read, root};

use crate::{CENTRAL, EDGES, LOAD, clusters, source};

fn kustomization(cluster: &str) -> serde_json::Value {
    let documents = objects::documents(&read(source(cluster, "kustomization.yaml")));
    assert_eq!(documents.len(), 1, "{cluster}");
    documents[0].clone()
}

/// What is right for one edge is right for all: they differ in their name.
#[test]
fn edges_differ_only_in_their_name() {
    let [first, others @ ..] = EDGES;
    for cluster in others {
        for file in ["kustomization.yaml", "values-edge.yaml", "policies.yaml"] {
            let renamed = read(source(first, file)).replace(first, cluster);
            assert_eq!(read(source(cluster, file)), renamed, "{cluster}/{file}");
        }
    }
}

/// The chart is inflated once, with the base's values under the overlay's, and the namespace is its own.
#[test]
fn every_overlay_inflates_the_chart_once() {
    for cluster in clusters() {
        let kustomization = kustomization(cluster);
        assert!(kustomization.get("namespace").is_none(), "{cluster}");
        assert!(kustomization.get("bases").is_none(), "{cluster}");
        let charts = kustomization["helmCharts"].as_array().cloned();
        let [chart] = charts
            .unwrap_or_default()
            .try_into()
            .unwrap_or_else(|charts| {
                panic!("{cluster}: not one chart: {charts:?}");
            });
        assert_eq!(chart["version"], "78.5.0");
        assert_eq!(
            chart["valuesFile"],
            "../../../base/kube-prometheus-stack/values.yaml"
        );
        let files = chart["additionalValuesFiles"].as_array().cloned();
        for file in files.unwrap_or_default() {
            let path = source(cluster, file.as_str().unwrap_or_default());
            assert!(path.is_file(), "{}", path.display());
        }
    }
    let base = read(root().join("deploy/base/kube-prometheus-stack/kustomization.yaml"));
    let base = objects::documents(&base);
    assert!(
        base[0].get("helmCharts").is_none(),
        "the base holds a chart"
    );
}

/// The name of a cluster stands in its folder, its PolicySet and its labels.
#[test]
fn every_policy_set_speaks_of_its_own_cluster() {
    for cluster in clusters() {
        let set = &objects::documents(&read(source(cluster, "policies.yaml")))[0];
        assert_eq!(set["spec"]["cluster"]["name"], cluster);
        let role = if cluster == CENTRAL {
            "central"
        } else {
            "edge"
        };
        assert_eq!(set["spec"]["cluster"]["role"], role);
        assert_eq!(set["spec"]["emit"], serde_json::Value::Null);
        assert_eq!(
            kustomization(cluster)["transformers"],
            serde_json::json!(["policies.yaml"])
        );
    }
}

/// Listed, it would overwrite the real Secret with its placeholders.
#[test]
fn the_secret_template_is_listed_nowhere_and_holds_no_key() {
    let name = "thanos-s3-secret.yaml";
    let text = read(source(CENTRAL, name));
    for cluster in clusters() {
        let listed = kustomization(cluster).to_string();
        assert!(!listed.contains(name), "{cluster}");
    }
    let secret = &objects::documents(&text)[0];
    assert_eq!(secret["metadata"]["name"], "thanos-s3-config");
    let document = secret["stringData"]["objstore.yml"].as_str();
    let document = &objects::documents(document.unwrap_or_default())[0];
    assert_eq!(document["config"]["access_key"], "${S3_ACCESS_KEY}");
    assert_eq!(document["config"]["secret_key"], "${S3_SECRET_KEY}");
}

/// An unknown key is fatal at start, at both levels.
#[test]
fn the_secret_templates_document_has_keys_that_thanos_knows() {
    let Some(known) = tests::fixtures::fact("objstore-s3-v0.38.0.json") else {
        return;
    };
    let secret = &objects::documents(&read(source(CENTRAL, "thanos-s3-secret.yaml")))[0];
    let document = secret["stringData"]["objstore.yml"].as_str();
    let document = &objects::documents(document.unwrap_or_default())[0];
    let keys = |value: &serde_json::Value| -> Vec<String> {
        let map = value.as_object().cloned().unwrap_or_default();
        map.keys().cloned().collect()
    };
    let top = known["topLevel"].as_array().cloned().unwrap_or_default();
    for key in keys(document) {
        assert!(top.contains(&key.clone().into()), "{key}");
    }
    assert!(!keys(&document["config"]).is_empty());
    for key in keys(&document["config"]) {
        assert!(known["s3"].get(&key).is_some(), "{key}");
    }
}

/// The page of versions is prose; what it says stands in the files.
#[test]
fn the_page_of_versions_tells_the_truth() {
    let chart = &kustomization(CENTRAL)["helmCharts"][0];
    let values = read(root().join("deploy/base/kube-prometheus-stack/values.yaml"));
    let values = &objects::documents(&values)[0];
    let thanos = &values["prometheusOperator"]["thanosImage"]["tag"];
    let tools = read(root().join("tests/tools/versions"));
    let tool = |name: &str| {
        let line = tools.lines().find(|line| line.starts_with(name));
        let version = line.and_then(|line| line.split_whitespace().nth(2));
        version
            .unwrap_or_default()
            .trim_start_matches('v')
            .to_owned()
    };
    for page in ["versions.md", "versions.ko.md"] {
        let text = read(root().join("deploy").join(page));
        for version in [
            chart["version"].as_str().unwrap_or_default(),
            chart["kubeVersion"].as_str().unwrap_or_default(),
            thanos.as_str().unwrap_or_default(),
            &tool("kustomize"),
            &tool("helm"),
        ] {
            assert!(
                !version.is_empty() && text.contains(version),
                "{page} does not name {version:?}"
            );
        }
    }
}

/// What the READMEs tell a person to type is what the tests build with.
#[test]
fn the_readmes_give_the_command_that_builds() {
    let flags = [&["--enable-helm"], &EXEC[..], &LOAD].concat().join(" ");
    for page in ["README.md", "README.ko.md"] {
        let text = read(root().join("deploy").join(page));
        assert!(
            text.contains(&format!("kustomize build {flags} .")),
            "{page}"
        );
    }
}
