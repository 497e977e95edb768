//! One run of a policy over objects, its edits applied, as the host does it.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::description::{Description, Effect};
use crate::policy::Policy;
use crate::testing::case::{FIRST_ID, Setup, form, identity};
use crate::wire::{Change, Edit, Failure, Finding, Object, Outcome, Request};

/// What a run gave.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The findings.
    pub findings: Vec<Finding>,
    /// Whether each finding is named by an edit.
    pub fixed: Vec<bool>,
    /// The objects after the edits: the given ones in order (`None` where deleted), then the created ones.
    pub output: Vec<Option<Value>>,
    /// How many edits there were.
    pub edits: usize,
}

impl Judged {
    /// The index of the object that a finding is about.
    pub fn index(finding: &Finding) -> Option<usize> {
        finding
            .at
            .as_ref()
            .map(|place| (place.object - FIRST_ID) as usize)
    }

    /// The objects that are left.
    pub fn objects(&self) -> Vec<Value> {
        self.output.iter().flatten().cloned().collect()
    }
}

/// Judges objects as one unit and applies the edits. Panics where the policy breaks its contract: a rule
/// outside the catalogue, a place or an edit at an object that it was not given, a patch that does not apply,
/// an edit in the name of a `report` rule, edits that do not apply without those of another rule, or another
/// answer when the selectors' hints are used.
pub fn judge<P: Policy>(setup: &Setup, objects: &[Value]) -> Result<Judged, Failure> {
    let description = P::describe();
    let unit = setup.unit();
    let ask = |hints: bool| {
        let sent: Vec<Object> = objects
            .iter()
            .enumerate()
            .filter(|(_, value)| selected(&description, value, hints))
            .map(|(index, value)| {
                setup.object(index, &redacted(value, description.secrets), unit.id)
            })
            .collect();
        let ids = sent.iter().map(|object| object.id).collect::<BTreeSet<_>>();
        let request = Request {
            units: vec![unit.clone()],
            objects: sent,
            extra: Vec::new(),
        };
        crate::evaluate::<P>(request).map(|answer| (answer, ids))
    };
    let (answer, sent) = ask(false)?;
    let (hinted, _) = ask(true)?;
    assert_eq!(
        answer, hinted,
        "the answer must be the same when objects without a selector's needles are withheld"
    );
    check(&answer, &sent, &description);

    // A waived rule's edits are not applied: those of the others must stand without them.
    for rule in answer
        .edits
        .iter()
        .map(|edit| &edit.rule)
        .collect::<BTreeSet<_>>()
    {
        edited(
            objects,
            answer.edits.iter().filter(|edit| edit.rule != *rule),
            Some(rule),
        );
    }
    let output = edited(objects, &answer.edits, None);
    let named: BTreeSet<u32> = answer
        .edits
        .iter()
        .filter_map(|edit| edit.finding)
        .collect();
    let fixed = (0..answer.findings.len() as u32)
        .map(|index| named.contains(&index))
        .collect();
    Ok(Judged {
        findings: answer.findings,
        fixed,
        output,
        edits: answer.edits.len(),
    })
}

pub(crate) fn selected(description: &Description, value: &Value, hints: bool) -> bool {
    let (group, version, kind) = identity(value);
    description.selectors.iter().any(|selector| {
        let hinted_away = hints
            && !selector.containing.is_empty()
            && !selector
                .containing
                .iter()
                .any(|needle| occurs(needle, value, kind == "Secret"));
        selector.matches(group, version, kind, form(value)) && !hinted_away
    })
}

/// Whether the needle occurs in any key or scalar; of a Secret's `data` also in the decoded values.
fn occurs(needle: &str, value: &Value, secret: bool) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| {
            key.contains(needle)
                || occurs(needle, value, false)
                || (secret
                    && key == "data"
                    && decoded(value).iter().any(|text| text.contains(needle)))
        }),
        Value::Array(items) => items.iter().any(|item| occurs(needle, item, false)),
        Value::String(text) => text.contains(needle),
        scalar => scalar.to_string().contains(needle),
    }
}

fn decoded(data: &Value) -> Vec<String> {
    let values = data
        .as_object()
        .into_iter()
        .flat_map(|map| map.values())
        .filter_map(Value::as_str);
    values
        .filter_map(|text| STANDARD.decode(text).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect()
}

/// A policy that does not ask for the values of Secrets does not get them.
pub(crate) fn redacted(value: &Value, secrets: bool) -> Value {
    let mut value = value.clone();
    if !secrets && identity(&value) == ("", "v1", "Secret") {
        for key in ["data", "stringData"] {
            let map = value.get_mut(key).and_then(Value::as_object_mut);
            map.into_iter()
                .flatten()
                .for_each(|(_, value)| *value = Value::from("***"));
        }
    }
    value
}

pub(crate) fn check(answer: &Outcome, sent: &BTreeSet<u32>, description: &Description) {
    for finding in &answer.findings {
        let rule = description.rule(&finding.rule);
        assert!(
            rule.is_some(),
            "a finding names {}, which the catalogue lacks",
            finding.rule
        );
        for place in finding
            .at
            .iter()
            .chain(finding.related.iter().filter_map(|note| note.at.as_ref()))
        {
            assert!(
                sent.contains(&place.object),
                "{} is at object {}, which was not sent",
                finding.rule,
                place.object
            );
            let well_formed = place.pointer.is_empty() || place.pointer.starts_with('/');
            assert!(
                well_formed,
                "{}: {:?} is no JSON pointer",
                finding.rule, place.pointer
            );
        }
        for json in finding.current.iter().chain(&finding.proposed) {
            let read: Result<Value, _> = serde_json::from_str(json);
            assert!(read.is_ok(), "{}: {json:?} is no JSON", finding.rule);
        }
    }
    for edit in &answer.edits {
        let rule = description.rule(&edit.rule);
        let rule = rule
            .unwrap_or_else(|| panic!("an edit names {}, which the catalogue lacks", edit.rule));
        assert_eq!(
            rule.effect,
            Effect::Set,
            "{} is a report rule, but it edits",
            rule.id
        );
        if let Some(index) = edit.finding {
            assert!(
                (index as usize) < answer.findings.len(),
                "an edit of {} names finding {index}",
                rule.id
            );
        }
    }
}

/// The objects after edits. `without` names the rule whose edits were left out, for the message.
pub(crate) fn edited<'a>(
    objects: &[Value],
    edits: impl IntoIterator<Item = &'a Edit>,
    without: Option<&str>,
) -> Vec<Option<Value>> {
    let mut output: Vec<Option<Value>> = objects.iter().cloned().map(Some).collect();
    for edit in edits {
        if let Err(why) = apply(&edit.change, &mut output) {
            let left_out = without
                .map(|rule| format!(" without those of {rule}"))
                .unwrap_or_default();
            panic!("the edits{left_out} do not apply: {}: {why}", edit.rule);
        }
    }
    for (value, before) in output.iter_mut().zip(objects) {
        if let Some(value) = value {
            *value = ordered(std::mem::take(value), before);
        }
    }
    output
}

fn apply(change: &Change, output: &mut Vec<Option<Value>>) -> Result<(), String> {
    let json =
        |text: &str| serde_json::from_str::<Value>(text).map_err(|why| format!("{why}: {text}"));
    match change {
        Change::Patch(id, text) => {
            let patch: json_patch::Patch = serde_json::from_str(text)
                .map_err(|why| format!("no RFC 6902 patch: {why}: {text}"))?;
            let value = slot(*id, output)?.as_mut().ok_or("its object is deleted")?;
            json_patch::patch(value, &patch).map_err(|why| format!("{why}: {text}"))?;
        }
        Change::Replace(id, text) => *slot(*id, output)? = Some(json(text)?),
        Change::Create(_, text) => output.push(Some(json(text)?)),
        Change::Delete(id) => *slot(*id, output)? = None,
    }
    Ok(())
}

/// Keys in the order in which they stood before, new ones last: applying a patch moves keys about, but the
/// host's splices do not, and a golden file is for reading.
fn ordered(value: Value, before: &Value) -> Value {
    match (value, before) {
        (Value::Object(mut map), Value::Object(before)) => {
            let mut sorted = serde_json::Map::new();
            for (key, old) in before {
                if let Some(value) = map.remove(key) {
                    sorted.insert(key.clone(), ordered(value, old));
                }
            }
            let known = |key: &String| before.contains_key(key);
            let mut new: Vec<_> = map.into_iter().filter(|(key, _)| !known(key)).collect();
            new.sort_by(|a, b| a.0.cmp(&b.0));
            sorted.extend(new);
            Value::Object(sorted)
        }
        (value, _) => value,
    }
}

fn slot(id: u32, output: &mut [Option<Value>]) -> Result<&mut Option<Value>, String> {
    let index = id.checked_sub(FIRST_ID).map(|index| index as usize);
    index
        .and_then(|index| output.get_mut(index))
        .ok_or_else(|| format!("there is no object {id}"))
}
