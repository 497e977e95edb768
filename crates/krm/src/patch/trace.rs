//! The way back through a patch.

use serde_json::Value;

use crate::pointer;

/// What a patch did, so that places in the patched value can be found in the value before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace {
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// No pointer means anything else than before: a key was removed.
    Nothing,
    /// A key that was not there.
    Added {
        path: Vec<String>,
    },
    /// The value at `path` was `old`.
    Replaced {
        path: Vec<String>,
        old: Value,
    },
    Inserted {
        list: Vec<String>,
        index: usize,
    },
    Taken {
        list: Vec<String>,
        index: usize,
    },
    Moved {
        from: Vec<String>,
        to: Vec<String>,
        removed: Box<Step>,
        added: Box<Step>,
    },
}

impl Trace {
    /// The place in the value before the patch that a pointer into the value after it comes from.
    ///
    /// List items are found again where they stood before items were inserted or removed, moved values where
    /// they moved from. What the patch added is answered with its nearest parent that was there, what it
    /// replaced with the value that stood there. A pointer that names nothing in either value stays.
    pub fn back(&self, pointer: &str) -> String {
        let Some(tokens) = pointer::tokens(pointer) else {
            return pointer.to_owned();
        };
        let mut path: Vec<String> = tokens
            .into_iter()
            .map(std::borrow::Cow::into_owned)
            .collect();
        for step in self.steps.iter().rev() {
            step.back(&mut path);
        }
        pointer::join(path)
    }

    /// Appends what a later patch on the patched value did.
    pub fn then(&mut self, later: Trace) {
        self.steps.extend(later.steps);
    }
}

impl Step {
    /// Where an adding step put its value.
    pub(super) fn place(&self) -> Vec<String> {
        match self {
            Step::Added { path } | Step::Replaced { path, .. } => path.clone(),
            Step::Inserted { list, index } => {
                let mut path = list.clone();
                path.push(index.to_string());
                path
            }
            Step::Nothing | Step::Taken { .. } => Vec::new(),
            Step::Moved { to, .. } => to.clone(),
        }
    }

    fn back(&self, path: &mut Vec<String>) {
        match self {
            Step::Nothing => {}
            Step::Added { path: added } => {
                if path.starts_with(added) {
                    path.truncate(added.len().saturating_sub(1));
                }
            }
            Step::Replaced {
                path: replaced,
                old,
            } => {
                if path.starts_with(replaced) {
                    let depth = valid(old, &path[replaced.len()..]);
                    path.truncate(replaced.len() + depth);
                }
            }
            Step::Inserted { list, index } => match position(path, list) {
                Some(here) if here == *index => path.truncate(list.len()),
                Some(here) if here > *index => path[list.len()] = (here - 1).to_string(),
                _ => {}
            },
            Step::Taken { list, index } => match position(path, list) {
                Some(here) if here >= *index => path[list.len()] = (here + 1).to_string(),
                _ => {}
            },
            Step::Moved {
                from,
                to,
                removed,
                added,
            } => {
                if path.starts_with(to) {
                    path.splice(..to.len(), from.iter().cloned());
                } else {
                    added.back(path);
                    removed.back(path);
                }
            }
        }
    }
}

/// The index that a path takes in a list it leads through.
fn position(path: &[String], list: &[String]) -> Option<usize> {
    path.strip_prefix(list)
        .and_then(|rest| rest.first())
        .and_then(|token| pointer::index(token))
}

/// How many tokens lead to something within a value.
fn valid(value: &Value, path: &[String]) -> usize {
    let mut here = value;
    for (depth, token) in path.iter().enumerate() {
        let next = match here {
            Value::Object(map) => map.get(token),
            Value::Array(items) => pointer::index(token).and_then(|index| items.get(index)),
            _ => None,
        };
        match next {
            Some(next) => here = next,
            None => return depth,
        }
    }
    path.len()
}
