//! Applying a patch, all operations or none.

use serde_json::Value;

use super::trace::Step;
use super::{Operation, Patch, PatchError, Trace};
use crate::equality::equal;
use crate::pointer;

impl Patch {
    /// Applies the patch; on an error the value stays as it was.
    ///
    /// # Errors
    /// The first operation that does not fit the value, or whose test fails.
    pub fn apply(&self, value: &mut Value) -> Result<Trace, PatchError> {
        let mut work = value.clone();
        let mut steps = Vec::with_capacity(self.operations.len());
        for (index, operation) in self.operations.iter().enumerate() {
            Run {
                index,
                root: &mut work,
                steps: &mut steps,
            }
            .operation(operation)?;
        }
        *value = work;
        Ok(Trace { steps })
    }
}

struct Run<'a> {
    index: usize,
    root: &'a mut Value,
    steps: &'a mut Vec<Step>,
}

impl Run<'_> {
    fn operation(&mut self, operation: &Operation) -> Result<(), PatchError> {
        match operation {
            Operation::Add { path, value } => {
                let step = self.add(path, value.clone())?;
                self.steps.push(step);
            }
            Operation::Remove { path } => {
                let (_, step) = self.remove(path)?;
                self.steps.push(step);
            }
            Operation::Replace { path, value } => {
                let place = self.find(path)?;
                let old = std::mem::replace(place, value.clone());
                self.steps.push(Step::Replaced {
                    path: path.clone(),
                    old,
                });
            }
            Operation::Move { from, path } => {
                if path == from {
                    self.find(from)?;
                    return Ok(());
                }
                if path.starts_with(from) {
                    return Err(PatchError::IntoItself {
                        index: self.index,
                        from: pointer::join(from),
                        pointer: pointer::join(path),
                    });
                }
                let (value, removed) = self.remove(from)?;
                let added = self.add(path, value)?;
                let to = added.place();
                self.steps.push(Step::Moved {
                    from: from.clone(),
                    to,
                    removed: Box::new(removed),
                    added: Box::new(added),
                });
            }
            Operation::Copy { from, path } => {
                let value = self.find(from)?.clone();
                let step = self.add(path, value)?;
                self.steps.push(step);
            }
            Operation::Test { path, value } => {
                if !equal(self.find(path)?, value) {
                    return Err(PatchError::Test {
                        index: self.index,
                        pointer: pointer::join(path),
                    });
                }
            }
        }
        Ok(())
    }

    fn missing(&self, path: &[String]) -> PatchError {
        PatchError::Missing {
            index: self.index,
            pointer: pointer::join(path),
        }
    }

    fn find(&mut self, path: &[String]) -> Result<&mut Value, PatchError> {
        let missing = self.missing(path);
        let mut here = &mut *self.root;
        for token in path {
            let next = match here {
                Value::Object(map) => map.get_mut(token),
                Value::Array(items) => pointer::index(token).and_then(|index| items.get_mut(index)),
                _ => None,
            };
            match next {
                Some(next) => here = next,
                None => return Err(missing),
            }
        }
        Ok(here)
    }

    fn add(&mut self, path: &[String], value: Value) -> Result<Step, PatchError> {
        let operation = self.index;
        let Some((last, parent)) = path.split_last() else {
            let old = std::mem::replace(self.root, value);
            return Ok(Step::Replaced {
                path: Vec::new(),
                old,
            });
        };
        match self.find(parent)? {
            Value::Object(map) => Ok(match map.insert(last.clone(), value) {
                Some(old) => Step::Replaced {
                    path: path.to_vec(),
                    old,
                },
                None => Step::Added {
                    path: path.to_vec(),
                },
            }),
            Value::Array(items) => {
                let length = items.len();
                let index = if last == "-" {
                    Some(length)
                } else {
                    pointer::index(last)
                };
                match index.filter(|index| *index <= length) {
                    Some(index) => {
                        items.insert(index, value);
                        Ok(Step::Inserted {
                            list: parent.to_vec(),
                            index,
                        })
                    }
                    None => Err(PatchError::Index {
                        index: operation,
                        pointer: pointer::join(path),
                        length,
                    }),
                }
            }
            _ => Err(PatchError::Scalar {
                index: operation,
                pointer: pointer::join(path),
            }),
        }
    }

    fn remove(&mut self, path: &[String]) -> Result<(Value, Step), PatchError> {
        let missing = self.missing(path);
        let Some((last, parent)) = path.split_last() else {
            return Err(PatchError::Whole { index: self.index });
        };
        match self.find(parent).map_err(|_| missing.clone())? {
            // Keeps the order of what remains: it is the order that is written.
            Value::Object(map) => match map.shift_remove(last) {
                Some(old) => Ok((old, Step::Nothing)),
                None => Err(missing),
            },
            Value::Array(items) => {
                match pointer::index(last).filter(|index| *index < items.len()) {
                    Some(index) => Ok((
                        items.remove(index),
                        Step::Taken {
                            list: parent.to_vec(),
                            index,
                        },
                    )),
                    None => Err(missing),
                }
            }
            _ => Err(missing),
        }
    }
}
