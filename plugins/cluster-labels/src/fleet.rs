//! The fleet's rule, CL09, and the facts that it needs.

use std::collections::{BTreeMap, BTreeSet};

use krmguard_sdk::{Fact, FleetOutcome, Member};

use crate::config::Config;

/// A Prometheus sends this value as the cluster's label, once CL01 and CL13 are applied.
pub(crate) const LABEL: &str = "cluster-label";

/// A Prometheus (the value names it) sends without one, and CL01 is off.
pub(crate) const WITHOUT: &str = "no-cluster-label";

/// How many others a finding points at: a whole fleet that shares one value needs no square of remarks.
const OTHERS: usize = 5;

/// A fact and the cluster that stated it.
#[derive(Clone, Copy)]
struct Stated<'a> {
    unit: &'a str,
    cluster: &'a str,
    fact: &'a Fact,
}

/// Which clusters send one value, and which send none.
pub(crate) fn judge(members: &[Member<'_, Config>], out: &mut FleetOutcome) {
    let mut values: BTreeMap<(&str, &str), Vec<Stated<'_>>> = BTreeMap::new();
    let mut without: Vec<(&str, Stated<'_>)> = Vec::new();
    for member in members {
        let unit = member.unit();
        let label = member.config().label.as_str();
        // Two units that name no cluster may be one.
        let named = unit
            .cluster
            .as_deref()
            .or(member.config().cluster.as_deref());
        let Some(cluster) = named else {
            continue;
        };
        let stated = |fact| Stated {
            unit: &unit.name,
            cluster,
            fact,
        };
        for fact in member.facts(LABEL) {
            values
                .entry((label, &fact.value))
                .or_default()
                .push(stated(fact));
        }
        without.extend(member.facts(WITHOUT).map(|fact| (label, stated(fact))));
    }
    let senders: Vec<Stated<'_>> = values
        .values()
        .flatten()
        .chain(without.iter().map(|(_, stated)| stated))
        .copied()
        .collect();
    for ((label, value), sharers) in &values {
        // Where the value is one cluster's own name, the others are wrong, and it is not.
        let named = sharers.iter().any(|own| own.cluster == *value);
        let mut group = Group::of(sharers);
        for own in sharers.iter().filter(|own| !named || own.cluster != *value) {
            let others = group.others(own.cluster);
            if let Some(first) = others.first.first() {
                let message = format!(
                    "{} and {}{} send the same `{label}: {value}`: equal label sets collide at the receiver, and samples \
                     are lost",
                    title(own),
                    title(first),
                    more(others.count)
                );
                tell(own, &others.first, message, out);
            }
        }
    }
    let mut group = Group::of(&senders);
    for (label, own) in &without {
        let others = group.others(own.cluster);
        if let Some(first) = others.first.first() {
            let message = format!(
                "{} sends without the label `{label}`: nobody can tell its series from those of {}{}",
                title(own),
                title(first),
                more(others.count)
            );
            tell(own, &others.first, message, out);
        }
    }
}

/// One statement of each unit that has one, by unit and cluster.
struct Group<'a> {
    units: Vec<Stated<'a>>,
    of_cluster: BTreeMap<&'a str, usize>,
    /// What was asked for, by the cluster that it was asked for.
    others: BTreeMap<&'a str, Others<'a>>,
}

/// The units of other clusters.
#[derive(Clone)]
struct Others<'a> {
    count: usize,
    /// The first of them, no more than a finding points at.
    first: Vec<Stated<'a>>,
}

impl<'a> Group<'a> {
    fn of(all: &[Stated<'a>]) -> Group<'a> {
        let mut seen = BTreeSet::new();
        let mut units: Vec<Stated<'a>> = Vec::new();
        let mut of_cluster: BTreeMap<&str, usize> = BTreeMap::new();
        for stated in all {
            if seen.insert(stated.fact.unit) {
                units.push(*stated);
                *of_cluster.entry(stated.cluster).or_default() += 1;
            }
        }
        units.sort_by_key(|stated| (stated.unit, stated.cluster));
        Group {
            units,
            of_cluster,
            others: BTreeMap::new(),
        }
    }

    /// The others of a cluster; all units of one cluster have the same.
    fn others(&mut self, cluster: &'a str) -> &Others<'a> {
        self.others.entry(cluster).or_insert_with(|| {
            let own = self.of_cluster.get(cluster).copied().unwrap_or_default();
            let others = self.units.iter().filter(|other| other.cluster != cluster);
            Others {
                count: self.units.len() - own,
                first: others.take(OTHERS).copied().collect(),
            }
        })
    }
}

fn title(stated: &Stated<'_>) -> String {
    match stated.unit == stated.cluster {
        true => format!("unit {}", stated.unit),
        false => format!("unit {} (cluster {})", stated.unit, stated.cluster),
    }
}

fn more(others: usize) -> String {
    match others {
        0 | 1 => String::new(),
        2 => " and one more unit".to_owned(),
        count => format!(" and {} more units", count - 1),
    }
}

fn tell(own: &Stated<'_>, others: &[Stated<'_>], message: String, out: &mut FleetOutcome) {
    let mut finding = out.find("CL09", own.fact).say(message);
    for other in others {
        finding = finding.note_place(other.fact.at.clone(), title(other));
    }
}
