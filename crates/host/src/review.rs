//! Judges a unit: its policies in order, each on what the one before left.

mod answer;
mod bench;
mod blame;
mod guard;
mod question;

use krm::Changes;
use krmguard_engine::{Stage, Unit as UnitRecord};

use bench::Bench;
pub(crate) use bench::object_ref;

use crate::mask::Masker;
use crate::policyset::PolicySet;
use crate::report::{Finding, NotJudged, UnitReport};
use crate::shelf::Policy;
use crate::source::Unit;
use crate::trouble::Trouble;
use question::Question;

/// What becomes of edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// They are written out: what they mend is fixed.
    Applied,
    /// Nobody writes them: what they would mend is pending.
    Pending,
}

/// Which cluster a unit is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) cluster: Option<String>,
    pub(crate) role: Option<String>,
}

/// What a unit's policies said.
#[derive(Debug)]
pub(crate) struct Review {
    pub(crate) unit: UnitReport,
    pub(crate) findings: Vec<Finding>,
    pub(crate) not_judged: Vec<NotJudged>,
    /// What to write into each of the unit's inputs.
    pub(crate) changes: Vec<Changes>,
}

/// Asks each of `policies` about `unit`. Edits are applied to values, never to text, in either delivery:
/// every policy sees what the ones before it set.
pub(crate) fn review(
    unit: &Unit,
    identity: &Identity,
    set: &PolicySet<'_>,
    policies: &[Policy],
    delivery: Delivery,
    masker: &mut Masker,
) -> Review {
    let selectors: Vec<_> = policies
        .iter()
        .flat_map(|policy| &policy.plugin.description().selectors)
        .collect();
    let (mut bench, unreadable) = Bench::new(unit, &selectors);
    for item in &bench.items {
        if let Some(value) = item.value.as_ref().filter(|_| item.object.is_secret()) {
            masker.learn_secret(value);
        }
    }
    let mut not_judged: Vec<NotJudged> = unreadable
        .into_iter()
        .map(|error| Trouble::from(error).of_unit(&unit.name))
        .collect();
    // What could not be read is missing: nothing may be called absent.
    let complete = unit.complete && not_judged.is_empty();
    let record = |policy: &Policy| UnitRecord {
        id: 0,
        name: unit.name.clone(),
        cluster: identity.cluster.clone(),
        role: identity.role.clone(),
        stage: unit.stage,
        complete,
        config: policy.config.clone(),
        disabled: Vec::new(),
        extra: Vec::new(),
    };

    let mut findings = Vec::new();
    for policy in policies {
        let span = tracing::info_span!("policy", name = policy.name());
        let _entered = span.enter();
        let question = Question::new(policy.plugin.description(), record(policy), &mut bench);
        tracing::info!(objects = question.request.objects.len(), "asks");
        let outcome = match policy.plugin.evaluate(&question.request) {
            Ok(outcome) => outcome,
            Err(error) => {
                not_judged.extend(blame::failure(&error, unit, set, policy, &question, &bench));
                continue;
            }
        };
        for line in &outcome.log {
            tracing::debug!("{}", masker.mask(line));
        }
        match answer::take(&outcome, policy, &question, &mut bench, delivery, masker) {
            Ok(more) => findings.extend(more),
            Err(reason) => not_judged.push(blame::bad_answer(&reason, unit, policy)),
        }
    }

    Review {
        unit: UnitReport {
            name: unit.name.clone(),
            cluster: identity.cluster.clone(),
            role: identity.role.clone(),
            stage: stage(unit.stage).to_owned(),
            complete,
            objects: unit.len(),
            judged: bench.items.iter().filter(|item| item.judged).count(),
            changed: bench.changed(),
            policies: policies
                .iter()
                .map(|policy| policy.name().to_owned())
                .collect(),
        },
        findings,
        not_judged,
        changes: bench.into_changes(),
    }
}

/// As reports spell it.
fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Source => "source",
        Stage::InBuild => "in-build",
        Stage::Built => "built",
    }
}
