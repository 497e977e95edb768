//! The kustomizations of a run, and which of them are leaves: what is delivered, and so what is judged.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobSet;

use super::Kustomization;
use super::library::Library;
use super::overlay::Overlay;
use super::reach::{Reach, clean};
use crate::report::NotJudged;
use crate::source::Unit;
use crate::trouble::Trouble;

/// What a run leaves out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ignore {
    /// The folders that the run was given.
    pub(crate) roots: Vec<Utf8PathBuf>,
    /// Of paths relative to one of them.
    pub(crate) globs: GlobSet,
}

impl Ignore {
    pub(crate) fn holds(&self, shown: &Utf8Path) -> bool {
        let below = |root: &Utf8PathBuf| {
            shown
                .strip_prefix(clean(root))
                .ok()
                .or_else(|| shown.strip_prefix(root).ok())
        };
        let mut below = self.roots.iter().filter_map(below);
        below.any(|path| self.globs.is_match(path))
    }
}

/// What came of all kustomizations of a run.
#[derive(Debug, Default)]
pub(crate) struct Forest {
    /// One for each leaf.
    pub(crate) units: Vec<Unit>,
    pub(crate) not_judged: Vec<NotJudged>,
    /// Folders that are no leaves and that no leaf is made of, a line each.
    pub(crate) passed_over: Vec<String>,
}

impl Forest {
    /// Reads the kustomizations of `folders`, which were found below `start`.
    pub(crate) fn grow(start: &Utf8Path, folders: &[Utf8PathBuf], ignore: &Ignore) -> Forest {
        let mut forest = Forest::default();
        let mut library = Library::new(Reach::of(start));
        let mut all: Vec<Arc<Kustomization>> = Vec::new();
        for folder in folders {
            let shown = clean(folder);
            let canonical = folder
                .canonicalize_utf8()
                .unwrap_or_else(|_| folder.clone());
            if all.iter().any(|it| it.canonical == canonical) {
                continue;
            }
            match library.kustomization(&shown, &canonical) {
                Ok(Some(kustomization)) => all.push(kustomization),
                Ok(None) => {}
                Err(troubles) => forest.decline(shown.as_str(), troubles),
            }
        }
        let listed = listed(&all, &library);
        let (leaves, parts): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|it| !listed.contains(&it.canonical) && !it.is_component());
        let mut overlays: Vec<Overlay> = Vec::new();
        for leaf in &leaves {
            overlays.push(Overlay::read(leaf, &mut library));
        }
        // What no leaf is made of is a ring, or a component that nobody uses.
        for part in &parts {
            let made_of = |overlay: &Overlay| {
                overlay
                    .kustomizations
                    .iter()
                    .any(|it| it.canonical == part.canonical)
            };
            if overlays.iter().any(made_of) {
                continue;
            }
            match part.is_component() {
                true => forest.passed_over.push(format!(
                    "{}: not judged: a component that no kustomization of this run lists",
                    part.folder
                )),
                false => overlays.push(Overlay::read(part, &mut library)),
            }
        }
        let mut claimed = HashSet::new();
        let mut users: HashMap<Utf8PathBuf, usize> = HashMap::new();
        for overlay in &overlays {
            claimed.extend(overlay.claimed.iter().map(|found| found.canonical.clone()));
            for file in overlay.values_files() {
                *users.entry(file.clone()).or_default() += 1;
            }
        }
        let bases: BTreeSet<&Utf8PathBuf> = overlays
            .iter()
            .flat_map(|overlay| &overlay.partial)
            .collect();
        forest.passed_over.extend(bases.into_iter().map(|folder| {
            format!("{folder}: its PolicySet is left out: in a build it sees this base alone; list it in the overlays")
        }));
        for overlay in overlays {
            let name = overlay
                .kustomizations
                .first()
                .map(|leaf| leaf.folder.to_string());
            match overlay.into_unit(&claimed, &users, ignore, &library) {
                Ok(unit) => forest.units.push(unit),
                Err(troubles) => forest.decline(&name.unwrap_or_default(), troubles),
            }
        }
        forest
    }

    fn decline(&mut self, unit: &str, troubles: Vec<Trouble>) {
        let troubles = troubles.into_iter().map(|trouble| trouble.of_unit(unit));
        self.not_judged.extend(troubles);
    }
}

/// The folders of the kustomizations that another one lists.
fn listed(all: &[Arc<Kustomization>], library: &Library) -> HashSet<Utf8PathBuf> {
    let mut listed = HashSet::new();
    for kustomization in all {
        let mut references = kustomization.resources();
        for field in ["components", "generators", "transformers", "validators"] {
            references.extend(kustomization.strings(field));
        }
        let folders = references.iter().filter(|reference| !reference.is_inline());
        for reference in folders {
            if let Ok(found) = library.find(kustomization, reference)
                && found.is_folder
                && found.canonical != kustomization.canonical
            {
                listed.insert(found.canonical);
            }
        }
    }
    listed
}

#[cfg(test)]
#[path = "forest_tests.rs"]
mod tests;
