//! How far a tree reaches: no link leads out of it.

use std::fs;
use std::io;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use super::Reference;
use crate::policyset::nearest;
use crate::source::Sheet;
use crate::trouble::{Trouble, unreadable};

/// What marks the folder that a repository begins at.
const MARKS: [&str; 2] = [".git", "krmguard.yaml"];

/// The folder that nothing may leave: the repository's, or, where there is none, whatever the paths climb to
/// without a link.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    repository: Option<Utf8PathBuf>,
    start: Utf8PathBuf,
}

/// What a reference leads to.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Where the reference says it is; this may be a link.
    pub(crate) wanted: Utf8PathBuf,
    /// As the user would write it.
    pub(crate) shown: Utf8PathBuf,
    /// Without links.
    pub(crate) canonical: Utf8PathBuf,
    pub(crate) is_folder: bool,
}

/// Why a reference leads nowhere.
#[derive(Debug)]
pub(crate) enum Lost {
    /// The name that may have been meant.
    Missing(Option<String>),
    Outside,
    Unreadable(io::Error),
}

impl Reach {
    /// From the folder that was named, without links.
    pub(crate) fn of(start: &Utf8Path) -> Reach {
        let marked = |folder: &&Utf8Path| MARKS.iter().any(|mark| folder.join(mark).exists());
        Reach {
            repository: start.ancestors().find(marked).map(Utf8Path::to_owned),
            start: start.to_owned(),
        }
    }

    /// Follows a relative path from a folder, which is given as the user would write it and without links.
    /// As kustomize does, `..` is taken off the text before links are followed.
    pub(crate) fn find(
        &self,
        shown: &Utf8Path,
        canonical: &Utf8Path,
        path: &str,
    ) -> Result<Found, Lost> {
        let wanted = clean(&canonical.join(path));
        let about = fs::metadata(&wanted).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Lost::Missing(near(&wanted)),
            _ => Lost::Unreadable(error),
        })?;
        let real = wanted.canonicalize_utf8().map_err(Lost::Unreadable)?;
        if !self.holds(&wanted, &real) {
            return Err(Lost::Outside);
        }
        Ok(Found {
            wanted,
            shown: clean(&shown.join(path)),
            canonical: real,
            is_folder: about.is_dir(),
        })
    }

    /// Whether what `wanted` leads to lies within reach.
    pub(crate) fn holds(&self, wanted: &Utf8Path, real: &Utf8Path) -> bool {
        match &self.repository {
            Some(repository) => real.starts_with(repository),
            None => {
                let common = wanted
                    .ancestors()
                    .find(|folder| self.start.starts_with(folder));
                common.is_some_and(|common| real.starts_with(common))
            }
        }
    }
}

impl Lost {
    /// Says so where the reference stands.
    pub(crate) fn trouble(&self, sheet: &Sheet, reference: &Reference<'_>) -> Trouble {
        let text = reference.text;
        let say = |what: String| sheet.trouble(&reference.pointer, what);
        match self {
            Lost::Missing(near) => say(format!("`{text}` does not exist")).fix(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "name a file or folder that exists, as seen from this file's folder".to_owned()
                }
            }),
            Lost::Outside => say(format!("`{text}` leads out of the repository")).fix(
                "keep what is built inside the repository: copy it there instead of linking to it",
            ),
            Lost::Unreadable(error) => {
                say(format!("`{text}` {}", unreadable(error))).fix("make it readable")
            }
        }
    }
}

/// The path without `.` and without `..` behind a name. A leading `./` stays: it is how the user wrote it.
pub(crate) fn clean(path: &Utf8Path) -> Utf8PathBuf {
    let mut parts: Vec<Utf8Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Utf8Component::CurDir, Some(_)) => {}
            (Utf8Component::ParentDir, Some(Utf8Component::Normal(_))) => {
                parts.pop();
            }
            (Utf8Component::ParentDir, Some(Utf8Component::CurDir)) => {
                parts.pop();
                parts.push(part);
            }
            (Utf8Component::ParentDir, Some(Utf8Component::RootDir)) => {}
            _ => parts.push(part),
        }
    }
    match parts.is_empty() {
        true => Utf8PathBuf::from("."),
        false => parts.into_iter().collect(),
    }
}

/// The name that stands beside the first part of a path that does not exist, and looks like it.
pub(crate) fn near(wanted: &Utf8Path) -> Option<String> {
    let missing = wanted
        .ancestors()
        .take_while(|part| !part.exists())
        .last()?;
    let entries = missing.parent()?.read_dir_utf8().ok()?;
    let names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    nearest(missing.file_name()?, names.iter().map(String::as_str)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn paths_are_shown_without_detours() {
        let cleaned = |path: &str| clean(Utf8Path::new(path)).into_string();
        assert_eq!(
            cleaned("deploy/a/../../base/values.yaml"),
            "base/values.yaml"
        );
        assert_eq!(cleaned("./a/../b"), "./b");
        assert_eq!(cleaned("a/../../b"), "../b");
        assert_eq!(cleaned("./../b"), "../b");
        assert_eq!(cleaned("a/.."), ".");
        assert_eq!(cleaned("/a/../../b"), "/b");
    }

    #[test]
    fn a_link_may_not_leave_and_dots_may() {
        let folder = tempfile::tempdir().unwrap();
        let top = Utf8Path::from_path(folder.path())
            .unwrap()
            .canonicalize_utf8()
            .unwrap();
        for name in ["tree/overlay", "tree/base", "elsewhere"] {
            fs::create_dir_all(top.join(name)).unwrap();
        }
        fs::write(top.join("elsewhere/a.yaml"), "a: 1\n").unwrap();
        fs::write(top.join("tree/base/b.yaml"), "b: 1\n").unwrap();
        symlink(
            top.join("elsewhere/a.yaml"),
            top.join("tree/overlay/a.yaml"),
        )
        .unwrap();
        symlink("../base/b.yaml", top.join("tree/overlay/b.yaml")).unwrap();
        let here = top.join("tree/overlay");
        let find = |path: &str| Reach::of(&here).find(Utf8Path::new("o"), &here, path);
        assert!(matches!(find("a.yaml"), Err(Lost::Outside)));
        assert_eq!(find("../base/b.yaml").unwrap().shown, "base/b.yaml");
        // Without a repository a link may not leave the folder that was named, either.
        assert!(matches!(find("b.yaml"), Err(Lost::Outside)));
        assert!(matches!(find("../bsae/b.yaml"), Err(Lost::Missing(Some(near))) if near == "base"));
        fs::write(top.join("tree/krmguard.yaml"), "").unwrap();
        assert_eq!(
            find("b.yaml").unwrap().canonical,
            top.join("tree/base/b.yaml")
        );
        assert!(matches!(find("../../elsewhere/a.yaml"), Err(Lost::Outside)));
    }
}
