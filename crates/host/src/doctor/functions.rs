//! The functions that a tree's kustomizations list, foreign ones too.

use std::fs;
use std::rc::Rc;

use super::Spot;
use super::config::{Config, Runs};
use super::tree::Tree;
use crate::kustomization::{Kustomization, Reference};
use crate::source::Under;

/// How deep kustomizations of configurations may list each other.
const DEPTH: usize = 16;

const LISTS: [(&str, Under); 3] = [
    ("generators", Under::Generators),
    ("transformers", Under::Transformers),
    ("validators", Under::Validators),
];

/// One entry of such a list.
#[derive(Debug)]
pub(super) struct Function {
    /// The kustomization that is built: relative programs are seen from its folder.
    pub(super) kustomization: Rc<Kustomization>,
    pub(super) under: Under,
    pub(super) config: Config,
    pub(super) runs: Runs,
    /// Pointer to the annotation, or to where it belongs.
    pub(super) annotation: String,
}

/// Every function and every file that one was read from, without links.
#[derive(Debug, Default)]
pub(super) struct Functions {
    pub(super) all: Vec<Function>,
    pub(super) files: Vec<camino::Utf8PathBuf>,
}

impl Function {
    pub(super) fn is_own(&self) -> bool {
        self.config.is_own()
    }

    /// What kustomize runs only with `--enable-exec`.
    pub(super) fn is_exec(&self) -> bool {
        matches!(self.runs, Runs::Exec { .. })
    }

    pub(super) fn spot(&self) -> Spot {
        self.config.spot(&self.annotation)
    }

    /// `PolicySet cluster-02-edge`.
    pub(super) fn subject(&self) -> String {
        let (kind, name) = (
            self.config.word("/kind"),
            self.config.word("/metadata/name"),
        );
        format!("{kind} {name}").trim().to_owned()
    }
}

pub(super) fn read(tree: &Tree) -> Functions {
    let mut functions = Functions::default();
    for kustomization in &tree.kustomizations {
        for (field, under) in LISTS {
            for reference in kustomization.strings(field) {
                for config in configs(kustomization, &reference, 0, &mut functions.files) {
                    let (annotation, runs) = config.runs();
                    functions.all.push(Function {
                        kustomization: Rc::clone(kustomization),
                        under,
                        config,
                        runs,
                        annotation,
                    });
                }
            }
        }
    }
    functions
}

/// The configurations that a reference leads to; what cannot be read is told elsewhere.
fn configs(
    kustomization: &Kustomization,
    reference: &Reference<'_>,
    depth: usize,
    files: &mut Vec<camino::Utf8PathBuf>,
) -> Vec<Config> {
    if reference.is_inline() {
        return Config::of_item(&spot(kustomization, &reference.pointer), reference.text);
    }
    let Some(target) = kustomization.target(reference.text) else {
        return Vec::new();
    };
    if target.canonical.is_dir() {
        let listed = Kustomization::read(&target.shown, &target.canonical);
        let Some(listed) = listed.ok().flatten().filter(|_| depth < DEPTH) else {
            return Vec::new();
        };
        let below = listed.resources().into_iter();
        return below
            .flat_map(|reference| configs(&listed, &reference, depth + 1, files))
            .collect();
    }
    let text = fs::read_to_string(&target.canonical).unwrap_or_default();
    files.push(target.canonical);
    Config::of_file(target.shown.as_str(), &text)
}

/// Where a field of a kustomization stands.
pub(super) fn spot(kustomization: &Kustomization, pointer: &str) -> Spot {
    let place = kustomization.sheet.place(pointer, None);
    Spot {
        file: place.file,
        line: Some(place.line),
        column: Some(place.column),
    }
}
