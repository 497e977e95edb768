//! Temporary folders that are gone when the run is over, and those that an interrupted run could not remove.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process;

use rustix::io::Errno;
use rustix::process::{Pid, getuid, test_kill_process};
use tempfile::TempDir;

use crate::interrupt;

/// Before the number of the process that the folder is of.
const PREFIX: &str = "krmguard-";

/// A temporary folder that only this user sees; removed with it, and where a signal ends the run.
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    /// # Errors
    /// It cannot be made.
    pub(crate) fn new() -> io::Result<Folder> {
        let prefix = format!("{PREFIX}{}-", process::id());
        let make = || tempfile::Builder::new().prefix(&prefix).tempdir();
        interrupt::keep(make).map(Folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // First, so that a signal in between finds it. What cannot be removed the next run tries again.
        let _ = fs::remove_dir_all(self.0.path());
        interrupt::forget(self.0.path());
    }
}

/// Removes the folders of this user's runs that were killed.
pub(crate) fn sweep() {
    sweep_in(&env::temp_dir());
}

fn sweep_in(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let of = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.split_once('-'));
        let Some(pid) = of
            .and_then(|(pid, _)| pid.parse().ok())
            .and_then(Pid::from_raw)
        else {
            continue;
        };
        let own = |about: &fs::Metadata| about.is_dir() && about.uid() == getuid().as_raw();
        let is_own = entry.metadata().is_ok_and(|about| own(&about));
        if is_own && !is_alive(pid) {
            // What cannot be removed is not in the way.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_alive(pid: Pid) -> bool {
    !matches!(test_kill_process(pid), Err(Errno::SRCH))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn folders_of_the_dead_go_and_those_of_the_living_stay() {
        let here = tempfile::tempdir().unwrap();
        let dead = process::Command::new("true").spawn().map(|mut child| {
            child.wait().unwrap();
            child.id()
        });
        let dead = format!("{PREFIX}{}-a", dead.unwrap());
        let alive = format!("{PREFIX}{}-b", process::id());
        for name in [dead.as_str(), alive.as_str(), "krmguard-x", "other"] {
            fs::create_dir(here.path().join(name)).unwrap();
        }
        sweep_in(here.path());
        let there = |name: &str| here.path().join(name).exists();
        assert!(!there(&dead));
        assert!(there(&alive) && there("krmguard-x") && there("other"));
    }
}
