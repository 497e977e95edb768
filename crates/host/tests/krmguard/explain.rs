//! Every rule explains itself, on a terminal, as data and in the documentation.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::run::krmguard;

fn explain(arguments: &[&str]) -> String {
    let run = krmguard(&[&["explain"], arguments].concat(), b"");
    assert_eq!(run.stderr, "");
    run.ends(0).stdout.clone()
}

fn catalogue() -> Vec<Value> {
    serde_json::from_str(&explain(&["--format", "json"])).unwrap()
}

fn text<'r>(rule: &'r Value, pointer: &str) -> &'r str {
    rule.pointer(pointer).unwrap().as_str().unwrap()
}

/// Lines are broken anywhere between words.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_rule_explains_itself_in_both_languages() {
    let rules = catalogue();
    assert!(rules.len() > 30, "{}", rules.len());
    let hangul = |text: &str| text.chars().any(|letter| ('가'..='힣').contains(&letter));
    for rule in &rules {
        let id = text(rule, "/id");
        let english = words(&explain(&[id]));
        for pointer in [
            "/title/en",
            "/policy",
            "/severity",
            "/effect",
            "/help",
            "/remedy",
            "/wrong",
            "/right",
            "/source",
            "/page",
        ] {
            let said = words(text(rule, pointer));
            assert!(
                english.contains(&said),
                "{id}: `{said}` is not in:\n{english}"
            );
        }
        assert!(!hangul(&english), "{english}");

        let title = text(rule, "/title/ko");
        assert!(hangul(title), "{id}: {title}");
        let korean = explain(&[id, "--lang", "ko"]);
        assert!(
            korean.contains(title) && korean.contains("올바른 예"),
            "{korean}"
        );
        assert!(
            !words(&korean).contains(&words(text(rule, "/title/en"))),
            "{korean}"
        );
        assert!(
            words(&korean).contains(&words(text(rule, "/help"))),
            "{korean}"
        );
    }
}

#[test]
fn one_rule_is_found_whatever_its_case() {
    assert_eq!(explain(&["cl01"]), explain(&["CL01"]));
    let rule: Value = serde_json::from_str(&explain(&["Cl01", "--format", "json"])).unwrap();
    assert_eq!(rule["id"], "CL01");
    assert!(text(&rule, "/page").ends_with("docs/rules.md#cl01"));
    let list = explain(&[]);
    for rule in catalogue() {
        assert!(list.contains(text(&rule, "/title/en")), "{list}");
    }
}

#[test]
fn an_unknown_rule_is_told_the_nearest() {
    let run = krmguard(&["explain", "AG0l"], b"");
    run.refuses(&["unknown rule `AG0l`", "did you mean `AG01`?"]);
    assert!(run.stderr.starts_with("krmguard: "), "{}", run.stderr);
    let run = krmguard(&["explain", "kyverno"], b"");
    run.refuses(&[
        "unknown rule `kyverno`",
        "`krmguard explain` lists all rules",
    ]);
    krmguard(&["explain", "CL01", "--lang", "kr"], b"").refuses(&["'kr'", "ko"]);
}

#[test]
fn the_pages_of_the_rules_are_what_the_policies_say() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap();
    for (lang, page) in [("en", "docs/rules.md"), ("ko", "docs/rules.ko.md")] {
        let written = fs::read_to_string(workspace.join(page)).unwrap();
        let said = explain(&["--format", "markdown", "--lang", lang]);
        // All of both would be thousands of lines.
        let other = (written.lines().zip(said.lines())).find(|(written, said)| written != said);
        assert_eq!(other, None, "{page} is stale: run `make docs`");
        assert!(written == said, "{page} is stale: run `make docs`");
        for rule in catalogue() {
            let heading = format!("\n### {}\n", text(&rule, "/id"));
            assert_eq!(written.matches(&heading).count(), 1, "{page}: {heading}");
        }
    }
}

#[test]
fn a_schema_is_printed_for_every_kind() {
    for kind in ["all", "PolicySet", "AgentMode", "s3secretrefs"] {
        let run = krmguard(&["schema", kind], b"");
        let schema: Value = serde_json::from_str(&run.ends(0).stdout).unwrap();
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
    }
    assert_eq!(
        krmguard(&["schema"], b"").stdout,
        krmguard(&["schema", "all"], b"").stdout
    );
    krmguard(&["schema", "PolicySets"], b"")
        .refuses(&["`PolicySets`", "did you mean `PolicySet`?"]);
}
