//! The schema of a policy's config, as the policy itself describes it, made fit to stand inside another one.

use serde_json::Value;

use super::shape;
use crate::catalogue::Policy;

/// Where the config of a built-in policy stands in a schema.
pub(super) fn reference(policy: &Policy) -> String {
    format!("#/$defs/{}", policy.builtin.name)
}

/// The schema that stands there. An absent config may be written as null.
pub(super) fn schema(policy: &Policy) -> Value {
    let mut schema = policy.description.config_schema.clone();
    rebase(&mut schema, &reference(policy));
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_remove("$schema");
        // The name of a Rust type says nothing to whoever edits a PolicySet.
        schema.shift_remove("title");
        schema.insert(
            "description".to_owned(),
            format!(
                "Settings of {}: {}.",
                policy.builtin.name, policy.description.title.en
            )
            .into(),
        );
    }
    shape::or_null(&mut schema);
    schema
}

/// References count from the root of a schema, which is somewhere else now.
fn rebase(schema: &mut Value, root: &str) {
    match schema {
        Value::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Value::String(target) if key == "$ref" => {
                        if let Some(rest) = target.strip_prefix('#') {
                            *target = format!("{root}{rest}");
                        }
                    }
                    other => rebase(other, root),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rebase(item, root)),
        _ => {}
    }
}
