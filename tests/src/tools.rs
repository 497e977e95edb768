//! The real programs that `make tools` installs.

use std::env;
use std::path::PathBuf;

use crate::{root, skip};

/// Where the program is: `.tools/bin`, else PATH. `None`, and said so, where it is absent.
///
/// Panics where `KRMGUARD_REQUIRE_TOOLS` names it: CI installs first and must not skip.
pub fn find(name: &str) -> Option<PathBuf> {
    let found = look(name);
    if found.is_none() {
        assert!(
            !skip::forbidden(name),
            "{name} is required here and absent: run `make tools`"
        );
        skip::say(name);
    }
    found
}

/// The same without a word, for a program that has an alternative.
pub fn look(name: &str) -> Option<PathBuf> {
    let own = root().join(".tools/bin").join(name);
    let path = env::var_os("PATH").unwrap_or_default();
    std::iter::once(own)
        .chain(env::split_paths(&path).map(|folder| folder.join(name)))
        .find(|program| program.is_file())
}
