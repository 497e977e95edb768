//! With which options Argo CD builds: said by a ConfigMap, or by values of the chart that installs it.

use std::fs;

use tempfile::TempDir;

use super::{LEAF, RIGHT, change, finds, tree};
use crate::plant::{plant, put};

const CONFIG_MAP: &str = "argocd/argocd-cm.yaml";
const FULL: &str = "--enable-helm --enable-alpha-plugins --enable-exec";
const HALF: &str = "--enable-helm --enable-alpha-plugins";

/// The right tree, whose options stand in `file` instead of a ConfigMap.
fn said_in(file: &str, text: &str) -> TempDir {
    let folder = plant(&RIGHT);
    fs::remove_file(folder.path().join(CONFIG_MAP)).unwrap();
    put(folder.path(), file, text);
    folder
}

/// Values that say `options`.
fn values(options: &str) -> String {
    format!("configs:\n  cm:\n    kustomize.buildOptions: {options}\n")
}

/// `text`, each line further in by so many blanks.
fn indented(text: &str, by: usize) -> String {
    let lines = text
        .lines()
        .map(|line| format!("{}{line}\n", " ".repeat(by)));
    lines.collect()
}

/// An Application whose Helm source has these lines below `helm:`.
fn application(helm: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: argocd
spec:
  source:
    chart: argo-cd
    repoURL: https://argoproj.github.io/argo-helm
    helm:
{}",
        indented(helm, 6)
    )
}

#[test]
fn an_exec_function_that_argo_cd_does_not_run() {
    let file = CONFIG_MAP;
    finds(
        &tree(file, " --enable-exec", ""),
        1,
        &["exec-not-enabled argocd/argocd-cm.yaml:6"],
    );
    finds(
        &tree(file, " --enable-alpha-plugins --enable-exec", ""),
        1,
        &["exec-not-enabled argocd/argocd-cm.yaml:6"],
    );
    // Settings of one version of kustomize count for themselves.
    finds(
        &tree(
            file,
            "\n  kustomize.buildOptions",
            "\n  kustomize.buildOptions.v5.4.0: --enable-alpha-plugins\n  kustomize.buildOptions",
        ),
        1,
        &["exec-not-enabled argocd/argocd-cm.yaml:6"],
    );
    finds(&tree(file, "--enable-exec", "--enable-exec=true"), 0, &[]);
    // A ConfigMap that says nothing of it may be one of several.
    finds(
        &tree(file, "kustomize.buildOptions", "timeout.reconciliation"),
        0,
        &["exec-not-enabled argocd/argocd-cm.yaml:5"],
    );
    // Where the plugin applies the policies, no build has to.
    let folder = tree(file, " --enable-exec", "");
    put(
        folder.path(),
        "krmguard.yaml",
        "paths: [.]\ndelivery: cmp\n",
    );
    finds(&folder, 0, &[]);
}

#[test]
fn options_in_a_file_of_values() {
    let file = "argocd/values.yaml";
    finds(
        &said_in(file, &values(HALF)),
        1,
        &["exec-not-enabled argocd/values.yaml:3"],
    );
    finds(
        &said_in(file, &values("--enable-helm")),
        1,
        &["exec-not-enabled argocd/values.yaml:3"],
    );
    finds(&said_in(file, &values(FULL)), 0, &[]);
    // Of one version of kustomize; of a release before 5.0; of a chart that depends on it.
    finds(
        &said_in(file, &values(HALF).replace("Options", "Options.v5.4.0")),
        1,
        &["exec-not-enabled argocd/values.yaml:3"],
    );
    let old = values(HALF)
        .replace("configs", "server")
        .replace("cm:", "config:");
    finds(
        &said_in(file, &old),
        1,
        &["exec-not-enabled argocd/values.yaml:3"],
    );
    let umbrella = format!("argo-cd:\n{}", indented(&values(HALF), 2));
    finds(
        &said_in(file, &umbrella),
        1,
        &["exec-not-enabled argocd/values.yaml:4"],
    );
}

#[test]
fn values_that_do_not_decide_are_left_alone() {
    let file = "argocd/values.yaml";
    for text in [
        // Nothing is said; it is taken away; another makes the ConfigMap; something fills it in.
        "configs:\n  cm:\n    timeout.reconciliation: 60s\n".to_owned(),
        values("null"),
        format!("{}    create: false\n", values(HALF)),
        values("\"{{ .options }}\""),
        values("${BUILD_OPTIONS}"),
        // Other keys, and another place.
        values(HALF).replace("kustomize.buildOptions", "kustomize.buildOptionsOld"),
        values(HALF).replace("configs", "settings"),
        format!("# kustomize.buildOptions\n- {HALF}\n"),
    ] {
        finds(&said_in(file, &text), 0, &[]);
    }
    // One file is laid over the other.
    let layered = said_in(file, &values(HALF));
    put(
        layered.path(),
        "argocd/values-production.yaml",
        &values(FULL),
    );
    finds(&layered, 0, &[]);
    // A patch is laid over what the chart renders, and is wrong by itself.
    let patched = tree(CONFIG_MAP, " --enable-exec", "");
    put(patched.path(), file, &values(FULL));
    finds(&patched, 1, &["exec-not-enabled argocd/argocd-cm.yaml:6"]);
    change(patched.path(), CONFIG_MAP, HALF, FULL);
    put(patched.path(), file, &values(HALF));
    finds(&patched, 0, &[]);
    // What the values say, a ConfigMap need not.
    let silent = tree(
        CONFIG_MAP,
        "kustomize.buildOptions",
        "timeout.reconciliation",
    );
    put(silent.path(), file, &values(FULL));
    finds(&silent, 0, &[]);
}

#[test]
fn options_in_an_application() {
    let file = "argocd/application.yaml";
    let object = |options: &str| format!("valuesObject:\n{}", indented(&values(options), 2));
    let text = |options: &str| format!("values: |\n{}", indented(&values(options), 2));
    let parameter = |options: &str| {
        format!("parameters:\n- name: configs.cm.kustomize\\.buildOptions\n  value: {options}\n")
    };
    for (helm, line) in [(object(HALF), 13), (text(HALF), 13), (parameter(HALF), 12)] {
        finds(
            &said_in(file, &application(&helm)),
            1,
            &[&format!("exec-not-enabled argocd/application.yaml:{line}")],
        );
    }
    for helm in [object(FULL), text(FULL), parameter(FULL)] {
        finds(&said_in(file, &application(&helm)), 0, &[]);
    }
    // One of several sources, and a template of many.
    let several =
        application(&object(HALF)).replace("  source:\n    chart", "  sources:\n  - chart");
    finds(
        &said_in(file, &several),
        1,
        &["exec-not-enabled argocd/application.yaml:13"],
    );
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata:\n  name: argocd\nspec:\n  template:\n";
    let spec = application(&object(HALF));
    let spec = spec.split_once("spec:").unwrap().1;
    let set = format!(
        "{set}    spec:{}",
        indented(spec, 4).trim_start_matches(' ')
    );
    finds(
        &said_in(file, &set),
        1,
        &["exec-not-enabled argocd/application.yaml:15"],
    );
}

#[test]
fn options_in_what_a_kustomization_inflates() {
    let chart = |options: &str| {
        let inline = indented(&values(options), 4);
        format!("helmCharts:\n- name: argo-cd\n  version: 8.0.0\n  valuesInline:\n{inline}")
    };
    let file = "argocd/kustomization.yaml";
    finds(
        &said_in(file, &chart(HALF)),
        1,
        &["exec-not-enabled argocd/kustomization.yaml:7"],
    );
    finds(&said_in(file, &chart(FULL)), 0, &[]);
    // Where nothing is an exec function, Argo CD need not run one.
    let none = said_in(file, &chart(HALF));
    change(none.path(), LEAF, "transformers:\n- policies.yaml\n", "");
    fs::remove_file(none.path().join("overlays/edge/policies.yaml")).unwrap();
    finds(&none, 0, &[]);
}
