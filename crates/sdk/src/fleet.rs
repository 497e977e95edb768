//! Rules about many units: what they are asked, and how they answer.

use std::collections::{BTreeMap, BTreeSet};

use crate::description::Rule;
use crate::evaluate::read_config;
use crate::outcome::Draft;
use crate::policy::Policy;
use crate::wire::{Fact, Failure, Finding, Outcome as Answer, Unit};

/// A policy that also judges units against each other. `export!(X, fleet)` exports it.
///
/// It never sees objects again, only the facts that [`Policy::review`] stated ([`crate::Outcome::fact`]), so that a
/// fleet of a thousand clusters costs little and facts can be kept. A fact's place carries the object id of the
/// request in which it was stated: a host that judges facts of several requests gives ids that are unique in all.
pub trait Fleet: Policy {
    /// Judges the fleet. Members come sorted by name, each one's facts by key, value and place, so that the answer does
    /// not depend on the order in which units were read.
    fn judge(members: &[Member<'_, Self::Config>], out: &mut FleetOutcome);
}

/// One unit of the fleet.
#[derive(Clone, Debug)]
pub struct Member<'a, C> {
    unit: &'a Unit,
    config: C,
    facts: Vec<&'a Fact>,
}

impl<'a, C> Member<'a, C> {
    /// The unit.
    pub fn unit(&self) -> &'a Unit {
        self.unit
    }

    /// Its config.
    pub fn config(&self) -> &C {
        &self.config
    }

    /// Its facts of one key.
    pub fn facts(&self, key: &str) -> impl Iterator<Item = &'a Fact> {
        self.facts
            .iter()
            .copied()
            .filter(move |fact| fact.key == key)
    }
}

/// The answer about a fleet, while it is written. Nothing can be edited here: there are no objects.
pub struct FleetOutcome {
    rules: &'static [Rule],
    findings: Vec<Finding>,
    log: Vec<String>,
}

impl FleetOutcome {
    /// A finding where a fact was read, in that fact's unit.
    pub fn find(&mut self, rule: &'static str, fact: &Fact) -> Draft<'_> {
        let at = fact.at.clone();
        Draft::push(self.rules, rule, fact.unit, at, &mut self.findings)
    }

    /// A finding about a unit as a whole.
    pub fn find_unit(&mut self, rule: &'static str, unit: &Unit) -> Draft<'_> {
        Draft::push(self.rules, rule, unit.id, None, &mut self.findings)
    }

    /// An author's print: the host shows it only when asked.
    pub fn log(&mut self, line: impl Into<String>) {
        self.log.push(line.into());
    }
}

/// The answer of `judge`. What rules say that are off in their unit is left out.
pub fn judge<P: Fleet>(units: Vec<Unit>, facts: Vec<Fact>) -> Result<Answer, Failure> {
    let mut of_unit: BTreeMap<u32, Vec<&Fact>> = BTreeMap::new();
    let known: BTreeSet<u32> = units.iter().map(|unit| unit.id).collect();
    for fact in &facts {
        if !known.contains(&fact.unit) {
            return Err(Failure::Other(format!(
                "a fact `{}` belongs to unit {}, which the request lacks",
                fact.key, fact.unit
            )));
        }
        of_unit.entry(fact.unit).or_default().push(fact);
    }
    let mut members = Vec::with_capacity(units.len());
    let mut problems = Vec::new();
    for unit in &units {
        let mut facts = of_unit.remove(&unit.id).unwrap_or_default();
        facts.sort_by_key(|fact| (&fact.key, &fact.value, &fact.at));
        match read_config::<P>(&unit.config) {
            Ok(config) => members.push(Member {
                unit,
                config,
                facts,
            }),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(Failure::InvalidConfig(problems));
    }
    members.sort_by_key(|member| (&member.unit.name, &member.unit.cluster, member.unit.id));
    let mut out = FleetOutcome {
        rules: P::describe().rules,
        findings: Vec::new(),
        log: Vec::new(),
    };
    P::judge(&members, &mut out);
    let disabled: BTreeMap<u32, &[String]> = units
        .iter()
        .map(|unit| (unit.id, unit.disabled.as_slice()))
        .collect();
    let off = |finding: &Finding| {
        let rules = disabled.get(&finding.unit);
        rules.is_some_and(|rules| rules.contains(&finding.rule))
    };
    out.findings.retain(|finding| !off(finding));
    Ok(Answer {
        findings: out.findings,
        log: out.log,
        ..Answer::default()
    })
}
