//! One place is one finding: what several units share is said once, with all their names.

use super::{Finding, NotJudged, Related, Report};

impl Report {
    /// Joins findings of one rule at one place of one file, and what could not be judged for one reason at one
    /// place, where they are of different units.
    pub(crate) fn join(&mut self) {
        // In the order of the units' names, whatever the order in which they were named: the first one leads.
        self.findings.sort_by(|a, b| a.unit.cmp(&b.unit));
        self.not_judged.sort_by(|a, b| a.unit.cmp(&b.unit));
        join(&mut self.findings, Finding::is_twin, Finding::add_units);
        join(&mut self.findings, Finding::is_neighbour, |lead, other| {
            lead.add_units(other);
            lead.related.push(Related {
                message: format!("in {}: {}", other.unit, other.message),
                place: None,
            });
        });
        join(&mut self.not_judged, NotJudged::is_twin, |lead, other| {
            lead.also_in.push(other.unit.clone());
            lead.also_in.extend(other.also_in.iter().cloned());
        });
    }
}

/// Adds each item to the first one before it that it belongs to.
fn join<T>(items: &mut Vec<T>, belong: fn(&T, &T) -> bool, add: impl Fn(&mut T, &T)) {
    let mut kept: Vec<T> = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        match kept.iter_mut().find(|lead| belong(lead, &item)) {
            Some(lead) => add(lead, &item),
            None => kept.push(item),
        }
    }
    *items = kept;
}

impl Finding {
    /// The units that it is a finding of.
    pub(crate) fn units(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.unit)
            .chain(&self.also_in)
            .map(String::as_str)
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
}
