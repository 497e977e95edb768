//! What of other programs a check of a tree runs, what it hands to them, and what it says where they fail.

use std::path::Path;

use tests::{read, report};

use crate::written::{BASE, Tree, overlay};

const EDGE: &str = "cluster-02-edge";
const NOWHERE: &str = "/nonexistent";

fn file(name: &str) -> String {
    format!("{}/{name}", overlay(EDGE))
}

/// One overlay without a chart, so that kustomize is all it takes.
fn plain() -> Tree {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n";
    let kustomization = "resources: [service.yaml]\ntransformers: [policies.yaml]\n";
    Tree::right()
        .with(&file("service.yaml"), service)
        .with(&file("kustomization.yaml"), kustomization)
}

#[test]
fn without_programs_an_optional_build_is_said_and_a_required_one_fails() {
    let tree = Tree::right().with("../krmguard.yaml", "paths: [deploy]\nrender: optional\n");
    let nothing = [("PATH", Path::new(NOWHERE))];
    let run = tree.run_in("check", &nothing).ended(0);
    let verdict = "pass (sources only; 4 overlays not rendered: no kustomize)";
    assert!(run.stdout.contains(verdict), "{}", run.stdout);
    let run = tree.run_in("check --render never", &nothing).ended(0);
    let verdict = "pass (sources only; 4 overlays not rendered: --render never)";
    assert!(run.stdout.contains(verdict), "{}", run.stdout);

    let run = tree.run_in("check --render always", &nothing).ended(2);
    assert!(
        run.stdout.contains("there is no kustomize on PATH"),
        "{}",
        run.stdout
    );
    assert_eq!(run.stdout.matches("to do:").count(), 1, "{}", run.stdout);
    // What was judged is reported all the same.
    assert!(run.stdout.contains("4 units: "), "{}", run.stdout);
    let required = Tree::right().run_in("check deploy", &nothing).ended(2);
    assert!(
        required.stdout.contains("there is no kustomize on PATH"),
        "{}",
        required.stdout
    );
}

#[test]
fn a_missing_helm_is_told_at_the_chart() {
    let tree = Tree::right().program("kustomize", "echo must not run >&2; exit 1");
    let run = tree.run_in(
        "check deploy --kustomize kustomize",
        &[("PATH", Path::new(NOWHERE))],
    );
    let run = run.ended(2);
    let place = format!(
        "deploy/{}:6:11",
        overlay("cluster-01-central") + "/kustomization.yaml"
    );
    for words in ["there is no helm on PATH", &place, "--helm FILE"] {
        assert!(
            run.stdout.contains(words),
            "`{words}` is not in:\n{}",
            run.stdout
        );
    }
    assert_eq!(run.stdout.matches("to do:").count(), 1, "{}", run.stdout);
}

#[test]
fn a_program_that_is_named_must_be_one() {
    let run = Tree::right()
        .krmguard("check deploy --kustomize deploy/nothing")
        .ended(2);
    assert!(
        run.stdout
            .contains("--kustomize names deploy/nothing, which is no program"),
        "{}",
        run.stdout
    );
    let run = Tree::right()
        .krmguard("check deploy --charts nothing")
        .ended(2);
    assert!(
        run.stdout.contains("--charts names no folder"),
        "{}",
        run.stdout
    );
}

#[test]
fn kustomize_gets_a_copy_without_policies_and_no_leave_to_run_functions() {
    let tree = plain();
    let seen = tree.path().display().to_string();
    let tree = tree.program(
        "kustomize",
        &format!(
            "echo \"$@\" > {seen}/arguments; env > {seen}/environment
for last; do :; done
cat $last/kustomization.yaml > {seen}/kustomization; cat $last/service.yaml"
        ),
    );
    let words = format!("check deploy/{} --kustomize kustomize", overlay(EDGE));
    let run = tree
        .run_in(&words, &[("SECRET_TOKEN", Path::new("x"))])
        .ended(0);
    assert!(
        run.stdout.contains("role edge, built, complete"),
        "{}",
        run.stdout
    );
    let arguments = read(tree.path().join("arguments"));
    assert!(
        arguments.starts_with("build --load-restrictor LoadRestrictionsNone "),
        "{arguments}"
    );
    for flag in ["alpha", "exec", "helm"] {
        assert!(
            !arguments.contains(&format!("--enable-{flag}")),
            "{arguments}"
        );
    }
    assert!(
        !arguments.contains(&seen),
        "it is built in place: {arguments}"
    );
    assert!(!read(tree.path().join("environment")).contains("SECRET_TOKEN"));
    let kustomization: serde_json::Value =
        serde_json::from_str(&read(tree.path().join("kustomization"))).unwrap_or_default();
    assert_eq!(
        kustomization,
        serde_json::json!({"resources": ["service.yaml"], "buildMetadata": ["originAnnotations"]})
    );
}

#[test]
fn somebody_elses_function_is_refused_by_name_and_not_run() {
    let evil = "\
apiVersion: example.org/v1
kind: Cleaner
metadata:
  name: c
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./evil.sh}
";
    for list in ["transformers", "validators", "generators"] {
        let kustomization = format!("resources: [service.yaml]\n{list}: [evil.yaml]\n");
        let policies = if list == "transformers" {
            ""
        } else {
            "transformers: [policies.yaml]\n"
        };
        let tree = plain().with(&file("evil.yaml"), evil).with(
            &file("kustomization.yaml"),
            &format!("{kustomization}{policies}"),
        );
        let ran = tree.path().join("ran");
        let touch = format!("touch {}", ran.display());
        let tree = tree.program("kustomize", &touch);
        let tree = tree.program(&format!("deploy/{}", file("evil.sh")), &touch);
        let words = format!(
            "check deploy/{} --kustomize kustomize --policies deploy/{}",
            overlay(EDGE),
            file("policies.yaml")
        );
        let run = tree.krmguard(&words).ended(2);
        let place = format!("deploy/{}:1:1", file("evil.yaml"));
        for words in [
            "Cleaner is the program `./evil.sh`",
            &place,
            "--render never",
        ] {
            assert!(
                run.stdout.contains(words),
                "`{words}` is not in:\n{}",
                run.stdout
            );
        }
        assert!(!ran.exists(), "{list}: something ran");
    }
}

#[test]
fn a_chart_that_is_not_to_be_had_is_told_at_its_version() {
    let helm = "echo \"Error: chart not found in $HOME/index\" >&2; exit 1";
    let tree = Tree::right()
        .program("helm", helm)
        .program("kustomize", "exit 1");
    let run = tree
        .krmguard("check deploy --kustomize kustomize --helm helm")
        .ended(2);
    let place = format!(
        "deploy/{}/kustomization.yaml:8:14",
        overlay("cluster-01-central")
    );
    for words in [
        "the chart kube-prometheus-stack 78.5.0 is not to be had",
        "Error: chart not found",
        &place,
    ] {
        assert!(
            run.stdout.contains(words),
            "`{words}` is not in:\n{}",
            run.stdout
        );
    }
    assert!(
        !run.stdout.contains("krmguard-"),
        "a temporary path: {}",
        run.stdout
    );
    assert_eq!(run.stdout.matches("to do:").count(), 1, "{}", run.stdout);

    let tree = tree.with("../krmguard.yaml", "paths: [deploy]\nrender: optional\n");
    let run = tree
        .krmguard("check --kustomize kustomize --helm helm")
        .ended(0);
    let verdict =
        "pass (sources only; 4 overlays not rendered: no chart kube-prometheus-stack 78.5.0)";
    assert!(run.stdout.contains(verdict), "{}", run.stdout);
}

#[test]
fn what_kustomize_says_is_shown_without_temporary_paths() {
    let script = "for last; do :; done; echo \"Error: in $last/service.yaml\" >&2; exit 1";
    let tree = plain().program("kustomize", script);
    let tree = tree.with("../krmguard.yaml", "paths: [deploy]\nrender: optional\n");
    let words = format!("check deploy/{} --kustomize kustomize", overlay(EDGE));
    // A build that fails is no build that is impossible.
    let run = tree.krmguard(&words).ended(2);
    let said = format!(
        "kustomize build failed: Error: in deploy/{}",
        file("service.yaml")
    );
    assert!(run.stdout.contains(&said), "{}", run.stdout);
    assert!(
        run.stdout
            .contains(&format!("--> deploy/{}", file("kustomization.yaml"))),
        "{}",
        run.stdout
    );
}

#[test]
fn nothing_is_left_behind() {
    let tree = plain().program("kustomize", "for last; do :; done; cat $last/service.yaml");
    let tree = tree.with("../scratch/.keep", "");
    let before = tree.files();
    let scratch = tree.path().join("scratch");
    let words = format!("check deploy/{} --kustomize kustomize", overlay(EDGE));
    let run = tree.run_in(&words, &[("TMPDIR", &scratch)]).ended(0);
    assert_eq!(report_units(&run.stdout), 1);
    assert_eq!(tree.files(), before);
    let folders = std::fs::read_dir(&scratch).map_or(0, Iterator::count);
    assert_eq!(folders, 1, "only .keep");
}

fn report_units(text: &str) -> usize {
    text.lines()
        .filter(|line| line.contains("built, complete"))
        .count()
}

#[test]
fn a_values_file_of_the_base_is_copied_with_the_overlay() {
    // Every path that an overlay names is there in the copy, in the same relation.
    let list =
        format!("for last; do :; done; cd $last; tail -1 ../../../{BASE}/values.yaml >&2; exit 1");
    let tree = Tree::right()
        .chart()
        .program("kustomize", &list)
        .program("helm", "exit 1");
    let words = format!(
        "check deploy/{} --kustomize kustomize --helm helm --charts charts",
        overlay(EDGE)
    );
    let run = tree.krmguard(&words).ended(2);
    assert!(
        run.stdout
            .contains("serviceMonitorSelectorNilUsesHelmValues"),
        "{}",
        run.stdout
    );
    let json = tree.krmguard(&format!("{words} --format json")).ended(2);
    assert_eq!(
        report::parse(&json)["units"][0]["notRendered"],
        "its build failed"
    );
}

#[test]
fn a_policy_set_of_a_base_is_said_to_be_left_out() {
    let tree = plain()
        .with(
            "base/part/kustomization.yaml",
            "resources: [service.yaml]\ntransformers: [set.yaml]\n",
        )
        .with(
            "base/part/service.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: b}\n",
        )
        .with(
            "base/part/set.yaml",
            &read(plain().path().join("deploy").join(file("policies.yaml"))),
        )
        .replaced(
            &file("kustomization.yaml"),
            "[service.yaml]",
            "[service.yaml, ../../../base/part]",
        );
    let run = tree
        .krmguard(&format!("check --render never deploy/{}", overlay(EDGE)))
        .ended(0);
    let said = "deploy/base/part: its PolicySet is left out";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn charts_that_a_generator_inflates_take_helm_too() {
    let chart =
        "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: c}\nname: c\n";
    let kustomization =
        "resources: [service.yaml]\ngenerators: [c.yaml]\ntransformers: [policies.yaml]\n";
    let tree = plain()
        .with(&file("c.yaml"), chart)
        .with(&file("kustomization.yaml"), kustomization)
        .program("kustomize", "echo \"$@\" >&2; exit 1")
        .program("helm", "exit 1");
    let words = format!("check deploy/{} --kustomize kustomize", overlay(EDGE));
    let run = tree
        .run_in(&words, &[("PATH", Path::new(NOWHERE))])
        .ended(2);
    assert!(
        run.stdout.contains("there is no helm on PATH"),
        "{}",
        run.stdout
    );
    let run = tree.krmguard(&format!("{words} --helm helm")).ended(2);
    assert!(
        run.stdout.contains("--enable-helm --helm-command"),
        "{}",
        run.stdout
    );
}
