//! Colours, where they are wanted.

use super::clean::clean;

/// What a piece of text is, for the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Plain,
    /// What is read first.
    Strong,
    /// What is there for completeness.
    Faint,
    Error,
    Warning,
    Info,
    /// Fixed, passed, added.
    Good,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Ink::Plain => "",
            Ink::Strong => "1",
            Ink::Faint => "2",
            Ink::Error => "1;31",
            Ink::Warning => "1;33",
            Ink::Info => "1;36",
            Ink::Good => "32",
        }
    }
}

/// Text on its way to a terminal or a file: cleaned, and coloured if wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    pub(crate) color: bool,
}

impl Paint {
    /// `text` as one line without control characters, in the colour of `ink`.
    pub(crate) fn ink(self, ink: Ink, text: &str) -> String {
        let text = clean(text);
        match ink.code() {
            code if self.color && !code.is_empty() && !text.is_empty() => {
                format!("\u{1b}[{code}m{text}\u{1b}[0m")
            }
            _ => text.into_owned(),
        }
    }
}
