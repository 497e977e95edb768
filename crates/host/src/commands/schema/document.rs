//! Whole schemas: of a PolicySet, of one policy's own kind, of a file that is any of them.

use serde_json::{Map, Value, json};

use super::{settings, shape};
use crate::catalogue::Policy;
use crate::policyset::{API_VERSION, KIND, table};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Of a PolicySet.
pub(super) fn policy_set(policies: &[Policy]) -> Value {
    whole(set_body(policies), definitions(policies))
}

/// Of the functionConfig kind of one policy.
pub(super) fn single(policy: &Policy) -> Value {
    whole(
        single_body(policy),
        definitions(std::slice::from_ref(policy)),
    )
}

/// Of a file of whichever kind.
pub(super) fn all(policies: &[Policy]) -> Value {
    let mut bodies = vec![(KIND, set_body(policies))];
    bodies.extend(
        policies
            .iter()
            .map(|policy| (policy.builtin.kind, single_body(policy))),
    );
    let kinds: Vec<&str> = bodies.iter().map(|(kind, _)| *kind).collect();
    let choice: Vec<Value> = kinds
        .iter()
        .map(|kind| {
            json!({
                "if": {"required": ["kind"], "properties": {"kind": {"const": kind}}},
                "then": {"$ref": format!("#/$defs/{kind}")},
            })
        })
        .collect();
    let mut definitions = definitions(policies);
    for (kind, body) in bodies {
        definitions.insert(kind.to_owned(), body);
    }
    let body = json!({
        "title": "krmguard",
        "description": "What krmguard judges by: a PolicySet, or the functionConfig of a single policy.",
        "type": "object",
        "required": ["apiVersion", "kind"],
        "properties": {"apiVersion": {"const": API_VERSION}, "kind": {"enum": kinds}},
        "allOf": choice,
    });
    whole(body, definitions)
}

fn set_body(policies: &[Policy]) -> Value {
    let spec = shape::mapping(table::SET, &shape::Given::Policies(policies));
    let title = "Policies in the order in which they run, and the cluster they run for.";
    body(KIND, title, spec, true)
}

fn single_body(policy: &Policy) -> Value {
    let mut spec = shape::mapping(table::SINGLE, &shape::Given::One(policy));
    shape::or_null(&mut spec);
    body(
        policy.builtin.kind,
        &policy.description.title.en,
        spec,
        false,
    )
}

/// krmguard does not look at `metadata`: kustomize writes into it.
fn body(kind: &str, description: &str, spec: Value, needs_spec: bool) -> Value {
    let required: &[&str] = match needs_spec {
        true => &["apiVersion", "kind", "spec"],
        false => &["apiVersion", "kind"],
    };
    json!({
        "title": kind,
        "description": description,
        "type": "object",
        "required": required,
        "properties": {
            "apiVersion": {"const": API_VERSION},
            "kind": {"const": kind},
            "metadata": {
                "description": "A name, and for kustomize the annotation `config.kubernetes.io/function: exec: {path: krmguard}`.",
            },
            "spec": spec,
        },
        "additionalProperties": false,
    })
}

/// The configs, each under its policy's name.
fn definitions(policies: &[Policy]) -> Map<String, Value> {
    let named = |policy: &Policy| (policy.builtin.name.to_owned(), settings::schema(policy));
    policies.iter().map(named).collect()
}

fn whole(body: Value, definitions: Map<String, Value>) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), DRAFT.into());
    if let Value::Object(body) = body {
        schema.extend(body);
    }
    schema.insert("$defs".to_owned(), Value::Object(definitions));
    Value::Object(schema)
}
