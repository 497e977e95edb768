//! Several reports of one run: where they are written, and that none changes the verdict.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::run::{Run, krmguard_in};
use crate::samples::{AGENT_MODE, PROMETHEUS, SERVICE, list, policy_set};

pub(crate) const FORMATS: [&str; 5] = ["text", "json", "sarif", "junit", "github"];

fn run(folder: &tempfile::TempDir, more: &[&str]) -> Run {
    let words = ["check", "--cluster", "edge-7", "--role", "edge"];
    let words: Vec<&str> = words.iter().chain(more).copied().collect();
    krmguard_in(folder.path(), &words, b"")
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("wrong.yaml", PROMETHEUS);
    write("right.yaml", SERVICE);
    write("broken.yaml", "a: [");
    folder
}

#[test]
fn the_exit_code_is_the_same_in_every_format() {
    let folder = folder();
    for (file, code) in [("right.yaml", 0), ("wrong.yaml", 1), ("broken.yaml", 2)] {
        for format in FORMATS {
            run(&folder, &[file, "--format", format]).ends(code);
        }
    }
}

#[test]
fn several_reports_of_one_run_agree() {
    let folder = folder();
    for (file, code, word) in [
        ("right.yaml", 0, "pass"),
        ("wrong.yaml", 1, "violations"),
        ("broken.yaml", 2, "not judged"),
    ] {
        let mut words = vec![file.to_owned(), "--format".to_owned(), "github".to_owned()];
        for format in FORMATS {
            words.extend(["--output".to_owned(), format!("{format}=report.{format}")]);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let on_stdout = run(&folder, &words);
        on_stdout.ends(code);
        let report = |format: &str| {
            fs::read_to_string(folder.path().join(format!("report.{format}"))).unwrap()
        };
        assert_eq!(report("github"), on_stdout.stdout);
        assert!(
            report("text").contains(&format!("\n{word}: ")) || report("text").starts_with(word)
        );
        let json: Value = serde_json::from_str(&report("json")).unwrap();
        assert_eq!(json["verdict"], word.replace(' ', "-"));
        let sarif: Value = serde_json::from_str(&report("sarif")).unwrap();
        assert_eq!(sarif["runs"][0]["properties"]["verdict"], word);
        assert_eq!(
            sarif["runs"][0]["results"].as_array().unwrap().len(),
            json["findings"].as_array().unwrap().len()
        );
        assert!(report("junit").starts_with("<?xml"));
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(
            left.len(),
            3 + FORMATS.len(),
            "no draft stays behind: {left:?}"
        );
    }
}

#[test]
fn rules_come_from_the_catalogue_and_link_to_their_pages() {
    let folder = folder();
    let ran = run(&folder, &["wrong.yaml", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&ran.ends(1).stdout).unwrap();
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    for rule in rules {
        let id = rule["id"].as_str().unwrap().to_lowercase();
        let page = rule["helpUri"].as_str().unwrap();
        assert!(
            page.ends_with(&format!("/blob/main/docs/rules.md#{id}")),
            "{page}"
        );
    }
}

#[test]
fn fingerprints_outlive_lines_that_move() {
    let folder = folder();
    let prints = |file: &str| {
        let ran = run(&folder, &[file, "--format", "sarif"]);
        let log: Value = serde_json::from_str(&ran.ends(1).stdout).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let print = |result: &Value| {
            let line = &result["locations"][0]["physicalLocation"]["region"]["startLine"];
            (
                line.as_u64().unwrap(),
                result["partialFingerprints"].to_string(),
            )
        };
        let (lines, prints): (Vec<u64>, Vec<String>) = results.iter().map(print).unzip();
        assert!(prints.len() > 1);
        (lines, prints)
    };
    let (lines, before) = prints("wrong.yaml");
    let moved = format!("# one\n# two\n---\n{SERVICE}---\n# three\n{PROMETHEUS}");
    fs::write(folder.path().join("wrong.yaml"), moved).unwrap();
    let (others, after) = prints("wrong.yaml");
    assert!(lines.iter().zip(&others).all(|(line, other)| line < other));
    assert_eq!(before, after);
    let mut distinct = after.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), after.len());
}

#[test]
fn a_report_that_cannot_be_written_is_no_success() {
    let folder = folder();
    let before = fs::read_to_string(folder.path().join("right.yaml")).unwrap();
    for (output, words) in [
        (
            "sarif=no/such/a.sarif",
            ["no/such does not exist", "mkdir -p no/such"],
        ),
        ("json=.", ["it is a folder", "name a file in it"]),
        (
            "json=right.yaml/x",
            ["not a folder", "name a file in a folder"],
        ),
        (
            "json=./right.yaml",
            ["overwrite a file that is read", "somewhere else"],
        ),
        ("xml=a.xml", ["there is no format `xml`", "junit"]),
        ("json=-", ["`-` is no file", "--format"]),
    ] {
        run(&folder, &["right.yaml", "--output", output]).refuses(&words);
    }
    run(
        &folder,
        &["right.yaml", "--output", "json=a", "--output", "sarif=./a"],
    )
    .ends(2);
    assert!(!folder.path().join("a").exists());
    assert_eq!(
        fs::read_to_string(folder.path().join("right.yaml")).unwrap(),
        before
    );
    let json = run(
        &folder,
        &["right.yaml", "--format", "json", "--output", "sarif=no/a"],
    );
    let json: Value = serde_json::from_str(&json.ends(2).stdout).unwrap();
    assert_eq!(json["verdict"], "not-judged");
}

#[test]
fn no_report_takes_the_place_of_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::create_dir(file("in")).unwrap();
    let held = [
        ("in/wrong.yaml", PROMETHEUS.to_owned()),
        ("in/broken.yaml", "a: [".to_owned()),
        ("set.yaml", policy_set(AGENT_MODE)),
        ("list.yaml", list(&[SERVICE], "")),
    ];
    for (name, text) in &held {
        fs::write(file(name), text).unwrap();
    }
    std::os::unix::fs::symlink("wrong.yaml", file("in/link.json")).unwrap();
    let refused = |words: &[&str], path: &str| {
        let output = format!("json={path}");
        let words = [words, &["--policies", "set.yaml", "--output", &output]].concat();
        let stdin = fs::read(file("list.yaml")).unwrap();
        krmguard_in(folder.path(), &words, &stdin).refuses_with_reason(
            "a report would overwrite a file that is read",
            path,
            "somewhere else",
        );
        for (name, text) in &held {
            assert_eq!(&fs::read_to_string(file(name)).unwrap(), text, "{words:?}");
        }
    };
    for command in ["check", "render"] {
        for path in [
            "in/wrong.yaml",
            "./in/../in/wrong.yaml",
            "in/link.json",
            "in/broken.yaml",
            "set.yaml",
        ] {
            refused(&[command, "in"], path);
        }
    }
    refused(&["fn"], "./set.yaml");
    // What a run before this one left there is no manifest.
    for _ in 0..2 {
        let words = [
            "check",
            "in",
            "--policies",
            "set.yaml",
            "--output",
            "json=in/report.json",
        ];
        krmguard_in(folder.path(), &words, b"").ends(2);
    }
}

#[test]
fn a_folder_that_takes_no_file_is_told() {
    let folder = folder();
    let shut = folder.path().join("shut");
    fs::create_dir(&shut).unwrap();
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(shut.join("probe"), "").is_ok() {
        // The superuser may write anywhere.
        return;
    }
    let ran = run(
        &folder,
        &[
            "right.yaml",
            "--output",
            "json=shut/a",
            "--output",
            "sarif=b",
        ],
    );
    assert!(ran.ends(2).stdout.contains("permission denied"), "{ran:?}");
    assert!(
        folder.path().join("b").exists(),
        "the other report is written"
    );
}

#[test]
fn a_function_writes_reports_beside_its_manifests() {
    let folder = folder();
    let set = "apiVersion: krmguard.io/v1alpha1\nkind: PolicySet\nmetadata: {name: x}\nspec:\n  cluster: {name: edge-7, role: edge}\n  policies: [{plugin: agent-mode}]\n";
    let input = list(&[PROMETHEUS], set);
    let ran = krmguard_in(
        folder.path(),
        &["fn", "--output", "json=r.json"],
        input.as_bytes(),
    );
    ran.ends(0);
    let json = fs::read_to_string(folder.path().join("r.json")).unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["findings"][0]["state"], "fixed");
    let refused = krmguard_in(
        folder.path(),
        &["fn", "--output", "json=no/r.json"],
        input.as_bytes(),
    );
    refused.refuses(&["no does not exist"]);
}
