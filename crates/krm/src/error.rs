//! What can go wrong between bytes and objects, and between objects and bytes.

use std::fmt;

/// The input cannot be read as Kubernetes objects: the fault of whoever wrote it.
///
/// Prints as `file:line:column: what; fix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The input's name as the user wrote it, `<stdin>` for standard input.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column, counted in characters from 1.
    pub column: usize,
    /// What is wrong, one clause without a full stop.
    pub what: String,
    /// What to do about it, one clause without a full stop.
    pub fix: String,
}

impl ReadError {
    /// An error at a place that is known as line and column.
    pub fn new(
        file: impl Into<String>,
        (line, column): (usize, usize),
        what: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            line,
            column,
            what: one_line(what.into()),
            fix: fix.into(),
        }
    }
}

/// As many characters as a message has; words of the input stand in it, which may be of any length.
const LONGEST: usize = 400;

/// Words of the input may hold line breaks and what a terminal obeys.
fn one_line(text: String) -> String {
    if text.len() <= LONGEST && !text.contains(char::is_control) {
        return text;
    }
    let mut line = String::new();
    for c in text.chars().take(LONGEST) {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}; {}",
            self.file, self.line, self.column, self.what, self.fix
        )
    }
}

impl std::error::Error for ReadError {}

/// A change cannot be written into the text without changing more than was asked for.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The field shares its text with other fields through an anchor. The input's author can write it out.
    #[error(
        "{file}:{line}: {object}: {pointer}: the text belongs to the anchor `&{anchor}`, which is used elsewhere; write the field out instead of using the alias"
    )]
    Anchor {
        /// The input's name.
        file: String,
        /// Line of the anchor or alias, from 1.
        line: usize,
        /// The object, as [`crate::ResourceId`] prints.
        object: String,
        /// The field, an RFC 6901 pointer.
        pointer: String,
        /// The anchor's name without `&`.
        anchor: String,
    },
    /// The text after the splice does not read as the value that was asked for. A fault of this crate:
    /// nothing is written.
    #[error(
        "{file}:{line}: {object}: the edited text does not read back as the edited object: {why}"
    )]
    Mismatch {
        /// The input's name.
        file: String,
        /// Line of the object, from 1.
        line: usize,
        /// The object, as [`crate::ResourceId`] prints.
        object: String,
        /// How the re-read failed.
        why: String,
    },
    /// The changes do not fit the input: an index out of range, results outside a ResourceList. The caller's.
    #[error("{file}: {why}")]
    Impossible {
        /// The input's name.
        file: String,
        /// What does not fit.
        why: String,
    },
    /// The object that is to be changed cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The output cannot be written.
    #[error("cannot write the output: {0}")]
    Io(#[from] std::io::Error),
}
