//! S305: a document against the strict schema of Thanos v0.38.0.

mod together;

use krmguard_sdk::pointer::join;
use krmguard_sdk::{Outcome, nearest};
use serde_json::{Map, Value};

use super::schema::{self, Field, Shape, TOP};
use super::{Document, Within, is_open};
use crate::config::Config;
use crate::yielded::Kind;

/// Judges one document.
pub(crate) fn review(document: &Document<'_>, config: &Config, out: &mut Outcome) {
    Shaped {
        document,
        config,
        out,
    }
    .review();
}

/// What to say of a value.
struct Flaw {
    message: String,
    remedy: String,
}

fn flaw(message: impl Into<String>, remedy: impl Into<String>) -> Flaw {
    Flaw {
        message: message.into(),
        remedy: remedy.into(),
    }
}

struct Shaped<'r, 'a, 'o> {
    document: &'r Document<'a>,
    config: &'r Config,
    out: &'o mut Outcome,
}

impl Shaped<'_, '_, '_> {
    fn review(&mut self) {
        let root = match &self.document.yaml {
            Ok(yaml) => yaml.value(),
            Err(_) => return self.not_yaml(),
        };
        let name = self.document.name();
        let Some(map) = root.and_then(Value::as_object) else {
            if !is_open(&self.document.text, self.config) {
                self.at_value(
                    "",
                    flaw(
                        format!("{name} is no mapping: Thanos ends at start"),
                        "write `type:` and `config:`",
                    ),
                );
            }
            return;
        };
        for key in map
            .keys()
            .filter(|key| !TOP.contains(&key.as_str()) && !is_open(key, self.config))
        {
            let remedy = match (schema::section_of(key), nearest(key, TOP)) {
                (Some(path), _) => format!("move it under `{path}`"),
                (None, Some(near)) => format!("did you mean `{near}`?"),
                (None, None) => {
                    "take it out: only `type`, `config` and `prefix` stand at the top".to_owned()
                }
            };
            self.unknown("", key, remedy);
        }
        if map
            .get("prefix")
            .is_some_and(|prefix| prefix.is_object() || prefix.is_array())
        {
            self.at_value(
                "/prefix",
                flaw(
                    "`prefix` must be a text: Thanos ends at start",
                    "write the prefix itself",
                ),
            );
        }
        if self.store(map) == Some("S3") {
            self.s3(map.get("config"));
        }
    }

    /// The store that the document names, where it is known.
    fn store(&mut self, map: &Map<String, Value>) -> Option<&'static str> {
        let list = schema::STORES.join(", ");
        let name = match map.get("type") {
            Some(Value::String(name)) if is_open(name, self.config) => return None,
            Some(Value::String(name)) if !name.is_empty() => name,
            Some(Value::Null) | None => {
                self.at_value(
                    "/type",
                    flaw(
                        format!(
                            "{} names no `type` of object store: Thanos ends at start",
                            self.document.name()
                        ),
                        "write `type: S3`",
                    ),
                );
                return None;
            }
            Some(_) => {
                self.at_value(
                    "/type",
                    flaw(
                        "`type` names no object store: Thanos ends at start",
                        format!("write one of {list}"),
                    ),
                );
                return None;
            }
        };
        let store = schema::store(name);
        if store.is_none() {
            let remedy = match nearest(name, schema::STORES) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write one of {list}"),
            };
            self.at_value(
                "/type",
                flaw(
                    "`type` names an object store that Thanos does not know: it ends at start",
                    remedy,
                ),
            );
        }
        store
    }

    fn s3(&mut self, value: Option<&Value>) {
        let map = match value {
            Some(Value::Object(map)) => map,
            Some(Value::String(text)) if is_open(text, self.config) => return,
            Some(Value::Null) | None => {
                let message = format!(
                    "{} has no `config`: Thanos ends at start",
                    self.document.name()
                );
                return self.at_value(
                    "/config",
                    flaw(message, "write `config:` with `bucket` and `endpoint`"),
                );
            }
            Some(_) => {
                return self.at_key(
                    "/config",
                    flaw(
                        "`config` must be a mapping: Thanos ends at start",
                        "write keys and values under it",
                    ),
                );
            }
        };
        self.section(map, schema::S3, "/config");
        self.required(map);
        self.pairs(map);
    }

    fn section(&mut self, map: &Map<String, Value>, fields: &'static [Field], at: &str) {
        for (key, value) in map {
            let pointer = join(at, key);
            match fields.iter().find(|field| field.key == key) {
                Some(field) => self.field(field, value, &pointer),
                None if is_open(key, self.config) => {}
                None => {
                    let known = fields.iter().map(|field| field.key);
                    let here = at[1..].replace('/', ".");
                    let often = (at == "/config").then(|| schema::often_seen(key)).flatten();
                    let elsewhere = schema::section_of(key).filter(|path| *path != here);
                    let remedy = match (often, elsewhere, nearest(key, known)) {
                        (Some(hint), _, _) => hint.to_owned(),
                        (None, Some(path), _) => format!("move it under `{path}`"),
                        (None, None, Some(near)) => format!("did you mean `{near}`?"),
                        (None, None, None) => "take it out".to_owned(),
                    };
                    self.unknown(at, key, remedy);
                }
            }
        }
    }

    fn field(&mut self, field: &Field, value: &Value, pointer: &str) {
        let key = field.key;
        match value {
            Value::Null => return,
            Value::String(text) if is_open(text, self.config) => return,
            _ => {}
        }
        if let (Shape::Section(fields), Value::Object(map)) = (&field.shape, value) {
            return self.section(map, fields, pointer);
        }
        let nested = value.is_object() || value.is_array();
        let text = value.as_str();
        let flaw = match &field.shape {
            Shape::Text if nested => flaw(
                format!("`{key}` must be a text"),
                format!("write one value after `{key}:`"),
            ),
            Shape::Flag if !value.is_boolean() => {
                let remedy = match text {
                    Some("true" | "false") => "write it without quotes".to_owned(),
                    _ => format!("write `{key}: true` or `{key}: false`"),
                };
                flaw(format!("`{key}` must be true or false"), remedy)
            }
            Shape::Number if !value.is_number() => flaw(
                format!("`{key}` must be a whole number"),
                "write digits without quotes and unit",
            ),
            Shape::Size if !value.as_f64().is_some_and(|number| number >= 0.0) => flaw(
                format!("`{key}` must be a number of bytes"),
                "write it without unit and quotes: 64 MiB are `67108864`",
            ),
            Shape::Duration if nested || !is_duration(&plain(value)) => flaw(
                format!("`{key}` must be a duration"),
                "write whole numbers with units: `90s`, `1m30s`",
            ),
            Shape::Texts
                if !value.as_object().is_some_and(|map| {
                    !map.values()
                        .any(|value| value.is_object() || value.is_array())
                }) =>
            {
                flaw(
                    format!("`{key}` must be a mapping of texts"),
                    format!("write `{key}: {{name: value}}`"),
                )
            }
            Shape::Choice(choices) if nested || !choices.contains(&plain(value).as_str()) => {
                let known: Vec<&str> = choices
                    .iter()
                    .copied()
                    .filter(|choice| !choice.is_empty())
                    .collect();
                let near = text.and_then(|text| nearest(text, known.iter().copied()));
                let remedy = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("write `{}`", known.join("`, `")),
                };
                flaw(
                    format!(
                        "`{key}` must be one of `{}`, spelled so",
                        known.join("`, `")
                    ),
                    remedy,
                )
            }
            Shape::Section(_) => flaw(
                format!("`{key}` must be a mapping"),
                "write its keys and values under it",
            ),
            _ => return,
        };
        let message = format!("{}: Thanos ends at start", flaw.message);
        self.at_value(pointer, Flaw { message, ..flaw });
    }

    /// Templates may be no YAML until they are filled in, which is said elsewhere.
    fn not_yaml(&mut self) {
        let Err(why) = &self.document.yaml else {
            return;
        };
        if is_open(&self.document.text, self.config) {
            return;
        }
        // What is no YAML may be quoted in the reason, and a Secret's text is not for messages.
        let public = !matches!(
            self.document.within,
            Within::Key {
                kind: Kind::Secret,
                ..
            }
        );
        let message = if public || why.message.contains("stands twice") {
            why.message.clone()
        } else {
            why.message
                .split(": ")
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        let (name, range) = (self.document.name(), why.range.clone());
        let draft = self
            .out
            .find("S305", self.document.resource)
            .say(format!(
                "{name} is not what Thanos can read, and it ends at start: {message}"
            ))
            .remedy("mend the YAML");
        self.document.place(draft, range);
    }

    fn unknown(&mut self, parent: &str, key: &str, remedy: String) {
        let place = match parent.rsplit('/').next() {
            Some("") | None => "at the top of the document".to_owned(),
            Some(name) => format!("in `{name}`"),
        };
        self.at_key(
            &join(parent, key),
            flaw(
                format!("`{key}` is unknown {place}: Thanos ends at start"),
                remedy,
            ),
        );
    }

    fn at_key(&mut self, pointer: &str, flaw: Flaw) {
        let draft = self
            .out
            .find("S305", self.document.resource)
            .say(flaw.message)
            .remedy(flaw.remedy);
        self.document.at_key(draft, pointer);
    }

    fn at_value(&mut self, pointer: &str, flaw: Flaw) {
        let draft = self
            .out
            .find("S305", self.document.resource)
            .say(flaw.message)
            .remedy(flaw.remedy);
        self.document.at_value(draft, pointer);
    }
}

/// A scalar as text; empty for null and for anything nested.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        scalar => scalar.to_string(),
    }
}

/// Prometheus' durations. <https://github.com/prometheus/common/blob/main/model/time.go>
fn is_duration(text: &str) -> bool {
    if text == "0" {
        return true;
    }
    let mut rest = text;
    for unit in ["y", "w", "d", "h", "m", "s", "ms"] {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = &rest[digits..];
        let named = after.bytes().take_while(u8::is_ascii_lowercase).count();
        if digits > 0 && &after[..named] == unit {
            rest = &after[named..];
        }
    }
    rest.is_empty() && !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::is_duration;

    #[test]
    fn durations_have_units_and_whole_numbers() {
        for good in ["0", "90s", "1m30s", "1h", "2y1w3d", "250ms", "1s500ms"] {
            assert!(is_duration(good), "{good}");
        }
        for bad in ["", "90", "1.5m", "1m ", "s", "1s1m", "-1s", "1x", "1min"] {
            assert!(!is_duration(bad), "{bad}");
        }
    }
}
