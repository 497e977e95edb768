//! The cheap proof of an object's id: plain lines at the object's own indent.

use std::ops::Range;

use super::line::{Key, Line, Value};
use crate::ResourceId;

/// One string field, as far as it was proved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Field {
    #[default]
    Absent,
    /// These bytes are its value, whatever reader resolves them.
    Proved(Range<usize>),
}

/// Watches the lines of one object for its id.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    /// Column of the object's keys.
    column: usize,
    /// Column of the keys of `metadata`, from its first one on.
    metadata: Option<usize>,
    /// Whether the lines seen now belong to `metadata`.
    inside: bool,
    /// Lines that start further right say nothing about the id.
    limit: usize,
    api_version: Field,
    kind: Field,
    name: Field,
    namespace: Field,
    generate_name: Field,
    seen_metadata: bool,
    proved: bool,
}

impl Probe {
    /// A probe for an object whose keys stand at `column`.
    pub(crate) fn new(column: usize) -> Self {
        Self {
            column,
            metadata: None,
            inside: false,
            limit: column,
            api_version: Field::Absent,
            kind: Field::Absent,
            name: Field::Absent,
            namespace: Field::Absent,
            generate_name: Field::Absent,
            seen_metadata: false,
            proved: true,
        }
    }

    /// What cannot be proved is parsed.
    pub(crate) fn give_up(&mut self) {
        self.proved = false;
    }

    /// Plain lines right of this column say nothing to it, now and until one that is not.
    pub(crate) fn limit(&self) -> usize {
        if self.proved { self.limit } else { self.column }
    }

    /// Looks at a line of the object. `start` is the column of the line's own key: for the line of the list
    /// item that is the object, what stands behind its dash.
    #[inline]
    pub(crate) fn line(&mut self, bytes: &[u8], line: &Line, start: usize) {
        if start > self.limit || !self.proved {
            return;
        }
        let nested = line.dash && start == line.indent;
        if start == self.column {
            if nested {
                // A list at the indent of its key; `metadata` is none.
                self.proved &= !self.inside;
                return;
            }
            self.own(bytes, line);
        } else if start < self.column {
            self.proved = false;
        } else {
            self.of_metadata(bytes, line, start, nested);
        }
    }

    fn own(&mut self, bytes: &[u8], line: &Line) {
        self.inside = false;
        self.limit = self.column;
        let Key::Plain(key) = &line.key else {
            self.proved = false;
            return;
        };
        match &bytes[key.clone()] {
            b"apiVersion" => self.proved &= prove(bytes, &mut self.api_version, line),
            b"kind" => self.proved &= prove(bytes, &mut self.kind, line),
            b"metadata" => {
                self.proved &= !self.seen_metadata && line.value == Value::Empty;
                self.seen_metadata = true;
                self.inside = true;
                self.limit = usize::MAX;
            }
            key => self.proved &= ordinary(key),
        }
    }

    fn of_metadata(&mut self, bytes: &[u8], line: &Line, start: usize, nested: bool) {
        let column = *self.metadata.get_or_insert(start);
        self.limit = column;
        if start < column {
            self.proved = false;
        }
        if nested {
            return;
        }
        let Key::Plain(key) = &line.key else {
            self.proved = false;
            return;
        };
        match &bytes[key.clone()] {
            b"name" => self.proved &= prove(bytes, &mut self.name, line),
            b"namespace" => self.proved &= prove(bytes, &mut self.namespace, line),
            b"generateName" => self.proved &= prove(bytes, &mut self.generate_name, line),
            key => self.proved &= ordinary(key),
        }
    }

    /// Apiversion and kind alone, for telling envelopes from objects.
    pub(crate) fn type_meta<'t>(&self, text: &'t str) -> Option<(&'t str, &'t str)> {
        match (&self.api_version, &self.kind) {
            (Field::Proved(api_version), Field::Proved(kind)) if self.proved => {
                Some((&text[api_version.clone()], &text[kind.clone()]))
            }
            _ => None,
        }
    }

    /// The id and whether its name is only a prefix; none if anything about it is open, an error included.
    pub(crate) fn id(&self, text: &str) -> Option<(ResourceId, bool)> {
        let (api_version, kind) = self.type_meta(text)?;
        let (name, generated) = match (&self.name, &self.generate_name) {
            (Field::Proved(name), _) => (name, false),
            (Field::Absent, Field::Proved(prefix)) => (prefix, true),
            _ => return None,
        };
        let namespace = match &self.namespace {
            Field::Proved(namespace) => Some(text[namespace.clone()].to_owned()),
            Field::Absent => None,
        };
        let id = ResourceId {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace,
            name: text[name.clone()].to_owned(),
        };
        Some((id, generated))
    }
}

/// Whether a plain key is no other spelling of one of ours: no merge key, nothing with an escape or a space.
fn ordinary(key: &[u8]) -> bool {
    key.first().is_some_and(u8::is_ascii_alphabetic)
        && key
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/'))
}

fn prove(bytes: &[u8], field: &mut Field, line: &Line) -> bool {
    if *field != Field::Absent {
        return false;
    }
    let range = match &line.value {
        Value::Plain(range) => {
            let length = bytes[range.clone()]
                .iter()
                .position(|byte| *byte == b' ')
                .unwrap_or(range.len());
            let rest = bytes[range.start + length..range.end].trim_ascii_start();
            if !(rest.is_empty() || rest.starts_with(b"#")) {
                return false;
            }
            let range = range.start..range.start + length;
            if !is_string(&bytes[range.clone()]) {
                return false;
            }
            range
        }
        Value::Quoted(range)
            if !range.is_empty() && bytes[range.clone()].iter().all(|byte| simple(*byte)) =>
        {
            range.clone()
        }
        _ => return false,
    };
    *field = Field::Proved(range);
    true
}

fn simple(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'/' | b'_')
}

/// Whether a plain scalar is a string to every reader: it starts with a letter, which no number or time does,
/// and is none of YAML 1.1's words.
fn is_string(value: &[u8]) -> bool {
    const WORDS: [&[u8]; 9] = [
        b"y", b"n", b"yes", b"no", b"on", b"off", b"true", b"false", b"null",
    ];
    value.first().is_some_and(u8::is_ascii_alphabetic)
        && value.iter().all(|byte| simple(*byte))
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(value))
}
