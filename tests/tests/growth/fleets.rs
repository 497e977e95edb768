//! Fleets of any size, as the facts that their units state.

use krmguard_engine::{Fact, Place};

type Make = fn(usize) -> Vec<Fact>;

pub(crate) const FLEETS: &[(&str, Make)] = &[
    ("one value for all", |n| {
        facts(n, "cluster-label", |_| "prod".to_owned())
    }),
    ("one value for all, of two clusters", |n| {
        facts(n, "cluster-label", |_| "prod".to_owned())
    }),
    ("a value for each pair", |n| {
        facts(n, "cluster-label", |at| format!("edge-{}", at / 2))
    }),
    ("none with the label", |n| {
        facts(n, "no-cluster-label", |at| format!("Prometheus p{at}"))
    }),
    ("half without the label", |n| {
        let mut all = facts(n / 2, "no-cluster-label", |at| format!("Prometheus p{at}"));
        let named = facts(n, "cluster-label", |at| format!("edge-{at}"));
        all.extend(named.into_iter().skip(n / 2));
        all
    }),
];

/// The cluster of a unit: two for all where the fleet's name says so, else one for each unit.
pub(crate) fn cluster(fleet: &str, at: usize, count: usize) -> String {
    match fleet.ends_with("of two clusters") {
        true => format!("half-{}", at * 2 / count),
        false => format!("cluster-{at:05}"),
    }
}

fn facts(count: usize, key: &str, value: impl Fn(usize) -> String) -> Vec<Fact> {
    let fact = |at: usize| Fact {
        unit: at as u32,
        key: key.to_owned(),
        value: value(at),
        at: Some(Place {
            object: at as u32,
            pointer: "/spec/externalLabels/cluster".to_owned(),
            range: None,
        }),
    };
    (0..count).map(fact).collect()
}
