//! What a PolicySet waives, ignores and weighs otherwise: states, edits, exit codes, and what is said of it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::run::{Run, krmguard, krmguard_in};
use crate::samples::{PROMETHEUS, list, policy_set};

const REASON: &str = "the receiver moves first";

/// A Prometheus that drops everything once it is an agent.
fn mute() -> String {
    let (head, _) = PROMETHEUS.split_once("  remoteWrite:").unwrap();
    head.to_owned()
}

fn agent_mode(rules: &str, waivers: &str) -> String {
    policy_set(&format!(
        "  policies:\n  - plugin: agent-mode\n    rules: {{{rules}}}\n  waivers: [{waivers}]\n"
    ))
}

fn waiver(rule: &str, more: &str) -> String {
    format!("{{rule: {rule}, object: Prometheus monitoring/k8s, reason: {REASON}{more}}}")
}

/// Runs `check` on `manifest` by `policies`, on a day.
fn check_on(day: &str, policies: &str, manifest: &str, more: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.yaml"), policies).unwrap();
    fs::write(folder.path().join("in.yaml"), manifest).unwrap();
    let arguments = [&["check", "--policies", "p.yaml", "in.yaml"], more].concat();
    run_on(day, folder.path(), &arguments)
}

fn run_on(day: &str, folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_krmguard"))
        .args(arguments)
        .current_dir(folder)
        .env("KRMGUARD_TODAY", day)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_waived_finding_fails_nothing_and_its_edit_is_not_applied() {
    let both = [waiver("AG01", ""), waiver("AG05", ", expires: 2099-12-31")].join(", ");
    let text = list(&[&mute()], &agent_mode("", &both));
    let run = krmguard(&["fn"], text.as_bytes());
    run.ends(0);
    assert!(
        run.stdout.contains("  kind: Prometheus\n"),
        "{}",
        run.stdout
    );
    assert!(
        !run.stdout.contains("kind: PrometheusAgent"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("state: waived"), "{}", run.stdout);
    assert!(
        run.stdout.contains(&format!("waiver: {REASON}")),
        "{}",
        run.stdout
    );
    assert!(run.stderr.contains("waived error[AG01]"), "{}", run.stderr);
    assert!(
        run.stderr
            .contains(&format!("waived: {REASON} (until 2099-12-31)")),
        "{}",
        run.stderr
    );
}

#[test]
fn reports_say_why_it_is_waived() {
    let policies = agent_mode("", &[waiver("AG01", ""), waiver("AG05", "")].join(", "));
    let text = check_on("2026-11-22", &policies, &mute(), &[]);
    text.ends(0);
    assert!(
        text.stdout.contains(&format!("   waived: {REASON}")),
        "{}",
        text.stdout
    );
    let json = check_on("2026-11-22", &policies, &mute(), &["--format", "json"]);
    json.ends(0);
    let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let waived: Vec<_> = findings
        .iter()
        .filter(|found| found["state"] == "waived")
        .collect();
    assert!(
        waived.iter().any(|found| found["rule"] == "AG05"),
        "{report:#}"
    );
    assert!(
        waived
            .iter()
            .all(|found| found["waiver"]["reason"] == REASON),
        "{report:#}"
    );
    assert_eq!(report["notices"], serde_json::json!([]));
}

#[test]
fn an_expired_waiver_waives_nothing_and_is_named() {
    let policies = agent_mode("AG01: info", &waiver("AG05", ", expires: 2026-11-21"));
    check_on("2026-11-21", &policies, &mute(), &[]).ends(0);
    let run = check_on("2026-11-22", &policies, &mute(), &[]);
    run.ends(1);
    assert!(run.stdout.contains("error[AG05]"), "{}", run.stdout);
    let place = run
        .stdout
        .split("expired on 2026-11-21: it waives nothing\n   --> p.yaml:")
        .nth(1);
    assert!(
        place.is_some_and(|rest| rest.starts_with("12:")),
        "{}",
        run.stdout
    );
}

#[test]
fn an_unused_waiver_is_named_and_fails_nothing() {
    let near = "{rule: AG05, object: Prometheus monitorin/k8s, reason: r}";
    let run = check_on(
        "2026-11-22",
        &agent_mode("AG05: info", near),
        &mute(),
        &["--fail-on", "error"],
    );
    assert!(
        run.stdout
            .contains("the waiver of AG05 for Prometheus monitorin/k8s waives nothing"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("did you mean `Prometheus monitoring/k8s`?"),
        "{}",
        run.stdout
    );
    let text = list(&[PROMETHEUS], &agent_mode("", &waiver("AG05", "")));
    let run = krmguard(&["fn"], text.as_bytes());
    run.ends(0);
    assert!(
        run.stderr.contains("note: the waiver of AG05"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_severity_counts_as_it_is_said_and_ignored_rules_edit_nothing() {
    let judge = |rules: &str| {
        let text = list(&[&mute()], &agent_mode(rules, ""));
        krmguard(&["fn"], text.as_bytes())
    };
    judge("").ends(1);
    let milder = judge("AG05: warning");
    milder.ends(0);
    assert!(milder.stderr.contains("warning[AG05]"), "{}", milder.stderr);
    assert!(
        milder.stdout.contains("kind: PrometheusAgent"),
        "{}",
        milder.stdout
    );
    let off = judge("AG05: ignore, AG01: ignore");
    off.ends(0);
    assert!(
        !off.stderr.contains("AG05") && !off.stderr.contains("AG01"),
        "{}",
        off.stderr
    );
    assert!(
        !off.stdout.contains("kind: PrometheusAgent"),
        "{}",
        off.stdout
    );
}

#[track_caller]
fn refused(policies: &str, reason: &str, place: &str, remedy: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.yaml"), policies).unwrap();
    fs::write(folder.path().join("in.yaml"), PROMETHEUS).unwrap();
    let arguments = ["check", "--policies", "p.yaml", "in.yaml"];
    krmguard_in(folder.path(), &arguments, b"").refuses_with_reason(reason, place, remedy);
}

#[test]
fn wrong_rules_and_waivers() {
    refused(
        &agent_mode("", "{rule: AG05, object: Pod a/b}"),
        "`spec.waivers[0]` has no `reason`",
        "p.yaml:12:13",
        "say why",
    );
    refused(
        &agent_mode("", &waiver("AG05", ", expires: tomorrow")),
        "is no date: `tomorrow`",
        "p.yaml:12:",
        "YYYY-MM-DD",
    );
    refused(
        &agent_mode("Ag05: ignore", ""),
        "policy `agent-mode` has no rule `Ag05`",
        "p.yaml:11:13",
        "did you mean `AG05`?",
    );
    refused(
        &agent_mode("", &waiver("AGO5", "")),
        "no policy of this PolicySet has a rule `AGO5`",
        "p.yaml:12:20",
        "did you mean `AG05`?",
    );
    refused(
        &agent_mode("", &waiver("TV01", "")),
        "no policy of this PolicySet has a rule `TV01`",
        "p.yaml:12:20",
        "TV01 is a rule of `thanos-version`",
    );
    refused(
        &agent_mode("AG05: ignore", &waiver("AG05", "")),
        "which `rules` ignores",
        "p.yaml:12:20",
        "remove the waiver",
    );
    refused(
        &agent_mode("", &[waiver("AG05", ""), waiver("AG05", "")].join(", ")),
        "a second time",
        "p.yaml:12:",
        "keep one",
    );
    refused(
        &agent_mode("AG05: off", ""),
        "`spec.policies[0].rules.AG05` is `false`",
        "p.yaml:11:19",
        "write `ignore`",
    );
}
