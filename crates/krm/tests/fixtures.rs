//! The real chart's output: nothing of it needs a parse, all of it parses, edits touch their lines only.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use krm::{Change, Changes, Envelope, Input};
use krmguard_yaml::{Limits, parse};
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

/// The fixtures' files under these folders; none where there are no fixtures.
fn files(folders: &[&str]) -> Vec<PathBuf> {
    let root = tests::fixtures::folder();
    if !root.is_dir() {
        tests::skip::say("fixtures");
        return Vec::new();
    }
    let mut files = Vec::new();
    for folder in folders {
        let entries = std::fs::read_dir(root.join(folder)).unwrap();
        files.extend(
            entries
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|end| end == "yaml")),
        );
    }
    files.sort();
    assert!(!files.is_empty(), "the folder of fixtures is empty");
    files
}

fn read(path: &Path) -> Input {
    Input::read(&path.display().to_string(), std::fs::read(path).unwrap()).unwrap()
}

fn write(input: &Input, changes: &Changes) -> String {
    let mut out = Vec::new();
    input.write(changes, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The lines that went and the lines that came.
fn difference(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let diff = TextDiff::from_lines(before, after);
    let of = |tag| {
        let changes = diff
            .iter_all_changes()
            .filter(move |change| change.tag() == tag);
        changes
            .map(|change| change.value().trim_end_matches('\n').to_owned())
            .collect()
    };
    (of(ChangeTag::Delete), of(ChangeTag::Insert))
}

#[test]
fn every_id_is_proved_and_every_object_parses_to_the_same() {
    for path in files(&["rendered/seed", "rendered/right", "functions"]) {
        let input = read(&path);
        assert!(
            (0..input.len()).all(|index| !input.parsed(index)),
            "{}",
            path.display()
        );
        assert_eq!(write(&input, &Changes::default()), input.text());
        let limits = Limits::default();
        let documents = parse(input.text(), &limits).unwrap();
        let values: Vec<Value> = documents
            .iter()
            .map(|document| document.to_json(&limits).unwrap())
            .collect();
        let expected = match input.envelope() {
            Envelope::ResourceList => {
                assert_eq!(
                    Some(input.function_config().unwrap().unwrap()),
                    values[0].get("functionConfig").cloned()
                );
                values[0]["items"].as_array().unwrap().clone()
            }
            _ => values,
        };
        assert_eq!(input.len(), expected.len());
        for (index, value) in expected.iter().enumerate() {
            assert_eq!(&input.value(index).unwrap(), value);
            assert_eq!(input.id(index).kind, value["kind"].as_str().unwrap());
            assert_eq!(
                input.id(index).name,
                value["metadata"]["name"].as_str().unwrap()
            );
            assert_eq!(
                input.id(index).namespace.as_deref(),
                value["metadata"]["namespace"].as_str()
            );
        }
    }
}

#[test]
fn an_edit_of_every_object_touches_its_lines_only() {
    for path in files(&["rendered/seed", "functions"]) {
        let input = read(&path);
        let mut objects = std::collections::BTreeMap::new();
        let mut labelled = 0;
        for index in 0..input.len() {
            // A definition of 0.7 MB is no better an example than a small one.
            if input.span(index).len() > 50_000 {
                continue;
            }
            let mut value = input.value(index).unwrap();
            let Some(labels) = value
                .pointer_mut("/metadata/labels")
                .and_then(Value::as_object_mut)
            else {
                continue;
            };
            labels.insert("krmguard.test/label".to_owned(), json!("yes"));
            labelled += 1;
            objects.insert(index, Change::Replace(value));
        }
        let changes = Changes {
            objects,
            ..Changes::default()
        };
        let out = write(&input, &changes);
        let (gone, come) = difference(input.text(), &out);
        assert_eq!(gone, Vec::<String>::new(), "{}", path.display());
        assert_eq!(come.len(), labelled, "{}", path.display());
        assert!(
            come.iter()
                .all(|line| line.trim() == "krmguard.test/label: \"yes\"")
        );
        let again = Input::read("again", out.clone()).unwrap();
        assert_eq!(write(&again, &changes), out, "a second run changes nothing");
    }
}

#[test]
fn results_are_the_only_lines_that_come() {
    for path in files(&["functions"]) {
        let input = read(&path);
        let changes = Changes {
            results: vec![json!({"message": "all is well", "severity": "info"})],
            ..Changes::default()
        };
        let out = write(&input, &changes);
        assert_eq!(
            out,
            format!(
                "{}results:\n- message: all is well\n  severity: info\n",
                input.text()
            )
        );
    }
}

#[test]
fn every_field_is_found_where_it_stands() {
    for path in files(&["rendered/seed"]) {
        let input = read(&path);
        for index in 0..input.len() {
            let value = input.value(index).unwrap();
            let location = input.locate(index, "/metadata/name", None);
            assert!(location.exact);
            assert_eq!(
                &input.text()[location.span],
                value["metadata"]["name"].as_str().unwrap()
            );
            if let Some(images) = value
                .pointer("/spec/template/spec/containers")
                .and_then(Value::as_array)
            {
                for (container, image) in images.iter().enumerate() {
                    let location = input.locate(
                        index,
                        &format!("/spec/template/spec/containers/{container}/image"),
                        None,
                    );
                    assert_eq!(
                        &input.text()[location.span],
                        image["image"].as_str().unwrap()
                    );
                }
            }
        }
    }
}
