//! The tables of the strict reader as JSON Schema.

use serde_json::{Map, Value, json};

use super::settings;
use crate::catalogue::Policy;
use crate::policyset::table::{Row, Shape, Table};

/// Which policies the mapping can speak of.
pub(super) enum Given<'p> {
    /// Those of a PolicySet, and foreign ones.
    Policies(&'p [Policy]),
    /// The one whose own kind it is.
    One(&'p Policy),
}

/// A mapping with these fields and no others.
pub(super) fn mapping(table: Table, given: &Given<'_>) -> Value {
    let required: Vec<&str> = table
        .iter()
        .filter(|row| is_required(row))
        .map(|row| row.name)
        .collect();
    let properties: Map<String, Value> = table
        .iter()
        .map(|row| (row.name.to_owned(), property(row, given)))
        .collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema
}

/// Null beside what `schema` allows: an explicit null counts as absent.
pub(super) fn or_null(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.push(json!({"type": "null"}));
    }
    if let Some(Value::String(name)) = schema.get("type") {
        schema["type"] = json!([name, "null"]);
    }
}

fn is_required(row: &Row) -> bool {
    matches!(
        row.shape,
        Shape::Plugin | Shape::Policies(_) | Shape::Rule | Shape::Subject(_) | Shape::Sentence
    )
}

fn property(row: &Row, given: &Given<'_>) -> Value {
    let mut schema = shape(row.shape, given);
    if !is_required(row) {
        or_null(&mut schema);
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_insert(0, "description".to_owned(), row.help.into());
    }
    schema
}

fn shape(shape: Shape, given: &Given<'_>) -> Value {
    match shape {
        Shape::Text => json!({"type": "string", "minLength": 1}),
        Shape::Plugin => plugin(given),
        Shape::Digest => json!({"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"}),
        Shape::Count => json!({"type": "integer", "minimum": 1}),
        Shape::Word(words) => json!({"enum": words}),
        Shape::Words(words) => json!({
            "anyOf": [{"enum": words}, {"type": "array", "items": {"enum": words}}],
        }),
        Shape::Mapping(table) => mapping(table, given),
        Shape::Policies(table) => {
            json!({"type": "array", "minItems": 1, "items": policy(table, given)})
        }
        Shape::Config => match given {
            Given::Policies(_) => json!({"type": "object"}),
            Given::One(policy) => json!({"$ref": settings::reference(policy)}),
        },
        Shape::Rules(words) => rules(words, given),
        Shape::Waivers(table) => json!({"type": "array", "items": mapping(table, given)}),
        Shape::Rule => rule(given),
        Shape::Sentence => json!({"type": "string", "pattern": "\\S"}),
        Shape::Subject(table) => json!({
            "anyOf": [
                {"type": "string", "pattern": SUBJECT},
                mapping(table, given),
            ],
        }),
        Shape::Date => json!({"type": "string", "pattern": DAY, "format": "date"}),
    }
}

/// `Kind namespace/name`, `Kind name` or `unit`.
const SUBJECT: &str = "^\\s*(unit|[^\\s*]+\\s+([^\\s*/]+/)?[^\\s*/]+)\\s*$";

const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

/// The id of a rule. A foreign plugin's may be any.
fn rule(given: &Given<'_>) -> Value {
    let known: Vec<&str> = builtins(given)
        .iter()
        .flat_map(|policy| &policy.description.rules)
        .map(|rule| rule.id.as_str())
        .collect();
    match given {
        Given::Policies(_) => {
            json!({"anyOf": [{"enum": known}, {"type": "string", "minLength": 1}]})
        }
        Given::One(_) => json!({"enum": known}),
    }
}

/// A mapping from the rules of a policy to `words`; whose rules they are is known where there is one policy.
fn rules(words: &[&str], given: &Given<'_>) -> Value {
    let mut word = json!({"enum": words});
    or_null(&mut word);
    match given {
        Given::Policies(_) => json!({"type": "object", "additionalProperties": word}),
        Given::One(policy) => {
            let properties: Map<String, Value> = policy
                .description
                .rules
                .iter()
                .map(|rule| {
                    let mut word = word.clone();
                    word["description"] = rule.title.en.as_str().into();
                    (rule.id.clone(), word)
                })
                .collect();
            json!({"type": "object", "properties": properties, "additionalProperties": false})
        }
    }
}

/// How a path to a plugin is told from a name.
const FILE: &str = "/|\\.wasm$";

fn plugin(given: &Given<'_>) -> Value {
    let named: Vec<Value> = builtins(given)
        .iter()
        .map(|policy| json!({"const": policy.builtin.name, "description": policy.description.title.en}))
        .collect();
    let mut choices = named;
    choices.push(
        json!({"type": "string", "pattern": FILE, "description": "The path of a .wasm file."}),
    );
    json!({"anyOf": choices})
}

/// One entry of `policies`: its config and its rules are those of the plugin.
fn policy(table: Table, given: &Given<'_>) -> Value {
    let mut schema = mapping(table, given);
    let mut cases: Vec<Value> = builtins(given)
        .iter()
        .map(|policy| {
            let mut own: Map<String, Value> = table
                .iter()
                .filter(|row| matches!(row.shape, Shape::Config | Shape::Rules(_)))
                .map(|row| (row.name.to_owned(), property(row, &Given::One(policy))))
                .collect();
            own.insert(
                "sha256".to_owned(),
                json!({"type": "null", "description": "Built-in policies are part of krmguard: leave it out."}),
            );
            json!({
                "if": {"required": ["plugin"], "properties": {"plugin": {"const": policy.builtin.name}}},
                "then": {"properties": own},
            })
        })
        .collect();
    cases.push(json!({
        "if": {"required": ["plugin"], "properties": {"plugin": {"type": "string", "pattern": FILE}}},
        "then": {"required": ["sha256"], "properties": {"sha256": {"type": "string"}}},
    }));
    schema["allOf"] = cases.into();
    schema
}

fn builtins<'p>(given: &Given<'p>) -> &'p [Policy] {
    match given {
        Given::Policies(policies) => policies,
        Given::One(policy) => std::slice::from_ref(policy),
    }
}
