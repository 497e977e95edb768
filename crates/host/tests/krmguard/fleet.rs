//! Rules about all units of a run: who is named, and that the order in which units come changes nothing.

use std::fs;
use std::path::Path;

use crate::formats::FORMATS;
use crate::run::{Run, krmguard, krmguard_in};
use crate::samples::{PROMETHEUS, list};

const UNITS: usize = 50;

/// A Prometheus of the unit `number`, whose label is that of `label`.
fn prometheus(label: usize) -> String {
    PROMETHEUS.replace("edge-7", &name(label))
}

fn name(number: usize) -> String {
    format!("edge-{number:02}")
}

fn config(number: usize, more: &str) -> String {
    format!(
        "apiVersion: krmguard.io/v1alpha1\nkind: ClusterLabels\nspec:\n  cluster: {{name: {}, role: edge}}\n{more}",
        name(number)
    )
}

/// `UNITS` files, of which number 30 has the label of number 20; `more` stands in the functionConfig of 30.
fn fleet(folder: &Path, more: &str) -> Vec<String> {
    (0..UNITS)
        .map(|number| {
            let label = if number == 30 { 20 } else { number };
            let more = if number == 30 { more } else { "" };
            let file = format!("{}.yaml", name(number));
            let text = list(&[&prometheus(label)], &config(number, more));
            fs::write(folder.join(&file), text).unwrap();
            file
        })
        .collect()
}

fn check(folder: &Path, files: &[String], format: &str) -> Run {
    let files = files.iter().map(String::as_str);
    let arguments: Vec<&str> = ["check", "--format", format]
        .into_iter()
        .chain(files)
        .collect();
    krmguard_in(folder, &arguments, b"")
}

fn findings(run: &Run) -> serde_json::Value {
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    report["findings"].clone()
}

fn of_rule<'f>(findings: &'f serde_json::Value, rule: &str) -> Vec<&'f serde_json::Value> {
    let all = findings.as_array().unwrap().iter();
    all.filter(|finding| finding["rule"] == rule).collect()
}

#[test]
fn both_files_and_lines_are_named_whatever_the_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = fleet(folder.path(), "");
    let run = check(folder.path(), &files, "json");
    run.ends(1);
    let found = findings(&run);
    let [collision] = of_rule(&found, "CL09")[..] else {
        panic!("{found:#}")
    };
    let line = list(&[PROMETHEUS], "")
        .lines()
        .position(|line| line.contains("cluster: edge-7"))
        .unwrap()
        + 1;
    assert_eq!(collision["unit"], "edge-30.yaml");
    assert_eq!(collision["state"], "open");
    assert_eq!(collision["location"]["file"], "edge-30.yaml");
    assert_eq!(collision["location"]["line"], line);
    let other = &collision["related"][0]["location"];
    assert_eq!(
        (&other["file"], &other["line"]),
        (&"edge-20.yaml".into(), &line.into())
    );
    let message = collision["message"].as_str().unwrap();
    assert!(
        message.contains("edge-20.yaml") && message.contains("edge-30.yaml"),
        "{message}"
    );

    for turn in [7, 29] {
        files.rotate_left(turn);
        assert_eq!(findings(&check(folder.path(), &files, "json")), found);
    }
    files.reverse();
    assert_eq!(findings(&check(folder.path(), &files, "json")), found);
}

/// A Prometheus without the label, in a unit that names no cluster.
fn nobody() -> String {
    let bare = PROMETHEUS.replace("  externalLabels:\n    cluster: edge-7\n", "");
    let config =
        "apiVersion: krmguard.io/v1alpha1\nkind: ClusterLabels\nspec:\n  cluster: {role: edge}\n";
    list(&[&bare], config)
}

#[test]
fn a_unit_without_label_and_name_is_told_beside_the_collision() {
    let folder = tempfile::tempdir().unwrap();
    let files = fleet(folder.path(), "");
    fs::write(folder.path().join("edge-40.yaml"), nobody()).unwrap();
    let run = check(folder.path(), &files, "json");
    let found = findings(run.ends(1));
    let told: Vec<_> = of_rule(&found, "CL09")
        .iter()
        .map(|finding| {
            let location = &finding["location"];
            (
                location["file"].as_str().unwrap(),
                location["line"].as_u64().unwrap(),
            )
        })
        .collect();
    let line = |file: &str, text: &str| {
        let list = fs::read_to_string(folder.path().join(file)).unwrap();
        let line = list.lines().position(|line| line.trim() == text).unwrap();
        u64::try_from(line).unwrap() + 1
    };
    assert_eq!(
        told,
        [
            ("edge-30.yaml", line("edge-30.yaml", "cluster: edge-20")),
            // It has no field to point at: the line shown is the nearest.
            ("edge-40.yaml", line("edge-40.yaml", "spec:")),
        ],
        "{found:#}"
    );
    let text = check(folder.path(), &files, "text").stdout;
    for place in ["--> edge-30.yaml:", "edge-20.yaml:", "--> edge-40.yaml:"] {
        assert!(text.contains(place), "{place}: {text}");
    }
}

#[test]
fn the_order_of_the_units_changes_nothing_in_any_format() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = fleet(folder.path(), "");
    fs::write(folder.path().join("edge-40.yaml"), nobody()).unwrap();
    // One unit brings another policy along.
    let agent = config(45, "").replace("ClusterLabels", "AgentMode");
    fs::write(
        folder.path().join("edge-45.yaml"),
        list(&[&prometheus(45)], &agent),
    )
    .unwrap();
    let all = |files: &[String]| {
        FORMATS.map(|format| untimed(&check(folder.path(), files, format).ends(1).stdout))
    };
    let first = all(&files);
    files.reverse();
    assert_eq!(all(&files), first);
    files.rotate_left(17);
    assert_eq!(all(&files), first);
}

/// Without how long it took.
fn untimed(text: &str) -> String {
    match text.trim_end().strip_suffix(" ms)") {
        Some(timed) => timed
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .to_owned(),
        None => text.to_owned(),
    }
}

#[test]
fn the_policy_set_of_the_unit_concerned_has_its_say() {
    let folder = tempfile::tempdir().unwrap();
    let waived = "  rules: {CL02: ignore}\n  waivers: [{rule: CL09, object: Prometheus monitoring/k8s, reason: moves soon}]\n";
    let files = fleet(folder.path(), waived);
    let run = check(folder.path(), &files, "json");
    run.ends(0);
    let found = findings(&run);
    assert_eq!(of_rule(&found, "CL09")[0]["state"], "waived", "{found:#}");
    assert_eq!(of_rule(&found, "CL09")[0]["waiver"]["reason"], "moves soon");

    let files = fleet(folder.path(), "  rules: {CL02: ignore, CL09: ignore}\n");
    let run = check(folder.path(), &files, "json");
    run.ends(0);
    assert!(of_rule(&findings(&run), "CL09").is_empty());

    let files = fleet(folder.path(), "  rules: {CL02: ignore, CL09: warning}\n");
    let run = check(folder.path(), &files, "json");
    run.ends(0);
    assert_eq!(of_rule(&findings(&run), "CL09")[0]["severity"], "warning");
}

#[test]
fn a_unit_that_was_not_judged_is_not_compared_and_the_verdict_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let files = fleet(folder.path(), "");
    fs::write(folder.path().join("edge-20.yaml"), "apiVersion: [\n").unwrap();
    let run = check(folder.path(), &files, "text");
    run.ends(2);
    assert!(!run.stdout.contains("error[CL09]"), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("`cluster-labels` compared the 49 units that it could judge"),
        "{}",
        run.stdout
    );
}

#[test]
fn one_unit_alone_collides_with_nobody() {
    let text = list(&[&prometheus(1)], &config(1, ""));
    let run = krmguard(&["fn"], text.as_bytes());
    run.ends(0);
    assert!(!run.stderr.contains("CL09"), "{}", run.stderr);
}
