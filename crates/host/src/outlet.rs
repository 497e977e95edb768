//! Where reports go: each in its format, to stdout or whole into a file of its own.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};

use crate::args::{ReportFile, ReportFormat};
use crate::render::{self as print, Look, Sealed};
use crate::trouble::Trouble;

/// Devices and descriptors: written into, never replaced.
const DEVICES: [&str; 2] = ["/dev", "/proc"];

/// The report in `format`.
pub(crate) fn printed(format: ReportFormat, sealed: &Sealed, look: Look) -> Vec<u8> {
    let base = std::env::current_dir().ok();
    let base = base.as_deref();
    let mut bytes = Vec::new();
    // Writing into memory does not fail.
    let _ = match format {
        ReportFormat::Text => print::text(&mut bytes, sealed, look),
        ReportFormat::Json => print::json(&mut bytes, sealed),
        ReportFormat::Sarif => print::sarif(&mut bytes, sealed, base),
        ReportFormat::Junit => print::junit(&mut bytes, sealed),
        ReportFormat::Github => print::github(&mut bytes, sealed, base),
    };
    bytes
}

/// The files that reports are written to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outlets {
    files: Vec<ReportFile>,
}

impl Outlets {
    /// Looks at each path before anything is read: a report that cannot be written is known at once.
    /// `inputs` are the paths that will be read.
    pub(crate) fn new<'p>(
        files: &[ReportFile],
        inputs: impl IntoIterator<Item = &'p Utf8PathBuf>,
    ) -> Result<Outlets, Vec<Trouble>> {
        let inputs: Vec<&Utf8PathBuf> = inputs.into_iter().collect();
        let mut troubles = Vec::new();
        for (index, file) in files.iter().enumerate() {
            let twin = files[..index]
                .iter()
                .any(|other| same_file(&other.path, &file.path));
            if twin && !is_device(file.path.as_std_path()) {
                troubles.push(
                    Trouble::new("two reports would be written into one file")
                        .in_file(file.path.as_str())
                        .fix("give each --output a path of its own"),
                );
            } else if inputs.iter().any(|input| same_file(input, &file.path)) {
                troubles.push(overwriting(&file.path));
            } else if let Err(error) = folder(&file.path) {
                troubles.push(refused(&file.path, &error));
            }
        }
        match troubles.is_empty() {
            true => Ok(Outlets {
                files: files.to_vec(),
            }),
            false => Err(troubles),
        }
    }

    /// Looks at each path again once the files of folders are known: which reports would take the place of one
    /// that was read.
    pub(crate) fn overwritten(&self, read: &[Utf8PathBuf]) -> Vec<Trouble> {
        if self.files.is_empty() {
            return Vec::new();
        }
        let read: HashSet<PathBuf> = read.iter().filter_map(|path| whole(path).ok()).collect();
        let takes_one =
            |file: &&ReportFile| whole(&file.path).is_ok_and(|path| read.contains(&path));
        let files = self.files.iter().filter(takes_one);
        files.map(|file| overwriting(&file.path)).collect()
    }

    /// Writes every report that can be written, and says which cannot.
    pub(crate) fn write(&self, sealed: &Sealed, diff: bool) -> Vec<Trouble> {
        let look = Look { color: false, diff };
        self.files
            .iter()
            .filter_map(|file| {
                let bytes = printed(file.format, sealed, look);
                let error = replace(&file.path, &bytes).err()?;
                Some(refused(&file.path, &error))
            })
            .collect()
    }
}

/// True where both lead to one file, which need not be there yet.
fn same_file(one: &Utf8Path, other: &Utf8Path) -> bool {
    match (whole(one), whole(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// The path without links and dots.
fn whole(path: &Utf8Path) -> io::Result<PathBuf> {
    fs::canonicalize(path).or_else(|_| {
        let name = path.file_name().unwrap_or_default();
        Ok(fs::canonicalize(folder(path)?)?.join(name))
    })
}

fn is_device(path: &Path) -> bool {
    DEVICES.iter().any(|folder| path.starts_with(folder))
        || fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir())
}

/// The folder that a file is written into, which must be there.
fn folder(path: &Utf8Path) -> io::Result<&Utf8Path> {
    let folder = match path.parent() {
        Some(folder) if folder.as_str().is_empty() => Utf8Path::new("."),
        Some(folder) => folder,
        None => return Err(io::ErrorKind::IsADirectory.into()),
    };
    if path.is_dir() || path.as_str().ends_with('/') {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    match fs::metadata(folder)?.is_dir() {
        true => Ok(folder),
        false => Err(io::ErrorKind::NotADirectory.into()),
    }
}

fn overwriting(path: &Utf8Path) -> Trouble {
    Trouble::new("a report would overwrite a file that is read in this run")
        .in_file(path.as_str())
        .fix("write the report somewhere else")
}

fn refused(path: &Utf8Path, error: &io::Error) -> Trouble {
    let folder = path.parent().map_or("", Utf8Path::as_str);
    let (why, fix) = match error.kind() {
        io::ErrorKind::NotFound => (
            format!("the folder {folder} does not exist"),
            format!("create it: mkdir -p {folder}"),
        ),
        io::ErrorKind::NotADirectory => (
            format!("{folder} is not a folder"),
            "name a file in a folder that exists".to_owned(),
        ),
        io::ErrorKind::IsADirectory => {
            ("it is a folder".to_owned(), "name a file in it".to_owned())
        }
        io::ErrorKind::PermissionDenied => (
            "permission denied".to_owned(),
            "name a folder that you may write into".to_owned(),
        ),
        _ => (
            error.to_string(),
            "name a file that can be written".to_owned(),
        ),
    };
    Trouble::new(format!("the report cannot be written: {why}"))
        .in_file(path.as_str())
        .fix(fix)
}

/// Puts `bytes` in the place of the file, whole or not at all: who reads it meanwhile sees the old one.
fn replace(path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
    folder(path)?;
    if is_device(path.as_std_path()) {
        return OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    // A link stays one: what it leads to is replaced.
    let target = whole(path)?;
    let draft = Draft::beside(&target);
    draft.fill(bytes)?;
    fs::rename(&draft.path, &target)
}

/// A file that becomes another when it is complete, and goes away where it does not.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn beside(target: &Path) -> Draft {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        Draft { path }
    }

    fn fill(&self, bytes: &[u8]) -> io::Result<()> {
        // Left behind by a run of the same number that was killed.
        let _ = fs::remove_file(&self.path);
        let mut file = File::create_new(&self.path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Where it was renamed there is nothing left to remove.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn file(path: &Utf8Path) -> ReportFile {
        ReportFile {
            format: ReportFormat::Json,
            path: path.to_owned(),
        }
    }

    fn scratch() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        (folder, path)
    }

    const NONE: &[Utf8PathBuf] = &[];

    fn said(files: &[ReportFile], inputs: &[Utf8PathBuf]) -> String {
        let troubles = Outlets::new(files, inputs).unwrap_err();
        assert_eq!(troubles.len(), 1, "{troubles:?}");
        assert!(troubles[0].fix.is_some() && troubles[0].file.is_some());
        troubles[0].what.clone()
    }

    #[test]
    fn what_cannot_be_written_is_known_before() {
        let (_held, folder) = scratch();
        let there = folder.join("a.yaml");
        fs::write(&there, "a").unwrap();
        assert!(said(&[file(&folder.join("no/a.json"))], &[]).contains("does not exist"));
        assert!(said(&[file(&there.join("a.json"))], &[]).contains("not a folder"));
        assert!(said(&[file(&folder)], &[]).contains("it is a folder"));
        assert!(said(&[file(&there)], std::slice::from_ref(&there)).contains("overwrite"));
        let twice = [file(&folder.join("b")), file(&folder.join("b"))];
        assert!(said(&twice, &[]).contains("two reports"));
        assert!(Outlets::new(&[file(Utf8Path::new("plain.json"))], NONE).is_ok());
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_leaves_no_draft() {
        let (_held, folder) = scratch();
        let path = folder.join("report.json");
        for text in ["a long first report", "second"] {
            replace(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        let link = folder.join("link.json");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        replace(&link, b"third").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "third");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    }

    #[test]
    fn a_device_stays_a_device() {
        replace(Utf8Path::new("/dev/null"), b"gone").unwrap();
        assert!(is_device(Path::new("/dev/null")));
    }
}
