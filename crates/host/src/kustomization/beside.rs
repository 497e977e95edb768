//! The YAML files that lie beside a kustomization: what nothing lists is in no build, and may still be in Git.

use std::collections::HashSet;

use camino::{Utf8Path, Utf8PathBuf};
use krm::Input;

use super::NAMES;
use super::forest::Ignore;
use super::reach::{Found, Reach};
use crate::policyset::API_VERSION;

/// How deep folders below a kustomization are looked into.
const DEPTH: usize = 32;

/// The manifests in a kustomization's folder, and in those below it that have none of their own, which are not
/// `claimed`. What cannot be read as manifests is something else: it is passed over.
pub(super) fn manifests(
    folder: &Utf8Path,
    canonical: &Utf8Path,
    claimed: &HashSet<Utf8PathBuf>,
    ignore: &Ignore,
    reach: &Reach,
) -> Vec<Input> {
    let mut files = Vec::new();
    walk(folder, canonical, ignore, DEPTH, &mut files);
    let unlisted = files.into_iter().filter_map(|(shown, path)| {
        let real = path.canonicalize_utf8().ok()?;
        let listed = claimed.contains(&real) || !reach.holds(&path, &real);
        (!listed).then_some(Found {
            wanted: path,
            shown,
            canonical: real,
            is_folder: false,
        })
    });
    unlisted.filter_map(|found| read(&found)).collect()
}

fn read(found: &Found) -> Option<Input> {
    let bytes = super::library::bytes(found).ok()?;
    let input = Input::read(found.shown.as_str(), bytes).ok()?;
    let is_configuration = |index| {
        let id = input.id(index);
        id.api_version == API_VERSION || id.group() == "kustomize.config.k8s.io"
    };
    let manifests = !(0..input.len()).all(is_configuration);
    manifests.then_some(input)
}

/// Whether files of that name hold YAML or JSON.
pub(super) fn is_yaml(path: &Utf8Path) -> bool {
    matches!(path.extension(), Some("yaml" | "yml" | "json"))
}

fn walk(
    shown: &Utf8Path,
    folder: &Utf8Path,
    ignore: &Ignore,
    depth: usize,
    files: &mut Vec<(Utf8PathBuf, Utf8PathBuf)>,
) {
    let Ok(entries) = folder.read_dir_utf8() else {
        return;
    };
    let mut entries: Vec<_> = entries
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_owned(), entry.file_type().ok()?)))
        .filter(|(name, _)| !name.starts_with('.') && !ignore.holds(&shown.join(name)))
        .collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (name, kind) in entries {
        let (shown, path) = (shown.join(&name), folder.join(&name));
        if kind.is_dir() {
            let own = NAMES.iter().chain(&["Chart.yaml"]);
            if depth > 0 && !own.into_iter().any(|name| path.join(name).exists()) {
                walk(&shown, &path, ignore, depth - 1, files);
            }
        } else if is_yaml(&path) && !NAMES.contains(&name.as_str()) {
            files.push((shown, path));
        }
    }
}
