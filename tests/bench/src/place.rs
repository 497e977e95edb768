//! Where a run of the benchmark works: the program, where others are found, and a scratch folder.

use std::env;
use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use ::tests::{krmguard, root};
use tempfile::TempDir;

/// What all commands share.
pub(crate) struct Place {
    /// What is timed: the binary as it is shipped, where `KRMGUARD_SHIPPED` names it, else this build's.
    pub(crate) krmguard: PathBuf,
    /// This build's, which has its symbols.
    pub(crate) symbols: PathBuf,
    /// The PATH of every command: krmguard's own folder, `.tools/bin`, then the caller's.
    pub(crate) search_path: OsString,
    scratch: TempDir,
}

impl Place {
    /// Panics, with what to do, where krmguard was not built.
    pub(crate) fn new() -> io::Result<Self> {
        let symbols = krmguard::program();
        let shipped = env::var_os("KRMGUARD_SHIPPED").map(PathBuf::from);
        let krmguard = match shipped {
            Some(shipped) => fs::canonicalize(shipped)?,
            None => symbols.clone(),
        };
        let own = krmguard.parent().map(Path::to_owned);
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = own
            .into_iter()
            .chain([root().join(".tools/bin")])
            .chain(env::split_paths(&path));
        Ok(Self {
            search_path: env::join_paths(folders).map_err(io::Error::other)?,
            krmguard,
            symbols,
            scratch: tempfile::Builder::new()
                .prefix("krmguard-bench-")
                .tempdir()?,
        })
    }

    /// A path in the scratch folder, which goes when the run ends.
    pub(crate) fn scratch(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// Whether `krmguard check` has a result cache that can be turned off.
    pub(crate) fn has_result_cache(&self) -> io::Result<bool> {
        let help = Command::new(&self.krmguard)
            .args(["check", "--help"])
            .output()?;
        Ok(String::from_utf8_lossy(&help.stdout).contains("--no-cache"))
    }
}

/// A folder and what is in it, readable by nobody else: krmguard uses no other folder as its cache.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
