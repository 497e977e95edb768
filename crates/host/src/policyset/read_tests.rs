//! Each mistake in a PolicySet has one message with its place and what to do.

#![allow(clippy::unwrap_used)]

use super::*;

const BUILTINS: &[Builtin] = &[
    Builtin {
        name: "agent-mode",
        kind: "AgentMode",
        wasm: &[],
        sha256: "",
        describe: "{}",
        profile: "{}",
        fleet: false,
    },
    Builtin {
        name: "cluster-labels",
        kind: "ClusterLabels",
        wasm: &[],
        sha256: "",
        describe: "{}",
        profile: "{}",
        fleet: false,
    },
];

const HEAD: &str = "apiVersion: krmguard.io/v1alpha1\nkind: PolicySet\nmetadata:\n  name: x\n  annotations: {a/b: c}\nspec:\n";

pub(in crate::policyset) fn read(yaml: &str) -> Result<PolicySet<'static>, Vec<Trouble>> {
    let text = Text::new("p.yaml".to_owned(), yaml.to_owned());
    let value = text.value().unwrap();
    policy_set(text, &value, Utf8Path::new("conf"), BUILTINS)
}

/// The only complaint about a PolicySet whose spec is `spec`: line, column, what, fix.
fn complaint(spec: &str) -> (usize, usize, String, String) {
    one(&format!("{HEAD}{spec}"))
}

fn one(yaml: &str) -> (usize, usize, String, String) {
    let troubles = read(yaml).unwrap_err();
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    let trouble = troubles.into_iter().next().unwrap();
    assert_eq!(trouble.file.as_deref(), Some("p.yaml"));
    let (line, column) = trouble.at.unwrap();
    (line, column, trouble.what, trouble.fix.unwrap())
}

#[test]
fn a_whole_one_is_read_as_it_is_meant() {
    let digest = "AB".repeat(32);
    let set = read(&format!(
        "{HEAD}  cluster: {{name: c, role: edge}}\n  emit: none\n  failOn: [warning, change]\n  policies:\n  - plugin: cluster-labels\n    config: {{label: c}}\n    limits: {{memoryMiB: 8, seconds: 3}}\n  - plugin: ./own.wasm\n    sha256: {digest}\n"
    ))
    .unwrap();
    assert_eq!(set.cluster.as_deref(), Some("c"));
    assert_eq!(set.role.as_deref(), Some("edge"));
    assert_eq!(set.emit, Emit::Nothing);
    assert_eq!(set.fail_on.severity, Severity::Warning);
    assert!(set.fail_on.change);
    let [first, second] = set.entries.as_slice() else {
        panic!("{:?}", set.entries)
    };
    assert!(matches!(first.plugin, PluginName::Builtin(b) if b.name == "cluster-labels"));
    assert_eq!(first.config["label"], "c");
    assert_eq!(first.limits.memory_bytes, 8 << 20);
    assert_eq!(first.limits.wall, Duration::from_secs(3));
    assert_eq!(second.limits, Limits::default());
    match &second.plugin {
        PluginName::File { path, sha256 } => {
            assert_eq!(path, "conf/./own.wasm");
            assert_eq!(sha256.as_deref(), Some("ab".repeat(32).as_str()));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_policys_own_kind_is_a_set_of_one() {
    let set = read("apiVersion: krmguard.io/v1alpha1\nkind: AgentMode\nspec:\n  cluster: {name: c, role: edge}\n  config: {remove: [Grafana]}\n").unwrap();
    let [entry] = set.entries.as_slice() else {
        panic!("{:?}", set.entries)
    };
    assert!(matches!(entry.plugin, PluginName::Builtin(b) if b.name == "agent-mode"));
    assert_eq!(entry.config["remove"][0], "Grafana");
    assert_eq!(entry.config_at, "/spec/config");
    assert!(read("apiVersion: krmguard.io/v1alpha1\nkind: AgentMode\n").is_ok());
}

#[test]
fn unknown_fields_name_the_nearest_one_and_their_place() {
    let (line, column, what, fix) =
        complaint("  polices: []\n  policies: [{plugin: agent-mode}]\n");
    assert_eq!((line, column), (7, 3));
    assert_eq!(what, "unknown field `polices` in `spec`");
    assert_eq!(fix, "did you mean `policies`?");

    let (line, column, what, fix) =
        complaint("  cluster:\n    name: c\n    rolle: edge\n  policies: [{plugin: agent-mode}]\n");
    assert_eq!((line, column), (9, 5));
    assert_eq!(what, "unknown field `rolle` in `spec.cluster`");
    assert_eq!(fix, "did you mean `role`?");

    let (_, _, what, fix) = complaint("  policies: [{plugin: agent-mode, waives: 1}]\n");
    assert_eq!(what, "unknown field `waives` in `spec.policies[0]`");
    assert!(
        fix.contains("`plugin`, `sha256`, `config`, `rules` and `limits`"),
        "{fix}"
    );
}

#[test]
fn unknown_words_name_the_nearest_one() {
    let (line, column, what, fix) =
        complaint("  cluster: {role: egde}\n  policies: [{plugin: agent-mode}]\n");
    assert_eq!((line, column), (7, 19));
    assert_eq!(what, "`spec.cluster.role` is `egde`");
    assert!(fix.starts_with("did you mean `edge`?"), "{fix}");

    let (line, column, what, fix) = complaint("  policies:\n  - plugin: agentmode\n");
    assert_eq!((line, column), (8, 13));
    assert_eq!(what, "unknown policy `agentmode`");
    assert_eq!(fix, "did you mean `agent-mode`?");

    let (_, _, what, fix) = one("apiVersion: krmguard.io/v1alpha1\nkind: AgentMod\n");
    assert_eq!(what, "unknown kind `AgentMod`");
    assert_eq!(fix, "did you mean `AgentMode`?");

    let (_, _, what, fix) = complaint("  emit: non\n  policies: [{plugin: agent-mode}]\n");
    assert_eq!(what, "`spec.emit` is `non`");
    assert!(fix.contains("`none`"), "{fix}");
}

#[test]
fn wrong_types_are_named() {
    let (_, _, what, _) = complaint("  policies: agent-mode\n");
    assert_eq!(what, "`spec.policies` is a string, not a list");
    let (_, _, what, _) = complaint("  cluster: edge\n  policies: [{plugin: agent-mode}]\n");
    assert_eq!(what, "`spec.cluster` is a string, not a mapping");
    let (_, _, what, _) = complaint("  policies: [{plugin: agent-mode, config: [1]}]\n");
    assert_eq!(what, "`spec.policies[0].config` is no mapping");
    let (_, _, what, _) = complaint("  cluster: {name: 12}\n  policies: [{plugin: agent-mode}]\n");
    assert_eq!(what, "`spec.cluster.name` is a number, not a string");
    let (_, _, what, _) = complaint("  policies: [{plugin: agent-mode, limits: {seconds: -1}}]\n");
    assert!(what.contains("no whole number"), "{what}");
}

#[test]
fn no_policy_is_no_policy_set() {
    for spec in [
        "  policies: []\n",
        "  cluster: {name: c}\n",
        "  policies:\n",
    ] {
        let (_, _, what, fix) = complaint(spec);
        assert_eq!(what, "`spec.policies` names no policy", "{spec}");
        assert!(fix.contains("- plugin: agent-mode"), "{fix}");
    }
}

#[test]
fn strangers_are_told_what_is_expected() {
    let (line, _, what, fix) = one("apiVersion: v1\nkind: ConfigMap\ndata: {}\n");
    assert_eq!(line, 1);
    assert_eq!(what, "this is a ConfigMap of `v1`, not a PolicySet");
    assert!(fix.contains("krmguard.io/v1alpha1"), "{fix}");
    let (_, _, what, _) = one("spec: {}\n");
    assert!(what.contains("lacks `apiVersion` or `kind`"), "{what}");
}

#[test]
fn a_digest_must_be_one() {
    let (_, _, what, _) = complaint("  policies: [{plugin: ./a.wasm, sha256: abc}]\n");
    assert_eq!(what, "`spec.policies[0].sha256` is no sha256");
    let (_, _, what, _) = complaint(&format!(
        "  policies: [{{plugin: agent-mode, sha256: {}}}]\n",
        "0a".repeat(32)
    ));
    assert!(what.contains("built-in"), "{what}");
}

#[test]
fn all_complaints_come_at_once() {
    let troubles = read(&format!(
        "{HEAD}  emmit: none\n  policies: [{{plugin: agent-mod}}, {{plugn: x}}]\n"
    ))
    .unwrap_err();
    assert_eq!(troubles.len(), 3, "{troubles:?}");
}
