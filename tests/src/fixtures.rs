//! What the real chart and the real kustomize print. Too large for the repository: read where it lies.

use std::env;
use std::path::PathBuf;

use crate::{root, skip};

/// A file of the fixtures, such as `rendered/seed/cluster-02-edge.yaml`; they lie where
/// `KRMGUARD_FIXTURES` points, else in `../shared/fixtures`. `None`, and said so, where they are absent.
///
/// Panics where `KRMGUARD_REQUIRE_TOOLS` names `fixtures`.
pub fn find(file: &str) -> Option<PathBuf> {
    let folder = env::var_os("KRMGUARD_FIXTURES")
        .map_or_else(|| root().join("../shared/fixtures"), PathBuf::from);
    let path = folder.join(file);
    if path.is_file() {
        return Some(path);
    }
    assert!(
        !skip::forbidden("fixtures"),
        "{} is required here and absent",
        path.display()
    );
    skip::say("fixtures");
    None
}
