//! Where native code is kept between runs.

use std::env;
use std::sync::OnceLock;

use camino::Utf8PathBuf;

use crate::directory::{Directory, Trusted, Unusable};

/// Where compiled policies are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cache {
    /// Nowhere: every run compiles.
    Off,
    /// In this folder. It is made (mode 0700) where absent, and not used where others may write.
    Dir(Utf8PathBuf),
}

/// The layout of each folder's files, not of what is in them.
const CODE: &str = "code-v1";
const RESULTS: &str = "results-v1";

impl Cache {
    /// In `KRMGUARD_CACHE_DIR`, else `krmguard` in `XDG_CACHE_HOME`, else in `~/.cache`; `Off` where
    /// none of them is set.
    pub fn default_dir() -> Self {
        Self::chosen(CODE, |name| env::var(name).ok())
    }

    /// The folder beside it for what policies found.
    pub fn results_dir() -> Self {
        Self::chosen(RESULTS, |name| env::var(name).ok())
    }

    fn chosen(layout: &str, var: impl Fn(&str) -> Option<String>) -> Self {
        let folder = |name: &str| {
            var(name)
                .filter(|path| !path.is_empty())
                .map(Utf8PathBuf::from)
        };
        // https://specifications.freedesktop.org/basedir-spec/latest/: relative paths are invalid.
        let absolute = |name: &str| folder(name).filter(|path| path.is_absolute());
        let base = folder("KRMGUARD_CACHE_DIR")
            .or_else(|| absolute("XDG_CACHE_HOME").map(|path| path.join("krmguard")))
            .or_else(|| absolute("HOME").map(|path| path.join(".cache/krmguard")));
        base.map_or(Self::Off, |path| Self::Dir(path.join(layout)))
    }
}

/// The folder, opened on first use. Never an error: without it every run compiles.
pub(crate) struct Store {
    cache: Cache,
    directory: OnceLock<Option<Directory>>,
}

impl Store {
    pub(crate) fn new(cache: Cache) -> Self {
        Self {
            cache,
            directory: OnceLock::new(),
        }
    }

    pub(crate) fn read(&self, entry: &str) -> Option<Trusted> {
        self.directory()?.read(entry)
    }

    pub(crate) fn write(&self, entry: &str, bytes: &[u8]) {
        if let Some(directory) = self.directory()
            && let Err(why) = directory.write(entry, bytes)
        {
            tracing::debug!("compiled code was not kept: {why}");
        }
    }

    fn directory(&self) -> Option<&Directory> {
        let Cache::Dir(path) = &self.cache else {
            return None;
        };
        let open = || match Directory::open(path) {
            Ok(directory) => Some(directory),
            Err(why @ Unusable::Untrusted(_)) => {
                tracing::warn!(
                    "the cache {path} is not used: {why}; every run compiles the policies anew"
                );
                None
            }
            Err(Unusable::Absent(why)) => {
                tracing::debug!("no cache at {path}: {why}");
                None
            }
        };
        self.directory.get_or_init(open).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(vars: &[(&str, &str)]) -> Cache {
        Cache::chosen(CODE, |name| {
            vars.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_nearest_variable_decides() {
        let dir = |path: &str| Cache::Dir(path.into());
        let (own, xdg, home) = (
            ("KRMGUARD_CACHE_DIR", "/own"),
            ("XDG_CACHE_HOME", "/xdg"),
            ("HOME", "/home/a"),
        );
        assert_eq!(with(&[own, xdg, home]), dir("/own/code-v1"));
        assert_eq!(with(&[xdg, home]), dir("/xdg/krmguard/code-v1"));
        assert_eq!(with(&[home]), dir("/home/a/.cache/krmguard/code-v1"));
        assert_eq!(
            with(&[("XDG_CACHE_HOME", "relative"), home]),
            dir("/home/a/.cache/krmguard/code-v1")
        );
        assert_eq!(
            with(&[("KRMGUARD_CACHE_DIR", ""), ("HOME", "")]),
            Cache::Off
        );
    }
}
