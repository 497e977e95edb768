//! `krmguard fn` on the ResourceList that kustomize really hands over, ten CRDs and all.

use serde_json::Value;
use tests::krmguard::{Krmguard, Run};
use tests::lines::{self, Line};
use tests::{fixtures, objects, read};

fn call(input: &str) -> Run {
    Krmguard::new(["fn"]).stdin(input).run()
}

fn resource_list(text: &str) -> Value {
    let mut documents = objects::documents(text);
    assert_eq!(documents.len(), 1, "one document comes out");
    documents.remove(0)
}

/// The only changed lines are inside objects that the results call fixed, or in `results:` itself.
fn only_accounted_lines_changed(before: &str, after: &str) {
    let list = resource_list(after);
    let fixed: Vec<(String, String)> = results(&list)
        .iter()
        .filter(|result| result.pointer("/tags/state") == Some(&Value::from("fixed")))
        .map(|result| {
            (
                word(result, "/resourceRef/kind"),
                word(result, "/resourceRef/name"),
            )
        })
        .collect();
    assert!(!fixed.is_empty(), "nothing was fixed");
    let (before_owners, after_owners) = (owners(before), owners(after));
    let results_at = after
        .lines()
        .position(|line| line == "results:")
        .map_or(usize::MAX, |index| index + 1);
    for Line { sign, number, text } in lines::changed(before, after) {
        let owner = if sign == '-' {
            &before_owners
        } else {
            &after_owners
        }[number - 1]
            .as_ref();
        let accounted = match owner {
            Some((kind, name)) => fixed.iter().any(|(fixed_kind, fixed_name)| {
                // The result names the object as the policy saw it, before it became an agent.
                fixed_name == name && (fixed_kind == kind || kind == "PrometheusAgent")
            }),
            None => sign == '+' && number >= results_at,
        };
        assert!(accounted, "line {number} changed ({owner:?}): {sign}{text}");
    }
}

/// For each line the kind and name of the item that it belongs to; `None` outside `items:`.
fn owners(text: &str) -> Vec<Option<(String, String)>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut owners = vec![None; lines.len()];
    let first = lines.iter().position(|line| *line == "items:");
    let first = first.map_or(lines.len(), |index| index + 1);
    let inside = |line: &&&str| line.is_empty() || line.starts_with([' ', '-']);
    let end = first + lines[first..].iter().take_while(inside).count();
    let starts: Vec<usize> = (first..end)
        .filter(|index| lines[*index].starts_with("- "))
        .collect();
    for (position, start) in starts.iter().enumerate() {
        let end = starts.get(position + 1).copied().unwrap_or(end);
        let item = objects::documents(&unindented(&lines[*start..end])).remove(0);
        owners[*start..end].fill(Some((word(&item, "/kind"), word(&item, "/metadata/name"))));
    }
    owners
}

fn unindented(lines: &[&str]) -> String {
    lines
        .iter()
        .map(|line| format!("{}\n", line.get(2..).unwrap_or_default()))
        .collect()
}

fn results(list: &Value) -> &[Value] {
    list["results"].as_array().map_or(&[], Vec::as_slice)
}

fn word(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// What the KRM functions specification says of a result.
fn follows_the_specification(result: &Value) {
    let text = |pointer: &str| result.pointer(pointer).and_then(Value::as_str);
    assert!(
        text("/message").is_some_and(|message| !message.is_empty()),
        "a message: {result}"
    );
    assert!(
        matches!(text("/severity"), Some("error" | "warning" | "info")),
        "a severity: {result}"
    );
    if result.get("resourceRef").is_some() {
        for key in ["apiVersion", "kind", "name"] {
            assert!(
                text(&format!("/resourceRef/{key}")).is_some(),
                "resourceRef.{key}: {result}"
            );
        }
    }
    if result.get("field").is_some() {
        let path = text("/field/path");
        assert!(
            path.is_some_and(|path| !path.is_empty() && !path.starts_with('/')),
            "a path: {result}"
        );
        assert!(
            result.get("resourceRef").is_some(),
            "a field belongs to a resource: {result}"
        );
    }
    if let Some(file) = result.get("file") {
        let path = file["path"].as_str().unwrap_or_default();
        assert!(
            !path.is_empty() && !path.starts_with('/') && !path.contains('\\'),
            "a file: {result}"
        );
    }
    let tags = result["tags"].as_object();
    assert!(
        tags.is_some_and(|tags| tags.values().all(Value::is_string)),
        "tags are strings: {result}"
    );
    assert!(text("/tags/rule").is_some(), "the rule: {result}");
}

/// All annotations that kustomize keeps its books in, by object.
fn internal_annotations(list: &Value) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for (id, item) in objects::items(list) {
        let annotations = item
            .pointer("/metadata/annotations")
            .and_then(Value::as_object);
        for (key, value) in annotations.into_iter().flatten() {
            if key.contains("config.kubernetes.io/") {
                // The one object that changes its kind keeps them too.
                let id = id.replace("/v1 Prometheus ", "/v1alpha1 PrometheusAgent ");
                found.push((id, key.clone(), value.clone()));
            }
        }
    }
    found.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    found
}

fn is_edited_well(input: &str) {
    let run = call(input).ended(0);
    only_accounted_lines_changed(input, &run.stdout);
    let (before, after) = (resource_list(input), resource_list(&run.stdout));
    assert!(!results(&after).is_empty());
    results(&after).iter().for_each(follows_the_specification);
    assert_eq!(before["functionConfig"], after["functionConfig"]);
    let annotations = internal_annotations(&after);
    assert!(!annotations.is_empty());
    assert_eq!(internal_annotations(&before), annotations);
    assert_eq!(objects::items(&before).len(), objects::items(&after).len());

    let again = call(&run.stdout).ended(0);
    let (once, twice) = (
        objects::items(&after),
        objects::items(&resource_list(&again.stdout)),
    );
    objects::assert_same(&twice, &once);
}

#[test]
fn an_edge_is_edited_and_every_changed_line_is_accounted_for() {
    let Some(file) = fixtures::find("functions/cluster-02-edge.resourcelist.yaml") else {
        return;
    };
    is_edited_well(&read(file));
}

#[test]
fn the_centre_is_refused_for_its_sidecar() {
    let Some(file) = fixtures::find("functions/cluster-01-central.resourcelist.yaml") else {
        return;
    };
    let input = read(file);
    let refused = call(&input).ended(1);
    assert_eq!(refused.stdout, "");
    let first = refused.stderr.lines().next().unwrap_or_default();
    assert!(
        refused.stderr.contains("TV04") && first.contains("TV04"),
        "{}",
        refused.stderr
    );

    let sidecar = "    thanos:\n      enabled: false\n";
    assert_eq!(input.matches(sidecar).count(), 1);
    is_edited_well(&input.replace(sidecar, ""));
}

#[test]
fn a_validator_says_nothing_on_stdout() {
    let Some(file) = fixtures::find("functions/cluster-02-edge.resourcelist.yaml") else {
        return;
    };
    let input = read(file);
    let spec = "functionConfig:\n";
    let at = input.find(spec).unwrap_or(input.len());
    let (items, config) = input.split_at(at);
    assert_eq!(config.matches("  spec:\n").count(), 1);
    let quiet = config.replace("  spec:\n", "  spec:\n    emit: none\n");
    let run = call(&format!("{items}{quiet}"));
    assert_eq!(run.stdout, "", "{}", run.stderr);
    assert_eq!(
        run.code, 1,
        "what is only judged is not fixed: {}",
        run.stderr
    );
}
