//! A tree like the repository's own, in a temporary folder.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tests::krmguard::{Krmguard, Run};
use tests::{read, tools};

pub(crate) const BASE: &str = "base/kube-prometheus-stack";
pub(crate) const OVERLAYS: [(&str, &str); 4] = [
    ("cluster-01-central", "central"),
    ("cluster-02-edge", "edge"),
    ("cluster-03-edge", "edge"),
    ("cluster-04-edge", "edge"),
];

/// The folder of an overlay in the tree.
pub(crate) fn overlay(cluster: &str) -> String {
    format!("overlays/{cluster}/kube-prometheus-stack")
}

/// A base, a central and three edges, all of them right.
pub(crate) struct Tree(TempDir);

impl Tree {
    pub(crate) fn right() -> Tree {
        let folder = match tempfile::tempdir() {
            Ok(folder) => folder,
            Err(error) => panic!("no temporary folder: {error}"),
        };
        let tree = Tree(folder)
            .with(
                &format!("{BASE}/kustomization.yaml"),
                "resources: [namespace.yaml]\n",
            )
            .with(
                &format!("{BASE}/namespace.yaml"),
                "apiVersion: v1\nkind: Namespace\nmetadata: {name: monitoring}\n",
            )
            .with(&format!("{BASE}/values.yaml"), VALUES);
        OVERLAYS.iter().fold(tree, |tree, (cluster, role)| {
            let folder = overlay(cluster);
            tree.with(
                &format!("{folder}/kustomization.yaml"),
                &kustomization(role),
            )
            .with(&format!("{folder}/policies.yaml"), &policies(cluster, role))
            .with(
                &format!("{folder}/values-{role}.yaml"),
                &values(cluster, role),
            )
        })
    }

    pub(crate) fn with(self, name: &str, text: &str) -> Tree {
        let path = self.0.path().join("deploy").join(name);
        let folder = path.parent().map_or_else(PathBuf::new, PathBuf::from);
        if let Err(error) = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)) {
            panic!("{name}: {error}");
        }
        self
    }

    /// With `from` in a file of the tree replaced, which must be there.
    #[track_caller]
    pub(crate) fn replaced(self, name: &str, from: &str, to: &str) -> Tree {
        let text = read(self.0.path().join("deploy").join(name));
        assert!(text.contains(from), "{from} is not in {name}");
        self.with(name, &text.replacen(from, to, 1))
    }

    pub(crate) fn link(self, name: &str, target: &str) -> Tree {
        let path = self.0.path().join("deploy").join(name);
        if let Err(error) = symlink(target, path) {
            panic!("{name}: {error}");
        }
        self
    }

    /// `krmguard` with these words, in the folder that holds `deploy`.
    pub(crate) fn krmguard(&self, words: &str) -> Run {
        self.run_in(words, &[])
    }

    /// As [`Tree::krmguard`], with more environment.
    pub(crate) fn run_in(&self, words: &str, environment: &[(&str, &Path)]) -> Run {
        let run = Krmguard::words(words).within(self.0.path());
        let run = ["KRMGUARD_KUSTOMIZE", "KRMGUARD_HELM", "KRMGUARD_CHARTS"]
            .iter()
            .fold(run, |run, name| run.env(name, ""));
        let set = |run: Krmguard, (name, value): &(&str, &Path)| run.env(name, value);
        environment.iter().fold(run, set).run()
    }

    /// As [`Tree::krmguard`], with the real kustomize and helm; None where one is absent.
    pub(crate) fn built(&self, words: &str) -> Option<Run> {
        let kustomize = tools::find("kustomize")?;
        let helm = tools::find("helm")?;
        let environment = [
            ("KRMGUARD_KUSTOMIZE", kustomize.as_path()),
            ("KRMGUARD_HELM", helm.as_path()),
        ];
        Some(self.run_in(words, &environment))
    }

    /// The folder that holds `deploy`.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// With a program of that name beside `deploy`; it is a shell script.
    pub(crate) fn program(self, name: &str, script: &str) -> Tree {
        let tree = self.with(&format!("../{name}"), &format!("#!/bin/sh\n{script}\n"));
        let path = tree.path().join(name);
        let mode = fs::Permissions::from_mode(0o755);
        if let Err(error) = fs::set_permissions(path, mode) {
            panic!("{name}: {error}");
        }
        tree
    }

    /// With a small chart in `charts`, honest about being none.
    pub(crate) fn chart(self) -> Tree {
        let folder = "../charts/kube-prometheus-stack-78.5.0/kube-prometheus-stack";
        self.with(&format!("{folder}/Chart.yaml"), CHART)
            .with(
                &format!("{folder}/values.yaml"),
                "prometheus: {agentMode: false, prometheusSpec: {}}\n",
            )
            .with(&format!("{folder}/templates/prometheus.yaml"), TEMPLATE)
    }

    /// All its files with their contents.
    pub(crate) fn files(&self) -> Vec<(PathBuf, String)> {
        let mut files = Vec::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                match entry.path() {
                    path if path.is_dir() => folders.push(path),
                    path => files.push((path.clone(), read(&path))),
                }
            }
        }
        files.sort();
        files
    }
}

const CHART: &str = "\
apiVersion: v2
name: kube-prometheus-stack
version: 78.5.0
annotations: {krmguard.io/stand-in: \"true\"}
";

const TEMPLATE: &str = "\
{{- $agent := .Values.prometheus.agentMode }}
apiVersion: monitoring.coreos.com/{{ if $agent }}v1alpha1{{ else }}v1{{ end }}
kind: Prometheus{{ if $agent }}Agent{{ end }}
metadata:
  name: k8s
  namespace: {{ .Release.Namespace }}
spec:
  version: v3.7.2
{{ .Values.prometheus.prometheusSpec | toYaml | indent 2 }}
";

const VALUES: &str = "\
prometheusOperator:
  enabled: true
  thanosImage:
    tag: v0.38.0
prometheus:
  prometheusSpec:
    serviceMonitorSelectorNilUsesHelmValues: false
";

fn kustomization(role: &str) -> String {
    format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../../../base/kube-prometheus-stack
helmCharts:
  - name: kube-prometheus-stack
    repo: https://prometheus-community.github.io/helm-charts
    version: 78.5.0
    releaseName: kube-prometheus-stack
    namespace: monitoring
    valuesFile: ../../../base/kube-prometheus-stack/values.yaml
    additionalValuesFiles:
      - values-{role}.yaml
transformers:
  - policies.yaml
"
    )
}

fn policies(cluster: &str, role: &str) -> String {
    format!(
        "apiVersion: krmguard.io/v1alpha1
kind: PolicySet
metadata:
  name: {cluster}
  annotations:
    config.kubernetes.io/function: |
      exec: {{path: krmguard}}
spec:
  cluster: {{name: {cluster}, role: {role}}}
  policies:
    - plugin: cluster-labels
    - plugin: agent-mode
    - plugin: thanos-version
    - plugin: s3-secret-refs
"
    )
}

fn values(cluster: &str, role: &str) -> String {
    let agent = if role == "edge" {
        "  agentMode: true\n"
    } else {
        ""
    };
    format!(
        "prometheus:
{agent}  prometheusSpec:
    externalLabels:
      cluster: {cluster}
    remoteWrite:
      - url: http://thanos-receiver.example/api/v1/receive
grafana:
  enabled: {central}
alertmanager:
  enabled: {central}
",
        central = role == "central"
    )
}
