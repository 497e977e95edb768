//! Programs of this machine: where they are.

use std::env;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// What PATH has under a name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Program(PathBuf),
    /// A file that may not be run.
    NoProgram(PathBuf),
    Nothing,
}

/// Only absolute folders of PATH count: another would be searched for in whatever folder this runs in.
pub(crate) fn on_path(name: &str) -> Found {
    let path = env::var_os("PATH").unwrap_or_default();
    let places = || {
        env::split_paths(&path)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(name))
    };
    match places().find(|place| is_program(place)) {
        Some(program) => Found::Program(program),
        None => match places().find(|place| place.is_file()) {
            Some(file) => Found::NoProgram(file),
            None => Found::Nothing,
        },
    }
}

pub(crate) fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}
