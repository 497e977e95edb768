//! From the tree to JSON, as `sigs.k8s.io/yaml` converts it.

mod object;
mod reader;

use serde_json::{Number, Value};

use crate::{Document, Error, ErrorKind, Kind, Limits, Node, Resolved, Style, resolve};
use reader::Reader;

impl Document {
    /// The document's value as `sigs.k8s.io/yaml` converts it to JSON: YAML 1.1 scalars, aliases
    /// expanded, merge keys applied, keys made strings. An empty document is null. Keys keep the
    /// order in which they are written.
    ///
    /// Two things are errors where Go's lax reader goes on: a key that stands twice, and a key and
    /// a later `<<` that disagree (version 2 of the reader takes the one, version 3 the other).
    ///
    /// # Errors
    /// The first thing that has no JSON value, with its byte offset.
    pub fn to_json(&self, limits: &Limits) -> Result<Value, Error> {
        match &self.root {
            Some(root) => self.node_to_json(root, limits),
            None => Ok(Value::Null),
        }
    }

    /// As [`Document::to_json`] for one node of this document.
    ///
    /// # Errors
    /// As [`Document::to_json`].
    pub fn node_to_json(&self, node: &Node, limits: &Limits) -> Result<Value, Error> {
        let root = self.root.as_ref().filter(|_| self.aliased);
        Reader::new(root, limits).convert(node)
    }
}

/// Whether a key is a merge key: a plain `<<`, or one tagged so.
pub(crate) fn is_merge(key: &Node) -> bool {
    match &key.kind {
        Kind::Scalar(scalar) if scalar.value == "<<" => match key.tag.as_deref() {
            None => scalar.style == Style::Plain,
            Some(tag) => tag == "!!merge" || tag == "!",
        },
        _ => false,
    }
}

fn scalar(node: &Node) -> Result<Value, Error> {
    let Kind::Scalar(scalar) = &node.kind else {
        return Ok(Value::Null);
    };
    let value = match resolve(&scalar.value, scalar.style, node.tag.as_deref()) {
        Resolved::Null => Value::Null,
        Resolved::Bool(value) => Value::Bool(value),
        Resolved::Int(number) => Value::from(number),
        Resolved::Unsigned(number) => Value::from(number),
        Resolved::Float(number) => return float(number, node),
        Resolved::String(text) => Value::String(text.into_owned()),
        Resolved::Refused(why) => return Err(Error::new(ErrorKind::Tag, node.start, why)),
    };
    Ok(value)
}

/// A float by way of JSON's text, as its readers see it: `1.0` is written `1` and so is an
/// integer, `1e20` is written with all its digits.
fn float(number: f64, node: &Node) -> Result<Value, Error> {
    let written = number.to_string();
    if let Some(whole) = written
        .parse::<i64>()
        .ok()
        .filter(|whole| *whole != 0 || number.is_sign_positive())
    {
        return Ok(Value::from(whole));
    }
    if let Ok(whole) = written.parse::<u64>() {
        return Ok(Value::from(whole));
    }
    Number::from_f64(number).map(Value::Number).ok_or_else(|| {
        Error::new(
            ErrorKind::NotJson,
            node.start,
            "infinity and not-a-number have no place in JSON: put quotes around it if text is meant",
        )
    })
}
