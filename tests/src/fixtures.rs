//! What the real programs print, and what is known of them: read where it lies, outside the repository.

use std::env;
use std::path::PathBuf;

use crate::{root, skip};

/// Where the fixtures lie, if they do: where `KRMGUARD_FIXTURES` points, else in `../shared/fixtures`, else in
/// `.fixtures`, where `make fixtures` puts them.
pub fn folder() -> PathBuf {
    if let Some(named) = env::var_os("KRMGUARD_FIXTURES") {
        return PathBuf::from(named);
    }
    let beside = root().join("../shared/fixtures");
    if beside.is_dir() {
        return beside;
    }
    root().join(".fixtures")
}

/// A file of the fixtures, such as `rendered/seed/cluster-02-edge.yaml`. `None`, and said so, where it is absent.
///
/// Panics where `KRMGUARD_REQUIRE_TOOLS` names `fixtures`.
pub fn find(file: &str) -> Option<PathBuf> {
    let path = folder().join(file);
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

/// A file of the facts, such as `thanos-flags-v0.38.0.json`, as JSON; they lie where `KRMGUARD_FACTS` points,
/// else in `../shared/facts`. `None`, and said so, where they are absent.
pub fn fact(file: &str) -> Option<serde_json::Value> {
    let folder =
        env::var_os("KRMGUARD_FACTS").map_or_else(|| root().join("../shared/facts"), PathBuf::from);
    let path = folder.join(file);
    if !path.is_file() {
        assert!(
            !skip::forbidden("facts"),
            "{} is required here and absent",
            path.display()
        );
        skip::say("facts");
        return None;
    }
    match serde_json::from_str(&crate::read(&path)) {
        Ok(fact) => Some(fact),
        Err(error) => panic!("{}: {error}", path.display()),
    }
}
