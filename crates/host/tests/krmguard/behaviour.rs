//! What each command does with right input: states, envelopes, exit codes.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use crate::run::{krmguard, krmguard_in};
use crate::samples::{AGENT_MODE, PROMETHEUS, SERVICE, edge, list, policy_set, stream};

#[test]
fn a_function_edits_and_says_what_it_did() {
    let text = list(&[PROMETHEUS, SERVICE], &policy_set(AGENT_MODE));
    let run = krmguard(&["fn"], text.as_bytes());
    run.ends(0);
    assert!(run.stderr.starts_with("krmguard: pass: "), "{}", run.stderr);
    assert!(run.stderr.contains("fixed error[AG01]"), "{}", run.stderr);
    assert!(
        run.stdout.contains("kind: PrometheusAgent\n") && run.stdout.contains("# kept"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("  name: other   # untouched\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("results:\n") && run.stdout.contains("rule: AG01"),
        "{}",
        run.stdout
    );
    // What comes out is right: nothing is left to do, and nothing changes.
    let again = krmguard(&["fn"], run.stdout.as_bytes());
    again.ends(0);
    assert_eq!(again.stdout, run.stdout);
}

#[test]
fn no_arguments_and_a_pipe_mean_fn() {
    let text = list(&[PROMETHEUS], &policy_set(AGENT_MODE));
    let run = krmguard(&[], text.as_bytes());
    assert_eq!(run.stdout, krmguard(&["fn"], text.as_bytes()).stdout);
    assert!(run.stdout.contains("PrometheusAgent"));
}

#[test]
fn no_arguments_and_dev_null_mean_check() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_krmguard"))
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("krmguard.yaml"), "{stderr}");
}

#[test]
fn a_stream_stays_a_stream_without_results() {
    let run = krmguard(&edge("fn", &[]), stream(&[PROMETHEUS, SERVICE]).as_bytes());
    run.ends(0);
    assert!(
        run.stdout
            .starts_with("apiVersion: monitoring.coreos.com/v1alpha1\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.ends_with(&format!("---\n{SERVICE}")),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("results:"));
}

#[test]
fn an_empty_list_passes_and_says_so() {
    let text = list(&[], &policy_set(AGENT_MODE));
    let run = krmguard(&["fn"], text.as_bytes());
    run.ends(0);
    assert_eq!(run.stdout, text);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("empty"), "{}", run.stderr);
    // Its configuration is read all the same.
    krmguard(&["fn"], list(&[], "").as_bytes()).refuses(&["functionConfig"]);
}

#[test]
fn a_violation_leaves_stdout_empty() {
    let broken = PROMETHEUS.replace(
        "  remoteWrite:\n  - url: http://receiver.example.org/api/v1/receive\n",
        "",
    );
    for arguments in [edge("fn", &[]), edge("render", &["-"])] {
        let run = krmguard(&arguments, broken.as_bytes());
        run.ends(1);
        assert_eq!(run.stdout, "");
        let first = run.stderr.lines().next().unwrap();
        assert!(
            first.starts_with("krmguard: violations: ") && first.contains("AG05"),
            "{first}"
        );
    }
}

#[test]
fn emit_none_prints_nothing_and_counts_edits_as_undelivered() {
    let right = krmguard(&edge("render", &["-"]), PROMETHEUS.as_bytes()).stdout;
    let config = policy_set(&format!("  emit: none\n{AGENT_MODE}"));
    let run = krmguard(&["fn"], list(&[&right], &config).as_bytes());
    run.ends(0);
    assert_eq!(run.stdout, "");
    let run = krmguard(&["fn"], list(&[PROMETHEUS], &config).as_bytes());
    run.ends(1);
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.contains("AG01") && run.stderr.contains("pending"),
        "{}",
        run.stderr
    );
}

#[test]
fn check_counts_edits_as_pending_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("edge-7.yaml"), PROMETHEUS).unwrap();
    let run = krmguard_in(
        folder.path(),
        &edge("check", &["--diff", "edge-7.yaml"]),
        b"",
    );
    run.ends(1);
    assert!(
        run.stdout.contains("AG01") && run.stdout.contains("edge-7.yaml:2:7"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("-kind: Prometheus\n")
            && run.stdout.contains("+kind: PrometheusAgent\n"),
        "{}",
        run.stdout
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("edge-7.yaml")).unwrap(),
        PROMETHEUS
    );

    let json = krmguard_in(
        folder.path(),
        &edge("check", &["--format", "json", "edge-7.yaml"]),
        b"",
    );
    json.ends(1);
    let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let finding = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["rule"] == "AG01")
        .unwrap();
    assert_eq!(finding["state"], "pending");
    assert_eq!(finding["object"]["kind"], "Prometheus");
}

#[test]
fn fail_on_is_never_relaxed_by_the_command_line() {
    let right = krmguard(&edge("render", &["-"]), PROMETHEUS.as_bytes()).stdout;
    krmguard(
        &edge("check", &["--fail-on", "info", "--fail-on", "change", "-"]),
        right.as_bytes(),
    )
    .ends(0);
    krmguard(
        &edge("render", &["--fail-on", "change", "-"]),
        PROMETHEUS.as_bytes(),
    )
    .ends(1);
    let config = policy_set(&format!("  failOn: [change]\n{AGENT_MODE}"));
    krmguard(
        &["fn", "--fail-on", "error"],
        list(&[PROMETHEUS], &config).as_bytes(),
    )
    .ends(1);
}

#[test]
fn render_joins_files_to_a_stream() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), PROMETHEUS).unwrap();
    fs::write(folder.path().join("b.yaml"), SERVICE.trim_end()).unwrap();
    fs::write(folder.path().join("values.yaml"), "prometheus: {}\n").unwrap();
    let run = krmguard_in(folder.path(), &edge("render", &["."]), b"");
    run.ends(0);
    assert!(
        run.stdout
            .ends_with(&format!("---\n{}", SERVICE.trim_end())),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr.contains("values.yaml: not judged"),
        "{}",
        run.stderr
    );
    let read = krm::Input::read("out", run.stdout.into_bytes()).unwrap();
    assert_eq!(read.len(), 2);
}

#[test]
fn a_project_file_names_what_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("deploy/old")).unwrap();
    fs::create_dir_all(folder.path().join("docs")).unwrap();
    fs::write(
        folder.path().join("krmguard.yaml"),
        "paths: [deploy]\nignore: ['old/**']\n",
    )
    .unwrap();
    fs::write(folder.path().join("deploy/edge.yaml"), PROMETHEUS).unwrap();
    fs::write(folder.path().join("deploy/old/edge.yaml"), "a: [\n").unwrap();
    let run = krmguard_in(&folder.path().join("docs"), &edge("check", &[]), b"");
    run.ends(1);
    assert!(
        run.stdout.contains("../deploy/edge.yaml:2:7"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let folder = tempfile::tempdir().unwrap();
    let many: String = (0..20_000)
        .map(|n| format!("---\n{}", SERVICE.replace("other", &format!("s{n}"))))
        .collect();
    fs::write(folder.path().join("many.yaml"), many).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_krmguard"))
        .args(edge("render", &["many.yaml"]))
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut first = [0; 10];
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        !stderr.contains("panicked") && !stderr.contains("pipe"),
        "{stderr}"
    );
}

#[test]
fn plugins_are_listed() {
    let run = krmguard(&["plugin", "list"], b"");
    run.ends(0);
    for word in [
        "agent-mode",
        "AgentMode",
        "cluster-labels",
        "thanos-version",
        "S3SecretRefs",
    ] {
        assert!(run.stdout.contains(word), "{}", run.stdout);
    }
    let run = krmguard(&["plugin", "list", "--format", "json"], b"");
    let listed: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let agent = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["name"] == "agent-mode")
        .unwrap();
    assert_eq!(agent["kind"], "AgentMode");
    assert!(
        agent["rules"]
            .as_array()
            .unwrap()
            .iter()
            .any(|rule| rule["id"] == "AG01")
    );
}

#[test]
fn help_is_data() {
    let run = krmguard(&["check", "--help"], b"");
    run.ends(0);
    assert!(run.stdout.contains("--fail-on") && run.stderr.is_empty());
}
