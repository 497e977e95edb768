//! The deploy tree: it builds with the real kustomize and helm, its policies have nothing to say about it, and on
//! the values of the original design they change what they should and nothing else.

mod fixtures;
mod overlays;
mod seed;
mod sources;
mod standin;
mod thanos;
mod truth;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tests::kustomize::{EXEC, Tree};
use tests::objects::{self, Objects};
use tests::{read, root, tools};

const CENTRAL: &str = "cluster-01-central";
const EDGES: [&str; 3] = ["cluster-02-edge", "cluster-03-edge", "cluster-04-edge"];
const CHART: &str = "kube-prometheus-stack-78.5.0";
const LOAD: [&str; 2] = ["--load-restrictor", "LoadRestrictionsNone"];
const RELEASE: &str = "kube-prometheus-stack";

fn clusters() -> impl Iterator<Item = &'static str> {
    std::iter::once(CENTRAL).chain(EDGES)
}

/// A file of an overlay, in the repository.
fn source(cluster: &str, file: &str) -> PathBuf {
    root().join(folder(cluster)).join(file)
}

/// An overlay's folder, from the repository's root or a copy's.
fn folder(cluster: &str) -> String {
    format!("deploy/overlays/{cluster}/{RELEASE}")
}

/// A copy of the deploy tree, with the stand-in chart where this overlay's build looks for it.
fn copy(cluster: &str) -> Tree {
    let chart = Path::new("tests/charts").join(CHART);
    let home = format!("{}/charts/{CHART}", folder(cluster));
    Tree::new().copy("deploy", "deploy").copy(chart, &home)
}

/// The same, its kustomization without the policies.
fn unguarded(cluster: &str, tree: Tree) -> Tree {
    const LISTED: &str = "transformers:\n  - policies.yaml\n";
    let text = read(source(cluster, "kustomization.yaml"));
    assert!(text.contains(LISTED), "{cluster} lists no policies");
    let path = format!("{}/kustomization.yaml", folder(cluster));
    tree.with(&path, &text.replace(LISTED, ""))
}

/// `kustomize build` of an overlay as the README says it; `None` where a tool is absent.
fn build(cluster: &str, tree: &Tree) -> Option<tests::kustomize::Built> {
    let build = tree.kustomize_with_helm()?.at(&folder(cluster));
    Some(build.flags(&EXEC).flags(&LOAD).run())
}

/// What the overlay's build prints as it stands, policies and all: built once, and read by many tests.
fn output(cluster: &str) -> Option<&'static str> {
    static OUTPUTS: [OnceLock<Option<String>>; 4] = [const { OnceLock::new() }; 4];
    // Asked here as well, so that every test that cannot run says so.
    tools::find("kustomize")?;
    tools::find("helm")?;
    let index = clusters().position(|name| name == cluster)?;
    let make = || Some(build(cluster, &copy(cluster))?.passed());
    OUTPUTS[index].get_or_init(make).as_deref()
}

/// The objects in it.
fn built(cluster: &str) -> Option<Objects> {
    Some(objects::set(output(cluster)?))
}
