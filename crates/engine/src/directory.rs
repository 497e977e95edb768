//! A folder that only this user or root can have written to: the condition for running code found in it.

use std::fs::{DirBuilder, File};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{CWD, FileType, Mode, OFlags, Stat};

/// Entries kept; the oldest make room.
const KEPT: usize = 64;

/// An open folder that passed the checks.
pub struct Directory {
    handle: OwnedFd,
    path: Utf8PathBuf,
}

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Somebody else could have put code there: worth a warning.
    #[error("{0}")]
    Untrusted(&'static str),
    /// Not there and not to be made (read-only, no home): nothing to say.
    #[error(transparent)]
    Absent(#[from] io::Error),
}

impl Directory {
    /// Opens the folder, making it (mode 0700) where it is absent.
    pub fn open(path: &Utf8Path) -> Result<Self, Unusable> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = || rustix::fs::openat(CWD, path.as_str(), flags, Mode::empty());
        let handle = match open() {
            Err(rustix::io::Errno::NOENT) => {
                DirBuilder::new().recursive(true).mode(0o700).create(path)?;
                open().map_err(io::Error::from)?
            }
            opened => opened.map_err(io::Error::from)?,
        };
        let stat = rustix::fs::fstat(&handle).map_err(io::Error::from)?;
        own(&stat, FileType::Directory).map_err(Unusable::Untrusted)?;
        Ok(Self {
            handle,
            path: path.to_owned(),
        })
    }

    /// Opens an entry; None where it is absent, or belongs to neither this user nor root.
    pub fn read(&self, entry: &str) -> Option<Trusted> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.handle, entry, flags, Mode::empty()).ok()?;
        own(&rustix::fs::fstat(&file).ok()?, FileType::RegularFile).ok()?;
        Some(Trusted(File::from(file)))
    }

    /// Writes an entry whole or not at all.
    pub fn write(&self, entry: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(".writing-")
            .tempfile_in(&self.path)?;
        file.write_all(bytes)?;
        // Otherwise a power cut may leave the name with unwritten blocks behind it.
        file.as_file().sync_data()?;
        file.persist(self.path.join(entry))?;
        self.make_room()
    }

    fn make_room(&self) -> io::Result<()> {
        let mut entries = Vec::new();
        for entry in self.path.read_dir_utf8()? {
            let entry = entry?;
            let age = entry.metadata().and_then(|meta| meta.modified());
            entries.push((age.unwrap_or(SystemTime::UNIX_EPOCH), entry.into_path()));
        }
        entries.sort_by(|left, right| right.cmp(left));
        for (_, old) in entries.iter().skip(KEPT) {
            std::fs::remove_file(old)?;
        }
        Ok(())
    }
}

/// A file in a [`Directory`] that nobody but this user or root may write.
pub struct Trusted(File);

impl Trusted {
    pub fn file(&self) -> &File {
        &self.0
    }
}

fn own(stat: &Stat, kind: FileType) -> Result<(), &'static str> {
    if FileType::from_raw_mode(stat.st_mode) != kind {
        return Err("it is not what it should be (a symbolic link, or another kind of file)");
    }
    if !trusted(stat.st_uid, rustix::process::geteuid().as_raw()) {
        return Err("it belongs to another user");
    }
    if Mode::from_raw_mode(stat.st_mode).intersects(Mode::WGRP | Mode::WOTH) {
        return Err("others may write to it (chmod go-w)");
    }
    Ok(())
}

/// Root could change this very program, and what root has put into an image serves whoever runs it.
fn trusted(owner: u32, user: u32) -> bool {
    owner == user || owner == 0
}

#[cfg(test)]
mod tests {
    use super::trusted;

    #[test]
    fn ones_own_and_roots_are_trusted_and_nobody_elses() {
        const NOBODY: u32 = 65534;
        for (owner, user, expected) in [
            (1000, 1000, true),
            (0, 0, true),
            (0, 1000, true),
            (1000, 0, false),
            (NOBODY, 1000, false),
            (1000, NOBODY, false),
        ] {
            assert_eq!(
                trusted(owner, user),
                expected,
                "{user} runs what {owner} owns"
            );
        }
    }
}
