//! The kustomizations of a tree and what each leaf of it is made of, read without judging.

use std::collections::HashSet;
use std::fs;
use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use krm::Input;

use crate::kustomization::{Kustomization, clean};
use crate::report::NotJudged;
use crate::source::Survey;

/// A tree as far as it can be read; what cannot is told by whoever judges it.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) kustomizations: Vec<Rc<Kustomization>>,
    /// Every other YAML file, as the user would write it.
    pub(super) files: Vec<Utf8PathBuf>,
    pub(super) not_read: Vec<NotJudged>,
}

/// Where a reference of a kustomization leads.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) shown: Utf8PathBuf,
    pub(super) canonical: Utf8PathBuf,
}

impl Tree {
    pub(super) fn grow(survey: Survey) -> Tree {
        let mut tree = Tree {
            kustomizations: Vec::new(),
            files: survey.files,
            not_read: survey.not_read,
        };
        for folder in &survey.kustomizations {
            let shown = clean(folder);
            if let Ok(canonical) = folder.canonicalize_utf8() {
                tree.add(&shown, &canonical);
            }
        }
        // What lies beside the paths that were named, such as a base, belongs to the tree as well.
        let mut next = 0;
        while let Some(here) = tree.kustomizations.get(next).cloned() {
            next += 1;
            for target in here.below() {
                tree.add(&target.shown, &target.canonical);
            }
        }
        tree
    }

    fn add(&mut self, shown: &Utf8Path, canonical: &Utf8Path) {
        let known = self.kustomizations.iter();
        if known.map(|it| &it.canonical).any(|it| it == canonical) {
            return;
        }
        if let Ok(Some(read)) = Kustomization::read(shown, canonical) {
            self.kustomizations.push(Rc::new(read));
        }
    }

    /// Each kustomization that no other one lists, with all that it is made of: itself first, each once.
    pub(super) fn leaves(&self) -> Vec<Vec<Rc<Kustomization>>> {
        let listed: HashSet<Utf8PathBuf> = self
            .kustomizations
            .iter()
            .flat_map(|it| {
                it.below()
                    .into_iter()
                    .filter(|target| target.canonical != it.canonical)
            })
            .map(|target| target.canonical)
            .collect();
        self.kustomizations
            .iter()
            .filter(|it| !listed.contains(&it.canonical) && !it.is_component())
            .map(|leaf| self.parts(leaf))
            .collect()
    }

    fn parts(&self, leaf: &Rc<Kustomization>) -> Vec<Rc<Kustomization>> {
        let mut parts = vec![Rc::clone(leaf)];
        let mut next = 0;
        while let Some(here) = parts.get(next).cloned() {
            next += 1;
            for target in here.below() {
                let known = parts.iter().any(|it| it.canonical == target.canonical);
                let mut all = self.kustomizations.iter();
                if let (false, Some(part)) =
                    (known, all.find(|it| it.canonical == target.canonical))
                {
                    parts.push(Rc::clone(part));
                }
            }
        }
        parts
    }
}

impl Kustomization {
    /// Where a path in it leads, if there is something.
    pub(super) fn target(&self, text: &str) -> Option<Target> {
        let canonical = clean(&self.canonical.join(text)).canonicalize_utf8().ok()?;
        Some(Target {
            shown: clean(&self.folder.join(text)),
            canonical,
        })
    }

    /// The folders that it is built from.
    fn below(&self) -> Vec<Target> {
        let mut references = self.resources();
        references.extend(self.strings("components"));
        let folders = references.iter().filter_map(|it| self.target(it.text));
        folders.filter(|it| it.canonical.is_dir()).collect()
    }
}

/// The manifests in a file; None where it holds something else, or nothing that can be read.
pub(super) fn manifests(shown: &Utf8Path, path: &Utf8Path) -> Option<Input> {
    Input::read(shown.as_str(), fs::read(path).ok()?).ok()
}
