//! One run of a fleet policy over several units: each unit's objects, then the facts of all.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::description::Description;
use crate::fleet::Fleet;
use crate::testing::case::{FIRST_ID, Setup};
use crate::testing::judge::{check, edited, redacted, selected};
use crate::wire::{Fact, Failure, Finding, Object, Outcome, Request, Unit};

/// One unit of a fleet.
#[derive(Clone, Debug)]
pub struct Given {
    /// Its name in reports: in golden cases its file's.
    pub name: String,
    /// What is said about it.
    pub setup: Setup,
    /// Its objects.
    pub objects: Vec<Value>,
}

/// What the units gave.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The findings about each unit alone, then those about the fleet.
    pub findings: Vec<Finding>,
    /// Whether each finding is named by an edit.
    pub fixed: Vec<bool>,
    /// How many of the findings are about single units.
    pub alone: usize,
    /// The names of the units by [`Unit::id`].
    pub units: BTreeMap<u32, String>,
    /// All objects in the order of their ids.
    pub objects: Vec<Value>,
    /// The objects of each unit after the edits, in the order in which the units were given.
    pub output: Vec<Vec<Value>>,
    /// What the units stated.
    pub facts: Vec<Fact>,
}

/// Judges units alone and then as a fleet, as the host does it. Panics where the policy breaks its contract, and where
/// the order of the units, or the edits that it proposes itself, change what it says about the fleet.
pub fn gather<P: Fleet>(given: &[Given]) -> Result<Gathered, Failure> {
    let gathered = run::<P>(given)?;
    let told = |gathered: &Gathered| {
        let mut told: Vec<String> = gathered.findings[gathered.alone..]
            .iter()
            .map(|finding| {
                let name = &gathered.units[&finding.unit];
                format!("{name}: {}: {}", finding.rule, finding.message)
            })
            .collect();
        told.sort();
        told
    };
    let backwards: Vec<Given> = given.iter().rev().cloned().collect();
    assert_eq!(
        told(&gathered),
        told(&run::<P>(&backwards)?),
        "the order of the units must change nothing"
    );
    let mut after = given.to_vec();
    for (unit, objects) in after.iter_mut().zip(&gathered.output) {
        unit.objects.clone_from(objects);
    }
    assert_eq!(
        told(&gathered),
        told(&run::<P>(&after)?),
        "what is said about the fleet must hold for the units as they are edited"
    );
    Ok(gathered)
}

fn run<P: Fleet>(given: &[Given]) -> Result<Gathered, Failure> {
    let description = P::describe();
    let mut units = Vec::new();
    let mut values = Vec::new();
    let mut sent = Vec::new();
    for (index, one) in given.iter().enumerate() {
        let unit = Unit {
            id: 7 + index as u32,
            name: one.name.clone(),
            ..one.setup.unit()
        };
        sent.extend(objects(one, values.len(), unit.id, &description));
        values.extend(one.objects.iter().cloned());
        units.push(unit);
    }
    let ids = sent.iter().map(|object| object.id).collect();
    let mut answer = crate::evaluate::<P>(Request {
        units: units.clone(),
        objects: sent,
        extra: Vec::new(),
    })?;
    check(&answer, &ids, &description);
    let fleet = crate::judge::<P>(units.clone(), answer.facts.clone())?;
    check(&fleet, &ids, &description);
    assert!(fleet.edits.is_empty(), "a fleet rule edits nothing");

    let mut edited = edited(&values, &answer.edits, None).into_iter();
    let output = given
        .iter()
        .map(|one| edited.by_ref().take(one.objects.len()).flatten().collect())
        .collect();
    let fixed = fixed(&answer, fleet.findings.len());
    let alone = answer.findings.len();
    answer.findings.extend(fleet.findings);
    Ok(Gathered {
        findings: answer.findings,
        fixed,
        alone,
        units: units.into_iter().map(|unit| (unit.id, unit.name)).collect(),
        objects: values,
        output,
        facts: answer.facts,
    })
}

/// The objects that the selectors match, with ids that no other unit uses.
fn objects(given: &Given, first: usize, unit: u32, description: &Description) -> Vec<Object> {
    let wanted = given
        .objects
        .iter()
        .enumerate()
        .filter(|(_, value)| selected(description, value, false));
    wanted
        .map(|(index, value)| {
            let value = redacted(value, description.secrets);
            given.setup.object(first + index, &value, unit)
        })
        .collect()
}

fn fixed(answer: &Outcome, more: usize) -> Vec<bool> {
    let named = |index: usize| {
        answer
            .edits
            .iter()
            .any(|edit| edit.finding == Some(index as u32))
    };
    let mut fixed: Vec<bool> = (0..answer.findings.len()).map(named).collect();
    fixed.extend(std::iter::repeat_n(false, more));
    fixed
}

impl Gathered {
    /// The object that a finding is about.
    pub fn object(&self, finding: &Finding) -> Option<&Value> {
        let id = finding.at.as_ref()?.object;
        self.objects.get((id - FIRST_ID) as usize)
    }
}
