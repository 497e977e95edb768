//! The catalogue's examples, held to what they say: a wrong one fires its rule, a right one does not.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::description::Rule;
use crate::fleet::Fleet;
use crate::policy::Policy;
use crate::testing::case::Setup;
use crate::testing::judge::judge;
use crate::testing::read_stream;
use crate::testing::units::{Given, gather};
use crate::wire::{Failure, Finding, Severity};

/// Judges the `wrong` and `right` example of every rule and panics with all that do not hold.
///
/// An example is a YAML stream of whole objects. Comment lines at its head say about the unit what a case's `unit.yaml`
/// says, such as `# role: central` or `# config: {force: true}`; without them it is the edge `cluster-02-edge`. A later
/// document with such a head begins another unit of a fleet.
/// The wrong example must fire its rule and no other, but for those that its head names: `# also: [AG01]`.
/// The right one must fire nothing above info, and not its rule.
pub fn examples<P: Policy>() {
    verify::<P>(|units| {
        let mut findings = Vec::new();
        for unit in units {
            findings.extend(judge::<P>(&unit.setup, &unit.objects)?.findings);
        }
        Ok(findings)
    });
}

/// As [`examples`], for a policy with fleet rules.
pub fn examples_fleet<P: Fleet>() {
    verify::<P>(|units| Ok(gather::<P>(units)?.findings));
}

fn verify<P: Policy>(ask: impl Fn(&[Given]) -> Result<Vec<Finding>, Failure>) {
    let mut flaws = Vec::new();
    for rule in P::describe().rules {
        flaws.extend(flaws_of(rule, &ask));
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}

fn flaws_of(rule: &Rule, ask: &impl Fn(&[Given]) -> Result<Vec<Finding>, Failure>) -> Vec<String> {
    let mut flaws = Vec::new();
    for (which, text) in [("wrong", rule.wrong), ("right", rule.right)] {
        let mut flaw =
            |what: String| flaws.push(format!("{}: the {which} example {what}", rule.id));
        let (units, also) = match read(text) {
            Ok(read) => read,
            Err(why) => {
                flaw(why);
                continue;
            }
        };
        let findings = match ask(&units) {
            Ok(findings) => findings,
            Err(failure) => {
                flaw(format!("cannot be judged: {failure:?}"));
                continue;
            }
        };
        let fired: BTreeSet<&str> = findings
            .iter()
            .map(|finding| finding.rule.as_str())
            .collect();
        if which == "wrong" {
            let mut wanted: BTreeSet<&str> = also.iter().map(String::as_str).collect();
            wanted.insert(rule.id);
            if fired != wanted {
                flaw(format!("fires {fired:?}, not {wanted:?}"));
            }
            continue;
        }
        for finding in &findings {
            if finding.rule == rule.id || finding.severity != Severity::Info {
                flaw(format!("fires {}: {}", finding.rule, finding.message));
            }
        }
    }
    flaws
}

/// The units of an example, and what else it may fire.
fn read(text: &str) -> Result<(Vec<Given>, Vec<String>), String> {
    if !text.ends_with('\n') {
        return Err("does not end with a line break".to_owned());
    }
    let mut units: Vec<Given> = Vec::new();
    let mut also = Vec::new();
    for part in text.split("---\n") {
        let (setup, more) = head(part)?;
        also.extend(more);
        if setup.is_some() || units.is_empty() {
            units.push(Given {
                name: format!("unit-{}", units.len() + 1),
                setup: setup.unwrap_or_else(|| Setup::new("cluster-02-edge", "edge")),
                objects: Vec::new(),
            });
        }
        for object in read_stream(part) {
            let whole = ["/apiVersion", "/kind", "/metadata/name"]
                .iter()
                .all(|pointer| object.pointer(pointer).is_some_and(Value::is_string));
            if !whole {
                return Err("is no whole object: apiVersion, kind and metadata.name".to_owned());
            }
            if let Some(unit) = units.last_mut() {
                unit.objects.push(object);
            }
        }
    }
    for unit in &units {
        unit.setup
            .knows(&unit.objects)
            .map_err(|why| format!("has a head that says nothing about its unit: {why}"))?;
    }
    Ok((units, also))
}

/// What the comment lines at the head of a document say about its unit, if there are any.
fn head(part: &str) -> Result<(Option<Setup>, Vec<String>), String> {
    let mut text = String::new();
    for line in part.lines().map_while(|line| line.strip_prefix('#')) {
        text.push_str(line.strip_prefix(' ').unwrap_or(line));
        text.push('\n');
    }
    let Some(Value::Object(mut said)) = read_stream(&text).into_iter().next() else {
        return Ok((None, Vec::new()));
    };
    let also = match said.remove("also") {
        Some(also) => serde_json::from_value(also).map_err(|why| format!("has `also`: {why}"))?,
        None => Vec::new(),
    };
    if said.is_empty() {
        return Ok((None, also));
    }
    if !said.contains_key("role") {
        said.insert("role".to_owned(), "edge".into());
    }
    if !said.contains_key("cluster") {
        let central = said["role"] == "central";
        let name = match central {
            true => "cluster-01-central",
            false => "cluster-02-edge",
        };
        said.insert("cluster".to_owned(), name.into());
    }
    let setup = serde_json::from_value(Value::Object(said))
        .map_err(|why| format!("has a head that says nothing about its unit: {why}"))?;
    Ok((Some(setup), also))
}
