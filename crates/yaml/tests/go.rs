//! What Go's readers make of the same texts. Their answers stand in `tables/`; the tables' heads
//! say how they are made.
#![allow(clippy::unwrap_used, missing_docs)]

use krmguard_yaml::{Error, Limits, parse};
use serde_json::Value;

struct Row {
    text: String,
    /// sigs.k8s.io/yaml: JSON, or none when it refuses.
    go: Option<Value>,
    /// What the comment above the row starts with, up to the colon.
    group: String,
}

fn rows(table: &str) -> Vec<Row> {
    let mut group = String::new();
    let mut rows = Vec::new();
    for line in table.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            group = comment.split(':').next().unwrap().to_owned();
        } else if let Some((text, answers)) = line.split_once('\t') {
            let go = answers.split('\t').next().unwrap();
            rows.push(Row {
                text: serde_json::from_str(text).unwrap(),
                go: (!go.starts_with('!')).then(|| serde_json::from_str(go).unwrap()),
                group: group.clone(),
            });
        }
    }
    rows
}

/// The first document of a stream, as Go's `Unmarshal` takes it.
fn read(text: &str) -> Result<Value, Error> {
    let limits = Limits::default();
    let documents = parse(text, &limits)?;
    documents
        .first()
        .map_or(Ok(Value::Null), |document| document.to_json(&limits))
}

#[test]
fn reads_as_go_reads() {
    let rows = rows(include_str!("tables/read.tsv"));
    assert!(rows.len() > 700, "{} rows", rows.len());
    for row in rows {
        match (read(&row.text), row.go) {
            (Ok(ours), Some(go)) => assert_eq!(ours, go, "{:?}", row.text),
            (Err(_), None) => {}
            (ours, go) => panic!("{:?}: ours {ours:?}, Go's {go:?}", row.text),
        }
    }
}

#[test]
fn refuses_by_name_where_readers_disagree() {
    let rows = rows(include_str!("tables/refused.tsv"));
    assert!(rows.len() > 20, "{} rows", rows.len());
    for row in rows {
        assert!(row.go.is_some(), "{:?}: Go refuses it too", row.text);
        let error = read(&row.text).unwrap_err();
        let kind = format!("{:?}", error.kind);
        assert!(
            kind.starts_with(&row.group),
            "{:?}: {kind}, not {}",
            row.text,
            row.group
        );
    }
}

#[test]
fn tolerates_what_means_the_same_to_everyone() {
    let rows = rows(include_str!("tables/tolerated.tsv"));
    assert!(rows.len() > 10, "{} rows", rows.len());
    for row in rows {
        assert!(row.go.is_none(), "{:?}: Go reads it too", row.text);
        read(&row.text).unwrap();
    }
}

/// A key that becomes another's twin only as JSON: Go keeps either, as its maps fall.
#[test]
fn twins_in_json_are_duplicates() {
    let error = read("1: a\n'1': b").unwrap_err();
    assert_eq!(error.to_string(), "the key `1` stands twice in one mapping");
}

/// The third voice: the maintained fork of `serde_yaml` reads YAML 1.2 and keeps the last of
/// duplicates. It differs from Go on so many of the texts that Go reads; a change of this number
/// means one of the readers changed.
#[test]
fn serde_yaml_differs_from_go_here_and_there() {
    let (mut same, mut other) = (0, 0);
    for row in rows(include_str!("tables/read.tsv")) {
        let Some(go) = row.go else { continue };
        let theirs: Option<Value> = serde_yaml::Deserializer::from_str(&row.text)
            .next()
            .and_then(|document| serde::Deserialize::deserialize(document).ok());
        if theirs == Some(go) {
            same += 1;
        } else {
            other += 1;
        }
    }
    assert_eq!((same, other), (439, 123));
}
