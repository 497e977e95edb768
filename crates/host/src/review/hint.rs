//! The `containing` hint: an object in which provably none of a policy's needles occurs need not be sent.
//!
//! It is proved twice: on the text of an object that needs no decoding, which saves parsing it, and on the decoded
//! value, where no escape, fold, alias or merge hides anything, which saves its way into the policy.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use krm::Input;
use krmguard_engine::Selector;
use serde_json::Value;

/// As lenient as what reads such values: a policy may decode more than an API server takes.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How often a value may be encoded in base64 before it is sent unread.
const DEEPEST: usize = 4;

/// Whether one of `selectors`, which all match the kind of `object`, wants it: one without needles does, and one
/// with a needle that may occur.
pub(super) fn wanted<'s>(selectors: impl Iterator<Item = &'s Selector>, object: &Value) -> bool {
    let mut needles: Vec<&str> = Vec::new();
    for selector in selectors {
        if selector.containing.is_empty() {
            return true;
        }
        needles.extend(selector.containing.iter().map(String::as_str));
    }
    if needles.is_empty() {
        return false;
    }
    Needles(needles).may_occur_in(object)
}

/// Whether the text of an object proves, unparsed, that none of `selectors`, which all match its kind, wants it.
pub(super) fn disproved<'s>(
    selectors: impl Iterator<Item = &'s Selector>,
    input: &Input,
    index: usize,
) -> bool {
    let mut needles: Vec<&str> = Vec::new();
    for selector in selectors {
        if selector.containing.is_empty() {
            return false;
        }
        needles.extend(selector.containing.iter().map(String::as_str));
    }
    let id = input.id(index);
    match (id.group(), id.kind.as_str()) {
        // Its values are encoded, and what is in them must be known to be masked.
        ("", "Secret") => return false,
        ("", "ConfigMap") => needles.push("binaryData"),
        _ => {}
    }
    input.surely_lacks(index, needles)
}

/// ASCII, and few: searched for one by one.
struct Needles<'n>(Vec<&'n str>);

impl Needles<'_> {
    fn may_occur_in(&self, object: &Value) -> bool {
        let Some(fields) = object.as_object() else {
            return true;
        };
        let encoded = encoded(object);
        fields.iter().any(|(key, value)| {
            self.occur(key)
                || match encoded == Some(key.as_str()) {
                    true => self.occur_encoded(value),
                    false => self.occur_within(value),
                }
        })
    }

    fn occur(&self, text: &str) -> bool {
        self.0.iter().any(|needle| text.contains(needle))
    }

    /// In a key or scalar, as the policy would see it.
    fn occur_within(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.occur(text),
            Value::Array(items) => items.iter().any(|item| self.occur_within(item)),
            Value::Object(fields) => fields
                .iter()
                .any(|(key, value)| self.occur(key) || self.occur_within(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => self.occur(&value.to_string()),
        }
    }

    /// In a key, or in a value once it is decoded. What cannot be decoded may hold anything.
    fn occur_encoded(&self, values: &Value) -> bool {
        let Value::Object(entries) = values else {
            return !values.is_null();
        };
        entries.iter().any(|(key, value)| {
            self.occur(key)
                || match value {
                    Value::String(text) => self.occur_decoded(text.as_bytes(), 0),
                    other => self.occur_within(other),
                }
        })
    }

    fn occur_decoded(&self, text: &[u8], depth: usize) -> bool {
        let plain: Vec<u8> = text
            .iter()
            .copied()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let Ok(decoded) = BASE64.decode(plain) else {
            // The outermost layer must be base64; what it holds need not be.
            return depth == 0;
        };
        if decoded.is_empty() {
            return false;
        }
        depth == DEEPEST
            || self.occur(&String::from_utf8_lossy(&decoded))
            || self.occur_decoded(&decoded, depth + 1)
    }
}

/// The field whose values are base64.
fn encoded(object: &Value) -> Option<&'static str> {
    match object.get("kind").and_then(Value::as_str) {
        Some("Secret") => Some("data"),
        Some("ConfigMap") => Some("binaryData"),
        _ => None,
    }
}

#[cfg(test)]
#[path = "hint_tests.rs"]
mod tests;
