//! Whether an answer is one: ids that were asked about, rules that exist, JSON that is JSON.
//!
//! A policy is foreign code. What passes here can be used without asking again: every index is in
//! range and every payload parses.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::Value;

use crate::{
    Change, Description, Edit, Effect, Fact, Finding, Outcome, Place, Profile, Request,
    RuleProfile, Unit,
};

/// What a policy was asked about.
pub(crate) struct Asked {
    units: HashSet<u32>,
    objects: HashSet<u32>,
}

impl Asked {
    pub(crate) fn about(request: &Request) -> Self {
        Self {
            units: request.units.iter().map(|unit| unit.id).collect(),
            objects: request.objects.iter().map(|object| object.id).collect(),
        }
    }

    /// A fleet rule knows only the objects that its facts were read from.
    pub(crate) fn about_facts(units: &[Unit], facts: &[Fact]) -> Self {
        Self {
            units: units.iter().map(|unit| unit.id).collect(),
            objects: facts
                .iter()
                .filter_map(|fact| fact.at.as_ref())
                .map(|at| at.object)
                .collect(),
        }
    }

    pub(crate) fn object(&self, id: u32) -> Result<(), String> {
        self.objects
            .contains(&id)
            .then_some(())
            .ok_or_else(|| format!("object {id} was not in the request"))
    }

    fn unit(&self, id: u32) -> Result<(), String> {
        self.units
            .contains(&id)
            .then_some(())
            .ok_or_else(|| format!("unit {id} was not in the request"))
    }

    fn place(&self, place: &Place) -> Result<(), String> {
        self.object(place.object)?;
        pointer(&place.pointer)?;
        match place.range {
            Some((from, to)) if from > to => Err(format!("the range {from}..{to} runs backwards")),
            _ => Ok(()),
        }
    }

    fn places<'a>(&self, places: impl IntoIterator<Item = &'a Place>) -> Result<(), String> {
        places.into_iter().try_for_each(|place| self.place(place))
    }
}

/// Bytes of text in units: part of what a call's fuel is measured by.
pub(crate) fn size_of_units(units: &[Unit]) -> usize {
    let one = |unit: &Unit| {
        unit.name.len() + unit.config.len() + unit.disabled.iter().map(String::len).sum::<usize>()
    };
    units.iter().map(one).sum()
}

/// Reads the answer of `describe`.
pub(crate) fn description(text: &str) -> Result<Description, String> {
    serde_json::from_str(text).map_err(unread)
}

/// As [`description`], past the texts.
pub(crate) fn profile(text: &str) -> Result<Profile, String> {
    serde_json::from_str(text).map_err(unread)
}

fn unread(why: serde_json::Error) -> String {
    format!("its description cannot be read: {why}")
}

/// The first thing in an answer that its contract does not allow.
pub(crate) fn check(outcome: &Outcome, asked: &Asked, profile: &Profile) -> Result<(), String> {
    let rules = profile
        .rules
        .iter()
        .map(|rule| (rule.id.as_str(), rule))
        .collect();
    for (index, found) in outcome.findings.iter().enumerate() {
        finding(found, asked, &rules).map_err(|why| format!("finding {index}: {why}"))?;
    }
    for (index, one) in outcome.edits.iter().enumerate() {
        edit(one, outcome.findings.len(), asked, &rules)
            .map_err(|why| format!("edit {index}: {why}"))?;
    }
    for (index, fact) in outcome.facts.iter().enumerate() {
        asked
            .unit(fact.unit)
            .and_then(|()| asked.places(&fact.at))
            .map_err(|why| format!("fact {index}: {why}"))?;
    }
    Ok(())
}

type Rules<'a> = HashMap<&'a str, &'a RuleProfile>;

fn known<'a>(id: &str, rules: &Rules<'a>) -> Result<&'a RuleProfile, String> {
    rules
        .get(id)
        .copied()
        .ok_or_else(|| format!("its catalogue has no rule `{id}`"))
}

fn finding(finding: &Finding, asked: &Asked, rules: &Rules<'_>) -> Result<(), String> {
    known(&finding.rule, rules)?;
    asked.unit(finding.unit)?;
    asked.places(&finding.at)?;
    asked.places(finding.related.iter().filter_map(|note| note.at.as_ref()))?;
    for (what, value) in [
        ("current", &finding.current),
        ("proposed", &finding.proposed),
    ] {
        if let Some(text) = value {
            let _: Value = json(what, text)?;
        }
    }
    Ok(())
}

fn edit(edit: &Edit, findings: usize, asked: &Asked, rules: &Rules<'_>) -> Result<(), String> {
    let rule = known(&edit.rule, rules)?;
    if rule.effect == Effect::Report {
        return Err(format!(
            "the catalogue says that rule `{}` only reports",
            rule.id
        ));
    }
    if let Some(index) = edit.finding
        && usize::try_from(index).is_ok_and(|index| index >= findings)
    {
        return Err(format!("there is no finding {index}"));
    }
    match &edit.change {
        Change::Patch((object, text)) => asked.object(*object).and_then(|()| patch(text)),
        Change::Replace((object, text)) => asked.object(*object).and_then(|()| whole(text)),
        Change::Create((unit, text)) => asked.unit(*unit).and_then(|()| whole(text)),
        Change::Delete(object) => asked.object(*object),
    }
}

fn whole(text: &str) -> Result<(), String> {
    let _: serde_json::Map<String, Value> = json("the object", text)?;
    Ok(())
}

/// RFC 6902. Members that it does not define are ignored, as it says.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
#[expect(dead_code, reason = "values need only be there, and be JSON")]
enum Operation {
    Add { path: String, value: Value },
    Remove { path: String },
    Replace { path: String, value: Value },
    Move { path: String, from: String },
    Copy { path: String, from: String },
    Test { path: String, value: Value },
}

fn patch(text: &str) -> Result<(), String> {
    let operations: Vec<Operation> = json("the patch", text)?;
    for operation in &operations {
        match operation {
            Operation::Add { path, .. }
            | Operation::Replace { path, .. }
            | Operation::Test { path, .. }
            | Operation::Remove { path } => pointer(path)?,
            Operation::Move { path, from } | Operation::Copy { path, from } => {
                pointer(path)?;
                pointer(from)?;
            }
        }
    }
    Ok(())
}

/// Parsed for good, not only scanned: what nests too deeply for a reader must not pass.
fn json<'a, T: Deserialize<'a>>(what: &str, text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|why| format!("{what} is not what it should be: {why}"))
}

/// RFC 6901.
fn pointer(text: &str) -> Result<(), String> {
    let rooted = text.is_empty() || text.starts_with('/');
    let escaped = text
        .split('~')
        .skip(1)
        .all(|rest| rest.starts_with(['0', '1']));
    (rooted && escaped)
        .then_some(())
        .ok_or_else(|| format!("{text:?} is no JSON pointer"))
}

#[cfg(test)]
mod tests;
