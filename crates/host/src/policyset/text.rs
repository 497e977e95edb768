//! The text that configuration was read from, so that each complaint names its line.

use std::borrow::Cow;

use camino::Utf8Path;
use krmguard_yaml::{Limits, Lines};
use serde_json::Value;

use crate::trouble::{Trouble, unreadable};

/// A YAML text, or a part of one.
#[derive(Clone, Debug)]
pub(crate) struct Text<'a> {
    file: Cow<'a, str>,
    text: Cow<'a, str>,
    /// Pointer to the part that is meant; `""` is all of it.
    part: &'static str,
}

/// Which end of an entry a complaint points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    Key,
    Value,
}

impl Text<'static> {
    /// A configuration file.
    pub(crate) fn from_file(path: &Utf8Path) -> Result<Text<'static>, Trouble> {
        let bytes = std::fs::read(path).map_err(|error| {
            Trouble::new(unreadable(&error))
                .in_file(path.as_str())
                .fix("name a YAML file that exists and can be read")
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            Trouble::new(format!(
                "is not UTF-8 text (byte {})",
                error.utf8_error().valid_up_to()
            ))
            .in_file(path.as_str())
            .fix("save it as UTF-8")
        })?;
        Ok(Text::new(path.to_string(), text))
    }

    pub(crate) fn new(file: String, text: String) -> Text<'static> {
        Text {
            file: file.into(),
            text: text.into(),
            part: "",
        }
    }
}

impl<'a> Text<'a> {
    /// The functionConfig inside an input.
    pub(crate) fn function_config(input: &'a krm::Input) -> Text<'a> {
        Text {
            file: input.name().into(),
            text: input.text().into(),
            part: "/functionConfig",
        }
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// The whole text as one value. Only for texts that are read as a whole.
    pub(crate) fn value(&self) -> Result<Value, Trouble> {
        let limits = Limits::default();
        krmguard_yaml::parse_one(&self.text, &limits)
            .and_then(|document| document.to_json(&limits))
            .map_err(|error| {
                let (line, column) = Lines::new(&self.text).at(&self.text, error.offset);
                Trouble::new(error.message)
                    .in_file(self.file())
                    .at(line, column)
                    .fix("mend the YAML")
            })
    }

    /// Line and column of the entry that `pointer` (relative to the part) means, or of its nearest parent.
    ///
    /// Reads the text anew: a place is asked for only where something is wrong.
    pub(crate) fn place(&self, pointer: &str, spot: Spot) -> Option<(usize, usize)> {
        let documents = krmguard_yaml::parse(&self.text, &Limits::default()).ok()?;
        let document = documents.iter().find(|document| document.root.is_some())?;
        let (node, key, exact) = document.nearest(&format!("{}{pointer}", self.part))?;
        let offset = match (spot, key) {
            (Spot::Key, Some(key)) if exact => key.span.start,
            _ => node.span.start,
        };
        Some(Lines::new(&self.text).at(&self.text, offset))
    }

    /// A complaint about the entry at `pointer`.
    pub(crate) fn trouble(&self, pointer: &str, spot: Spot, what: impl Into<String>) -> Trouble {
        let mut trouble = Trouble::new(what).in_file(self.file());
        trouble.at = self.place(pointer, spot);
        trouble
    }
}
