//! The policies as they are shipped, in wasm, give what their golden folders say. The same folders are
//! run natively by each policy's own test: native and wasm are the same policy.

mod carried;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use krmguard_builtin::ALL;
use krmguard_engine::{
    Change, ConfigProblem, Form, Limits, Object, Outcome, Place, Plugin, PluginError, Request,
    Stage, Unit,
};
use krmguard_sdk::testing::{difference, read_stream};
use serde_json::{Map, Value, json};
use tests::objects::sorted;
use tests::{read, root};

/// Not zero, so that an index taken for an id is seen.
const FIRST: u32 = 100;

fn cases(policy: &str) -> Vec<PathBuf> {
    let folder = root().join("plugins").join(policy).join("testdata");
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) => panic!("{}: {error}", folder.display()),
    };
    let mut cases: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "{} is empty", folder.display());
    cases
}

#[test]
fn every_golden_case_holds_in_wasm() {
    assert!(!ALL.is_empty(), "no policy is built in");
    let mut wrong = Vec::new();
    let mut held = 0;
    for builtin in ALL {
        let plugin = carried::load(builtin, Limits::default());
        for case in cases(builtin.name) {
            held += 1;
            if let Err(why) = holds(&plugin, &case) {
                let name = case.file_name().unwrap_or_default().to_string_lossy();
                wrong.push(format!("{}/{name}: {why}", builtin.name));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases:\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
    assert!(held >= 100, "only {held} golden folders");
}

fn holds(plugin: &Plugin, case: &Path) -> Result<(), String> {
    let stream = |file: &str| {
        let path = case.join(file);
        if path.is_file() {
            read_stream(&read(path))
        } else {
            Vec::new()
        }
    };
    let fleet = stream("units.yaml").into_iter().next();
    if let Some(Value::Object(setups)) = fleet {
        return fleet_holds(plugin, &setups, &stream);
    }
    let input = stream("input.yaml");
    let setup = stream("unit.yaml").into_iter().next().unwrap_or_default();
    let request = Request {
        units: vec![unit(7, None, &setup)],
        objects: objects(plugin, 7, FIRST, &input, &setup),
        extra: Vec::new(),
    };
    match plugin.evaluate(&request) {
        Ok(outcome) => {
            same(
                "findings.yaml",
                &stream("findings.yaml"),
                &[findings(&outcome, &input, &[])],
            )?;
            let output = stream("output.yaml");
            let expected = if outcome.edits.is_empty() && output.is_empty() {
                input.clone()
            } else {
                output
            };
            same("output.yaml", &expected, &edited(&outcome, &input)?)
        }
        Err(PluginError::Config { problems, .. }) => same(
            "problems.yaml",
            &stream("problems.yaml"),
            &[as_written(&problems)],
        ),
        Err(error) => Err(error.to_string()),
    }
}

/// A case of several units: each is judged alone, then the facts of all.
fn fleet_holds(
    plugin: &Plugin,
    setups: &Map<String, Value>,
    stream: &dyn Fn(&str) -> Vec<Value>,
) -> Result<(), String> {
    let (mut units, mut input, mut selected) = (Vec::new(), Vec::new(), Vec::new());
    for (id, (file, setup)) in (7..).zip(setups) {
        units.push(unit(id, Some(file), setup));
        let objects_of_unit = stream(file);
        let first = FIRST + input.len() as u32;
        selected.extend(objects(plugin, id, first, &objects_of_unit, setup));
        input.extend(objects_of_unit);
    }
    let request = Request {
        units: units.clone(),
        objects: selected,
        extra: Vec::new(),
    };
    let mut outcome = plugin.evaluate(&request).map_err(|why| why.to_string())?;
    let judged = plugin
        .judge(&units, &outcome.facts)
        .map_err(|why| why.to_string())?;
    outcome.findings.extend(judged.findings);
    same(
        "findings.yaml",
        &stream("findings.yaml"),
        &[findings(&outcome, &input, &units)],
    )
}

fn unit(id: u32, name: Option<&str>, setup: &Value) -> Unit {
    let text = |key: &str| setup[key].as_str().map(str::to_owned);
    let disabled = setup["disabled"].as_array().into_iter().flatten();
    let cluster = text("cluster");
    Unit {
        id,
        name: name
            .map(str::to_owned)
            .or_else(|| cluster.clone())
            .unwrap_or_else(|| "unit".to_owned()),
        cluster,
        role: text("role"),
        stage: match setup["stage"].as_str() {
            Some("source") => Stage::Source,
            Some("in-build") => Stage::InBuild,
            _ => Stage::Built,
        },
        complete: setup["complete"].as_bool().unwrap_or(true),
        config: setup
            .get("config")
            .map_or_else(|| "{}".to_owned(), Value::to_string),
        disabled: disabled
            .filter_map(|rule| rule.as_str().map(str::to_owned))
            .collect(),
        extra: Vec::new(),
    }
}

/// The objects that the policy selects, as the host would send them without any hint.
fn objects(plugin: &Plugin, unit: u32, first: u32, input: &[Value], setup: &Value) -> Vec<Object> {
    let profile = plugin.profile();
    let mut objects = Vec::new();
    for (id, value) in (first..).zip(input) {
        let api = value["apiVersion"].as_str().unwrap_or_default();
        let (group, version) = api.rsplit_once('/').unwrap_or(("", api));
        let kind = value["kind"].as_str().unwrap_or_default();
        let form = match (group, version, kind) {
            (_, "builtin", "HelmChartInflationGenerator") => Form::ChartValues,
            ("kustomize.config.k8s.io", _, _) => Form::Kustomization,
            _ => Form::Manifest,
        };
        if profile
            .selectors
            .iter()
            .any(|selector| selector.matches(group, version, kind, form))
        {
            let secret = (group, version, kind) == ("", "v1", "Secret");
            let content = if secret && !profile.secrets {
                redacted(value)
            } else {
                value.clone()
            };
            objects.push(Object {
                id,
                unit,
                form,
                content: content.to_string(),
                extra: said(value, setup),
            });
        }
    }
    objects
}

/// What the case's `extra` says of an object: a text as it is, anything else as its JSON.
fn said(object: &Value, setup: &Value) -> Vec<(String, String)> {
    let said = setup["extra"][name(object)].as_object();
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    said.into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), text(value)))
        .collect()
}

fn redacted(secret: &Value) -> Value {
    let mut secret = secret.clone();
    for key in ["data", "stringData"] {
        for (_, value) in secret
            .get_mut(key)
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            *value = Value::from("***");
        }
    }
    secret
}

/// The findings as `findings.yaml` writes them, with their unit where `units` has several; the order is
/// settled by `same`.
fn findings(outcome: &Outcome, input: &[Value], units: &[Unit]) -> Value {
    let named: BTreeSet<u32> = outcome
        .edits
        .iter()
        .filter_map(|edit| edit.finding)
        .collect();
    (0_u32..)
        .zip(&outcome.findings)
        .map(|(index, finding)| {
            let mut map = Map::new();
            let mut put = |key: &str, value: Option<Value>| {
                if let Some(value) = value {
                    map.insert(key.to_owned(), value);
                }
            };
            let json = |text: &Option<String>| {
                text.as_deref()
                    .and_then(|text| serde_json::from_str(text).ok())
            };
            put("rule", Some(finding.rule.as_str().into()));
            let unit = units.iter().find(|unit| unit.id == finding.unit);
            put("unit", unit.map(|unit| unit.name.as_str().into()));
            put("severity", serde_json::to_value(finding.severity).ok());
            put("object", finding.at.as_ref().map(|at| title(at, input)));
            put(
                "at",
                finding.at.as_ref().map(|at| at.pointer.as_str().into()),
            );
            put(
                "range",
                finding
                    .at
                    .as_ref()
                    .and_then(|at| at.range)
                    .map(|(from, to)| json!([from, to])),
            );
            put("message", Some(finding.message.as_str().into()));
            put("remedy", finding.remedy.as_deref().map(Value::from));
            put("current", json(&finding.current));
            put("proposed", json(&finding.proposed));
            let related = finding.related.iter().map(|note| match &note.at {
                Some(at) => {
                    json!({"object": title(at, input), "at": at.pointer, "message": note.message})
                }
                None => json!({"message": note.message}),
            });
            let related: Vec<Value> = related.collect();
            put(
                "related",
                (!related.is_empty()).then_some(Value::Array(related)),
            );
            put("sensitive", finding.sensitive.then_some(Value::Bool(true)));
            put("fixed", named.contains(&index).then_some(Value::Bool(true)));
            Value::Object(map)
        })
        .collect()
}

/// `Kind namespace/name` of the object at a place.
fn title(at: &Place, input: &[Value]) -> Value {
    input
        .get((at.object - FIRST) as usize)
        .map_or(Value::Null, |object| name(object).into())
}

fn name(object: &Value) -> String {
    let word = |pointer| {
        object
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let (kind, name) = (word("/kind"), word("/metadata/name"));
    match word("/metadata/namespace") {
        "" => format!("{kind} {name}"),
        namespace => format!("{kind} {namespace}/{name}"),
    }
}

fn as_written(problems: &[ConfigProblem]) -> Value {
    problems
        .iter()
        .map(|problem| json!({"at": problem.pointer, "message": problem.message}))
        .collect()
}

/// The input with the edits applied, by a library's RFC 6902.
fn edited(outcome: &Outcome, input: &[Value]) -> Result<Vec<Value>, String> {
    let mut output: Vec<Option<Value>> = input.iter().cloned().map(Some).collect();
    let parse = |text: &str| serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
    for edit in &outcome.edits {
        let (object, text) = match &edit.change {
            Change::Create((_, text)) => {
                output.push(Some(parse(text)?));
                continue;
            }
            Change::Delete(object) => (object, None),
            Change::Patch((object, text)) | Change::Replace((object, text)) => (object, Some(text)),
        };
        let slot = object
            .checked_sub(FIRST)
            .and_then(|index| output.get_mut(index as usize));
        let slot = slot.ok_or_else(|| format!("an edit of {} names object {object}", edit.rule))?;
        *slot = match (&edit.change, slot.take(), text) {
            (Change::Patch(_), Some(mut value), Some(text)) => {
                let patch: json_patch::Patch =
                    serde_json::from_str(text).map_err(|error| error.to_string())?;
                json_patch::patch(&mut value, &patch)
                    .map_err(|error| format!("{}: {error}", edit.rule))?;
                Some(value)
            }
            (Change::Replace(_), Some(_), Some(text)) => Some(parse(text)?),
            (Change::Delete(_), Some(_), None) => None,
            _ => return Err(format!("an edit of {} names a deleted object", edit.rule)),
        };
    }
    Ok(output.into_iter().flatten().collect())
}

/// Compares values. A list of findings is compared as a bag: its order is the harness's own affair.
fn same(file: &str, expected: &[Value], actual: &[Value]) -> Result<(), String> {
    let lines = |values: &[Value]| {
        let mut lines: Vec<String> = values
            .iter()
            .flat_map(|value| match value {
                Value::Array(items) => items.clone(),
                other => vec![other.clone()],
            })
            .map(|value| serde_json::to_string_pretty(&sorted(&value)).unwrap_or_default())
            .collect();
        lines.sort();
        lines.join("\n") + "\n"
    };
    let (expected, actual) = (lines(expected), lines(actual));
    if expected == actual {
        Ok(())
    } else {
        Err(format!("{file}\n{}", difference(&expected, &actual)))
    }
}
