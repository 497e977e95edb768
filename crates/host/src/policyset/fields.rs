//! Reading configuration strictly: every complaint is collected, with the pointer it is about.

use std::fmt::Display;

use serde_json::Value;

use super::nearest;
use super::text::{Spot, Text};
use crate::trouble::Trouble;

/// What is wrong with a configuration, in the order in which it was found.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<Problem>);

#[derive(Debug)]
struct Problem {
    pointer: String,
    spot: Spot,
    what: String,
    fix: Option<String>,
}

impl Problems {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// A complaint about the value at `field`.
    pub(crate) fn at(&mut self, field: &Field<'_>, what: impl Display, fix: impl Display) {
        self.push(field.pointer.clone(), Spot::Value, what, Some(&fix));
    }

    fn push(&mut self, pointer: String, spot: Spot, what: impl Display, fix: Option<&dyn Display>) {
        self.0.push(Problem {
            pointer,
            spot,
            what: what.to_string(),
            fix: fix.map(ToString::to_string),
        });
    }

    /// Each with its place in `text`.
    pub(crate) fn troubles(self, text: &Text<'_>) -> Vec<Trouble> {
        self.0
            .into_iter()
            .map(|problem| {
                let mut trouble = text.trouble(&problem.pointer, problem.spot, problem.what);
                trouble.fix = problem.fix;
                trouble
            })
            .collect()
    }
}

/// A value and the pointer it stands at.
#[derive(Clone, Debug)]
pub(crate) struct Field<'v> {
    pub(crate) value: &'v Value,
    pub(crate) pointer: String,
}

impl<'v> Field<'v> {
    pub(crate) fn root(value: &'v Value) -> Field<'v> {
        Field {
            value,
            pointer: String::new(),
        }
    }

    /// The entry of that name; an explicit null counts as absent, as Kubernetes reads it.
    pub(crate) fn get(&self, name: &str) -> Option<Field<'v>> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Field {
            value,
            pointer: format!("{}/{}", self.pointer, escape(name)),
        })
    }

    /// False, with a complaint, where this is no mapping; each entry that is not `known` is one more.
    pub(crate) fn is_mapping_of(&self, known: &[&str], problems: &mut Problems) -> bool {
        let Some(entries) = self.value.as_object() else {
            problems.at(
                self,
                format!("{} is {}, not a mapping", self.called(), sort(self.value)),
                format!("write a mapping with {}", list(known)),
            );
            return false;
        };
        for name in entries
            .keys()
            .filter(|name| !known.contains(&name.as_str()))
        {
            let fix = match nearest(name, known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("known here: {}", list(known)),
            };
            problems.push(
                format!("{}/{}", self.pointer, escape(name)),
                Spot::Key,
                format!("unknown field `{name}` in {}", self.called()),
                Some(&fix),
            );
        }
        true
    }

    /// A string that is not empty.
    pub(crate) fn text(&self, problems: &mut Problems) -> Option<&'v str> {
        match self.value {
            Value::String(text) if !text.is_empty() => Some(text),
            Value::String(_) => {
                problems.at(
                    self,
                    format!("{} is empty", self.called()),
                    "give it a value",
                );
                None
            }
            other => {
                let fix = match other {
                    Value::Array(_) | Value::Object(_) => "write one value in its place",
                    _ => "put it in quotes if it is meant as text",
                };
                problems.at(
                    self,
                    format!("{} is {}, not a string", self.called(), sort(other)),
                    fix,
                );
                None
            }
        }
    }

    /// A whole number above zero.
    pub(crate) fn count(&self, problems: &mut Problems) -> Option<u64> {
        let count = self.value.as_u64().filter(|count| *count > 0);
        if count.is_none() {
            problems.at(
                self,
                format!("{} is no whole number above 0", self.called()),
                "write a number such as 64",
            );
        }
        count
    }

    /// One of a few words.
    pub(crate) fn one_of(
        &self,
        words: &[&'static str],
        problems: &mut Problems,
    ) -> Option<&'static str> {
        let Value::String(text) = self.value else {
            let what = format!("{} is {}", self.called(), sort(self.value));
            problems.at(self, what, format!("one of {}", list(words)));
            return None;
        };
        let word = words.iter().copied().find(|word| *word == text);
        if word.is_none() {
            let fix = match nearest(text, words.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`? (one of {})", list(words)),
                None => format!("one of {}", list(words)),
            };
            problems.at(self, format!("{} is `{text}`", self.called()), fix);
        }
        word
    }

    /// The items of a list.
    pub(crate) fn items(&self, problems: &mut Problems) -> Vec<Field<'v>> {
        let Some(items) = self.value.as_array() else {
            problems.at(
                self,
                format!("{} is {}, not a list", self.called(), sort(self.value)),
                "write a list: `- …` on lines of their own",
            );
            return Vec::new();
        };
        items
            .iter()
            .enumerate()
            .map(|(index, value)| Field {
                value,
                pointer: format!("{}/{index}", self.pointer),
            })
            .collect()
    }

    /// How messages call it: `spec.policies[0].plugin`.
    pub(crate) fn called(&self) -> String {
        if self.pointer.is_empty() {
            return "the document".to_owned();
        }
        let mut name = String::new();
        for token in self.pointer.split('/').skip(1) {
            if !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit()) {
                name.push_str(&format!("[{token}]"));
            } else {
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(&token.replace("~1", "/").replace("~0", "~"));
            }
        }
        format!("`{name}`")
    }
}

/// What a value is, for people.
pub(crate) fn sort(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

/// `a`, `b` and `c`, each in backquotes.
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}
