//! Files that are to be written: shown as a diff, and put into place together or not at all.

use std::fs::{self, File};
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};

use crate::trouble::Trouble;

/// One file with its new text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) path: Utf8PathBuf,
    /// None: it must not be there yet.
    before: Option<String>,
    after: String,
}

impl Draft {
    pub(super) fn new(path: Utf8PathBuf, text: String) -> Draft {
        Draft {
            path,
            before: None,
            after: text,
        }
    }

    pub(super) fn change(path: Utf8PathBuf, before: String, after: String) -> Draft {
        Draft {
            path,
            before: Some(before),
            after,
        }
    }

    /// As `diff -u` writes it and `patch -p0` reads it.
    pub(crate) fn diff(&self) -> String {
        let before = self.before.as_deref().unwrap_or_default();
        let old = match self.before {
            Some(_) => self.path.as_str(),
            None => "/dev/null",
        };
        similar::TextDiff::from_lines(before, &self.after)
            .unified_diff()
            .header(old, self.path.as_str())
            .to_string()
    }

    fn write(&self) -> io::Result<()> {
        match &self.before {
            None => create(&self.path, &self.after),
            Some(before) => {
                if fs::read_to_string(&self.path)? != *before {
                    return Err(io::Error::other("it has changed meanwhile"));
                }
                replace(&self.path, &self.after)
            }
        }
    }

    /// Back to what was there. What cannot be undone is told by the error that led here.
    fn undo(&self) {
        let _ = match &self.before {
            None => fs::remove_file(&self.path),
            Some(before) => replace(&self.path, before),
        };
    }
}

/// Writes all, or leaves everything as it was.
pub(crate) fn write(drafts: &[Draft]) -> Result<(), Trouble> {
    for (done, draft) in drafts.iter().enumerate() {
        if let Err(error) = draft.write() {
            drafts[..done].iter().for_each(Draft::undo);
            let why = match error.kind() {
                io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
                io::ErrorKind::AlreadyExists => "it is there already".to_owned(),
                _ => error.to_string(),
            };
            return Err(Trouble::new(format!("it cannot be written: {why}"))
                .in_file(draft.path.as_str())
                .fix("nothing was written: make it writable and try again"));
        }
    }
    Ok(())
}

/// A new file, whole or not at all.
fn create(path: &Utf8Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .inspect_err(|_| {
            let _ = fs::remove_file(path);
        })
}

/// New text for a file, with its permissions; a link stays one.
fn replace(path: &Utf8Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize_utf8()?;
    let folder = path.parent().unwrap_or(Utf8Path::new("/"));
    let mut draft = tempfile::Builder::new()
        .prefix(".krmguard-")
        .tempfile_in(folder)?;
    draft.write_all(text.as_bytes())?;
    draft
        .as_file()
        .set_permissions(fs::metadata(&path)?.permissions())?;
    draft.as_file().sync_all()?;
    draft.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        (folder, path)
    }

    #[test]
    fn where_one_cannot_be_written_none_is() {
        let (_held, folder) = folder();
        let listed = folder.join("kustomization.yaml");
        fs::write(&listed, "a: 1\n").unwrap();
        let drafts = [
            Draft::new(folder.join("new.yaml"), "n\n".to_owned()),
            Draft::change(listed.clone(), "a: 1\n".to_owned(), "a: 2\n".to_owned()),
            Draft::new(folder.join("no/folder.yaml"), "n\n".to_owned()),
        ];
        let trouble = write(&drafts).unwrap_err();
        assert_eq!(trouble.file.as_deref(), Some(drafts[2].path.as_str()));
        assert_eq!(fs::read_to_string(&listed).unwrap(), "a: 1\n");
        let left: Vec<_> = fs::read_dir(&folder).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
        write(&drafts[..2]).unwrap();
        assert_eq!(fs::read_to_string(&listed).unwrap(), "a: 2\n");
    }

    #[test]
    fn what_is_there_or_has_changed_is_not_overwritten() {
        let (_held, folder) = folder();
        let path = folder.join("a.yaml");
        fs::write(&path, "mine\n").unwrap();
        let new = Draft::new(path.clone(), "yours\n".to_owned());
        assert!(write(&[new]).unwrap_err().what.contains("already"));
        let change = Draft::change(path.clone(), "other\n".to_owned(), "yours\n".to_owned());
        assert!(write(&[change]).unwrap_err().what.contains("changed"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine\n");
    }

    #[test]
    fn a_new_file_is_a_diff_against_nothing() {
        let draft = Draft::new("o/p.yaml".into(), "a\nb\n".to_owned());
        assert_eq!(
            draft.diff(),
            "--- /dev/null\n+++ o/p.yaml\n@@ -0,0 +1,2 @@\n+a\n+b\n"
        );
    }
}
