//! Reads a policy's config and says what is wrong with it in a user's words.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use crate::nearest::did_you_mean;
use crate::pointer::join;
use crate::wire::ConfigProblem;

/// Reads a config; empty text and `null` are the empty config.
pub(crate) fn parse<C: DeserializeOwned>(text: &str) -> Result<C, Vec<ConfigProblem>> {
    let value = match text.trim() {
        "" => Value::Null,
        text => serde_json::from_str(text).map_err(|why| {
            vec![ConfigProblem::new(
                "",
                format!("the config is not JSON: {why}"),
            )]
        })?,
    };
    let value = match value {
        Value::Null => Value::Object(Map::new()),
        Value::Object(map) => Value::Object(map),
        other => {
            let what = kind_of(&other);
            return Err(vec![ConfigProblem::new(
                "",
                format!("the config must be a mapping, not {what}"),
            )]);
        }
    };
    serde_path_to_error::deserialize(&value).map_err(|why| vec![problem(&why)])
}

fn problem(why: &serde_path_to_error::Error<serde_json::Error>) -> ConfigProblem {
    let mut pointer = String::new();
    for segment in why.path() {
        match segment {
            Segment::Seq { index } => pointer = join(&pointer, index),
            Segment::Map { key } => pointer = join(&pointer, key),
            // An enum's variant is no step into the JSON, and an unknown one leads nowhere.
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let text = why.inner().to_string();
    let quoted = quoted(&text);
    if let Some((field, known)) = text
        .strip_prefix("unknown field")
        .and_then(|_| quoted.split_first())
    {
        let known = known.iter().copied();
        // The path ends with the unknown key itself, or stops at its parent.
        let at = join("", field);
        if !pointer.ends_with(&at) {
            pointer.push_str(&at);
        }
        let list = known.clone().collect::<Vec<_>>().join(", ");
        let hint = match did_you_mean(field, known) {
            hint if hint.is_empty() && list.is_empty() => ": nothing can be set here".to_owned(),
            hint if hint.is_empty() => format!(": the known fields are {list}"),
            hint => hint,
        };
        return ConfigProblem::new(pointer, format!("unknown field `{field}`{hint}"));
    }
    if let Some((variant, known)) = text
        .strip_prefix("unknown variant")
        .and_then(|_| quoted.split_first())
    {
        let hint = did_you_mean(variant, known.iter().copied());
        let list = known.join("`, `");
        return ConfigProblem::new(pointer, format!("`{variant}` is none of `{list}`{hint}"));
    }
    if let Some(rest) = text
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.rsplit_once(", expected "))
    {
        let (found, expected) = rest;
        return ConfigProblem::new(
            pointer,
            format!(
                "wrong type: this is {}, expected {expected}",
                article(found)
            ),
        );
    }
    ConfigProblem::new(pointer, text)
}

/// What stands between backticks in serde's message: the wrong name first, then the known ones.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// serde says `integer `5``, `map` or `null`.
fn article(found: &str) -> String {
    match found.chars().next() {
        _ if found == "null" || found == "unit value" => "null".to_owned(),
        Some('a' | 'e' | 'i' | 'o' | 'u') => format!("an {found}"),
        _ => format!("a {found}"),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a sequence",
        Value::Object(_) => "a mapping",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
    struct Config {
        max_buffer: String,
        exclude: Vec<Exclude>,
        on_conflict: OnConflict,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Exclude {
        name: String,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum OnConflict {
        #[default]
        Report,
        Overwrite,
    }

    fn first(text: &str) -> (String, String) {
        let problems = parse::<Config>(text).unwrap_err();
        (problems[0].pointer.clone(), problems[0].message.clone())
    }

    #[test]
    fn an_empty_config_is_the_default() {
        for text in ["", " ", "null", "{}"] {
            let config = parse::<Config>(text).unwrap();
            assert!(
                config.max_buffer.is_empty() && config.exclude.is_empty(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_config_is_read() {
        let text = r#"{"maxBuffer": "6h", "exclude": [{"name": "a"}], "onConflict": "overwrite"}"#;
        let config = parse::<Config>(text).unwrap();
        assert_eq!(
            (config.max_buffer.as_str(), config.exclude[0].name.as_str()),
            ("6h", "a")
        );
        assert!(matches!(config.on_conflict, OnConflict::Overwrite));
    }

    #[test]
    fn an_unknown_field_is_named_with_its_place_and_the_nearest_known_one() {
        let (pointer, message) = first(r#"{"maxbuffer": "6h"}"#);
        assert_eq!(pointer, "/maxbuffer");
        assert_eq!(
            message,
            "unknown field `maxbuffer`: did you mean `maxBuffer`?"
        );

        let (pointer, message) = first(r#"{"exclude": [{"name": "a"}, {"nam": "b"}]}"#);
        assert_eq!(pointer, "/exclude/1/nam");
        assert_eq!(message, "unknown field `nam`: did you mean `name`?");

        let (_, message) = first(r#"{"somethingElse": 1}"#);
        assert_eq!(
            message,
            "unknown field `somethingElse`: the known fields are maxBuffer, exclude, onConflict"
        );
    }

    #[test]
    fn a_wrong_type_names_both_types() {
        let (pointer, message) = first(r#"{"maxBuffer": 6}"#);
        assert_eq!(pointer, "/maxBuffer");
        assert_eq!(
            message,
            "wrong type: this is an integer `6`, expected a string"
        );
        assert_eq!(
            first(r#"{"exclude": null}"#).1,
            "wrong type: this is null, expected a sequence"
        );
        assert_eq!(
            first("[]").1,
            "the config must be a mapping, not a sequence"
        );
    }

    #[test]
    fn an_unknown_variant_lists_the_known_ones() {
        let (pointer, message) = first(r#"{"onConflict": "reprot"}"#);
        assert_eq!(pointer, "/onConflict");
        assert_eq!(
            message,
            "`reprot` is none of `report`, `overwrite`: did you mean `report`?"
        );
    }

    #[test]
    fn a_missing_field_is_named() {
        let (pointer, message) = first(r#"{"exclude": [{}]}"#);
        assert_eq!(pointer, "/exclude/0");
        assert_eq!(message, "missing field `name`");
    }
}
