//! What it takes to build an overlay: nothing that is not named here belongs into a copy of it.

use std::sync::Arc;

use camino::Utf8PathBuf;

use super::Kustomization;
use super::reach::Found;
use crate::source::Sheet;
use crate::trouble::Trouble;

/// An overlay with all that it lists.
#[derive(Debug)]
pub(crate) struct Blueprint {
    /// The one that is built first, then what it lists.
    pub(crate) kustomizations: Vec<Arc<Kustomization>>,
    /// Every other file, and links to folders.
    pub(crate) files: Vec<Found>,
    /// Those of `helmCharts:`.
    pub(crate) charts: Vec<ChartNeed>,
    /// Whether it takes helm.
    pub(crate) inflates: bool,
    /// The entries of functions that are PolicySets: the folder of the kustomization, and the pointer in it.
    pub(crate) sets_at: Vec<(Utf8PathBuf, String)>,
    /// Functions that a host does not run. Not empty: it must not be built.
    pub(crate) refusals: Vec<Trouble>,
}

/// A chart that a build inflates.
#[derive(Clone, Debug)]
pub(crate) struct ChartNeed {
    /// The kustomization.
    pub(crate) sheet: Arc<Sheet>,
    /// Where the chart's entry stands in it.
    pub(crate) base: String,
    /// The kustomization's folder, without links.
    pub(crate) root: Utf8PathBuf,
    /// Where kustomize would look for it.
    pub(crate) home: Utf8PathBuf,
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) repo: Option<String>,
}

impl ChartNeed {
    /// Its folder below the charts' home: kustomize parts versions only of what it could pull.
    pub(crate) fn folder(&self) -> Utf8PathBuf {
        match (&self.version, &self.repo) {
            (Some(version), Some(_)) => {
                Utf8PathBuf::from(format!("{}-{version}", self.name)).join(&self.name)
            }
            _ => Utf8PathBuf::from(&self.name),
        }
    }

    /// `kube-prometheus-stack 78.5.0`.
    pub(crate) fn called(&self) -> String {
        match &self.version {
            Some(version) => format!("{} {version}", self.name),
            None => self.name.clone(),
        }
    }

    /// A complaint about it, where its version stands, else where it is named.
    pub(crate) fn trouble(&self, what: String) -> Trouble {
        let field = if self.version.is_some() {
            "version"
        } else {
            "name"
        };
        self.sheet.trouble(&format!("{}/{field}", self.base), what)
    }
}
