//! What the end-to-end tests share: the built program, real tools, fixtures, and ways to compare texts.
//! The tests themselves stand in `tests/tests`, one file per promise.

pub mod fixtures;
pub mod krmguard;
pub mod kustomize;
pub mod lines;
pub mod objects;
pub mod report;
pub mod skip;
pub mod tools;

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Reads a UTF-8 file; a test that cannot read its own input says which and ends.
pub fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}
