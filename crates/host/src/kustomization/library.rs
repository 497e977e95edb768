//! Everything of a tree that is read, each file once.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::reach::{Found, Lost, Reach};
use super::{Kustomization, Reference};
use crate::source::Sheet;
use crate::trouble::{Trouble, unreadable};

/// Kustomizations and values files by their paths without links.
#[derive(Debug)]
pub(super) struct Library {
    reach: Reach,
    kustomizations: HashMap<Utf8PathBuf, Loaded>,
    sheets: HashMap<Utf8PathBuf, Result<Arc<Sheet>, Trouble>>,
}

type Loaded = Result<Option<Arc<Kustomization>>, Vec<Trouble>>;

impl Library {
    pub(super) fn new(reach: Reach) -> Library {
        Library {
            reach,
            kustomizations: HashMap::new(),
            sheets: HashMap::new(),
        }
    }

    /// The kustomization of a folder; None where it has none.
    pub(super) fn kustomization(&mut self, shown: &Utf8Path, canonical: &Utf8Path) -> Loaded {
        if let Some(loaded) = self.kustomizations.get(canonical) {
            return loaded.clone();
        }
        let loaded = Kustomization::read(shown, canonical).map(|read| read.map(Arc::new));
        self.kustomizations
            .insert(canonical.to_owned(), loaded.clone());
        loaded
    }

    /// A file of configuration.
    pub(super) fn sheet(&mut self, found: &Found) -> Result<Arc<Sheet>, Trouble> {
        if let Some(sheet) = self.sheets.get(&found.canonical) {
            return sheet.clone();
        }
        let sheet = bytes(found)
            .and_then(|bytes| Sheet::read(found.shown.as_str(), bytes))
            .map(Arc::new);
        self.sheets.insert(found.canonical.clone(), sheet.clone());
        sheet
    }

    /// What a reference of a kustomization leads to.
    pub(super) fn find(
        &self,
        kustomization: &Kustomization,
        reference: &Reference<'_>,
    ) -> Result<Found, Lost> {
        let Kustomization {
            folder, canonical, ..
        } = kustomization;
        self.reach.find(folder, canonical, reference.text)
    }

    pub(super) fn reach(&self) -> &Reach {
        &self.reach
    }
}

/// A file's bytes.
pub(super) fn bytes(found: &Found) -> Result<Vec<u8>, Trouble> {
    fs::read(&found.canonical).map_err(|error| {
        Trouble::new(unreadable(&error))
            .in_file(found.shown.as_str())
            .fix("make it readable")
    })
}
