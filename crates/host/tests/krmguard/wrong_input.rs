//! Input that a new user gets wrong: one clear message with what, where and what to do; exit 2; nothing on stdout.

use std::fs;
use std::path::Path;

use crate::run::{Run, krmguard, krmguard_in};
use crate::samples::{PROMETHEUS, SERVICE, list, stream};

/// `check`, `render` and `fn` of one text, judged by all built-in policies of an edge. The last reads stdin.
fn all_three(text: &[u8]) -> [Run; 3] {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.yaml"), text).unwrap();
    let edge = ["--cluster", "edge-7", "--role", "edge"];
    [
        krmguard_in(
            folder.path(),
            &[&["check"], &edge[..], &["in.yaml"]].concat(),
            b"",
        ),
        krmguard_in(
            folder.path(),
            &[&["render"], &edge[..], &["in.yaml"]].concat(),
            b"",
        ),
        krmguard_in(folder.path(), &[&["fn"], &edge[..]].concat(), text),
    ]
}

#[track_caller]
fn all_refuse(text: &[u8], reason: &str, line_and_column: &str, remedy: &str) {
    let [check, render, function] = all_three(text);
    let place = |file: &str| match line_and_column {
        "" => file.to_owned(),
        at => format!("{file}:{at}"),
    };
    check.refuses_with_reason(reason, &place("in.yaml"), remedy);
    render.refuses_with_reason(reason, &place("in.yaml"), remedy);
    function.refuses_with_reason(reason, &place("<stdin>"), remedy);
}

/// `fn` with a functionConfig, and `check --policies` with the same text as a file.
#[test]
fn no_such_file() {
    for command in ["check", "render"] {
        let run = krmguard(
            &[command, "--cluster", "c", "--role", "edge", "no/such.yaml"],
            b"",
        );
        run.refuses_with_reason(
            "cannot be read",
            "no/such.yaml",
            "name a file or folder that exists",
        );
    }
    let run = krmguard(
        &["check", "--policies", "no/such.yaml", "-"],
        PROMETHEUS.as_bytes(),
    );
    run.refuses_with_reason("cannot be read", "no/such.yaml", "name a YAML file");
}

#[test]
fn an_empty_file() {
    let remedy = "at least one Kubernetes object";
    all_refuse(b"", "the input is empty", "1:1", remedy);
    all_refuse(
        b"# a comment\n---\n",
        "there is no Kubernetes object",
        "1:1",
        remedy,
    );
}

#[test]
fn binary_data() {
    let elf = b"\x7fELF\x02\x01\x01\x00\x00\xff\xfe\x00";
    all_refuse(elf, "this is not text", "1:", "YAML or JSON in UTF-8");
}

#[test]
fn truncated_yaml() {
    let text = b"apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {b: \"c\n";
    all_refuse(text, "a quote is opened here", "3:33", "close the quote");
}

#[test]
fn a_key_that_stands_twice() {
    let text = PROMETHEUS.replace("  replicas: 1\n", "  replicas: 1\n  replicas: 2\n");
    let [check, render, function] = all_three(text.as_bytes());
    // `check` has judged the rest, which is nothing here, and says what it could not.
    assert_eq!((check.code, render.code, function.code), (2, 2, 2));
    assert!(
        check.stdout.contains("replicas") && check.stdout.contains("in.yaml:11:3"),
        "{}",
        check.stdout
    );
    render.refuses(&["replicas", "in.yaml:11:3", "to do:"]);
    function.refuses(&["replicas", "<stdin>:11:3", "to do:"]);
}

#[test]
fn check_reports_what_it_could_judge() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bad.yaml"), "a: [\n").unwrap();
    fs::write(folder.path().join("good.yaml"), PROMETHEUS).unwrap();
    let run = krmguard_in(
        folder.path(),
        &["check", "--cluster", "edge-7", "--role", "edge", "."],
        b"",
    );
    run.ends(2);
    assert!(
        run.stdout.contains("AG01") && run.stdout.contains("good.yaml:2:7"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("not judged") && run.stdout.contains("bad.yaml"),
        "{}",
        run.stdout
    );

    let json = krmguard_in(
        folder.path(),
        &[
            "check",
            "--format",
            "json",
            "--cluster",
            "edge-7",
            "--role",
            "edge",
            ".",
        ],
        b"",
    );
    json.ends(2);
    let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(report["verdict"], "not-judged");
    assert_eq!(report["notJudged"].as_array().unwrap().len(), 1);
    assert!(
        report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|f| f["rule"] == "AG01")
    );
}

#[test]
fn a_refusal_is_a_json_document_too() {
    let run = krmguard(
        &[
            "check",
            "--format",
            "json",
            "--cluster",
            "c",
            "no/such.yaml",
        ],
        b"",
    );
    run.ends(2);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["verdict"], "not-judged");
    assert!(
        report["notJudged"][0]["message"]
            .as_str()
            .unwrap()
            .contains("cannot be read")
    );
}

#[test]
fn no_items() {
    let text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig: {}\n";
    all_refuse(
        text.as_bytes(),
        "the ResourceList has no `items`",
        "1:1",
        "add `items: []`",
    );
}

#[test]
fn an_item_without_a_kind() {
    let broken = SERVICE.replace("kind: Service\n", "");
    let remedy = "every object names its kind";
    let text = list(&[PROMETHEUS, &broken], "");
    all_refuse(text.as_bytes(), "item 1 has no `kind`", "18:3", remedy);
    let text = stream(&[PROMETHEUS, &broken]);
    all_refuse(
        text.as_bytes(),
        "the document has no `kind`",
        "16:1",
        remedy,
    );
}

#[test]
fn two_objects_with_one_id() {
    let text = stream(&[PROMETHEUS, SERVICE, SERVICE]);
    all_refuse(
        text.as_bytes(),
        "Service monitoring/other",
        "23:1",
        "remove or rename one",
    );

    let folder = tempfile::tempdir().unwrap();
    for name in ["a.yaml", "b.yaml"] {
        fs::write(folder.path().join(name), SERVICE).unwrap();
    }
    let apart = krmguard_in(
        folder.path(),
        &["check", "--cluster", "c", "--role", "edge", "."],
        b"",
    );
    apart.ends(0);
    let together = krmguard_in(
        folder.path(),
        &["check", "--as-one", "--cluster", "c", "--role", "edge", "."],
        b"",
    );
    together.refuses_with_reason(
        "Service monitoring/other",
        "b.yaml:1:1",
        "remove or rename one",
    );
    assert!(
        together.stderr.contains("a.yaml:1:1"),
        "{}",
        together.stderr
    );
}

#[test]
fn nothing_to_check() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["check", "--cluster", "c", "--role", "edge"][..],
        &["render", "--cluster", "c"][..],
    ] {
        let run = krmguard_in(folder.path(), arguments, b"");
        run.refuses_with_reason("nothing to check", "krmguard", "name what to check");
    }
    let run = krmguard_in(
        folder.path(),
        &["check", "--cluster", "c", "--role", "edge", "."],
        b"",
    );
    run.refuses_with_reason("no Kubernetes manifest", ".", "name a folder");
    let run = krmguard(
        &["check", "--cluster", "c", "--role", "edge", "-"],
        list(&[], "").as_bytes(),
    );
    run.refuses_with_reason("there is no resource", "<stdin>", "manifests");
}

#[test]
fn words_that_are_no_arguments() {
    krmguard(&["chek"], b"").refuses(&["check"]);
    krmguard(&["check", "--fail-on", "warn", "x"], b"").refuses(&["warning"]);
    krmguard_in(
        Path::new("/"),
        &["check", "-", "x.yaml", "--cluster", "c"],
        b"",
    )
    .refuses(&["stdin"]);
}
