//! What a policy is asked: the unit, and the objects it selects.

use krmguard_engine::{Form, Object, Profile, Request, Selector, Unit};
use serde_json::Value;

use super::bench::{Item, group_version};
use super::{Bench, Hints, hint};

/// A request, and which object of the bench each of its objects is.
pub(crate) struct Question {
    pub(crate) request: Request,
    /// By object id.
    pub(crate) items: Vec<usize>,
    /// Whether the values of Secrets were held back.
    pub(crate) redacted: bool,
}

impl Question {
    /// The name of the unit that is asked about.
    pub(crate) fn unit(&self) -> &str {
        let unit = self.request.units.first();
        unit.map_or("", |unit| unit.name.as_str())
    }

    /// `sources` is the unit that the sources of a built one are asked about as, if there are any: it has an id of its
    /// own. Object ids count from 0 without a gap. An object that is withheld on a hint counts as judged: nothing in it
    /// concerns the policy.
    pub(crate) fn new(
        policy: &Profile,
        unit: Unit,
        sources: Unit,
        bench: &mut Bench<'_>,
        hints: Hints,
    ) -> Question {
        let mut objects = Vec::new();
        let mut items = Vec::new();
        for (which, item) in bench.items.iter_mut().enumerate() {
            let Some(value) = item
                .value
                .as_ref()
                .filter(|value| selects(policy, item, value))
            else {
                continue;
            };
            item.judged = true;
            let selectors = selectors(policy, item.form, value);
            if hints == Hints::Followed && !hint::wanted(selectors, value) {
                continue;
            }
            let Ok(id) = u32::try_from(objects.len()) else {
                break;
            };
            let content = match item.object.is_secret() && !policy.secrets {
                true => redact(value).to_string(),
                false => value.to_string(),
            };
            objects.push(Object {
                id,
                unit: match item.is_source {
                    true => sources.id,
                    false => unit.id,
                },
                form: item.form,
                content,
                extra: item.extra.clone(),
            });
            items.push(which);
        }
        Question {
            request: Request {
                units: match objects.iter().any(|object| object.unit == sources.id) {
                    true => vec![unit, sources],
                    false => vec![unit],
                },
                objects,
                extra: Vec::new(),
            },
            items,
            redacted: !policy.secrets,
        }
    }
}

/// By what the object is now: an edit may have given it another kind.
fn selects(policy: &Profile, item: &Item, value: &Value) -> bool {
    selectors(policy, item.form, value).next().is_some()
}

/// The selectors that match the kind of an object.
fn selectors<'v>(
    policy: &'v Profile,
    form: Form,
    value: &'v Value,
) -> impl Iterator<Item = &'v Selector> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let (group, version) = group_version(text("apiVersion"));
    let kind = text("kind");
    policy
        .selectors
        .iter()
        .filter(move |selector| selector.matches(group, version, kind, form))
}

/// `***` in place of a value, in base64 under `data`: the Secret stays a valid one.
const HELD_BACK: &str = "***";
const HELD_BACK_ENCODED: &str = "Kioq";

/// kubectl keeps a copy of all values here.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The same Secret with its keys and without its values.
fn redact(secret: &Value) -> Value {
    let mut redacted = secret.clone();
    hold_back(redacted.get_mut("data"), HELD_BACK_ENCODED);
    hold_back(redacted.get_mut("stringData"), HELD_BACK);
    if let Some(copy) = redacted
        .pointer_mut("/metadata/annotations")
        .and_then(|annotations| annotations.get_mut(LAST_APPLIED))
    {
        *copy = Value::from(HELD_BACK);
    }
    redacted
}

fn hold_back(values: Option<&mut Value>, instead: &str) {
    match values {
        Some(Value::Object(entries)) => {
            for value in entries.values_mut() {
                *value = Value::from(instead);
            }
        }
        Some(Value::Null) | None => {}
        // Not what an API server takes, and no reason to hand it out.
        Some(other) => *other = Value::from(instead),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_redacted_secret_keeps_its_keys_alone() {
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": "a", "annotations": {LAST_APPLIED: "{\"data\":{\"k\":\"c2VjcmV0\"}}", "b": "c"}},
            "data": {"k": "c2VjcmV0", "empty": null}, "stringData": {"s": "secret"},
        });
        let text = redact(&secret).to_string();
        assert!(
            !text.contains("c2VjcmV0") && !text.contains("\"secret\""),
            "{text}"
        );
        assert!(
            text.contains("\"k\":\"Kioq\"")
                && text.contains("\"s\":\"***\"")
                && text.contains("\"b\":\"c\""),
            "{text}"
        );
        let odd = json!({"apiVersion": "v1", "kind": "Secret", "data": ["c2VjcmV0"]});
        assert!(!redact(&odd).to_string().contains("c2VjcmV0"));
    }
}
