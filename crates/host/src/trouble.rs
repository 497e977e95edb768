//! Why something could not be judged: what, where, and what to do about it.

use std::io;

use crate::report::{NotJudged, Notice};

/// Why a file or folder cannot be read, without the operating system's numbers.
pub(crate) fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "cannot be read: it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "cannot be read: permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "cannot be read: it is a folder".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// One piece of bad news that is no finding. Finally it becomes a [`NotJudged`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// The file as the user wrote it, or `<stdin>`.
    pub(crate) file: Option<String>,
    /// Line and column, from 1.
    pub(crate) at: Option<(usize, usize)>,
    pub(crate) what: String,
    pub(crate) fix: Option<String>,
}

impl Trouble {
    pub(crate) fn new(what: impl Into<String>) -> Trouble {
        Trouble {
            what: what.into(),
            ..Trouble::default()
        }
    }

    pub(crate) fn in_file(mut self, file: impl Into<String>) -> Trouble {
        self.file = Some(file.into());
        self
    }

    pub(crate) fn at(mut self, line: usize, column: usize) -> Trouble {
        self.at = Some((line, column));
        self
    }

    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Trouble {
        self.fix = Some(fix.into());
        self
    }

    /// As something that is said and fails nothing.
    pub(crate) fn into_notice(self) -> Notice {
        Notice {
            file: self.file,
            line: self.at.map(|at| at.0),
            column: self.at.map(|at| at.1),
            message: self.what,
            remedy: self.fix,
        }
    }

    /// As an entry of the report, for `unit` (a unit's name or the path that was asked for).
    pub(crate) fn of_unit(self, unit: &str) -> NotJudged {
        NotJudged {
            unit: unit.to_owned(),
            also_in: Vec::new(),
            policy: None,
            file: self.file,
            line: self.at.map(|at| at.0),
            column: self.at.map(|at| at.1),
            message: self.what,
            remedy: self.fix,
        }
    }
}
