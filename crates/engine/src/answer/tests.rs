//! Every clause of the contract, broken once.

use super::*;
use crate::{Form, Note, Object, Severity, Stage};

fn asked() -> Asked {
    let unit = Unit {
        id: 1,
        name: String::new(),
        cluster: None,
        role: None,
        stage: Stage::Built,
        complete: true,
        config: String::new(),
        disabled: Vec::new(),
        extra: Vec::new(),
    };
    let object = Object {
        id: 2,
        unit: 1,
        form: Form::Manifest,
        content: String::new(),
        extra: Vec::new(),
    };
    Asked::about(&Request {
        units: vec![unit],
        objects: vec![object],
        extra: Vec::new(),
    })
}

fn catalogue() -> Profile {
    let rule = |id: &str, effect| RuleProfile {
        id: id.to_owned(),
        effect,
    };
    Profile {
        rules: vec![rule("S1", Effect::Set), rule("R1", Effect::Report)],
        ..Profile::default()
    }
}

fn at(object: u32, pointer: &str) -> Option<Place> {
    Some(Place {
        object,
        pointer: pointer.to_owned(),
        range: None,
    })
}

fn found() -> Finding {
    Finding {
        rule: "R1".to_owned(),
        severity: Severity::Error,
        unit: 1,
        at: at(2, "/spec/a~1b"),
        message: String::new(),
        remedy: None,
        current: Some("1".to_owned()),
        proposed: Some("{}".to_owned()),
        related: vec![Note {
            at: None,
            message: String::new(),
        }],
        sensitive: false,
        extra: Vec::new(),
    }
}

fn why(outcome: &Outcome) -> String {
    check(outcome, &asked(), &catalogue())
        .err()
        .unwrap_or_default()
}

fn finding(change: impl FnOnce(&mut Finding)) -> String {
    let mut finding = found();
    change(&mut finding);
    why(&Outcome {
        findings: vec![found(), finding],
        ..Outcome::default()
    })
}

fn edit(rule: &str, finding: Option<u32>, change: Change) -> String {
    let edit = Edit {
        rule: rule.to_owned(),
        finding,
        change,
        extra: Vec::new(),
    };
    why(&Outcome {
        findings: vec![found()],
        edits: vec![edit],
        ..Outcome::default()
    })
}

fn patch(text: &str) -> String {
    edit("S1", None, Change::Patch((2, text.to_owned())))
}

#[test]
fn findings() {
    assert_eq!(finding(|_| {}), "");
    assert_eq!(
        finding(|it| it.rule = "X1".into()),
        "finding 1: its catalogue has no rule `X1`"
    );
    assert_eq!(
        finding(|it| it.unit = 2),
        "finding 1: unit 2 was not in the request"
    );
    assert_eq!(
        finding(|it| it.at = at(1, "")),
        "finding 1: object 1 was not in the request"
    );
    assert_eq!(
        finding(|it| it.at = at(2, "spec")),
        "finding 1: \"spec\" is no JSON pointer"
    );
    assert_eq!(
        finding(|it| it.at = at(2, "/a~2")),
        "finding 1: \"/a~2\" is no JSON pointer"
    );
    assert_eq!(
        finding(|it| it.at = at(2, "/a~")),
        "finding 1: \"/a~\" is no JSON pointer"
    );
    let backwards = |it: &mut Finding| {
        it.at = at(2, "/a").map(|at| Place {
            range: Some((2, 1)),
            ..at
        })
    };
    assert_eq!(
        finding(backwards),
        "finding 1: the range 2..1 runs backwards"
    );
    let noted = |it: &mut Finding| it.related[0].at = at(9, "");
    assert_eq!(finding(noted), "finding 1: object 9 was not in the request");
    assert!(finding(|it| it.current = Some("{".into())).starts_with("finding 1: current is not"));
    assert!(finding(|it| it.proposed = Some("".into())).starts_with("finding 1: proposed is not"));
    let deep = "[".repeat(200) + &"]".repeat(200);
    assert!(finding(|it| it.proposed = Some(deep)).contains("recursion limit"));
}

#[test]
fn edits() {
    assert_eq!(edit("S1", Some(0), Change::Delete(2)), "");
    assert_eq!(
        edit("S1", Some(1), Change::Delete(2)),
        "edit 0: there is no finding 1"
    );
    assert_eq!(
        edit("S1", None, Change::Delete(3)),
        "edit 0: object 3 was not in the request"
    );
    assert_eq!(
        edit("X1", None, Change::Delete(2)),
        "edit 0: its catalogue has no rule `X1`"
    );
    assert_eq!(
        edit("R1", None, Change::Delete(2)),
        "edit 0: the catalogue says that rule `R1` only reports"
    );
    assert_eq!(
        edit("S1", None, Change::Create((1, "{\"a\": 1}".into()))),
        ""
    );
    assert_eq!(
        edit("S1", None, Change::Create((2, "{}".into()))),
        "edit 0: unit 2 was not in the request"
    );
    for text in ["[]", "1", "{", "{} {}"] {
        let replaced = edit("S1", None, Change::Replace((2, text.to_owned())));
        assert!(
            replaced.starts_with("edit 0: the object is not"),
            "{replaced}"
        );
    }
}

#[test]
fn patches() {
    let whole = r#"[
        {"op": "add", "path": "/a", "value": null}, {"op": "remove", "path": "/a/0"},
        {"op": "replace", "path": "", "value": {}}, {"op": "move", "path": "/a", "from": "/b"},
        {"op": "copy", "path": "/a", "from": "/b"}, {"op": "test", "path": "/a", "value": 1, "x": 2}]"#;
    assert_eq!(patch(whole), "");
    assert_eq!(patch("[]"), "");
    for broken in [
        r#"{"op": "remove", "path": "/a"}"#,
        r#"[{"op": "merge", "path": "/a"}]"#,
        r#"[{"op": "add", "path": "/a"}]"#,
        r#"[{"op": "remove"}]"#,
        r#"[{"op": "move", "path": "/a"}]"#,
    ] {
        assert!(
            patch(broken).starts_with("edit 0: the patch is not"),
            "{broken}"
        );
    }
    let pointer = r#"[{"op": "move", "path": "/a", "from": "b"}]"#;
    assert_eq!(patch(pointer), "edit 0: \"b\" is no JSON pointer");
}

#[test]
fn facts() {
    let fact = |unit, object| {
        let fact = Fact {
            unit,
            key: String::new(),
            value: String::new(),
            at: at(object, ""),
        };
        why(&Outcome {
            facts: vec![fact],
            ..Outcome::default()
        })
    };
    assert_eq!(fact(1, 2), "");
    assert_eq!(fact(3, 2), "fact 0: unit 3 was not in the request");
    assert_eq!(fact(1, 3), "fact 0: object 3 was not in the request");
}
