//! `krmguard.yaml`: the one that is there, or the one that belongs there.

use camino::{Utf8Path, Utf8PathBuf};

use super::{Draft, canonical};
use crate::project::{NAME, Project};
use crate::trouble::{Trouble, unreadable};

/// Where the settings of a run lie.
#[derive(Debug)]
pub(super) struct Ground {
    /// The folder that `krmguard.yaml` belongs in, as the user would write it.
    folder: Utf8PathBuf,
    /// The tree as seen from there.
    below: Utf8PathBuf,
    /// What is there already, in that folder or above it.
    pub(super) project: Option<Project>,
}

impl Ground {
    /// The current folder where the tree lies in it, else the tree's own.
    pub(super) fn of(tree: &Utf8Path) -> Result<Ground, Vec<Trouble>> {
        let at = |error: &std::io::Error| {
            let trouble = Trouble::new(unreadable(error)).in_file(tree.as_str());
            vec![trouble.fix("name the folder of a tree that kustomize builds")]
        };
        let real = tree.canonicalize_utf8().map_err(|error| at(&error))?;
        if !real.is_dir() {
            let trouble = Trouble::new("it is no folder").in_file(tree.as_str());
            return Err(vec![trouble.fix("name the folder of the tree")]);
        }
        let here = canonical(Utf8Path::new(".")).unwrap_or_default();
        let inside = real.strip_prefix(&here).ok().map(Utf8Path::to_owned);
        let (folder, below) = match inside {
            Some(below) => (Utf8PathBuf::new(), below),
            None => (tree.to_owned(), Utf8PathBuf::new()),
        };
        Ok(Ground {
            project: Project::nearest_to(&folder)?,
            folder,
            below,
        })
    }

    /// The file to write, if any; or why the one that is there will not do.
    pub(super) fn settings(&self, tree: &Utf8Path) -> Result<Option<Draft>, String> {
        let Some(project) = &self.project else {
            let path = match self.below.as_str() {
                "" => ".",
                below => below,
            };
            return Ok(Some(Draft::new(self.folder.join(NAME), text(path))));
        };
        let tree = canonical(tree);
        let mut named = project.paths.iter().filter_map(|path| canonical(path));
        match named.any(|path| tree.as_ref().is_some_and(|tree| tree.starts_with(&path))) {
            true => Ok(None),
            false => Err(format!(
                "the {NAME} that is there does not name this tree: add it to its `paths:`, or name it when you check it"
            )),
        }
    }
}

fn text(path: &str) -> String {
    let path = krmguard_yaml::emit::scalar(path);
    format!(
        "# What `krmguard check` judges where no path is named.
paths:
  - {path}
# An overlay that cannot be built counts as not judged. `optional` is content with the sources.
render: required
"
    )
}
