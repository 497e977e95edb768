//! The real kustomize calls the program as a function.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;
use tests::{krmguard, objects, read, root, tools};

const KUSTOMIZATION: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

/// A folder with a kustomization.
struct Tree(TempDir);

impl Tree {
    fn new(kustomization: &str) -> Self {
        let folder = match tempfile::tempdir() {
            Ok(folder) => folder,
            Err(error) => panic!("no temporary folder: {error}"),
        };
        Self(folder).with(
            "kustomization.yaml",
            &format!("{KUSTOMIZATION}{kustomization}"),
        )
    }

    fn with(self, name: &str, text: &str) -> Self {
        if let Err(error) = fs::write(self.0.path().join(name), text) {
            panic!("{name}: {error}");
        }
        self
    }

    /// `kustomize build` with krmguard on PATH; `None` where there is no kustomize.
    fn build(&self, flags: &[&str]) -> Option<Build> {
        let kustomize = tools::find("kustomize")?;
        let program = krmguard::program();
        let folders = [program.parent().unwrap_or(Path::new(".")).to_owned()];
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(folders.into_iter().chain(env::split_paths(&path)));
        let mut command = Command::new(&kustomize);
        command
            .arg("build")
            .args(flags)
            .arg(".")
            .current_dir(self.0.path());
        command
            .env("PATH", path.unwrap_or_default())
            .env_remove("RUST_LOG");
        match command.output() {
            Ok(output) => Some(Build::from(output)),
            Err(error) => panic!("{}: {error}", kustomize.display()),
        }
    }
}

struct Build {
    passed: bool,
    stdout: String,
    stderr: String,
}

impl From<Output> for Build {
    fn from(output: Output) -> Self {
        Self {
            passed: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Build {
    #[track_caller]
    fn passed(self) -> Build {
        assert!(self.passed, "kustomize failed:\n{}", self.stderr);
        self
    }

    #[track_caller]
    fn refused(self) -> Build {
        assert!(!self.passed, "kustomize passed:\n{}", self.stderr);
        assert_eq!(self.stdout, "");
        self
    }
}

const EXEC: [&str; 2] = ["--enable-alpha-plugins", "--enable-exec"];

fn policies(cluster: &str, role: &str, more: &str) -> String {
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
{more}  policies:
  - plugin: cluster-labels
  - plugin: agent-mode
  - plugin: thanos-version
  - plugin: s3-secret-refs
"
    )
}

fn edge(more: &str) -> String {
    policies("cluster-02-edge", "edge", more)
}

fn sample(name: &str) -> String {
    read(root().join("tests/samples/edge").join(name))
}

/// A kustomization of one file, with the policies under `list`.
fn tree(objects: &str, list: &str, policies: &str) -> Tree {
    Tree::new(&format!(
        "resources: [objects.yaml]\n{list}: [policies.yaml]\n"
    ))
    .with("objects.yaml", objects)
    .with("policies.yaml", policies)
}

#[test]
fn a_build_is_edited() {
    let tree = tree(&sample("seed.yaml"), "transformers", &edge(""));
    let Some(build) = tree.build(&EXEC) else {
        return;
    };
    let built = build.passed().stdout;
    objects::assert_same(&objects::set(&built), &objects::set(&sample("right.yaml")));
}

#[test]
fn a_violation_stops_the_build_and_the_first_line_says_why() {
    let centre = sample("seed.yaml").replace(
        "  retention: 6h\n",
        "  retention: 6h\n  thanos: {enabled: false}\n",
    );
    let tree = tree(
        &centre,
        "transformers",
        &policies("cluster-01-central", "central", ""),
    );
    let Some(build) = tree.build(&EXEC) else {
        return;
    };
    let stderr = build.refused().stderr;
    let first = stderr.lines().next().unwrap_or_default();
    assert!(
        first.contains("TV04"),
        "the first line does not name the rule:\n{stderr}"
    );
    assert!(
        stderr.contains("edge-prometheus"),
        "the object is not named:\n{stderr}"
    );
}

#[test]
fn a_policy_set_that_cannot_be_judged_by_stops_the_build() {
    let tree = tree(
        &sample("right.yaml"),
        "transformers",
        &edge("").replace("role: edge", "role: egde"),
    );
    let Some(build) = tree.build(&EXEC) else {
        return;
    };
    let stderr = build.refused().stderr;
    let first = stderr.lines().next().unwrap_or_default();
    assert!(
        first.contains("egde") && stderr.contains("edge"),
        "{stderr}"
    );
}

#[test]
fn a_silent_validator_passes_what_is_right() {
    let right = sample("right.yaml");
    let tree = tree(&right, "validators", &edge("  emit: none\n"));
    let Some(build) = tree.build(&EXEC) else {
        return;
    };
    objects::assert_same(&objects::set(&build.passed().stdout), &objects::set(&right));
}

#[test]
fn a_validator_stops_what_is_wrong() {
    let tree = tree(&sample("seed.yaml"), "validators", &edge("  emit: none\n"));
    let Some(build) = tree.build(&EXEC) else {
        return;
    };
    let stderr = build.refused().stderr;
    assert!(stderr.contains("AG01"), "{stderr}");
}

/// What the README warns of: kustomize leaves the function out, says nothing and succeeds.
#[test]
fn without_enable_exec_kustomize_never_asks() {
    let seed = sample("seed.yaml");
    let tree = tree(&seed, "transformers", &edge(""));
    let Some(build) = tree.build(&["--enable-alpha-plugins"]) else {
        return;
    };
    objects::assert_same(&objects::set(&build.passed().stdout), &objects::set(&seed));
}

/// Dropping kustomize's internal annotations would lose the hash, or leave the reference dangling.
#[test]
fn hashed_names_and_references_to_them_survive() {
    let deployment = "apiVersion: apps/v1
kind: Deployment
metadata: {name: reader, namespace: monitoring}
spec:
  selector: {matchLabels: {app: reader}}
  template:
    metadata: {labels: {app: reader}}
    spec:
      containers: [{name: reader, image: registry.k8s.io/pause:3.10}]
      volumes: [{name: site, configMap: {name: site}}]
";
    let objects = format!("{}---\n{deployment}", sample("seed.yaml"));
    let tree = Tree::new(
        "resources: [objects.yaml]
transformers: [policies.yaml]
configMapGenerator:
- name: site
  namespace: monitoring
  literals: [rack=b-02]
",
    )
    .with("objects.yaml", &objects)
    .with("policies.yaml", &edge(""));
    let Some(build) = tree.build(&EXEC) else {
        return;
    };
    let built = objects::set(&build.passed().stdout);
    let hashed: Vec<_> = built
        .keys()
        .filter(|id| id.starts_with("v1 ConfigMap monitoring/site-"))
        .collect();
    assert_eq!(hashed.len(), 1, "{:#?}", built.keys());
    let name = hashed[0].rsplit('/').next();
    let reader = &built["apps/v1 Deployment monitoring/reader"];
    let reference = reader.pointer("/spec/template/spec/volumes/0/configMap/name");
    assert_eq!(reference.and_then(serde_json::Value::as_str), name);
    assert!(
        !build_books_left(&built),
        "kustomize's own annotations are in its output"
    );
}

fn build_books_left(built: &objects::Objects) -> bool {
    built
        .values()
        .any(|object| object.to_string().contains("internal.config.kubernetes.io"))
}
