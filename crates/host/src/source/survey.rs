//! What paths lead to, found but not judged.

use camino::Utf8PathBuf;
use globset::GlobSet;

use super::{Harvest, find};
use crate::report::NotJudged;

/// The files and kustomizations of some paths, each once, in the order of their names.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// `.yaml`, `.yml` and `.json` files, kustomizations left out.
    pub(crate) files: Vec<Utf8PathBuf>,
    /// The folders that have a kustomization.
    pub(crate) kustomizations: Vec<Utf8PathBuf>,
    /// Paths that lead nowhere and folders that cannot be read.
    pub(crate) not_read: Vec<NotJudged>,
}

impl Survey {
    pub(crate) fn of(paths: &[Utf8PathBuf], ignore: &GlobSet) -> Survey {
        let mut harvest = Harvest::default();
        let found = find(paths, ignore, &mut harvest);
        Survey {
            files: found.files.into_iter().map(|(path, _)| path).collect(),
            kustomizations: found.kustomizations,
            not_read: harvest.not_judged,
        }
    }
}
