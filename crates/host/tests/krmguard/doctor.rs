//! `krmguard doctor` over a right tree and over trees with one thing wrong.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::plant::{bin, krmguard, plant, put};
use crate::run::Run;

mod argocd;
mod machine;
mod tree;

const LEAF: &str = "overlays/edge/kustomization.yaml";
const SET: &str = "overlays/edge/policies.yaml";
const VALUES: &str = "base/values.yaml";

/// A tree with nothing wrong in it.
const RIGHT: [(&str, &str); 7] = [
    ("base/kustomization.yaml", "resources:\n- namespace.yaml\n"),
    (
        "base/namespace.yaml",
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: monitoring\n",
    ),
    (
        VALUES,
        "prometheus:
  prometheusSpec:
    serviceMonitorSelectorNilUsesHelmValues: false
    podMonitorSelectorNilUsesHelmValues: false
    probeSelectorNilUsesHelmValues: false
    scrapeConfigSelectorNilUsesHelmValues: false
",
    ),
    (
        LEAF,
        "resources:
- ../../base
helmCharts:
- name: kube-prometheus-stack
  version: 78.5.0
  releaseName: kube-prometheus-stack
  namespace: monitoring
  valuesFile: ../../base/values.yaml
  additionalValuesFiles: [values-edge.yaml]
transformers:
- policies.yaml
",
    ),
    (
        "overlays/edge/values-edge.yaml",
        "prometheus:\n  agentMode: true\n",
    ),
    (
        SET,
        "apiVersion: krmguard.io/v1alpha1
kind: PolicySet
metadata:
  name: edge
  annotations:
    config.kubernetes.io/function: |
      exec: {path: krmguard}
spec:
  cluster: {name: edge, role: edge}
  policies:
  - plugin: agent-mode
",
    ),
    (
        "argocd/argocd-cm.yaml",
        "apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
data:
  kustomize.buildOptions: --enable-helm --enable-alpha-plugins --enable-exec
",
    ),
];

/// The right tree with other words in one file.
fn tree(file: &str, from: &str, to: &str) -> TempDir {
    let folder = plant(&RIGHT);
    change(folder.path(), file, from, to);
    folder
}

fn change(folder: &Path, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    assert!(text.contains(from), "`{from}` is not in {file}");
    put(folder, file, &text.replacen(from, to, 1));
}

fn doctor(folder: &Path, path: &Path, arguments: &[&str]) -> Run {
    let arguments = [&["doctor"], arguments].concat();
    krmguard(folder, &arguments, &[("PATH", path)])
}

/// What is found, as `code file:line`, and the whole document.
fn found(folder: &Path, path: &Path, code: i32) -> (Vec<String>, Value) {
    let run = doctor(folder, path, &["--format", "json", "."]);
    run.ends(code);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let line = |finding: &Value| {
        let code = finding["code"].as_str().unwrap();
        let at = &finding["location"];
        match at["file"].as_str() {
            Some(file) => format!("{code} {}:{}", file.trim_start_matches("./"), at["line"]),
            None => code.to_owned(),
        }
    };
    let findings = document["findings"].as_array().unwrap();
    for finding in findings {
        for field in ["message", "why", "remedy"] {
            assert!(!finding[field].as_str().unwrap().is_empty(), "{finding}");
        }
    }
    (findings.iter().map(line).collect(), document)
}

#[track_caller]
fn finds(folder: &TempDir, code: i32, expected: &[&str]) {
    let (found, document) = found(folder.path(), bin().path(), code);
    assert_eq!(found, expected, "{document:#}");
}
