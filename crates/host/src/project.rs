//! `krmguard.yaml`: what a repository wants checked where nothing is named.

use camino::{Utf8Path, Utf8PathBuf};
use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::policyset::{Field, Problems, Text};
use crate::trouble::Trouble;

/// The file's name.
pub(crate) const NAME: &str = "krmguard.yaml";

/// Words of `render`.
const RENDER: &[&str] = &["required", "optional"];
/// Words of `delivery`: how manifests get to their cluster.
const DELIVERY: &[&str] = &["kustomize", "cmp"];

/// What the nearest `krmguard.yaml` says.
#[derive(Debug)]
pub(crate) struct Project {
    /// As seen from the current directory.
    pub(crate) paths: Vec<Utf8PathBuf>,
    /// Of paths relative to the directory that is walked.
    pub(crate) ignore: GlobSet,
    pub(crate) rendering: Rendering,
    /// Whether what policies propose is applied on the way to every cluster (`delivery: cmp`).
    pub(crate) delivered: bool,
}

/// Whether a tree whose overlays cannot be built is judged all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rendering {
    /// What is not built is not judged.
    #[default]
    Required,
    /// Sources are enough, where there is nothing to build with.
    Optional,
    /// Sources alone, by request.
    Never,
}

impl Project {
    /// Looks in the current directory and above it; None where there is none.
    pub(crate) fn nearest() -> Result<Option<Project>, Vec<Trouble>> {
        Project::nearest_to(Utf8Path::new(""))
    }

    /// Looks in a folder and above it.
    pub(crate) fn nearest_to(folder: &Utf8Path) -> Result<Option<Project>, Vec<Trouble>> {
        // Relative, so that paths in reports stay short: "", "..", "../..".
        let mut folder = folder.to_owned();
        let here = std::path::absolute(folder.join("."));
        let depth = here.map_or(0, |here| here.components().count());
        for _ in 0..depth {
            let candidate = folder.join(NAME);
            if candidate.is_file() {
                return Project::read(&candidate, &folder).map(Some);
            }
            folder.push("..");
        }
        Ok(None)
    }

    /// Why there is nothing to check.
    pub(crate) fn missing() -> Trouble {
        Trouble::new(format!(
            "nothing to check: no path was named, and there is no {NAME} here or in a folder above"
        ))
        .fix("name what to check: krmguard check --cluster NAME --role edge PATH…")
    }

    fn read(file: &Utf8Path, folder: &Utf8Path) -> Result<Project, Vec<Trouble>> {
        let text = Text::from_file(file).map_err(|trouble| vec![trouble])?;
        let value = text.value().map_err(|trouble| vec![trouble])?;
        let mut problems = Problems::default();
        let project = Project::meant(&Field::root(&value), folder, &mut problems);
        if problems.is_empty() {
            Ok(project)
        } else {
            Err(problems.troubles(&text))
        }
    }

    fn meant(root: &Field<'_>, folder: &Utf8Path, problems: &mut Problems) -> Project {
        let mut paths = Vec::new();
        let mut ignore = GlobSetBuilder::new();
        let mut rendering = Rendering::default();
        let mut delivered = false;
        if root.is_mapping_of(&["paths", "ignore", "render", "delivery"], problems) {
            let word = root.get("render");
            if word.and_then(|field| field.one_of(RENDER, problems)) == Some("optional") {
                rendering = Rendering::Optional;
            }
            let word = root.get("delivery");
            delivered = word.and_then(|field| field.one_of(DELIVERY, problems)) == Some("cmp");
            let named = root
                .get("paths")
                .map(|field| field.items(problems))
                .unwrap_or_default();
            if named.is_empty() {
                problems.at(
                    root,
                    "`paths` names nothing to check",
                    "list files or folders under `paths:`",
                );
            }
            for path in named.iter().filter_map(|field| field.text(problems)) {
                paths.push(folder.join(path));
            }
            let globs = root
                .get("ignore")
                .map(|field| field.items(problems))
                .unwrap_or_default();
            for field in globs {
                match field.text(problems).map(Glob::new) {
                    Some(Ok(glob)) => {
                        ignore.add(glob);
                    }
                    Some(Err(error)) => {
                        problems.at(&field, error, "write a glob such as `**/charts/**`")
                    }
                    None => {}
                }
            }
        }
        Project {
            paths,
            ignore: ignore.build().unwrap_or_default(),
            rendering,
            delivered,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn read(yaml: &str) -> Result<Project, Vec<Trouble>> {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let file = folder.join(NAME);
        std::fs::write(&file, yaml).unwrap();
        Project::read(&file, Utf8Path::new(".."))
    }

    #[test]
    fn paths_are_seen_from_the_current_directory() {
        let project = read("paths: [deploy, a.yaml]\nignore: ['**/charts/**']\n").unwrap();
        assert_eq!(project.paths, ["../deploy", "../a.yaml"]);
        assert!(project.ignore.is_match("x/charts/y.yaml"));
    }

    #[test]
    fn rendering_is_required_unless_it_is_optional() {
        let project = read("paths: [deploy]\n").unwrap();
        assert_eq!(
            (project.rendering, project.delivered),
            (Rendering::Required, false)
        );
        let project = read("paths: [deploy]\nrender: optional\ndelivery: cmp\n").unwrap();
        assert_eq!(
            (project.rendering, project.delivered),
            (Rendering::Optional, true)
        );
        let troubles = read("paths: [deploy]\nrender: optinal\n").unwrap_err();
        assert_eq!(troubles[0].at, Some((2, 9)));
    }

    #[test]
    fn mistakes_are_placed() {
        let troubles = read("path: [deploy]\n").unwrap_err();
        assert_eq!(troubles[0].at, Some((1, 1)));
        assert_eq!(troubles[0].fix.as_deref(), Some("did you mean `paths`?"));
        assert!(read("paths: []\n").is_err());
        assert!(read("paths: [a]\nignore: ['a[']\n").is_err());
    }
}
