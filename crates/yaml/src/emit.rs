//! Writing values so that Go's readers get them back equal.
//!
//! Texts come without the line break behind them: put exactly one there (a `|+` block counts on
//! it). Their first line is not indented: what goes before it on its line is the caller's.

mod block;
mod quote;

use serde_json::Value;

pub use quote::{key, scalar};

/// How new nodes are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// How far a list's dashes stand right of their key, in columns: 0 or 2.
    pub sequence_indent: usize,
    /// The line break: `"\n"` or `"\r\n"`.
    pub newline: &'static str,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            sequence_indent: 0,
            newline: "\n",
        }
    }
}

/// How far nested mappings and block scalars are indented.
const STEP: usize = 2;

/// Keys up to this many bytes are read as keys without a `?`; the readers' limit is 1,024 with
/// quotes and escapes, which most count in characters and some in bytes.
const LONG_KEY: usize = 1_000;

/// A value in block style, its keys or dashes at column `indent`.
///
/// A text of several lines becomes a `|` block, if it survives one, its lines at column
/// `indent + 2`: it belongs to a key or dash at column `indent`.
#[must_use]
pub fn node(value: &Value, indent: usize, layout: &Layout) -> String {
    let mut out = String::new();
    write(&mut out, value, indent, layout);
    out
}

/// `key: value`, the key at column `indent`, the value behind it or on lines of its own.
#[must_use]
pub fn entry(key: &str, value: &Value, indent: usize, layout: &Layout) -> String {
    let mut out = String::new();
    write_entry(&mut out, key, value, indent, layout);
    out
}

/// `- value`, the dash at column `indent`.
#[must_use]
pub fn item(value: &Value, indent: usize, layout: &Layout) -> String {
    let mut out = String::new();
    write_item(&mut out, value, indent, layout);
    out
}

/// A value on one line, fit to stand inside brackets: `[a, b]`, `{a: b}`, quoted where
/// brackets need it.
#[must_use]
pub fn flow(value: &Value) -> String {
    let mut out = String::new();
    write_flow(&mut out, value);
    out
}

fn write(out: &mut String, value: &Value, indent: usize, layout: &Layout) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (index, (key, value)) in map.iter().enumerate() {
                if index > 0 {
                    next_line(out, indent, layout);
                }
                write_entry(out, key, value, indent, layout);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                if index > 0 {
                    next_line(out, indent, layout);
                }
                write_item(out, value, indent, layout);
            }
        }
        Value::String(text) => match block::literal(text, indent + STEP, layout) {
            Some(block) => out.push_str(&block),
            None => out.push_str(&scalar(text)),
        },
        other => write_flow(out, other),
    }
}

fn write_entry(out: &mut String, name: &str, value: &Value, indent: usize, layout: &Layout) {
    let name = key(name);
    if name.len() > LONG_KEY {
        out.push_str("? ");
        out.push_str(&name);
        next_line(out, indent, layout);
    } else {
        out.push_str(&name);
    }
    out.push(':');
    match value {
        Value::Object(map) if !map.is_empty() => {
            next_line(out, indent + STEP, layout);
            write(out, value, indent + STEP, layout);
        }
        Value::Array(items) if !items.is_empty() => {
            let indent = indent + layout.sequence_indent;
            next_line(out, indent, layout);
            write(out, value, indent, layout);
        }
        _ => {
            out.push(' ');
            write(out, value, indent, layout);
        }
    }
}

fn write_item(out: &mut String, value: &Value, indent: usize, layout: &Layout) {
    out.push_str("- ");
    let nested = match value {
        Value::Object(_) | Value::Array(_) => indent + STEP,
        _ => indent,
    };
    write(out, value, nested, layout);
}

fn write_flow(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => out.push_str(&quote::in_brackets(text)),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_flow(out, item);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (index, (key, value)) in map.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                let key = quote::in_brackets(key);
                if key.len() > LONG_KEY {
                    out.push_str("? ");
                }
                out.push_str(&key);
                out.push_str(": ");
                write_flow(out, value);
            }
            out.push('}');
        }
    }
}

fn next_line(out: &mut String, indent: usize, layout: &Layout) {
    out.push_str(layout.newline);
    out.extend(std::iter::repeat_n(' ', indent));
}
