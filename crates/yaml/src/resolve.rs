//! What a scalar is to a Go reader: YAML 1.1 as `go.yaml.in/yaml/v2` resolves it.
//!
//! Source: `resolve.go` of <https://github.com/yaml/go-yaml>, branch v2, which
//! `sigs.k8s.io/yaml` reads with.

mod number;
mod timestamp;

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::Style;

pub(crate) use number::float_key;

/// The value of one scalar.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved<'a> {
    /// `null`, `~`, nothing.
    Null,
    /// `true`, `yes`, `on`, `y` and their kin.
    Bool(bool),
    /// An integer in any of Go's notations.
    Int(i64),
    /// An integer above `i64::MAX`.
    Unsigned(u64),
    /// Any other number; may be infinite or not a number.
    Float(f64),
    /// A string; dates are strings too. Invalid UTF-8 out of `!!binary` is replaced by U+FFFD.
    String(Cow<'a, str>),
    /// The tag and the text do not fit: a sentence that says so.
    Refused(String),
}

impl Resolved<'_> {
    /// Whether the scalar is a string, dates included.
    #[must_use]
    pub fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }
}

/// Tells what a scalar's decoded text is, given how it is written and its tag
/// (as in [`crate::Node::tag`]).
#[must_use]
pub fn resolve<'a>(value: &'a str, style: Style, tag: Option<&str>) -> Resolved<'a> {
    let string = Resolved::String(Cow::Borrowed(value));
    match tag {
        None if style == Style::Plain => untagged(value),
        None | Some("!!str") => string,
        Some("!!binary") => binary(value),
        Some(tag @ ("!!bool" | "!!int" | "!!float" | "!!null" | "!!timestamp")) => {
            tagged(value, tag)
        }
        Some(_) => string,
    }
}

fn tagged<'a>(value: &'a str, tag: &str) -> Resolved<'a> {
    let found = if tag == "!!timestamp" && timestamp::is_timestamp(value) {
        return Resolved::String(Cow::Borrowed(value));
    } else {
        untagged(value)
    };
    let fits = match &found {
        Resolved::Null => tag == "!!null",
        Resolved::Bool(_) => tag == "!!bool",
        Resolved::Int(_) | Resolved::Unsigned(_) => tag == "!!int",
        Resolved::Float(_) => tag == "!!float",
        Resolved::String(_) | Resolved::Refused(_) => false,
    };
    match found {
        found if fits => found,
        #[expect(clippy::cast_precision_loss, reason = "Go converts it the same way")]
        Resolved::Int(number) if tag == "!!float" => Resolved::Float(number as f64),
        _ => Resolved::Refused(format!(
            "`{}` is not what its tag `{tag}` says",
            excerpt(value)
        )),
    }
}

/// As much of a value as fits into a message.
pub(crate) fn excerpt(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(32) {
        Some((cut, _)) => Cow::Owned(format!("{}…", value.get(..cut).unwrap_or(""))),
        None => Cow::Borrowed(value),
    }
}

fn untagged(value: &str) -> Resolved<'_> {
    match value.as_bytes().first() {
        None => Resolved::Null,
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => {
            word(value)
        }
        Some(b'.') => match value {
            ".nan" | ".NaN" | ".NAN" => Resolved::Float(f64::NAN),
            ".inf" | ".Inf" | ".INF" => Resolved::Float(f64::INFINITY),
            _ => number::fraction(value)
                .map_or_else(|| Resolved::String(Cow::Borrowed(value)), Resolved::Float),
        },
        Some(b'+' | b'-' | b'0'..=b'9') => match value {
            "+.inf" | "+.Inf" | "+.INF" => Resolved::Float(f64::INFINITY),
            "-.inf" | "-.Inf" | "-.INF" => Resolved::Float(f64::NEG_INFINITY),
            _ if timestamp::is_timestamp(value) => Resolved::String(Cow::Borrowed(value)),
            _ => number::number(value),
        },
        Some(_) => Resolved::String(Cow::Borrowed(value)),
    }
}

fn word(value: &str) -> Resolved<'_> {
    match value {
        "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Resolved::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Resolved::Bool(false)
        }
        _ => Resolved::String(Cow::Borrowed(value)),
    }
}

/// Go's `base64.StdEncoding`: padding required, line breaks skipped, trailing bits not checked.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

fn binary(value: &str) -> Resolved<'_> {
    let packed: Vec<u8> = value
        .bytes()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    match BASE64.decode(packed) {
        Ok(bytes) => Resolved::String(Cow::Owned(go_string(&bytes))),
        Err(_) => Resolved::Refused("the value of `!!binary` is not base64".to_owned()),
    }
}

/// Bytes as `encoding/json` writes a Go string: one U+FFFD for every byte that is not UTF-8.
fn go_string(mut bytes: &[u8]) -> String {
    let mut text = String::new();
    loop {
        match std::str::from_utf8(bytes) {
            Ok(rest) => {
                text.push_str(rest);
                return text;
            }
            Err(why) => {
                let (valid, rest) = bytes.split_at(why.valid_up_to());
                text.push_str(std::str::from_utf8(valid).unwrap_or_default());
                text.push('\u{fffd}');
                bytes = rest.get(1..).unwrap_or_default();
            }
        }
    }
}

/// Whether a plain scalar with this text could be anything but a string to some reader that
/// Kubernetes, kustomize or Helm use, dates included.
pub(crate) fn is_special(value: &str) -> bool {
    !untagged(value).is_string() || timestamp::is_timestamp(value)
}
