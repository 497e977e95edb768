//! JSON Patch (RFC 6902) on values, and the way back from a pointer into the patched value.

mod apply;
mod trace;

use serde_json::Value;

use crate::pointer;

pub use trace::Trace;

/// A parsed patch: operations in order, applied all or none.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    operations: Vec<Operation>,
}

/// Decoded tokens of an RFC 6901 pointer.
type Path = Vec<String>;

#[derive(Debug, Clone, PartialEq)]
enum Operation {
    Add { path: Path, value: Value },
    Remove { path: Path },
    Replace { path: Path, value: Value },
    Move { from: Path, path: Path },
    Copy { from: Path, path: Path },
    Test { path: Path, value: Value },
}

/// Why a patch cannot be parsed or applied. Always the fault of whoever wrote the patch.
///
/// `index` counts operations from 0; pointers are RFC 6901.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PatchError {
    /// The text is not JSON.
    #[error("the patch is not JSON: {0}")]
    NotJson(String),
    /// The patch is not a list of operations.
    #[error("the patch is not a list of operations")]
    NotAList,
    /// An operation lacks a member, or one has a wrong type.
    #[error("operation {index} of the patch: {what}")]
    Malformed {
        /// Which operation.
        index: usize,
        /// What is wrong with it.
        what: String,
    },
    /// The operation needs a value that is not there.
    #[error("operation {index} of the patch: nothing stands at `{pointer}`")]
    Missing {
        /// Which operation.
        index: usize,
        /// The place.
        pointer: String,
    },
    /// The last token of the pointer is no index of the list, or lies beyond its end.
    #[error(
        "operation {index} of the patch: `{pointer}` is no place in the list, which has {length} items"
    )]
    Index {
        /// Which operation.
        index: usize,
        /// The place.
        pointer: String,
        /// Number of items the list has.
        length: usize,
    },
    /// The parent of the place is neither a mapping nor a list.
    #[error("operation {index} of the patch: `{pointer}` lies within a scalar")]
    Scalar {
        /// Which operation.
        index: usize,
        /// The place.
        pointer: String,
    },
    /// A value would move into itself.
    #[error("operation {index} of the patch: `{from}` cannot move into itself at `{pointer}`")]
    IntoItself {
        /// Which operation.
        index: usize,
        /// What would move.
        from: String,
        /// Where to.
        pointer: String,
    },
    /// The whole value would be removed.
    #[error("operation {index} of the patch removes the whole value")]
    Whole {
        /// Which operation.
        index: usize,
    },
    /// A `test` does not hold.
    #[error("operation {index} of the patch: the test of `{pointer}` fails")]
    Test {
        /// Which operation.
        index: usize,
        /// The place.
        pointer: String,
    },
}

/// Parses the JSON text of a patch.
///
/// # Errors
/// The text is not JSON, or not a list of RFC 6902 operations.
pub fn parse(text: &str) -> Result<Patch, PatchError> {
    let value: Value =
        serde_json::from_str(text).map_err(|why| PatchError::NotJson(why.to_string()))?;
    Patch::from_value(value)
}

impl Patch {
    /// Takes a patch that has been parsed as JSON.
    ///
    /// # Errors
    /// The value is not a list of RFC 6902 operations.
    pub fn from_value(value: Value) -> Result<Patch, PatchError> {
        let Value::Array(operations) = value else {
            return Err(PatchError::NotAList);
        };
        let operations = operations
            .into_iter()
            .enumerate()
            .map(|(index, value)| operation(index, value));
        Ok(Patch {
            operations: operations.collect::<Result<_, _>>()?,
        })
    }

    /// Whether it has no operation.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }
}

fn operation(index: usize, value: Value) -> Result<Operation, PatchError> {
    let malformed = |what: String| PatchError::Malformed { index, what };
    let Value::Object(mut members) = value else {
        return Err(malformed("it is not an object".to_owned()));
    };
    let text = |name: &str| match members.get(name) {
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err(malformed(format!("`{name}` is not text"))),
        None => Err(malformed(format!("it has no `{name}`"))),
    };
    let path = |name: &str| -> Result<Path, PatchError> {
        let text = text(name)?;
        let tokens = pointer::tokens(text)
            .ok_or_else(|| malformed(format!("`{text}` is not a JSON pointer")))?;
        Ok(tokens
            .into_iter()
            .map(std::borrow::Cow::into_owned)
            .collect())
    };
    let op = text("op")?.to_owned();
    let place = path("path")?;
    let from = matches!(op.as_str(), "move" | "copy")
        .then(|| path("from"))
        .transpose()?;
    let value = members.remove("value");
    let value = || value.ok_or_else(|| malformed("it has no `value`".to_owned()));
    Ok(match (op.as_str(), from) {
        ("add", _) => Operation::Add {
            path: place,
            value: value()?,
        },
        ("remove", _) => Operation::Remove { path: place },
        ("replace", _) => Operation::Replace {
            path: place,
            value: value()?,
        },
        ("test", _) => Operation::Test {
            path: place,
            value: value()?,
        },
        ("move", Some(from)) => Operation::Move { from, path: place },
        ("copy", Some(from)) => Operation::Copy { from, path: place },
        (other, _) => return Err(malformed(format!("`{other}` is no operation of RFC 6902"))),
    })
}
