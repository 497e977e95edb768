//! Rules and waivers, as meant and as mistyped.

#![allow(clippy::unwrap_used)]

use super::super::read::tests::read;
use super::super::{Level, PolicySet};
use crate::report::Severity;
use crate::trouble::Trouble;

const HEAD: &str = "apiVersion: krmguard.io/v1alpha1\nkind: PolicySet\nspec:\n  policies: [{plugin: agent-mode}]\n";

fn waivers(items: &str) -> Result<PolicySet<'static>, Vec<Trouble>> {
    read(&format!("{HEAD}  waivers:\n{items}"))
}

/// The only complaint: line, column, what, fix.
fn complaint(result: Result<PolicySet<'static>, Vec<Trouble>>) -> (usize, usize, String, String) {
    let troubles = result.unwrap_err();
    let [trouble] = troubles.as_slice() else {
        panic!("{troubles:?}")
    };
    let (line, column) = trouble.at.unwrap();
    (
        line,
        column,
        trouble.what.clone(),
        trouble.fix.clone().unwrap(),
    )
}

#[test]
fn an_object_is_named_in_one_string_or_in_a_mapping() {
    let set = waivers(
        "  - {rule: AG05, object: Prometheus monitoring/k8s, reason: ' moved soon ', expires: 2027-03-31}
  - rule: AG05
    object: {kind: Prometheus, name: k8s}
    reason: no namespace
  - {rule: AG05, object: unit, reason: all of it}
",
    )
    .unwrap();
    let told: Vec<String> = set
        .waivers
        .iter()
        .map(|waiver| {
            let last = waiver.expires.map_or("-".to_owned(), |day| day.to_string());
            format!(
                "{} {}: {} {last} {}",
                waiver.rule, waiver.subject, waiver.reason, waiver.at
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "AG05 Prometheus monitoring/k8s: moved soon 2027-03-31 /spec/waivers/0",
            "AG05 Prometheus k8s: no namespace - /spec/waivers/1",
            "AG05 the unit: all of it - /spec/waivers/2",
        ]
    );
}

#[test]
fn a_waiver_says_why() {
    let (line, column, what, fix) = complaint(waivers("  - rule: AG05\n    object: Pod a/b\n"));
    assert_eq!((line, column), (6, 5));
    assert_eq!(what, "`spec.waivers[0]` has no `reason`");
    assert!(fix.starts_with("say why"), "{fix}");
    for blank in ["''", "'  '"] {
        let item = format!("  - {{rule: AG05, object: Pod a/b, reason: {blank}}}\n");
        let (line, _, what, _) = complaint(waivers(&item));
        assert_eq!(line, 6);
        assert!(what.starts_with("`spec.waivers[0].reason` is "), "{what}");
    }
}

#[test]
fn a_day_must_be_one() {
    for (day, shown) in [
        ("soon", "soon"),
        ("2026-02-30", "2026-02-30"),
        ("20260131", "20260131"),
        ("31.01.2026", "31.01.2026"),
    ] {
        let item = format!("  - {{rule: AG05, object: Pod a/b, reason: r, expires: {day}}}\n");
        let (line, column, what, fix) = complaint(waivers(&item));
        assert_eq!((line, column), (6, 55));
        assert_eq!(
            what,
            format!("`spec.waivers[0].expires` is no date: `{shown}`")
        );
        assert!(fix.contains("YYYY-MM-DD"), "{fix}");
    }
}

#[test]
fn an_object_must_be_one() {
    for (object, what) in [
        ("k8s", "names no object: `k8s`"),
        ("Pod a/b/c", "names no object: `Pod a/b/c`"),
        ("Pod /b", "names no object: `Pod /b`"),
        ("Pod a/*", "is a pattern: `Pod a/*`"),
        ("'*'", "is a pattern: `*`"),
        ("[a]", "is a list"),
        ("{kind: Pod}", "lacks `kind` or `name`"),
    ] {
        let item = format!("  - {{rule: AG05, object: {object}, reason: r}}\n");
        let (line, column, said, _) = complaint(waivers(&item));
        assert_eq!((line, column), (6, 26), "{object}");
        assert_eq!(said, format!("`spec.waivers[0].object` {what}"));
    }
    let (_, _, what, fix) = complaint(waivers(
        "  - {rule: AG05, object: {kind: Pod, nmae: x, name: a}, reason: r}\n",
    ));
    assert_eq!(what, "unknown field `nmae` in `spec.waivers[0].object`");
    assert_eq!(fix, "did you mean `name`?");
}

#[test]
fn nothing_is_waived_twice() {
    let (line, column, what, fix) = complaint(waivers(
        "  - {rule: AG05, object: Pod a/b, reason: r}\n  - rule: AG05\n    object: {kind: Pod, namespace: a, name: b}\n    reason: other\n",
    ));
    assert_eq!((line, column), (7, 5));
    assert_eq!(
        what,
        "`spec.waivers[1]` waives AG05 of Pod a/b a second time"
    );
    assert!(fix.ends_with("`spec.waivers[0]`"), "{fix}");
}

#[test]
fn unknown_fields_and_wrong_shapes() {
    let (line, column, what, fix) = complaint(waivers(
        "  - {rule: AG05, object: Pod a/b, reason: r, expire: 2027-01-01}\n",
    ));
    assert_eq!((line, column), (6, 46));
    assert_eq!(what, "unknown field `expire` in `spec.waivers[0]`");
    assert_eq!(fix, "did you mean `expires`?");
    let (_, _, what, _) = complaint(read(&format!("{HEAD}  waivers: {{rule: AG05}}\n")));
    assert_eq!(what, "`spec.waivers` is a mapping, not a list");
    let (_, _, what, fix) = complaint(read(&format!("{HEAD}  waiver: []\n")));
    assert_eq!(what, "unknown field `waiver` in `spec`");
    assert_eq!(fix, "did you mean `waivers`?");
}

fn rules(mapping: &str) -> Result<PolicySet<'static>, Vec<Trouble>> {
    read(&format!(
        "apiVersion: krmguard.io/v1alpha1\nkind: PolicySet\nspec:\n  policies:\n  - plugin: agent-mode\n    rules: {mapping}\n"
    ))
}

#[test]
fn rules_count_as_it_is_said() {
    let set = rules("{AG01: ignore, AG02: info, AG05: warning, AG09: error, AG12: null}").unwrap();
    let told: Vec<(&str, Level)> = set.entries[0]
        .rules
        .iter()
        .map(|said| (said.rule.as_str(), said.level))
        .collect();
    assert_eq!(
        told,
        [
            ("AG01", Level::Ignore),
            ("AG02", Level::Counts(Severity::Info)),
            ("AG05", Level::Counts(Severity::Warning)),
            ("AG09", Level::Counts(Severity::Error)),
        ]
    );
    let single = read(
        "apiVersion: krmguard.io/v1alpha1\nkind: AgentMode\nspec:\n  rules: {AG01: ignore}\n  waivers: []\n",
    );
    assert_eq!(single.unwrap().entries[0].rules.len(), 1);
}

#[test]
fn off_is_answered_with_ignore_and_why() {
    for off in ["off", "false", "\"off\"", "no"] {
        let (line, column, what, fix) = complaint(rules(&format!("{{AG01: {off}}}")));
        assert_eq!((line, column), (6, 19));
        assert!(
            what.starts_with("`spec.policies[0].rules.AG01` is `"),
            "{what}"
        );
        assert!(
            fix.contains("`ignore`") && fix.contains("YAML readers take that for false"),
            "{fix}"
        );
    }
    let (_, _, what, fix) = complaint(rules("{AG01: warn}"));
    assert_eq!(what, "`spec.policies[0].rules.AG01` is `warn`");
    assert!(fix.contains("`warning`"), "{fix}");
    let (_, _, what, _) = complaint(rules("[AG01]"));
    assert_eq!(what, "`spec.policies[0].rules` is a list, not a mapping");
}
