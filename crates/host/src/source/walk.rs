//! The manifests and kustomizations of a directory, in the order of their names.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobSet;

use super::Harvest;
use crate::kustomization::NAMES;
use crate::trouble::{Trouble, unreadable};

/// What a directory holds.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Every `.yaml`, `.yml` and `.json` file but kustomizations.
    pub(super) files: Vec<Utf8PathBuf>,
    /// The folders that have a kustomization.
    pub(super) kustomizations: Vec<Utf8PathBuf>,
}

/// Everything below `root`. Names that begin with a dot are left out, and so
/// are Helm charts (templates are no YAML) and links to directories (they may lead in circles).
pub(super) fn walk(root: &Utf8Path, ignore: &GlobSet, harvest: &mut Harvest) -> Walked {
    let mut found = Walked::default();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut entries = match entries(&folder) {
            Ok(entries) => entries,
            Err(trouble) => {
                harvest.not_judged.push(trouble.of_unit(folder.as_str()));
                continue;
            }
        };
        entries.retain(|entry| {
            let below = entry.path.strip_prefix(root).unwrap_or(&entry.path);
            !entry.name.starts_with('.') && !ignore.is_match(below)
        });
        if entries.iter().any(|entry| entry.name == "Chart.yaml") {
            harvest.passed_over.push(format!(
                "{folder}: not judged: a Helm chart; pipe what it renders into `krmguard check -`"
            ));
            continue;
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        // Taken from the end, so that they come in order.
        folders.extend(
            entries
                .iter()
                .rev()
                .filter(|e| e.is_folder)
                .map(|e| e.path.clone()),
        );
        for entry in entries.into_iter().filter(|entry| !entry.is_folder) {
            if NAMES.contains(&entry.name.as_str()) {
                // A folder that has two is found once, and told so where it is read.
                if found.kustomizations.last() != Some(&folder) {
                    found.kustomizations.push(folder.clone());
                }
            } else if matches!(entry.path.extension(), Some("yaml" | "yml" | "json")) {
                found.files.push(entry.path);
            }
        }
    }
    found
}

struct Entry {
    name: String,
    path: Utf8PathBuf,
    is_folder: bool,
}

fn entries(folder: &Utf8Path) -> Result<Vec<Entry>, Trouble> {
    let unreadable = |error: std::io::Error| {
        Trouble::new(unreadable(&error))
            .in_file(folder.as_str())
            .fix("make it readable, or leave it out")
    };
    let mut entries = Vec::new();
    for entry in folder.read_dir_utf8().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let kind = entry.file_type().map_err(unreadable)?;
        let linked_folder = || fs::metadata(entry.path()).is_ok_and(|about| about.is_dir());
        if kind.is_symlink() && linked_folder() {
            continue;
        }
        entries.push(Entry {
            name: entry.file_name().to_owned(),
            path: entry.path().to_owned(),
            is_folder: kind.is_dir(),
        });
    }
    Ok(entries)
}
