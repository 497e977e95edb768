//! Rules, waivers and configs of a PolicySet as a new user gets them wrong: one message with place and nearest name.

use crate::samples::policy_set;
use crate::wrong_policies::config_is_refused;

/// What each sample says of `rules`, `waivers`, `failOn` and `config`, beside the policies of two.
const TWO: &str = "  policies: [{plugin: cluster-labels}, {plugin: s3-secret-refs}]\n";

#[test]
fn what_a_new_user_gets_wrong_in_a_waiver() {
    let waiver = |text: &str| format!("{TWO}  waivers:\n  - {text}\n");
    let of = |more: &str| waiver(&format!("{{rule: CL01, object: Prometheus a/b{more}}}"));
    for (sample, reason, remedy, at) in [
        (
            of(""),
            "`spec.waivers[0]` has no `reason`",
            "say why",
            (11, 5),
        ),
        (
            of(", reason: ' '"),
            "`spec.waivers[0].reason` is blank",
            "say why",
            (11, 50),
        ),
        (
            of(", reson: x"),
            "unknown field `reson` in `spec.waivers[0]`",
            "did you mean `reason`?",
            (11, 42),
        ),
        (
            of(", reason: 12"),
            "is a number, not a string",
            "in quotes",
            (11, 50),
        ),
        (
            of(", reason: x, expires: 2026-02-30"),
            "is no date: `2026-02-30`",
            "YYYY-MM-DD",
            (11, 62),
        ),
        (
            of(", reason: x, expires: tomorrow"),
            "is no date: `tomorrow`",
            "YYYY-MM-DD",
            (11, 62),
        ),
        (
            of(", reason: x, expires: 20261231"),
            "is no date: `20261231`",
            "YYYY-MM-DD",
            (11, 62),
        ),
        (
            of(", reason: x, until: 2027-01-01"),
            "unknown field `until`",
            "`expires`",
            (11, 53),
        ),
        (
            waiver("CL01"),
            "`spec.waivers[0]` is a string, not a mapping",
            "`reason`",
            (11, 5),
        ),
        (
            format!("{TWO}  waivers: {{rule: CL01}}\n"),
            "`spec.waivers` is a mapping, not a list",
            "- …",
            (10, 12),
        ),
        (
            waiver("{rule: CL99, object: Prometheus a/b, reason: x}"),
            "no policy of this PolicySet has a rule `CL99`",
            "did you mean `CL09`?",
            (11, 12),
        ),
        (
            waiver("{rule: CL01, object: Prometheus, reason: x}"),
            "names no object: `Prometheus`",
            "`Prometheus monitoring/k8s`",
            (11, 26),
        ),
        (
            waiver("{rule: CL01, object: Prometheus a/*, reason: x}"),
            "is a pattern: `Prometheus a/*`",
            "by its name",
            (11, 26),
        ),
        (
            waiver("{rule: CL01, object: {kind: Prometheus, metadata: {name: b}}, reason: x}"),
            "unknown field `metadata` in `spec.waivers[0].object`",
            "`namespace`",
            (11, 45),
        ),
    ] {
        config_is_refused(&policy_set(&sample), reason, remedy, at);
    }
}

#[test]
fn what_a_new_user_gets_wrong_in_rules_and_configs() {
    let with = |more: &str| format!("  policies:\n  - plugin: cluster-labels\n    {more}\n");
    for (sample, reason, remedy, at) in [
        (
            with("rules: {CL10: off}"),
            "rules.CL10` is `false`",
            "write `ignore`",
            (11, 19),
        ),
        (
            with("rules: {CL10: no}"),
            "rules.CL10` is `false`",
            "write `ignore`",
            (11, 19),
        ),
        (
            with("rules: {CL10: 'off'}"),
            "rules.CL10` is `off`",
            "write `ignore`",
            (11, 19),
        ),
        (
            with("rules: {CL10: warn}"),
            "rules.CL10` is `warn`",
            "did you mean `warning`?",
            (11, 19),
        ),
        (
            with("rules: {CL10: critical}"),
            "rules.CL10` is `critical`",
            "`error`",
            (11, 19),
        ),
        (
            with("rules: {CL10: {severity: info}}"),
            "rules.CL10` is a mapping",
            "one of `ignore`",
            (11, 19),
        ),
        (
            with("rules: [CL10]"),
            "rules` is a list, not a mapping",
            "`CL10: warning`",
            (11, 12),
        ),
        (
            with("rules: {CL99: ignore}"),
            "has no rule `CL99`",
            "did you mean `CL09`?",
            (11, 13),
        ),
        (
            with("rules: {cl10: ignore}"),
            "has no rule `cl10`",
            "did you mean `CL10`?",
            (11, 13),
        ),
        (
            with("rules: {S301: ignore}"),
            "has no rule `S301`",
            "a rule of `s3-secret-refs`",
            (11, 13),
        ),
        (
            with("config: edge"),
            "config` is no mapping",
            "`name: value`",
            (11, 13),
        ),
        (
            with("config: {lables: {a: b}}"),
            "unknown field `lables`: did you mean `labels`?",
            "krmguard schema ClusterLabels",
            (11, 14),
        ),
        (
            with("config: {labels: [a]}"),
            "wrong type: this is a sequence, expected a map",
            "krmguard schema",
            (11, 22),
        ),
        (
            format!("{TWO}  failOn: warnings\n"),
            "`spec.failOn` is `warnings`",
            "did you mean `warning`?",
            (10, 11),
        ),
        (
            format!("{TWO}  failOn: [error, never]\n"),
            "`spec.failOn[1]` is `never`",
            "`change`",
            (10, 19),
        ),
        (
            format!("{TWO}  rules: {{CL10: ignore}}\n"),
            "unknown field `rules` in `spec`",
            "known here",
            (10, 3),
        ),
        (
            "  policies: [cluster-labels]\n".to_owned(),
            "`spec.policies[0]` is a string",
            "`plugin`",
            (9, 14),
        ),
        (
            "  policies:\n  - plugn: cluster-labels\n".to_owned(),
            "unknown field `plugn`",
            "did you mean `plugin`?",
            (10, 5),
        ),
    ] {
        config_is_refused(&policy_set(&sample), reason, remedy, at);
    }
}
