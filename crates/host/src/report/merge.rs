//! One place is one finding: what several units share is said once, with all their names.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use super::{Finding, NotJudged, ObjectRef, Related, Report};

impl Report {
    /// Joins findings of one rule at one place of one file, and what could not be judged for one reason at one
    /// place, where they are of different units.
    pub(crate) fn join(&mut self) {
        // In the order of the units' names, whatever the order in which they were named: the first one leads.
        self.findings.sort_by(|a, b| a.unit.cmp(&b.unit));
        self.not_judged.sort_by(|a, b| a.unit.cmp(&b.unit));
        let ends = self.findings.first().zip(self.findings.last());
        if ends.is_some_and(|(first, last)| first.unit != last.unit) {
            self.join_findings();
        }
        join(
            &mut self.not_judged,
            |one| (one.file.clone(), one.line, one.message.clone()),
            NotJudged::is_twin,
            |lead, other| {
                lead.also_in.push(other.unit.clone());
                lead.also_in.extend(other.also_in.iter().cloned());
            },
        );
    }

    fn join_findings(&mut self) {
        join(
            &mut self.findings,
            |one| (one.site(), one.message.clone()),
            Finding::is_twin,
            Finding::add_units,
        );
        join(
            &mut self.findings,
            Finding::site,
            Finding::is_neighbour,
            |lead, other| {
                lead.add_units(other);
                lead.related.push(Related {
                    message: format!("in {}: {}", other.unit, other.message),
                    place: None,
                });
            },
        );
    }
}

/// Adds each item to the first one before it that it belongs to. Items that belong together have the same key, so that only
/// those are compared.
fn join<T, K: Hash + Eq>(
    items: &mut Vec<T>,
    key: impl Fn(&T) -> K,
    belong: fn(&T, &T) -> bool,
    add: impl Fn(&mut T, &T),
) {
    let mut kept: Vec<T> = Vec::with_capacity(items.len());
    let mut leads: HashMap<K, Vec<usize>> = HashMap::new();
    for item in items.drain(..) {
        let leads = leads.entry(key(&item)).or_default();
        match leads.iter().find(|&&lead| belong(&kept[lead], &item)) {
            Some(&lead) => add(&mut kept[lead], &item),
            None => {
                leads.push(kept.len());
                kept.push(item);
            }
        }
    }
    *items = kept;
}

/// Where a finding is, for [`join`]: its rule and field, and the bytes in a file; without those the object.
type Site = (
    String,
    Option<String>,
    Option<(String, Range<usize>)>,
    Option<ObjectRef>,
);

impl Finding {
    /// The units that it is a finding of.
    pub(crate) fn units(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.unit)
            .chain(&self.also_in)
            .map(String::as_str)
    }

    fn site(&self) -> Site {
        let place = self.place.as_ref();
        let bytes = place.map(|place| (place.file.clone(), place.span.clone()));
        let object = self.object.clone().filter(|_| bytes.is_none());
        (self.rule.clone(), self.pointer.clone(), bytes, object)
    }

    /// The same rule at the same place, in another unit, with the same outcome.
    fn is_neighbour(&self, other: &Finding) -> bool {
        let (Some(mine), Some(theirs)) = (&self.place, &other.place) else {
            return false;
        };
        mine.file == theirs.file && mine.span == theirs.span && self.is_alike(other)
    }

    /// The same rule about the same field, in another unit, with the same outcome.
    fn is_alike(&self, other: &Finding) -> bool {
        self.rule == other.rule
            && self.pointer == other.pointer
            && (self.state, self.severity) == (other.state, other.severity)
            && self.waiver == other.waiver
            && !other
                .units()
                .any(|unit| self.units().any(|own| own == unit))
    }

    /// It says the same of the same place; or, where neither has one, of an object that both units have.
    fn is_twin(&self, other: &Finding) -> bool {
        let placeless = self.place.is_none() && other.place.is_none();
        let same = placeless && self.object.is_some() && self.object == other.object;
        (self.is_neighbour(other) || (same && self.is_alike(other)))
            && self.message == other.message
            && (&self.current, &self.proposed) == (&other.current, &other.proposed)
    }

    fn add_units(&mut self, other: &Finding) {
        self.also_in.push(other.unit.clone());
        self.also_in.extend(other.also_in.iter().cloned());
    }
}

impl NotJudged {
    /// The units of which it is true.
    pub(crate) fn units(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.unit)
            .chain(&self.also_in)
            .map(String::as_str)
    }

    fn is_twin(&self, other: &NotJudged) -> bool {
        self.file.is_some()
            && self.unit != other.unit
            && (&self.policy, &self.file, self.line, self.column)
                == (&other.policy, &other.file, other.line, other.column)
            && self.message == other.message
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::{Place, Severity, State};

    fn finding(unit: &str, line: usize, message: &str, state: State) -> Finding {
        Finding {
            rule: "CV01".to_owned(),
            severity: Severity::Error,
            state,
            waiver: None,
            unit: unit.to_owned(),
            also_in: Vec::new(),
            policy: "agent-mode".to_owned(),
            object: None,
            index: None,
            origin: None,
            pointer: Some("/valuesInline/a".to_owned()),
            place: Some(Place {
                file: "values.yaml".to_owned(),
                line,
                column: 1,
                span: line..line + 1,
                document: 0..9,
                source: Arc::new("a: 1\nb: 2\n".into()),
                start: 0,
                exact: true,
                in_secret: false,
            }),
            message: message.to_owned(),
            remedy: None,
            current: None,
            proposed: None,
            related: Vec::new(),
            sensitive: false,
        }
    }

    fn joined(findings: Vec<Finding>) -> Vec<(String, usize)> {
        let mut report = Report {
            findings,
            ..Report::default()
        };
        report.join();
        let said = |finding: &Finding| {
            let units: Vec<&str> = finding.units().collect();
            (units.join(" "), finding.related.len())
        };
        report.findings.iter().map(said).collect()
    }

    #[test]
    fn one_place_in_several_units_is_one_finding() {
        use State::{Fixed, Open};
        let same = |unit: &str| finding(unit, 1, "no such key", Open);
        assert_eq!(
            joined(vec![
                same("a"),
                same("b"),
                finding("b", 2, "no such key", Open),
                same("c")
            ]),
            [("a b c".to_owned(), 0), ("b".to_owned(), 0)]
        );
        // Another message is kept as a note; another outcome stands alone.
        assert_eq!(
            joined(vec![
                same("a"),
                finding("b", 1, "other", Open),
                finding("c", 1, "other", Fixed)
            ]),
            [("a b".to_owned(), 1), ("c".to_owned(), 0)]
        );
    }

    #[test]
    fn the_order_in_which_units_were_named_changes_nothing() {
        let of = |unit: &str, message: &str| finding(unit, 1, message, State::Open);
        let said = |findings: Vec<Finding>| {
            let mut report = Report {
                findings,
                ..Report::default()
            };
            report.join();
            format!("{:?}", report.findings)
        };
        assert_eq!(
            said(vec![of("b", "x"), of("c", "y"), of("a", "x")]),
            said(vec![of("a", "x"), of("b", "x"), of("c", "y")])
        );
    }

    #[test]
    fn one_unit_may_say_several_things_of_one_place() {
        let of = |unit: &str, message: &str| finding(unit, 1, message, State::Open);
        assert_eq!(
            joined(vec![of("a", "x"), of("a", "y"), of("b", "y"), of("b", "x")]),
            [("a b".to_owned(), 0), ("a b".to_owned(), 0)]
        );
    }

    /// Comparing each with each would be 800 million comparisons.
    #[test]
    fn many_findings_are_joined_as_fast_as_they_are_read() {
        let of = |unit: &str, line: usize| finding(unit, line, "no such key", State::Open);
        let both = ["a", "b"]
            .iter()
            .flat_map(|unit| (0..20_000).map(|line| of(unit, line)));
        let mut report = Report {
            findings: both.collect(),
            ..Report::default()
        };
        let start = std::time::Instant::now();
        report.join();
        assert_eq!(report.findings.len(), 20_000);
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }
}
