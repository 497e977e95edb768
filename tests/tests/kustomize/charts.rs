//! Helm charts in kustomize: what builds, what does not, and where kubectl differs.

use tests::kustomize::{Tree, embedded_minor};
use tests::{objects, skip};

/// The entry of a chart that prints the values it was given, and one Service for kube-system.
pub(crate) const ENTRY: &str = "name: echo, version: 1.0.0, repo: https://charts.invalid, releaseName: echo, namespace: monitoring";

/// That chart, where kustomize looks for it before it pulls.
pub(crate) fn with_chart(tree: Tree, folder: &str) -> Tree {
    let file = |name: &str| format!("{folder}/charts/echo-1.0.0/echo/{name}");
    tree.with(
        &file("Chart.yaml"),
        "apiVersion: v2\nname: echo\nversion: 1.0.0\n",
    )
    .with(&file("values.yaml"), "own: chart\n")
    .with(
        &file("templates/values.yaml"),
        "apiVersion: v1
kind: ConfigMap
metadata: {name: values}
data:
  values: {{ toJson .Values | quote }}
",
    )
    .with(
        &file("templates/service.yaml"),
        "apiVersion: v1\nkind: Service\nmetadata: {name: dns, namespace: kube-system}\n",
    )
}

const VALUES: &str = "v1 ConfigMap /values";

fn chart() -> Tree {
    with_chart(Tree::new(), "overlay")
}

#[test]
fn helm_a_chart_with_a_repository_and_a_version_is_taken_from_chart_home_without_a_pull() {
    let tree = chart().kustomization("overlay", &format!("helmCharts: [{{{ENTRY}}}]\n"));
    let Some(build) = tree.kustomize_with_helm() else {
        return;
    };
    let built = objects::set(&build.at("overlay").run().passed());
    assert!(built.contains_key(VALUES), "{built:#?}");
}

/// `https://charts.invalid` can never answer: only the pull is shown.
#[test]
fn helm_a_version_that_is_not_there_is_pulled() {
    let entry = ENTRY.replace("1.0.0", "9.9.9");
    let tree = chart().kustomization("overlay", &format!("helmCharts: [{{{entry}}}]\n"));
    let Some(build) = tree.kustomize_with_helm() else {
        return;
    };
    let stderr = build.at("overlay").run().refused();
    assert!(
        stderr.contains("helm pull --untar") && stderr.contains("--version 9.9.9"),
        "{stderr}"
    );
}

#[test]
fn helm_without_enable_helm_nothing_is_inflated() {
    let tree = chart().kustomization("overlay", &format!("helmCharts: [{{{ENTRY}}}]\n"));
    for build in [tree.kustomize(), tree.kubectl()].into_iter().flatten() {
        let stderr = build.at("overlay").run().refused();
        assert!(stderr.contains("must specify --enable-helm"), "{stderr}");
    }
}

#[test]
fn helm_one_release_in_base_and_overlay_is_an_error() {
    let charts = format!("helmCharts: [{{{ENTRY}}}]\n");
    for list in ["resources", "bases"] {
        let tree = with_chart(chart(), "base")
            .kustomization("base", &charts)
            .kustomization("overlay", &format!("{list}: [../base]\n{charts}"));
        let Some(build) = tree.kustomize_with_helm() else {
            return;
        };
        let stderr = build.at("overlay").run().refused();
        assert!(
            stderr.contains("exists; can not use behavior: 'unspecified'"),
            "{stderr}"
        );
    }
}

#[test]
fn helm_bases_still_works_and_warns() {
    let tree = with_chart(Tree::new(), "base")
        .kustomization("base", &format!("helmCharts: [{{{ENTRY}}}]\n"))
        .kustomization("overlay", "bases: [../base]\n");
    let Some(build) = tree.kustomize_with_helm() else {
        return;
    };
    let built = build.at("overlay").run();
    assert!(
        built.stderr.contains("'bases' is deprecated"),
        "{}",
        built.stderr
    );
    assert!(objects::set(&built.passed()).contains_key(VALUES));
}

/// A values file of the base is read by the overlay: only where the load restrictor is off.
#[test]
fn helm_a_values_file_above_needs_no_load_restrictions() {
    let entry = format!("{ENTRY}, valuesFile: ../base/values.yaml");
    let tree = chart()
        .with("base/values.yaml", "from: base\n")
        .kustomization("overlay", &format!("helmCharts: [{{{entry}}}]\n"));
    let Some(build) = tree.kustomize_with_helm() else {
        return;
    };
    let stderr = build.at("overlay").run().refused();
    assert!(
        stderr.contains("is not in or below"),
        "another reason:\n{stderr}"
    );
    let Some(build) = tree.kustomize_with_helm() else {
        return;
    };
    let flags = ["--load-restrictor", "LoadRestrictionsNone"];
    let built = objects::set(&build.at("overlay").flags(&flags).run().passed());
    assert!(built.contains_key(VALUES), "{built:#?}");
}

fn with_namespace() -> Tree {
    chart().kustomization(
        "overlay",
        &format!("namespace: monitoring\nhelmCharts: [{{{ENTRY}}}]\n"),
    )
}

/// An object without a namespace stays without one, and one of kube-system stays there.
#[test]
fn helm_the_kustomizations_namespace_leaves_chart_output_alone() {
    let tree = with_namespace();
    let Some(build) = tree.kustomize_with_helm() else {
        return;
    };
    let built = objects::set(&build.at("overlay").run().passed());
    let ids: Vec<_> = built.keys().collect();
    assert_eq!(ids, [VALUES, "v1 Service kube-system/dns"]);
}

/// The Service then stands away from the pods that it selects.
#[test]
fn helm_kubectls_kustomize_moves_all_of_it() {
    let tree = with_namespace();
    let (Some(minor), Some(build)) = (embedded_minor(), tree.kubectl()) else {
        return;
    };
    if minor > 5 {
        return skip::say("kubectl with kustomize 5.5 or older");
    }
    if tests::tools::find("helm").is_none() {
        return;
    }
    let build = build.at("overlay").flags(&["--enable-helm"]);
    let built = objects::set(&build.run().passed());
    let ids: Vec<_> = built.keys().collect();
    assert_eq!(
        ids,
        [
            "v1 ConfigMap monitoring/values",
            "v1 Service monitoring/dns"
        ]
    );
}
