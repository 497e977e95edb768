//! As much of JSON Schema as `wit/describe.schema.json` uses. An unknown keyword is an error, so
//! that the schema cannot grow past the test.
#![allow(clippy::unwrap_used)]

use serde_json::Value;

/// What is wrong with a value, each with its path.
pub(crate) fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Check {
        root: schema,
        found: &mut found,
    }
    .run(schema, value, "");
    found
}

struct Check<'a> {
    root: &'a Value,
    found: &'a mut Vec<String>,
}

impl Check<'_> {
    fn run(&mut self, schema: &Value, value: &Value, path: &str) {
        for (keyword, wanted) in schema.as_object().unwrap() {
            self.keyword(keyword, wanted, value, path);
        }
    }

    fn keyword(&mut self, keyword: &str, wanted: &Value, value: &Value, path: &str) {
        let holds = match keyword {
            "$schema" | "$id" | "$defs" | "title" | "description" => true,
            "$ref" => {
                let pointer = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                self.run(self.root.pointer(pointer).unwrap(), value, path);
                true
            }
            "type" => match wanted {
                Value::Array(any) => any.iter().any(|one| is(one.as_str().unwrap(), value)),
                one => is(one.as_str().unwrap(), value),
            },
            "enum" => wanted.as_array().unwrap().contains(value),
            "required" => {
                let has = |name: &Value| value.get(name.as_str().unwrap()).is_some();
                wanted.as_array().unwrap().iter().all(has)
            }
            "properties" => {
                for (name, schema) in wanted.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        self.run(schema, value, &format!("{path}/{name}"));
                    }
                }
                true
            }
            "items" => {
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    self.run(wanted, value, &format!("{path}/{index}"));
                }
                true
            }
            "minLength" => {
                let length = value.as_str().unwrap_or_default().chars().count();
                u64::try_from(length).unwrap() >= wanted.as_u64().unwrap()
            }
            "pattern" => matches(wanted.as_str().unwrap(), value.as_str().unwrap_or_default()),
            other => panic!("the schema uses `{other}`, which this test does not know"),
        };
        if !holds {
            self.found
                .push(format!("{path}: {value} breaks {keyword} {wanted}"));
        }
    }
}

fn is(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        other => panic!("type {other}"),
    }
}

/// The schema's patterns, each by its text.
fn matches(pattern: &str, text: &str) -> bool {
    let lower = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    match pattern {
        "^[a-z][a-z0-9]*(-[a-z0-9]+)*$" => {
            text.starts_with(|first: char| first.is_ascii_lowercase())
                && text
                    .split('-')
                    .all(|word| !word.is_empty() && word.chars().all(lower))
        }
        "^[A-Z]+[0-9]+$" => {
            let digits = text.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
            let letters = text.len() - digits.len();
            letters > 0 && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
        "^[!-~]+$" => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()),
        other => panic!("the schema uses the pattern {other}, which this test does not know"),
    }
}
