//! What to judge by, got wrong: one clear message with what, where and what to do; exit 2; nothing on stdout.

use std::fs;

use crate::run::{krmguard, krmguard_in};
use crate::samples::{AGENT_MODE, PROMETHEUS, list, policy_set};

#[track_caller]
pub(crate) fn config_is_refused(config: &str, reason: &str, remedy: &str, at: (usize, usize)) {
    let text = list(&[PROMETHEUS], config);
    let line = text
        .lines()
        .position(|line| line == "functionConfig:")
        .unwrap()
        + 1
        + at.0;
    let function = krmguard(&["fn"], text.as_bytes());
    function.refuses_with_reason(reason, &format!("<stdin>:{line}:{}", at.1 + 2), remedy);

    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.yaml"), config).unwrap();
    fs::write(folder.path().join("in.yaml"), PROMETHEUS).unwrap();
    let check = krmguard_in(
        folder.path(),
        &["check", "--policies", "p.yaml", "in.yaml"],
        b"",
    );
    check.refuses_with_reason(reason, &format!("p.yaml:{}:{}", at.0, at.1), remedy);
}

#[test]
fn an_unknown_policy() {
    config_is_refused(
        &policy_set("  policies:\n  - plugin: agentmode\n"),
        "unknown policy `agentmode`",
        "did you mean `agent-mode`?",
        (10, 13),
    );
}

#[test]
fn an_unknown_field_of_the_policy_set() {
    config_is_refused(
        &policy_set("  polices:\n  - plugin: agent-mode\n  policies:\n  - plugin: agent-mode\n"),
        "unknown field `polices`",
        "did you mean `policies`?",
        (9, 3),
    );
}

#[test]
fn an_unknown_config_field() {
    let run = krmguard(
        &["fn"],
        list(
            &[PROMETHEUS],
            &policy_set("  policies:\n  - plugin: agent-mode\n    config:\n      maxBufer: 6h\n"),
        )
        .as_bytes(),
    );
    run.refuses(&["agent-mode", "maxBufer", "maxBuffer", "<stdin>:30:9"]);
}

#[test]
fn a_wrong_type_in_a_config() {
    let run = krmguard(
        &["fn"],
        list(
            &[PROMETHEUS],
            &policy_set(
                "  policies:\n  - plugin: agent-mode\n    config:\n      remove: Grafana\n",
            ),
        )
        .as_bytes(),
    );
    run.refuses(&["agent-mode", "<stdin>:30:17"]);
    let single = "apiVersion: krmguard.io/v1alpha1\nkind: AgentMode\nspec:\n  cluster: {name: c, role: edge}\n  config: [1]\n";
    config_is_refused(
        single,
        "`spec.config` is no mapping",
        "`name: value` lines",
        (5, 11),
    );
}

#[test]
fn a_role_that_is_none() {
    let run = krmguard(
        &["check", "--cluster", "c", "--role", "egde", "x.yaml"],
        b"",
    );
    run.refuses(&["'egde'", "'edge'"]);
    config_is_refused(
        &policy_set(AGENT_MODE).replace("role: edge", "role: egde"),
        "`spec.cluster.role` is `egde`",
        "did you mean `edge`?",
        (8, 33),
    );
}

#[test]
fn a_role_that_is_absent() {
    let run = krmguard(&["fn", "--cluster", "c"], PROMETHEUS.as_bytes());
    run.refuses(&["agent-mode", "role"]);
    let config = policy_set(AGENT_MODE).replace(", role: edge", "");
    let run = krmguard(&["fn"], list(&[PROMETHEUS], &config).as_bytes());
    run.refuses(&["agent-mode", "role", "<stdin>:28:15"]);
}

#[test]
fn a_contradiction_between_policy_set_and_command_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.yaml"), policy_set(AGENT_MODE)).unwrap();
    let run = krmguard_in(
        folder.path(),
        &["fn", "--policies", "p.yaml", "--role", "central"],
        PROMETHEUS.as_bytes(),
    );
    run.refuses_with_reason(
        "the PolicySet says role `edge`",
        "p.yaml:8:33",
        "leave out --role",
    );
}

#[test]
fn no_function_config_and_no_policies() {
    let run = krmguard(&["fn"], list(&[PROMETHEUS], "").as_bytes());
    run.refuses_with_reason("no functionConfig", "<stdin>", "kind PolicySet");
    let run = krmguard(&["fn"], PROMETHEUS.as_bytes());
    run.refuses_with_reason("no policy to judge by", "<stdin>", "--policies FILE");
    let run = krmguard(&["check", "-"], PROMETHEUS.as_bytes());
    run.refuses_with_reason("no policy to judge by", "<stdin>", "--policies FILE");
}

#[test]
fn a_function_config_that_is_somebody_elses() {
    let run = krmguard(
        &["fn"],
        list(
            &[PROMETHEUS],
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        )
        .as_bytes(),
    );
    run.refuses_with_reason(
        "this is a ConfigMap of `v1`",
        "<stdin>:19:",
        "kind: PolicySet",
    );
}

#[test]
fn a_plugin_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("text.wasm", b"no wasm at all");
    write("core.wasm", b"\0asm\x01\0\0\0");
    let judge = |plugin: &str| {
        write(
            "p.yaml",
            policy_set(&format!("  policies:\n  - plugin: {plugin}\n")).as_bytes(),
        );
        krmguard_in(
            folder.path(),
            &["fn", "--policies", "p.yaml"],
            PROMETHEUS.as_bytes(),
        )
    };
    judge("./none.wasm").refuses_with_reason(
        "none.wasm cannot be read",
        "p.yaml:10:13",
        "PolicySet's folder",
    );
    judge("./text.wasm").refuses_with_reason("is not pinned", "p.yaml:10:13", "sha256: ");
    let pinned = |name: &str| {
        let said = judge(&format!("./{name}")).stderr;
        let digest = said
            .split("sha256: ")
            .nth(1)
            .unwrap()
            .split_whitespace()
            .next()
            .unwrap()
            .to_owned();
        judge(&format!("./{name}\n    sha256: {digest}"))
    };
    pinned("text.wasm").refuses_with_reason("is not a policy", "p.yaml:10:13", "krmguard:policy");
    pinned("core.wasm").refuses_with_reason("is not a policy", "p.yaml:10:13", "krmguard:policy");
    let other = "ab".repeat(32);
    judge(&format!("./text.wasm\n    sha256: {other}")).refuses_with_reason(
        "not the one that was pinned",
        "p.yaml:10:13",
        "restore the file",
    );
}
