//! The fleet's rule, CL09, and the facts that it needs.

use std::collections::BTreeMap;

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
        for own in sharers.iter().filter(|own| !named || own.cluster != *value) {
            let others = others(own, sharers);
            if let Some(first) = others.first() {
                let message = format!(
                    "{} and {}{} send the same `{label}: {value}`: equal label sets collide at the receiver, and samples \
                     are lost",
                    title(own),
                    title(first),
                    more(&others)
                );
                tell(own, &others, message, out);
            }
        }
    }
    for (label, own) in &without {
        let others = others(own, &senders);
        if let Some(first) = others.first() {
            let message = format!(
                "{} sends without the label `{label}`: nobody can tell its series from those of {}{}",
                title(own),
                title(first),
                more(&others)
            );
            tell(own, &others, message, out);
        }
    }
}

/// One of each other unit that is of another cluster.
fn others<'a>(own: &Stated<'a>, all: &[Stated<'a>]) -> Vec<Stated<'a>> {
    let mut others: Vec<Stated<'a>> = Vec::new();
    for other in all.iter().filter(|other| other.cluster != own.cluster) {
        if !others
            .iter()
            .any(|known| known.fact.unit == other.fact.unit)
        {
            others.push(*other);
        }
    }
    others.sort_by_key(|other| (other.unit, other.cluster));
    others
}

fn title(stated: &Stated<'_>) -> String {
    match stated.unit == stated.cluster {
        true => format!("unit {}", stated.unit),
        false => format!("unit {} (cluster {})", stated.unit, stated.cluster),
    }
}

fn more(others: &[Stated<'_>]) -> String {
    match others.len() {
        0 | 1 => String::new(),
        2 => " and one more unit".to_owned(),
        count => format!(" and {} more units", count - 1),
    }
}

fn tell(own: &Stated<'_>, others: &[Stated<'_>], message: String, out: &mut FleetOutcome) {
    let mut finding = out.find("CL09", own.fact).say(message);
    for other in others.iter().take(OTHERS) {
        finding = finding.note_place(other.fact.at.clone(), title(other));
    }
}
