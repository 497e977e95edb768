//! The tables of a policy's user page, written from its code.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::description::Effect;
use crate::policy::Policy;
use crate::testing::show::difference;

/// Compares the tables between `<!-- config -->`, `<!-- rules -->` and their closing `<!-- /config -->`,
/// `<!-- /rules -->` with the config's schema and the catalogue. With `BLESS=1` they are written anew.
pub fn readme<P: Policy>(path: impl AsRef<Path>) {
    let path = path.as_ref();
    let old = fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let mut new = old.clone();
    for (mark, table) in [("config", config::<P>()), ("rules", rules::<P>())] {
        let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
        let start = new
            .find(&open)
            .unwrap_or_else(|| panic!("{}: no {open}", path.display()))
            + open.len();
        let length = new[start..]
            .find(&close)
            .unwrap_or_else(|| panic!("{}: no {close}", path.display()));
        new.replace_range(start..start + length, &table);
    }
    if old == new {
        return;
    }
    if super::bless() {
        fs::write(path, new).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        return;
    }
    panic!(
        "{} differs from the code (BLESS=1 rewrites it):\n{}",
        path.display(),
        difference(&new, &old)
    );
}

fn rules<P: Policy>() -> String {
    let mut table =
        String::from("| rule | severity | effect | what it says |\n| --- | --- | --- | --- |\n");
    for rule in P::describe().rules {
        let effect = match rule.effect {
            Effect::Set => "set",
            Effect::Report => "report",
        };
        table.push_str(&format!(
            "| {} | {} | {effect} | {} |\n",
            rule.id,
            rule.severity.as_str(),
            cell(rule.title.en)
        ));
    }
    table
}

fn config<P: Policy>() -> String {
    let schema = schemars::schema_for!(P::Config).to_value();
    let mut table =
        String::from("| field | type | default | meaning |\n| --- | --- | --- | --- |\n");
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let meaning = property
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let default = match property.get("default") {
            None | Some(Value::Null) => String::from("–"),
            Some(value) => format!("`{value}`"),
        };
        table.push_str(&format!(
            "| `{name}` | {} | {} | {} |\n",
            cell(&kind(property, &schema)),
            cell(&default),
            cell(meaning)
        ));
    }
    table
}

/// The type of a schema in a few words; references are followed into `$defs`.
fn kind(property: &Value, root: &Value) -> String {
    if let Some(reference) = property.get("$ref").and_then(Value::as_str) {
        let target = reference
            .strip_prefix('#')
            .and_then(|pointer| root.pointer(pointer));
        return target.map_or_else(|| "any".to_owned(), |target| kind(target, root));
    }
    let choices = |key: &str| property.get(key).and_then(Value::as_array);
    if let Some(values) = choices("enum") {
        return values
            .iter()
            .map(|value| format!("`{}`", plain(value)))
            .collect::<Vec<_>>()
            .join(" or ");
    }
    if let Some(parts) = choices("oneOf").or_else(|| choices("anyOf")) {
        let parts = parts
            .iter()
            .filter(|part| part.get("type").and_then(Value::as_str) != Some("null"));
        return parts
            .map(|part| kind(part, root))
            .collect::<Vec<_>>()
            .join(" or ");
    }
    if let Some(value) = property.get("const") {
        return format!("`{}`", plain(value));
    }
    let named = match property.get("type") {
        Some(Value::Array(types)) => types
            .iter()
            .find_map(|name| name.as_str().filter(|name| *name != "null")),
        Some(Value::String(name)) => Some(name.as_str()),
        _ => None,
    };
    match named {
        Some("array") => {
            let items = property.get("items").map(|items| kind(items, root));
            format!("list of {}", items.unwrap_or_else(|| "anything".to_owned()))
        }
        Some("object") => match property.get("properties").and_then(Value::as_object) {
            Some(fields) => {
                let fields: Vec<&str> = fields.keys().map(String::as_str).collect();
                format!("`{{{}}}`", fields.join(", "))
            }
            None => {
                let values = property
                    .get("additionalProperties")
                    .filter(|schema| schema.is_object());
                format!(
                    "map to {}",
                    values.map_or_else(|| "anything".to_owned(), |values| kind(values, root))
                )
            }
        },
        Some(other) => other.to_owned(),
        None => "any".to_owned(),
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
