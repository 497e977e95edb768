//! Keeps the values of Secrets out of everything that is printed.
//!
//! What must not appear is learnt from the Secrets that were read, and hidden wherever it occurs in
//! prose. Text of a Secret itself is shown by its [`outline`] instead, which needs no learning.

mod outline;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::prelude::{
    BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD,
};
use krmguard_yaml::{Document, Kind, Limits, Node};
use serde_json::Value;

pub(crate) use outline::hidden;

/// What stands in place of a value.
pub(crate) const MASK: &str = "***";

/// Shorter values would hide half of all prose, and give little away.
const SHORTEST: usize = 6;

/// A longer value is learnt in pieces of this many bytes: a part of it must not appear either.
const LONGEST: usize = 1024;

/// Fields that every object has, and the names of what is deployed: a bucket called `thanos` is no reason to take the
/// word out of all prose, and it gives nothing away.
const FIELDS: [&str; 13] = [
    "alertmanager",
    "annotations",
    "apiVersion",
    "finalizers",
    "generateName",
    "grafana",
    "labels",
    "metadata",
    "monitoring",
    "namespace",
    "ownerReferences",
    "prometheus",
    "thanos",
];

/// YAML in a scalar in YAML: how deep that is followed.
const NESTING: usize = 3;

/// Knows values that must not be printed, and hides them in prose.
#[derive(Default)]
pub(crate) struct Masker {
    values: BTreeSet<String>,
    /// Built when first needed, dropped when something more is learnt.
    automaton: OnceLock<Option<AhoCorasick>>,
}

/// Says how many values it knows, and none of them.
impl fmt::Debug for Masker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Masker({} values)", self.values.len())
    }
}

impl Masker {
    /// A masker that knows nothing yet.
    pub(crate) fn new() -> Masker {
        Masker::default()
    }

    /// Learns a Secret object: of each entry of `data` the text as it stands and what it decodes to,
    /// of each entry of `stringData` the text and its encoded forms; of each of these texts every
    /// line and, where it is YAML or JSON, every scalar. Anything that is no such object teaches
    /// what its strings hold.
    pub(crate) fn learn_secret(&mut self, secret: &Value) {
        if let Some(data) = secret.get("data") {
            each_string(data, &mut |text| self.learn_encoded(text));
        }
        if let Some(data) = secret.get("stringData") {
            each_string(data, &mut |text| self.learn(text));
        }
    }

    /// Learns one sensitive text, with its lines, the scalars in it, and its encoded forms.
    pub(crate) fn learn(&mut self, text: &str) {
        self.learn_forms(text.as_bytes());
        self.learn_text(text, 0);
    }

    /// Whether it has learnt nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Learns all that another knows.
    pub(crate) fn absorb(&mut self, other: Masker) {
        if !other.values.is_empty() {
            self.values.extend(other.values);
            self.automaton = OnceLock::new();
        }
    }

    /// Every scalar of a sensitive value.
    pub(crate) fn learn_value(&mut self, value: &Value) {
        each_string(value, &mut |text| self.learn(text));
    }

    /// `text` with each known value replaced by `***`.
    pub(crate) fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let ranges = self.find(text);
        if ranges.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut masked = String::with_capacity(text.len());
        let mut from = 0;
        for range in ranges {
            masked.push_str(&text[from..range.start]);
            masked.push_str(MASK);
            from = range.end;
        }
        masked.push_str(&text[from..]);
        Cow::Owned(masked)
    }

    /// The same value with each scalar and key masked. A number or boolean that is a known value
    /// becomes the string `***`.
    pub(crate) fn mask_value(&self, value: &Value) -> Value {
        match value {
            Value::Null => Value::Null,
            Value::Bool(_) | Value::Number(_) => match self.mask(&value.to_string()) {
                Cow::Borrowed(_) => value.clone(),
                Cow::Owned(masked) => Value::String(masked),
            },
            Value::String(text) => Value::String(self.mask(text).into_owned()),
            Value::Array(items) => items.iter().map(|item| self.mask_value(item)).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(key, field)| (self.mask(key).into_owned(), self.mask_value(field)))
                .collect(),
        }
    }

    /// Where known values stand in `text`: sorted byte ranges that neither overlap nor touch.
    pub(crate) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let Some(automaton) = self.automaton() else {
            return Vec::new();
        };
        // Overlapping search: of two values that share bytes, neither may leave a rest behind.
        let mut found: Vec<Range<usize>> = automaton
            .find_overlapping_iter(text)
            .map(|hit| hit.range())
            .collect();
        found.sort_by_key(|range| (range.start, range.end));
        merge(found)
    }

    fn automaton(&self) -> Option<&AhoCorasick> {
        self.automaton
            .get_or_init(|| {
                if self.values.is_empty() {
                    return None;
                }
                // It fails above 2^31 states only, which the size of an input does not reach.
                AhoCorasick::new(&self.values).ok()
            })
            .as_ref()
    }

    /// A text as it stands under `data`.
    fn learn_encoded(&mut self, encoded: &str) {
        // Go's decoder skips line breaks, so an API server takes a wrapped value.
        let unwrapped: String = encoded.split_whitespace().collect();
        self.learn_lines(encoded);
        self.insert(&unwrapped);
        match BASE64_STANDARD.decode(&unwrapped) {
            Ok(decoded) => {
                self.learn_forms(&decoded);
                for chunk in decoded.utf8_chunks() {
                    self.learn_text(chunk.valid(), 0);
                }
            }
            // A person who forgot to encode it has a secret all the same.
            Err(_) => self.learn_text(encoded, 0),
        }
    }

    /// The base64 forms of a decoded value.
    fn learn_forms(&mut self, decoded: &[u8]) {
        const FORMS: [GeneralPurpose; 4] = [
            BASE64_STANDARD,
            BASE64_STANDARD_NO_PAD,
            BASE64_URL_SAFE,
            BASE64_URL_SAFE_NO_PAD,
        ];
        if decoded.len() < SHORTEST {
            return;
        }
        for form in FORMS {
            self.insert(&form.encode(decoded));
        }
    }

    /// A decoded text: the whole, its lines, its scalars.
    fn learn_text(&mut self, text: &str, depth: usize) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        self.insert(text.trim());
        let Some(documents) = structured(text) else {
            self.learn_lines(text);
            return;
        };
        let mut values = Vec::new();
        for document in &documents {
            if let Some(root) = &document.root {
                scalars(root, &mut values);
            }
        }
        // A line of keys alone, `config:`, is no value; learnt, it would take the word out of all prose.
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let end = offset + line.len();
            let bare = !line.contains('#')
                && !values
                    .iter()
                    .any(|(span, _)| span.start < end && offset < span.end);
            if !bare {
                self.learn_line(line);
            }
            offset = end;
        }
        for (_, value) in values {
            if depth < NESTING {
                self.learn_text(value, depth + 1);
            } else {
                self.insert(value.trim());
            }
        }
    }

    fn learn_lines(&mut self, text: &str) {
        for line in text.lines() {
            self.learn_line(line);
        }
    }

    /// One line, and what an `NAME=value` line assigns.
    fn learn_line(&mut self, line: &str) {
        let line = line.trim();
        self.insert(line);
        if let Some((name, value)) = line.split_once('=')
            && name
                .trim_end()
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
        {
            self.insert(value.trim());
            self.insert(value.trim().trim_matches(['"', '\'']));
        }
    }

    /// One text and the spellings that quoting it gives.
    fn insert(&mut self, text: &str) {
        self.insert_spelling(text);
        if text.len() > LONGEST {
            return;
        }
        if text.contains(['"', '\\']) || text.contains(char::is_control) {
            let quoted = Value::from(text).to_string();
            self.insert_spelling(&quoted[1..quoted.len() - 1]);
        }
        if text.contains('\'') {
            self.insert_spelling(&text.replace('\'', "''"));
        }
    }

    fn insert_spelling(&mut self, mut text: &str) {
        if FIELDS.contains(&text) {
            return;
        }
        while text.len() >= SHORTEST {
            let cut = text.floor_char_boundary(LONGEST);
            // The last piece reaches back, so that it is never too short to be learnt.
            let piece = if text.len() - cut < SHORTEST {
                text
            } else {
                &text[..cut]
            };
            if self.values.insert(piece.to_owned()) {
                self.automaton = OnceLock::new();
            }
            text = &text[piece.len()..];
        }
    }
}

/// The documents of `text` where it is a YAML or JSON stream with a mapping or a list in it.
fn structured(text: &str) -> Option<Vec<Document>> {
    let limits = Limits {
        depth: 100,
        nodes: 100_000,
        ..Limits::default()
    };
    let documents = krmguard_yaml::parse(text, &limits).ok()?;
    documents
        .iter()
        .filter_map(|document| document.root.as_ref())
        .any(|root| matches!(root.kind, Kind::Mapping(_) | Kind::Sequence(_)))
        .then_some(documents)
}

/// Collects the scalar values under `node` with the bytes they stand on; keys are none.
fn scalars<'a>(node: &'a Node, out: &mut Vec<(Range<usize>, &'a str)>) {
    match &node.kind {
        Kind::Scalar(scalar) => {
            if !node.span.is_empty() {
                out.push((node.span.clone(), &scalar.value));
            }
        }
        Kind::Sequence(sequence) => sequence.items.iter().for_each(|item| scalars(item, out)),
        Kind::Mapping(mapping) => mapping
            .entries
            .iter()
            .for_each(|(_, value)| scalars(value, out)),
        Kind::Alias(_) => {}
    }
}

/// Calls `learn` with each string, and each number and boolean as it is written, under `value`.
fn each_string(value: &Value, learn: &mut dyn FnMut(&str)) {
    match value {
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => learn(&value.to_string()),
        Value::String(text) => learn(text),
        Value::Array(items) => items.iter().for_each(|item| each_string(item, learn)),
        Value::Object(fields) => fields.values().for_each(|field| each_string(field, learn)),
    }
}

/// Joins ranges, sorted by start, that overlap or touch.
fn merge(sorted: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(sorted.len());
    for range in sorted {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests;
