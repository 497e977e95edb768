//! What the folders of a tree call its clusters.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// Folders that hold one folder for each cluster.
const HOLDERS: [&str; 5] = ["overlays", "clusters", "environments", "envs", "edges"];

/// A name for each of the folders, which are absolute: what stands below `overlays` or the like, else the first
/// folder in which they differ, else the folder's own.
pub(super) fn names(folders: &[Utf8PathBuf]) -> Vec<Option<String>> {
    let common = common(folders);
    let name = |folder: &Utf8PathBuf| {
        let parts: Vec<&str> = parts(folder);
        let holder = parts.iter().rposition(|part| HOLDERS.contains(part));
        let held = holder.and_then(|at| parts.get(at + 1).copied());
        let differs = || match folders.len() {
            1 => None,
            _ => parts.get(common).copied(),
        };
        held.or_else(differs)
            .or_else(|| folder.file_name())
            .map(str::to_owned)
    };
    folders.iter().map(name).collect()
}

fn parts(folder: &Utf8Path) -> Vec<&str> {
    let parts = folder.components();
    parts
        .filter(|part| matches!(part, Utf8Component::Normal(_)))
        .map(|part| part.as_str())
        .collect()
}

/// How many of their first folders all have in common.
fn common(folders: &[Utf8PathBuf]) -> usize {
    let Some((first, rest)) = folders.split_first() else {
        return 0;
    };
    let first = parts(first);
    (0..first.len())
        .find(|at| {
            rest.iter()
                .any(|folder| parts(folder).get(*at) != first.get(*at))
        })
        .unwrap_or(first.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(folders: &[&str]) -> Vec<String> {
        let folders: Vec<Utf8PathBuf> = folders.iter().map(Utf8PathBuf::from).collect();
        names(&folders).into_iter().flatten().collect()
    }

    #[test]
    fn a_cluster_is_named_after_the_folder_that_is_its_own() {
        assert_eq!(
            named(&["/r/overlays/c1/stack", "/r/overlays/c2/stack"]),
            ["c1", "c2"]
        );
        assert_eq!(named(&["/r/overlays/c1/stack"]), ["c1"]);
        assert_eq!(named(&["/r/x/a/mon", "/r/x/b/mon"]), ["a", "b"]);
        assert_eq!(named(&["/r/edge-7"]), ["edge-7"]);
        // One cluster with two parts is one cluster.
        assert_eq!(
            named(&["/r/clusters/a/one", "/r/clusters/a/two"]),
            ["a", "a"]
        );
        assert_eq!(named(&["/r/a", "/r/a/b"]), ["a", "b"]);
    }
}
