//! Origin annotations: where kustomize says that an object comes from, and what a function may do to that.

use tests::kustomize::{EXEC, Tree, exec};
use tests::objects::{self, Objects};

use crate::charts::{ENTRY, with_chart};

const ORIGIN: &str = "config.kubernetes.io/origin";
const BUILD: &str = "buildMetadata: [originAnnotations]\n";
const OWN: &str = "v1 ConfigMap /own";

/// A base with two documents in one file, an own file, a generator and a chart; then a function.
fn tree(metadata: &str, body: &str) -> Tree {
    with_chart(Tree::new(), "overlay")
        .kustomization("base", "resources: [nested/two.yaml]\n")
        .with(
            "base/nested/two.yaml",
            "apiVersion: v1
kind: Service
metadata: {name: first}
---
apiVersion: v1
kind: Service
metadata: {name: second}
",
        )
        .with(
            "overlay/sub/own.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\n",
        )
        .kustomization(
            "overlay",
            &format!(
                "resources: [../base, sub/own.yaml]
configMapGenerator: [{{name: made, literals: [rack=b-02]}}]
helmCharts: [{{{ENTRY}}}]
transformers: [function.yaml]
{metadata}"
            ),
        )
        .with("overlay/function.yaml", &exec("./function.sh"))
        .script("overlay/function.sh", body)
}

fn built(tree: &Tree) -> Option<Objects> {
    let build = tree.kustomize_with_helm()?.at("overlay").flags(&EXEC);
    Some(objects::set(&build.run().passed()))
}

/// The annotation of the object whose id begins so.
fn origin<'a>(objects: &'a Objects, id: &str) -> &'a str {
    let object = objects.iter().find(|(name, _)| name.starts_with(id));
    let origin = object.and_then(|(_, object)| object["metadata"]["annotations"][ORIGIN].as_str());
    origin.unwrap_or_else(|| panic!("{id} has no origin: {objects:#?}"))
}

#[test]
fn origin_of_a_file_is_its_path_from_the_kustomization_that_is_built_without_an_index() {
    let Some(built) = built(&tree(BUILD, "cat")) else {
        return;
    };
    assert_eq!(origin(&built, OWN), "path: sub/own.yaml\n");
    for name in ["first", "second"] {
        assert_eq!(
            origin(&built, &format!("v1 Service /{name}")),
            "path: ../base/nested/two.yaml\n"
        );
    }
}

fn configured_by(kind: &str) -> String {
    format!(
        "configuredIn: kustomization.yaml\nconfiguredBy:\n  apiVersion: builtin\n  kind: {kind}\n"
    )
}

#[test]
fn origin_of_a_generated_object_is_its_generator() {
    let Some(built) = built(&tree(BUILD, "cat")) else {
        return;
    };
    assert_eq!(
        origin(&built, "v1 ConfigMap /made-"),
        configured_by("ConfigMapGenerator")
    );
}

/// All objects of a chart say the same: which template made them is not known.
#[test]
fn origin_of_a_charts_objects_names_no_template() {
    let Some(built) = built(&tree(BUILD, "cat")) else {
        return;
    };
    for id in ["v1 ConfigMap /values", "v1 Service kube-system/dns"] {
        assert_eq!(
            origin(&built, id),
            configured_by("HelmChartInflationGenerator")
        );
    }
}

#[test]
fn origin_is_asked_for_by_the_kustomization_that_is_built_alone() {
    let tree =
        tree("", "cat").kustomization("base", &format!("resources: [nested/two.yaml]\n{BUILD}"));
    let Some(built) = built(&tree) else {
        return;
    };
    let text = format!("{built:?}");
    assert!(!text.contains(ORIGIN), "{text}");
}

#[test]
fn origin_reaches_functions() {
    let tree = tree(BUILD, "tee \"$SEEN/input\"");
    let Some(built) = built(&tree) else {
        return;
    };
    let input = tree.seen("input").unwrap_or_default();
    let list = objects::documents(&input);
    let seen = objects::items(&list[0]);
    assert_eq!(origin(&seen, OWN), origin(&built, OWN));
}

/// Trap 8: the object is then said to come from the function.
#[test]
fn origin_that_a_function_drops_becomes_the_function() {
    let tree = tree(BUILD, "sed '/kubernetes.io\\/origin/,/path: sub\\/own/d'").kustomization(
        "overlay",
        &format!("resources: [sub/own.yaml]\ntransformers: [function.yaml]\n{BUILD}"),
    );
    let Some(built) = built(&tree) else {
        return;
    };
    let origin = origin(&built, OWN);
    assert!(
        origin.contains("configuredBy:") && origin.contains("kind: Fn"),
        "{origin}"
    );
}

/// krmguard edits beside it and keeps it.
#[test]
fn origin_stays_where_krmguard_edits() {
    let policies = crate::edge("");
    let seed = crate::sample("seed.yaml");
    let tree = Tree::new()
        .kustomization(
            "",
            &format!("resources: [sub/objects.yaml]\ntransformers: [policies.yaml]\n{BUILD}"),
        )
        .with("sub/objects.yaml", &seed)
        .with("policies.yaml", &policies);
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = objects::set(&build.flags(&EXEC).run().passed());
    assert!(!built.is_empty());
    for (id, object) in &built {
        assert_eq!(
            object["metadata"]["annotations"][ORIGIN], "path: sub/objects.yaml\n",
            "{id}"
        );
    }
}
