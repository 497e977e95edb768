//! Strict JSON with the bytes every node stands on, in the same tree that YAML is read into.

use std::collections::HashMap;

use krmguard_yaml::{Kind, Mapping, Node, Scalar, Sequence, Style};
use serde_json::{Map, Value};

/// Nesting that JSON readers in Go accept without question; beyond it lies hostile input.
const DEPTH: usize = 500;

/// What is wrong, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonError {
    pub(crate) offset: usize,
    pub(crate) what: String,
}

/// A JSON value with its place.
#[derive(Debug)]
pub(crate) struct Json {
    pub(crate) node: Node,
    pub(crate) value: Value,
}

/// Reads the values that stand one after the other in `text[from..to]`; offsets are those of `text`.
pub(crate) fn read(text: &str, from: usize, to: usize) -> Result<Vec<Json>, JsonError> {
    let mut reader = Reader {
        text,
        bytes: &text.as_bytes()[..to],
        at: from,
    };
    let mut values = Vec::new();
    loop {
        reader.white();
        if reader.at >= to {
            return Ok(values);
        }
        values.push(reader.value(0)?);
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Json, JsonError> {
        if depth > DEPTH {
            return Err(self.error(format!("nested deeper than {DEPTH} levels")));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => {
                let (node, text) = self.string()?;
                Ok(Json {
                    node,
                    value: Value::String(text),
                })
            }
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, JsonError> {
        let start = self.at;
        let mut entries = Vec::new();
        let mut map = Map::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        self.at += 1;
        self.white();
        while self.peek() != Some(b'}') {
            if !entries.is_empty() {
                self.expect(b',', "`,` or `}`")?;
                self.white();
            }
            if self.peek() != Some(b'"') {
                return Err(self.expected("a key in double quotes"));
            }
            let (key, name) = self.string()?;
            if places.insert(name.clone(), key.start).is_some() {
                return Err(JsonError {
                    offset: key.start,
                    what: format!("the key `{name}` stands twice in one object"),
                });
            }
            self.white();
            self.expect(b':', "`:`")?;
            self.white();
            let value = self.value(depth + 1)?;
            map.insert(name, value.value);
            entries.push((key, value.node));
            self.white();
        }
        self.at += 1;
        let node = self.node(
            start,
            Kind::Mapping(Mapping {
                flow: true,
                entries,
            }),
        );
        Ok(Json {
            node,
            value: Value::Object(map),
        })
    }

    fn array(&mut self, depth: usize) -> Result<Json, JsonError> {
        let start = self.at;
        let mut items = Vec::new();
        let mut values = Vec::new();
        self.at += 1;
        self.white();
        while self.peek() != Some(b']') {
            if !items.is_empty() {
                self.expect(b',', "`,` or `]`")?;
                self.white();
            }
            let value = self.value(depth + 1)?;
            items.push(value.node);
            values.push(value.value);
            self.white();
        }
        self.at += 1;
        let node = self.node(
            start,
            Kind::Sequence(Sequence {
                flow: true,
                items,
                dashes: Vec::new(),
            }),
        );
        Ok(Json {
            node,
            value: Value::Array(values),
        })
    }

    fn string(&mut self) -> Result<(Node, String), JsonError> {
        let start = self.at;
        let close = crate::scan::close_quote(self.bytes, start, b'"').ok_or_else(|| JsonError {
            offset: start,
            what: "a string is opened here and never closed".to_owned(),
        })?;
        self.at = close + 1;
        let value: String =
            serde_json::from_str(&self.text[start..self.at]).map_err(|_| JsonError {
                offset: start,
                what: "this string is not JSON".to_owned(),
            })?;
        let scalar = Scalar {
            value: value.clone(),
            style: Style::DoubleQuoted,
        };
        Ok((self.node(start, Kind::Scalar(scalar)), value))
    }

    fn word(&mut self) -> Result<Json, JsonError> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'))
        {
            self.at += 1;
        }
        let word = &self.text[start..self.at];
        let value = serde_json::from_str(word).map_err(|_| {
            self.at = start;
            self.expected("a JSON value")
        })?;
        let scalar = Scalar {
            value: word.to_owned(),
            style: Style::Plain,
        };
        Ok(Json {
            node: self.node(start, Kind::Scalar(scalar)),
            value,
        })
    }

    fn node(&self, start: usize, kind: Kind) -> Node {
        Node {
            span: start..self.at,
            start,
            anchor: None,
            tag: None,
            kind,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn white(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8, name: &str) -> Result<(), JsonError> {
        if self.peek() != Some(byte) {
            return Err(self.expected(name));
        }
        self.at += 1;
        Ok(())
    }

    fn expected(&self, what: &str) -> JsonError {
        match self.peek() {
            Some(_) => self.error(format!("{what} is expected here")),
            None => self.error(format!("the text ends here, where {what} is expected")),
        }
    }

    fn error(&self, what: String) -> JsonError {
        JsonError {
            offset: self.at,
            what,
        }
    }
}
