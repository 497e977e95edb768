//! Judges a unit: its policies in order, each on what the one before left.

mod answer;
mod bench;
mod blame;
mod finding;
mod guard;
mod hint;
mod question;
mod settle;

use std::sync::Arc;

use krm::Changes;
use krmguard_engine::{self as engine, Outcome, Stage, Unit as UnitRecord};

use bench::Bench;
pub(crate) use bench::{object_ref, place};
pub(crate) use blame::remedy;
pub(crate) use finding::{Located, translate};
pub(crate) use settle::{Settled, settle};

use crate::fleet::{Spot, Statement, Testimony};
use crate::mask::Masker;
use crate::policyset::PolicySet;
use crate::report::{Finding, NotJudged, UnitReport};
use crate::shelf::Policy;
use crate::source::Unit;
use crate::trouble::Trouble;
use crate::waivers::Waivers;
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
pub(crate) struct Review {
    pub(crate) unit: UnitReport,
    pub(crate) findings: Vec<Finding>,
    pub(crate) not_judged: Vec<NotJudged>,
    /// For the policies that judge fleets.
    pub(crate) testimonies: Vec<Testimony>,
    /// What to write into each of the unit's inputs.
    pub(crate) changes: Vec<Changes>,
}

/// What a unit is judged by.
pub(crate) struct Terms<'t> {
    pub(crate) set: &'t PolicySet<'t>,
    /// Those of `set`.
    pub(crate) policies: &'t [Policy],
    /// Those of `set`.
    pub(crate) waivers: &'t Waivers,
    pub(crate) delivery: Delivery,
    pub(crate) hints: Hints,
}

/// Whether an object is withheld in which a policy's needles (`containing`) provably do not occur. The verdict is
/// the same either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hints {
    Followed,
    #[cfg_attr(not(test), allow(dead_code, reason = "tests compare both"))]
    Ignored,
}

/// Asks each policy about `unit`. Edits are applied to values, never to text, in either delivery:
/// every policy sees what the ones before it set.
pub(crate) fn review(
    unit: &Unit,
    identity: &Identity,
    terms: &Terms<'_>,
    masker: &mut Masker,
) -> Review {
    let Terms {
        set,
        policies,
        waivers,
        delivery,
        hints,
    } = *terms;
    let descriptions: Vec<_> = policies
        .iter()
        .map(|policy| policy.plugin.description())
        .collect();
    let (mut bench, unreadable) = Bench::new(unit, &descriptions, hints);
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
        disabled: policy.disabled(),
        extra: Vec::new(),
    };

    let mut findings = Vec::new();
    let mut testimonies = Vec::new();
    for policy in policies {
        let span = tracing::info_span!("policy", name = policy.name());
        let _entered = span.enter();
        let question = Question::new(
            policy.plugin.description(),
            record(policy),
            &mut bench,
            hints,
        );
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
        // Where facts were read is known only until the policy's own edits are applied.
        let testimony = policy
            .plugin
            .has_fleet()
            .then(|| testify(record(policy), &outcome, policy, &question, &bench));
        let settled = settle(outcome, policy.rules(), |finding| {
            let object = answer::subject(finding, &question, &bench);
            waivers.of(&finding.rule, object)
        });
        match answer::take(settled, policy, &question, &mut bench, delivery, masker) {
            Ok(more) => {
                findings.extend(more);
                testimonies.extend(testimony);
            }
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
            judged: bench.judged(),
            changed: bench.changed(),
            policies: policies
                .iter()
                .map(|policy| policy.name().to_owned())
                .collect(),
        },
        findings,
        not_judged,
        testimonies,
        changes: bench.into_changes(),
    }
}

/// What the policy states about the unit, each fact with the place of the source that it was read at.
fn testify(
    unit: UnitRecord,
    outcome: &Outcome,
    policy: &Policy,
    question: &Question,
    bench: &Bench<'_>,
) -> Testimony {
    let spot = |at: &engine::Place| {
        let (_, item) = answer::item(bench, question, at.object).ok()?;
        let (pointer, range) = item.back(&at.pointer, at.range);
        Some(Spot {
            said: at.clone(),
            object: item.object.clone(),
            origin: item.origin(),
            source: item.source,
            pointer,
            range,
        })
    };
    Testimony {
        plugin: Arc::clone(&policy.plugin),
        unit,
        levels: policy.rules().to_vec(),
        facts: outcome
            .facts
            .iter()
            .map(|fact| Statement {
                key: fact.key.clone(),
                value: fact.value.clone(),
                at: fact.at.as_ref().and_then(spot),
            })
            .collect(),
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
