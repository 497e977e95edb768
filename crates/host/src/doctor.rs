//! What keeps a gate from running, or makes a tree wrong without a word: found in the tree and on this machine.
//!
//! Policies judge manifests; this looks at how the manifests come about.

mod argocd;
mod charts;
mod config;
mod finding;
mod functions;
mod gate;
mod machine;
mod plugins;
mod program;
mod resources;
mod tree;

use camino::Utf8PathBuf;
use globset::GlobSet;

pub(crate) use finding::{Diagnosis, Finding, Spot, Unknown};
pub(crate) use machine::Machine;

use crate::settings::Source;
use crate::source::{Harvest, Survey, Trees};
use tree::Tree;

/// What is looked at.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) paths: Vec<Utf8PathBuf>,
    pub(crate) ignore: GlobSet,
    /// Whether Argo CD's plugin applies the policies (`delivery: cmp`), so that no build has to.
    pub(crate) delivered: bool,
}

/// Looks at all of `scope`.
pub(crate) fn examine(scope: &Scope, machine: &Machine) -> Diagnosis {
    let survey = Survey::of(&scope.paths, &scope.ignore);
    let tree = Tree::grow(survey);
    let functions = functions::read(&tree);
    let mut diagnosis = Diagnosis::default();
    let out = &mut diagnosis.findings;
    gate::look(&functions, out);
    gate::unlisted(&tree, &functions, scope.delivered, out);
    plugins::look(&functions, out);
    resources::look(&tree, out);
    charts::look(&tree, out);
    if !scope.delivered {
        argocd::look(&tree, &functions, out);
    }
    machine::look(machine, &functions, &mut diagnosis);
    let source = Source::Paths {
        paths: scope.paths.clone(),
        ignore: scope.ignore.clone(),
        as_one: false,
    };
    // A tree without a kustomization has no values; that there is nothing to judge is not what was asked.
    if !tree.kustomizations.is_empty() {
        let harvest = Harvest::gather(&source, Trees::Judged { loose: false });
        charts::selectors(&harvest.units, &mut diagnosis.findings);
        diagnosis.not_read = harvest.not_judged;
    } else {
        diagnosis.not_read = tree.not_read;
        if diagnosis.not_read.is_empty() && tree.files.is_empty() {
            diagnosis.not_read.extend(finding::nothing(&scope.paths));
        }
    }
    diagnosis.settle();
    diagnosis
}
