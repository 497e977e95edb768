//! What can be wrong with a text, in its reader's words.

use crate::Lines;

/// Why a text could not be read. Always the text's fault, never the program's.
///
/// `message` names no line: the caller may have cut the text out of a larger one. Use
/// [`Error::moved`] to carry it over and [`Error::describe`] to say it with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What is wrong, for programs.
    pub kind: ErrorKind,
    /// Byte offset of the place in the text that was given.
    pub offset: usize,
    /// What is wrong and what to do, for people: one sentence without a place.
    pub message: String,
}

/// The kinds of [`Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A quote was opened and never closed.
    UnclosedQuote,
    /// A `[` or `{` was opened and never closed.
    UnclosedBracket,
    /// A closing bracket without, or of another kind than, its opening one.
    WrongBracket,
    /// A tab stands where YAML wants spaces.
    Tab,
    /// The same key stands twice in one mapping; `first` is the byte offset of the first.
    DuplicateKey {
        /// The key as it would read in JSON.
        key: String,
        /// Byte offset of the key's first appearance.
        first: usize,
    },
    /// `*name` without an `&name` before it.
    UnknownAnchor,
    /// `*name` inside the very node that `&name` names.
    RecursiveAlias,
    /// Nested deeper than [`crate::Limits::depth`].
    TooDeep,
    /// More nodes than [`crate::Limits::nodes`].
    TooManyNodes,
    /// Aliases blow the document up beyond [`crate::Limits::expanded`].
    TooManyAliases,
    /// A NUL, another control character or a code point that YAML does not allow.
    Character(char),
    /// `\q` and the like in double quotes.
    BadEscape,
    /// Wrong indentation.
    Indentation,
    /// A `:` where no key can stand (often an unquoted value with `: ` in it).
    UnexpectedColon,
    /// A key without its `:`.
    MissingColon,
    /// A tag such as `!!int` that its value does not fit, or a broken tag.
    Tag,
    /// A mapping or list as a mapping's key, or a null or too large a number.
    Key,
    /// `<<` with something else than mappings, or one that Go's readers disagree on.
    Merge,
    /// A number JSON cannot hold: `.inf`, `.nan`.
    NotJson,
    /// Not exactly one document where one was asked for.
    DocumentCount,
    /// A `%` directive that is broken or not supported.
    Directive,
    /// Anything else that is not YAML.
    Syntax,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, offset: usize, message: impl Into<String>) -> Self {
        Self {
            kind,
            offset,
            message: message.into(),
        }
    }

    /// The same error for a text in which the one that was read starts at byte `by`.
    #[must_use]
    pub fn moved(mut self, by: usize) -> Self {
        self.offset += by;
        if let ErrorKind::DuplicateKey { first, .. } = &mut self.kind {
            *first += by;
        }
        self
    }

    /// A second place that belongs to the error, with the words that go before its line.
    #[must_use]
    pub fn related(&self) -> Option<(&'static str, usize)> {
        match self.kind {
            ErrorKind::DuplicateKey { first, .. } => Some(("first at line", first)),
            _ => None,
        }
    }

    /// The message with line numbers: ``line 3, column 5: the key `x` stands twice (first at line 1)``.
    #[must_use]
    pub fn describe(&self, text: &str, lines: &Lines) -> String {
        let (line, column) = lines.at(text, self.offset);
        let related = match self.related() {
            Some((words, offset)) => format!(" ({words} {})", lines.at(text, offset).0),
            None => String::new(),
        };
        format!("line {line}, column {column}: {}{related}", self.message)
    }
}
