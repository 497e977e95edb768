//! krmguard as an exec plugin: linked by `kustomize install`, run by the real kustomize and kubectl.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::plant::{self, krmguard, plant, put, real, sample};
use crate::run::Run;

const KUSTOMIZATION: &str = "resources: [objects.yaml]\ntransformers: [policies.yaml]\n";

/// A PolicySet without a function annotation; `more` goes below `spec:`.
fn policies(more: &str) -> String {
    format!(
        "apiVersion: krmguard.io/v1alpha1
kind: PolicySet
metadata: {{name: cluster-02-edge}}
spec:
  cluster: {{name: cluster-02-edge, role: edge}}
  policies:
  - plugin: cluster-labels
    config: {{labels: {{environment: edge}}}}
  - plugin: agent-mode
  - plugin: thanos-version
  - plugin: s3-secret-refs
{more}"
    )
}

/// Builds a tree with each program that is here, krmguard being installed; temporary files go to a folder of their own.
fn built(files: &[(&str, &str)], check: impl Fn(&Run, &[String])) {
    for (program, arguments) in [("kustomize", "build"), ("kubectl", "kustomize")] {
        let Some(program) = real(program) else {
            continue;
        };
        let tree = plant(files);
        let (home, temporary) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let installed = krmguard(
            tree.path(),
            &[
                "kustomize",
                "install",
                "--plugin-home",
                home.path().to_str().unwrap(),
            ],
            &[],
        );
        installed.ends(0);
        let run = plant::run(
            &program,
            tree.path(),
            &[arguments, "--enable-alpha-plugins", "."],
            &[
                ("KUSTOMIZE_PLUGIN_HOME", home.path()),
                ("TMPDIR", temporary.path()),
                ("PATH", Path::new("/usr/bin:/bin")),
            ],
        );
        let left = fs::read_dir(temporary.path()).unwrap();
        let left: Vec<String> = left
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        check(&run, &left);
    }
}

/// What the same program makes of manifests alone.
fn plain(objects: &str) -> Option<String> {
    let tree = plant(&[
        ("kustomization.yaml", "resources: [objects.yaml]\n"),
        ("objects.yaml", objects),
    ]);
    let run = plant::run(&real("kustomize")?, tree.path(), &["build", "."], &[]);
    Some(run.ends(0).stdout.clone())
}

#[test]
fn the_links_are_where_kustomize_looks_and_say_where_they_lead() {
    let home = TempDir::new().unwrap();
    let environment: [(&str, &Path); 1] = [("KUSTOMIZE_PLUGIN_HOME", home.path())];
    let run = krmguard(home.path(), &["kustomize", "install"], &environment);
    run.ends(0);
    let link = home.path().join("krmguard.io/v1alpha1/agentmode/AgentMode");
    assert_eq!(
        fs::canonicalize(&link).unwrap(),
        fs::canonicalize(env!("CARGO_BIN_EXE_krmguard")).unwrap()
    );
    let line = |run: &Run| {
        let mut lines = run.stdout.lines().map(str::to_owned);
        lines
            .find(|line| line.starts_with(link.to_str().unwrap()))
            .unwrap()
    };
    assert!(!line(&run).contains("already"), "{}", run.stdout);
    assert!(!run.stderr.contains("export"), "{}", run.stderr);
    let again = krmguard(home.path(), &["kustomize", "install"], &environment);
    again.ends(0);
    assert!(
        line(&again).ends_with("(already there)"),
        "{}",
        again.stdout
    );
}

#[test]
fn a_folder_that_kustomize_does_not_know_is_told_to_the_user() {
    let home = TempDir::new().unwrap();
    let run = krmguard(
        home.path(),
        &["kustomize", "install", "--plugin-home", "p"],
        &[],
    );
    run.ends(0);
    let told = format!("export KUSTOMIZE_PLUGIN_HOME={}/p", home.path().display());
    assert!(run.stderr.contains(&told), "{}", run.stderr);
}

#[test]
fn nothing_is_linked_where_something_of_somebody_else_stands() {
    let home = plant(&[("krmguard.io/v1alpha1/policyset/PolicySet", "mine\n")]);
    let before = plant::files(home.path());
    let environment: [(&str, &Path); 1] = [("KUSTOMIZE_PLUGIN_HOME", home.path())];
    let run = krmguard(home.path(), &["kustomize", "install"], &environment);
    run.refuses_with_reason(
        "something else stands there",
        "policyset/PolicySet",
        "move it away",
    );
    assert_eq!(plant::files(home.path()), before);
    let run = krmguard(
        home.path(),
        &["kustomize", "install", "--plugin-home", "/proc/x"],
        &[],
    );
    run.refuses(&["cannot be made", "--plugin-home DIR"]);
}

#[test]
fn the_build_is_mended_and_nothing_of_the_machinery_stays() {
    let Some(right) = plain(&sample("right.yaml")) else {
        return;
    };
    let files = [
        ("kustomization.yaml", KUSTOMIZATION),
        ("objects.yaml", &sample("seed.yaml")),
        ("policies.yaml", &policies("")),
    ];
    built(&files, |run, left| {
        assert_eq!(run.ends(0).stdout, right);
        assert!(left.is_empty(), "{left:?}");
    });
}

#[test]
fn one_policys_own_kind_serves_as_well() {
    let config = "apiVersion: krmguard.io/v1alpha1\nkind: AgentMode\nmetadata: {name: edge}\nspec:\n  cluster: {name: cluster-02-edge, role: edge}\n";
    let files = [
        ("kustomization.yaml", KUSTOMIZATION),
        ("objects.yaml", &sample("seed.yaml")),
        ("policies.yaml", config),
    ];
    built(&files, |run, _| {
        run.ends(0);
        assert!(run.stdout.contains("kind: PrometheusAgent\n"));
        assert!(!run.stdout.contains("kind: Prometheus\n"));
    });
}

#[test]
fn what_a_policy_removes_is_gone_from_the_build() {
    let alertmanager = "apiVersion: monitoring.coreos.com/v1\nkind: Alertmanager\nmetadata: {name: main, namespace: monitoring}\nspec: {replicas: 1}\n";
    let objects = format!("{}---\n{alertmanager}", sample("seed.yaml"));
    let Some(right) = plain(&sample("right.yaml")) else {
        return;
    };
    let config = policies("").replace(
        "agent-mode",
        "agent-mode\n    config: {remove: [Alertmanager]}",
    );
    let files = [
        ("kustomization.yaml", KUSTOMIZATION),
        ("objects.yaml", &objects),
        ("policies.yaml", &config),
    ];
    built(&files, |run, _| assert_eq!(run.ends(0).stdout, right));
}

#[test]
fn a_violation_stops_the_build_and_is_named() {
    let seed = sample("seed.yaml");
    let label = "    environment: edge ";
    assert!(seed.contains(label));
    let wrong = seed.replace(
        label,
        "    cluster: cluster-03-edge\n    environment: edge ",
    );
    let files = [
        ("kustomization.yaml", KUSTOMIZATION),
        ("objects.yaml", &wrong),
        ("policies.yaml", &policies("")),
    ];
    built(&files, |run, _| {
        assert_ne!(run.code, 0);
        assert_eq!(run.stdout, "");
        assert!(run.stderr.contains("error[CL02]"), "{}", run.stderr);
        assert!(
            run.stderr.contains("krmguard: violations:"),
            "{}",
            run.stderr
        );
    });
}

#[test]
fn a_mistake_in_the_policy_set_stops_the_build() {
    let wrong = policies("").replace("agent-mode", "agentmode");
    let files = [
        ("kustomization.yaml", KUSTOMIZATION),
        ("objects.yaml", &sample("seed.yaml")),
        ("policies.yaml", &wrong),
    ];
    built(&files, |run, left| {
        assert_ne!(run.code, 0);
        assert!(
            run.stderr.contains("unknown policy `agentmode`"),
            "{}",
            run.stderr
        );
        assert!(
            run.stderr.contains("did you mean `agent-mode`?"),
            "{}",
            run.stderr
        );
        // The file that the message names is the one that kustomize leaves behind.
        assert!(run.stderr.contains(&left[0]), "{left:?}: {}", run.stderr);
    });
}

#[test]
fn under_generators_it_judges_nothing_and_says_so() {
    let files = [
        (
            "kustomization.yaml",
            "resources: [objects.yaml]\ngenerators: [policies.yaml]\n",
        ),
        ("objects.yaml", &sample("right.yaml")),
        ("policies.yaml", &policies("")),
    ];
    built(&files, |run, _| {
        assert_ne!(run.code, 0);
        assert!(run.stderr.contains("handed nothing over"), "{}", run.stderr);
        assert!(
            run.stderr.contains("list it under `transformers:`"),
            "{}",
            run.stderr
        );
    });
}

#[test]
fn under_validators_it_says_no_and_else_leaves_the_build_alone() {
    let Some(right) = plain(&sample("right.yaml")) else {
        return;
    };
    let silent = policies("  emit: none\n");
    for (name, passes) in [("right.yaml", true), ("seed.yaml", false)] {
        let files = [
            (
                "kustomization.yaml",
                "resources: [objects.yaml]\nvalidators: [policies.yaml]\n",
            ),
            ("objects.yaml", &sample(name)),
            ("policies.yaml", &silent),
        ];
        built(&files, |run, _| {
            assert_eq!(run.code == 0, passes, "{}", run.stderr);
            assert_eq!(run.stdout, if passes { right.as_str() } else { "" });
        });
    }
}

#[test]
fn a_policys_path_is_seen_from_the_kustomization() {
    let wrong = policies("").replace("agent-mode", "./policies/none.wasm\n    sha256: '0000000000000000000000000000000000000000000000000000000000000000'");
    let files = [
        ("kustomization.yaml", KUSTOMIZATION),
        ("objects.yaml", &sample("right.yaml")),
        ("policies.yaml", &wrong),
    ];
    built(&files, |run, _| {
        assert_ne!(run.code, 0);
        assert!(run.stderr.contains("policies/none.wasm"), "{}", run.stderr);
        assert!(
            !run.stderr.contains("/policies/none.wasm: /"),
            "{}",
            run.stderr
        );
    });
}

#[test]
fn called_by_hand_it_says_what_it_is() {
    let home = TempDir::new().unwrap();
    krmguard(
        home.path(),
        &["kustomize", "install", "--plugin-home", "."],
        &[],
    )
    .ends(0);
    let plugin = home.path().join("krmguard.io/v1alpha1/policyset/PolicySet");
    let run = plant::run(&plugin, home.path(), &["check", "x"], &[]);
    run.refuses(&["called as PolicySet", "one argument", "call it krmguard"]);
    let run = plant::run(&plugin, home.path(), &["absent.yaml"], &[]);
    run.refuses_with_reason("does not exist", "absent.yaml", "name a YAML file");
    put(home.path(), "p.yaml", &policies(""));
    let run = plant::run(&plugin, home.path(), &["p.yaml"], &[]);
    run.refuses(&["handed nothing over"]);
}
