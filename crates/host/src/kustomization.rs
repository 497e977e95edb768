//! Kustomizations as they are written: their fields with places, what they list, and the units that they make.
//!
//! Nothing here builds: a build is kustomize's own.

mod beside;
mod blueprint;
mod chart;
mod fields;
mod forest;
mod functions;
mod library;
mod overlay;
mod reach;
mod values;

use std::fs;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

pub(crate) use blueprint::{Blueprint, ChartNeed};
pub(crate) use forest::{Forest, Ignore};
pub(crate) use reach::{clean, near};

use crate::source::Sheet;
use crate::trouble::{Trouble, unreadable};

/// The names that kustomize looks for, in its order.
pub(crate) const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// One kustomization file.
#[derive(Debug)]
pub(crate) struct Kustomization {
    /// Its folder as the user would write it.
    pub(crate) folder: Utf8PathBuf,
    /// Its folder without links.
    pub(crate) canonical: Utf8PathBuf,
    pub(crate) sheet: Arc<Sheet>,
}

/// A path, or a text in its place, that a field holds.
#[derive(Clone, Debug)]
pub(crate) struct Reference<'k> {
    pub(crate) text: &'k str,
    /// Where it stands in the kustomization.
    pub(crate) pointer: String,
}

impl Kustomization {
    /// Reads the kustomization of a folder; None where it has none.
    pub(crate) fn read(
        folder: &Utf8Path,
        canonical: &Utf8Path,
    ) -> Result<Option<Kustomization>, Vec<Trouble>> {
        let mut present = NAMES.iter().filter(|name| canonical.join(name).is_file());
        let Some(name) = present.next() else {
            return Ok(None);
        };
        let path = folder.join(name);
        if let Some(second) = present.next() {
            return Err(vec![
                Trouble::new(format!("the folder has a second kustomization, {second}"))
                    .in_file(path.as_str())
                    .fix("kustomize refuses both: remove one"),
            ]);
        }
        let bytes = fs::read(canonical.join(name)).map_err(|error| {
            let trouble = Trouble::new(unreadable(&error)).in_file(path.as_str());
            vec![trouble.fix("make it readable")]
        })?;
        let sheet = Sheet::read(path.as_str(), bytes).map_err(|trouble| vec![trouble])?;
        let troubles = fields::troubles(&sheet);
        if !troubles.is_empty() {
            return Err(troubles);
        }
        Ok(Some(Kustomization {
            folder: folder.to_owned(),
            canonical: canonical.to_owned(),
            sheet: Arc::new(sheet),
        }))
    }

    /// The file.
    pub(crate) fn file(&self) -> &str {
        self.sheet.name()
    }

    /// Whether it is a part of other kustomizations by its own word.
    pub(crate) fn is_component(&self) -> bool {
        self.get("kind").and_then(Value::as_str) == Some("Component")
    }

    /// The value of a field; an explicit null counts as absent.
    pub(crate) fn get(&self, field: &str) -> Option<&Value> {
        self.sheet
            .value()
            .get(field)
            .filter(|value| !value.is_null())
    }

    /// The strings of a list.
    pub(crate) fn strings(&self, field: &str) -> Vec<Reference<'_>> {
        let items = self.get(field).and_then(Value::as_array);
        strings(items.into_iter().flatten(), &format!("/{field}"))
    }

    /// The mappings of a list, each with its pointer.
    pub(crate) fn items(&self, field: &str) -> Vec<(String, &Value)> {
        let items = self.get(field).and_then(Value::as_array);
        let items = items.into_iter().flatten().enumerate();
        items
            .map(|(index, item)| (format!("/{field}/{index}"), item))
            .collect()
    }

    /// What it is built from, in kustomize's order.
    pub(crate) fn resources(&self) -> Vec<Reference<'_>> {
        let mut references = self.strings("resources");
        references.extend(self.strings("bases"));
        references
    }

    /// Every other file that it names, except charts' values and functions.
    pub(crate) fn files(&self) -> Vec<Reference<'_>> {
        let mut files = self.strings("crds");
        files.extend(self.strings("configurations"));
        let patches = self.strings("patchesStrategicMerge");
        files.extend(patches.into_iter().filter(|patch| !patch.is_inline()));
        let path = |pointer: &str, item: &'_ Value| {
            let text = item.get("path").and_then(Value::as_str);
            text.is_some().then(|| format!("{pointer}/path"))
        };
        for list in ["patches", "patchesJson6902", "replacements"] {
            for (pointer, item) in self.items(list) {
                if let (Some(pointer), Some(text)) = (
                    path(&pointer, item),
                    item.get("path").and_then(Value::as_str),
                ) {
                    files.push(Reference { text, pointer });
                }
            }
        }
        if let Some(text) = self.get("openapi").and_then(|it| it.get("path")?.as_str()) {
            let pointer = "/openapi/path".to_owned();
            files.push(Reference { text, pointer });
        }
        for list in ["configMapGenerator", "secretGenerator"] {
            for (pointer, item) in self.items(list) {
                for field in ["files", "envs"] {
                    let named = item.get(field).and_then(Value::as_array);
                    let named = strings(named.into_iter().flatten(), &format!("{pointer}/{field}"));
                    files.extend(named.into_iter().map(Reference::without_key));
                }
                if let Some(text) = item.get("env").and_then(Value::as_str) {
                    let pointer = format!("{pointer}/env");
                    files.push(Reference { text, pointer });
                }
            }
        }
        files
    }
}

impl<'k> Reference<'k> {
    /// A text stands in place of a path.
    pub(crate) fn is_inline(&self) -> bool {
        self.text.contains('\n') || self.text.trim_start().starts_with('{')
    }

    /// Whether kustomize would fetch it, if there is no such file.
    pub(crate) fn is_remote(&self) -> bool {
        let text = self.text;
        let host = text.split('/').next().unwrap_or_default();
        let domain = host.contains('.') && host.split('.').all(|label| !label.is_empty());
        text.contains("://")
            || text.contains("?ref=")
            || text.starts_with("git@")
            || (domain && text.contains('/'))
    }

    /// `key=path` as generators have it.
    fn without_key(self) -> Reference<'k> {
        let text = self
            .text
            .split_once('=')
            .map_or(self.text, |(_, path)| path);
        Reference { text, ..self }
    }
}

fn strings<'k>(items: impl Iterator<Item = &'k Value>, pointer: &str) -> Vec<Reference<'k>> {
    let reference = |(index, item): (usize, &'k Value)| {
        Some(Reference {
            text: item.as_str()?,
            pointer: format!("{pointer}/{index}"),
        })
    };
    items.enumerate().filter_map(reference).collect()
}
