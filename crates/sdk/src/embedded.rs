//! YAML inside a string: `objstore.yml` in a Secret, `prometheus.yml` in a ConfigMap.

use std::ops::Range;

use krmguard_yaml::{Document, Limits, Lines};
use serde_json::Value;

/// Documents read from a string, with the bytes that each value stands on. Ranges are bytes of that string,
/// as [`crate::Draft::range`] wants them.
#[derive(Clone, Debug)]
pub struct Embedded {
    documents: Vec<(Document, Value)>,
}

/// Why a string is no YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotYaml {
    /// One sentence with line and column within the string.
    pub message: String,
    /// Where, in bytes of the string; empty at its end.
    pub range: Range<usize>,
}

/// Reads a string as Kubernetes' Go readers read YAML. Duplicate keys are errors.
///
/// ```
/// let text = "type: S3\nconfig:\n  bucket: metrics\n";
/// let yaml = krmguard_sdk::embedded(text).expect("well-formed");
/// assert_eq!(yaml.at("/config/bucket").and_then(|v| v.as_str()), Some("metrics"));
/// assert_eq!(&text[yaml.range("/config/bucket").expect("present")], "metrics");
/// ```
pub fn embedded(text: &str) -> Result<Embedded, NotYaml> {
    let limits = Limits::default();
    let fail = |why: krmguard_yaml::Error| {
        let start = why.offset.min(text.len());
        let end = text
            .get(start..)
            .and_then(|rest| rest.chars().next())
            .map_or(start, |c| start + c.len_utf8());
        NotYaml {
            message: why.describe(text, &Lines::new(text)),
            range: start..end,
        }
    };
    let mut documents = Vec::new();
    for document in krmguard_yaml::parse(text, &limits).map_err(fail)? {
        let value = document.to_json(&limits).map_err(fail)?;
        documents.push((document, value));
    }
    Ok(Embedded { documents })
}

impl Embedded {
    /// How many documents the string holds.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// The values of all documents; an empty document is null.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.documents.iter().map(|(_, value)| value)
    }

    /// The value of the first document, which is what Go's `Unmarshal` reads.
    pub fn value(&self) -> Option<&Value> {
        self.values().next()
    }

    /// A value of the first document.
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.value()?.pointer(pointer)
    }

    /// The bytes of a value of the first document, as written with quotes. None where it is not written
    /// there itself, but comes from an alias or a merge key.
    pub fn range(&self, pointer: &str) -> Option<Range<usize>> {
        Some(self.documents.first()?.0.get(pointer)?.span.clone())
    }

    /// The bytes of the value, or of the key of the innermost parent that is written: what to underline
    /// when something is missing.
    pub fn nearest(&self, pointer: &str) -> Option<Range<usize>> {
        let (node, key, exact) = self.documents.first()?.0.nearest(pointer)?;
        Some(if exact {
            node.span.clone()
        } else {
            key.unwrap_or(node).span.clone()
        })
    }

    /// The bytes of the key that names a value.
    pub fn key_range(&self, pointer: &str) -> Option<Range<usize>> {
        match self.documents.first()?.0.nearest(pointer)? {
            (_, Some(key), true) => Some(key.span.clone()),
            _ => None,
        }
    }
}
