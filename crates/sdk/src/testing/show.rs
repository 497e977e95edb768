//! Findings, objects and problems as the YAML of golden files, and how two of them differ.

use std::collections::BTreeMap;

use krmguard_yaml::emit;
use serde_json::{Map, Value, json};
use similar::TextDiff;

use crate::testing::case::title;
use crate::wire::{ConfigProblem, Finding, Place};

/// The findings as `findings.yaml` has them, in an order that does not depend on the policy's. `units` names the units
/// where there are several.
pub(crate) fn findings(
    findings: &[Finding],
    fixed: &[bool],
    input: &[Value],
    units: Option<&BTreeMap<u32, String>>,
) -> Value {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    let key = |index: &usize| {
        let finding = &findings[*index];
        (
            finding.unit,
            finding.at.clone(),
            finding.rule.clone(),
            finding.message.clone(),
        )
    };
    order.sort_by_key(key);
    order
        .iter()
        .map(|&index| {
            let finding = &findings[index];
            let unit = units.and_then(|units| units.get(&finding.unit));
            one(finding, fixed[index], input, unit)
        })
        .collect()
}

fn one(finding: &Finding, fixed: bool, input: &[Value], unit: Option<&String>) -> Value {
    let mut map = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    put("rule", Some(finding.rule.clone().into()));
    put("unit", unit.map(|name| name.as_str().into()));
    put("severity", Some(finding.severity.as_str().into()));
    put("object", finding.at.as_ref().map(|at| object(at, input)));
    put(
        "at",
        finding.at.as_ref().map(|at| at.pointer.clone().into()),
    );
    put(
        "range",
        finding
            .at
            .as_ref()
            .and_then(|at| at.range)
            .map(|(start, end)| json!([start, end])),
    );
    put("message", Some(finding.message.clone().into()));
    put("remedy", finding.remedy.clone().map(Value::from));
    put(
        "current",
        finding
            .current
            .as_deref()
            .and_then(|json| serde_json::from_str(json).ok()),
    );
    put(
        "proposed",
        finding
            .proposed
            .as_deref()
            .and_then(|json| serde_json::from_str(json).ok()),
    );
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|note| match &note.at {
            Some(at) => {
                json!({"object": object(at, input), "at": at.pointer, "message": note.message})
            }
            None => json!({"message": note.message}),
        })
        .collect();
    put(
        "related",
        (!related.is_empty()).then_some(Value::Array(related)),
    );
    put("sensitive", finding.sensitive.then_some(Value::Bool(true)));
    put("fixed", fixed.then_some(Value::Bool(true)));
    Value::Object(map)
}

fn object(at: &Place, input: &[Value]) -> Value {
    let index = (at.object - crate::testing::case::FIRST_ID) as usize;
    input
        .get(index)
        .map_or(Value::Null, |value| title(value).into())
}

/// Config problems as `problems.yaml` has them.
pub(crate) fn problems(problems: &[ConfigProblem]) -> Value {
    problems
        .iter()
        .map(|problem| json!({"at": problem.pointer, "message": problem.message}))
        .collect()
}

/// One document, ending with a line break.
pub(crate) fn document(value: &Value) -> String {
    let mut text = emit::node(value, 0, &emit::Layout::default());
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// A stream of documents.
pub(crate) fn stream(values: &[Value]) -> String {
    values
        .iter()
        .map(document)
        .collect::<Vec<_>>()
        .join("---\n")
}

/// What has to be taken away from (`-`) and added to (`+`) the expectation to get the actual text.
pub fn difference(expected: &str, actual: &str) -> String {
    TextDiff::from_lines(expected, actual)
        .unified_diff()
        .context_radius(4)
        .header("expected", "actual")
        .to_string()
}
