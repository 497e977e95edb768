//! What an edit looks like, and that the diff is one.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::render::sample::{printed, report, sealed};

#[test]
fn edits_as_a_diff_of_the_whole_file() {
    let expected = "\
--- edge.yaml
+++ edge.yaml
@@ -6,4 +6,5 @@ Prometheus monitoring/k8s
 spec:
   replicas: 2
   thanos:
-    version: v0.37.2
+    version: v0.38.0
+  externalLabels: {}
@@ -18,4 +19,6 @@ Secret monitoring/thanos-s3-config
   objstore.yml: ***
     ***
     ***
-      ***
+      ***
+  pin: ***
+  more: ***
";
    let sealed = sealed(report());
    assert_eq!(printed(|out| diff(out, &sealed, false)), expected);
}

#[test]
fn created_and_deleted_objects_in_a_diff() {
    let mut whole = report();
    let (mut deleted, mut created) = (whole.changes[1].clone(), whole.changes[1].clone());
    (deleted.before, deleted.after, deleted.line) = ("a: 1\nb: 2\n".into(), String::new(), 5);
    (created.before, created.after, created.line) = (String::new(), "c: 3".into(), 7);
    whole.changes = vec![created, deleted];
    let expected = "\
--- edge.yaml
+++ edge.yaml
@@ -5,2 +4,0 @@ Prometheus monitoring/k8s
-a: 1
-b: 2
@@ -8,0 +7 @@ Prometheus monitoring/k8s
+c: 3
";
    let sealed = sealed(whole);
    assert_eq!(printed(|out| diff(out, &sealed, false)), expected);
}

#[test]
fn a_long_line_in_a_diff_is_cut_where_it_differs() {
    let mut whole = report();
    whole.changes.truncate(1);
    whole.changes[0].object.kind = "ConfigMap".into();
    whole.changes[0].before = format!("{}old{}", "a".repeat(5_000), "b".repeat(5_000));
    whole.changes[0].after = format!("{}new{}", "a".repeat(5_000), "b".repeat(5_000));
    let sealed = sealed(whole);
    let diff = printed(|out| diff(out, &sealed, false));
    assert!(diff.contains("aoldb") && diff.contains("anewb"), "{diff}");
    assert!(
        diff.lines().all(|line| line.chars().count() < 410),
        "{diff}"
    );
}

/// Applies a unified diff by its line numbers alone.
fn applied(before: &str, diff: &str) -> Vec<String> {
    let before: Vec<&str> = before.lines().collect();
    let (mut after, mut at) = (Vec::<String>::new(), 0);
    for line in diff.lines().skip(2) {
        if let Some(header) = line.strip_prefix("@@ -") {
            let (old, rest) = header.split_once(" +").unwrap();
            let start = |extent: &str| {
                let (start, len) = extent.split_once(',').unwrap_or((extent, "1"));
                start.parse::<usize>().unwrap() - usize::from(len != "0")
            };
            let from = start(old);
            after.extend(before[at..from].iter().map(|line| (*line).to_owned()));
            assert_eq!(
                start(rest.split(' ').next().unwrap()),
                after.len(),
                "{line}"
            );
            at = from;
            continue;
        }
        let (sign, text) = line.split_at(1);
        if sign != "+" {
            assert_eq!(before[at], text);
            at += 1;
        }
        if sign != "-" {
            after.push(text.to_owned());
        }
    }
    after.extend(before[at..].iter().map(|line| (*line).to_owned()));
    after
}

#[test]
fn a_diff_leads_from_the_file_read_to_the_file_written() {
    let document = |name: usize, extra: usize| {
        let lines: String = (0..12).map(|n| format!("  l{n}: {name}\n")).collect();
        format!("name: {name}\n{lines}{}", "more: x\n".repeat(extra))
    };
    let documents: Vec<String> = (0..4).map(|name| document(name, 2)).collect();
    let edits = [
        documents[0]
            .replace("l1: 0\n", "l1: 7\n  l1b: 8\n")
            .replace("l11: 0\n", ""),
        documents[1].clone(),
        String::new(),
        documents[3].replace("more: x\nmore: x\n", ""),
    ];
    let created = document(9, 0);
    let (before, after) = (
        documents.join("---\n"),
        edits.join("---\n") + "---\n" + &created,
    );
    let after = after.replace("---\n---\n", "---\n");
    let line = |name: usize| {
        before[..before.find(&format!("name: {name}")).unwrap()]
            .lines()
            .count()
            + 1
    };
    let mut whole = report();
    let template = whole.changes[1].clone();
    whole.changes = [0, 2, 3]
        .map(|name| ChangedObject {
            // With its separator: what stands between two documents belongs to the one after it.
            before: format!("{}{}", if name > 0 { "---\n" } else { "" }, documents[name]),
            after: match edits[name].is_empty() {
                true => String::new(),
                false => format!("{}{}", if name > 0 { "---\n" } else { "" }, edits[name]),
            },
            line: line(name) - usize::from(name > 0),
            ..template.clone()
        })
        .to_vec();
    whole.changes.insert(
        0,
        ChangedObject {
            before: String::new(),
            after: format!("---\n{created}"),
            line: after[..after.find("name: 9").unwrap()].lines().count(),
            ..template
        },
    );
    let sealed = sealed(whole);
    let diff = printed(|out| diff(out, &sealed, false));
    assert_eq!(
        applied(&before, &diff),
        after.lines().collect::<Vec<_>>(),
        "{diff}"
    );
}
