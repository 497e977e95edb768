//! Judges a unit: its policies in order, each on what the one before left.

mod answer;
mod bench;
mod blame;
mod causes;
mod finding;
mod guard;
mod hint;
mod question;
mod settle;

use std::sync::Arc;

use krm::Changes;
use krmguard_engine::{self as engine, Outcome, Stage, Unit as UnitRecord};

use bench::Bench;
pub(crate) use bench::object_ref;
pub(crate) use blame::remedy;
pub(crate) use finding::{Located, translate};
pub(crate) use settle::{Settled, settle};

use crate::fleet::{Spot, Statement, Testimony};
use crate::mask::Masker;
use crate::policyset::PolicySet;
use crate::report::{Finding, NotJudged, UnitReport};
use crate::shelf::Policy;
use crate::source::{Build, Seat, Unit};
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

impl Identity {
    /// Whether all is said that a policy may decline a unit for.
    fn is_whole(&self) -> bool {
        self.cluster.as_ref().is_some_and(|name| !name.is_empty())
            && matches!(self.role.as_deref(), Some("central" | "edge"))
    }
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

/// A PolicySet that a unit is judged by.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'t> {
    /// Which cluster the unit is for, by that set.
    pub(crate) identity: &'t Identity,
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

/// Asks each policy of each PolicySet, in order, about `unit`. Edits are applied to values, never to text, in either
/// delivery: every policy sees what the ones before it set.
pub(crate) fn review(unit: &Unit, terms: &[Terms<'_>], masker: &mut Masker) -> Review {
    let all = || terms.iter().flat_map(|terms| terms.policies);
    let profiles: Vec<_> = all().map(|policy| policy.plugin.profile()).collect();
    let hints = match terms.iter().all(|terms| terms.hints == Hints::Followed) {
        true => Hints::Followed,
        false => Hints::Ignored,
    };
    let (bench, unreadable) = Bench::new(unit, &profiles, hints);
    for item in &bench.items {
        if let Some(value) = item.value.as_ref().filter(|_| item.object.is_secret()) {
            masker.learn_secret(value);
        }
    }
    let not_judged: Vec<NotJudged> = unreadable
        .into_iter()
        .map(|error| Trouble::from(error).of_unit(&unit.name))
        .collect();
    let mut session = Session {
        unit,
        // What could not be read is missing: nothing may be called absent.
        complete: unit.complete && not_judged.is_empty(),
        bench,
        findings: Vec::new(),
        not_judged,
        testimonies: Vec::new(),
    };
    for (set, terms) in terms.iter().enumerate() {
        for policy in terms.policies {
            session.hear(policy, (set, terms), masker);
        }
    }
    let first = terms.first().map(|terms| terms.identity);
    let Session {
        complete,
        bench,
        findings,
        not_judged,
        testimonies,
        ..
    } = session;
    Review {
        unit: UnitReport {
            name: unit.name.clone(),
            cluster: first.and_then(|identity| identity.cluster.clone()),
            role: first.and_then(|identity| identity.role.clone()),
            stage: stage(unit.stage).to_owned(),
            complete,
            not_rendered: match &unit.build {
                Some(Build::NotDone(why)) => Some(why.clone()),
                Some(Build::Done { .. }) | None => None,
            },
            stand_ins: match &unit.build {
                Some(Build::Done { stand_ins, .. }) => stand_ins.clone(),
                Some(Build::NotDone(_)) | None => Vec::new(),
            },
            objects: unit.len(),
            judged: bench.judged(),
            changed: bench.changed(),
            policies: all().map(|policy| policy.name().to_owned()).collect(),
        },
        findings: match &unit.build {
            Some(Build::Done { .. }) => causes::join(findings),
            Some(Build::NotDone(_)) | None => findings,
        },
        not_judged,
        testimonies,
        changes: bench.into_changes(),
    }
}

/// A review while it goes on.
struct Session<'u> {
    unit: &'u Unit,
    complete: bool,
    bench: Bench<'u>,
    findings: Vec<Finding>,
    not_judged: Vec<NotJudged>,
    testimonies: Vec<Testimony>,
}

impl Session<'_> {
    /// Asks one policy, which stands in the PolicySet of that number.
    fn hear(&mut self, policy: &Policy, (set, terms): (usize, &Terms<'_>), masker: &mut Masker) {
        let unit = self.unit;
        let complete = self.complete;
        let record = || policy.record(&unit.name, terms.identity, unit.stage, complete);
        let span = tracing::info_span!("policy", name = policy.name());
        let _entered = span.enter();
        // What a build is made of is no part of what came of it: another stage, and not all of it is read.
        let sources = UnitRecord {
            id: 1,
            stage: Stage::Source,
            complete: false,
            ..record()
        };
        let question = Question::new(
            policy.plugin.profile(),
            record(),
            sources,
            &mut self.bench,
            terms.hints,
        );
        tracing::info!(objects = question.request.objects.len(), "asks");
        if question.request.objects.is_empty() && terms.identity.is_whole() {
            // Nothing here concerns it, and nothing that it may need to know is lacking: it is not even started.
            return;
        }
        let outcome = match policy.plugin.evaluate(&question.request) {
            Ok(outcome) => outcome,
            Err(error) => {
                let why = blame::failure(&error, unit, terms.set, policy, &question, &self.bench);
                self.not_judged.extend(why);
                return;
            }
        };
        for line in &outcome.log {
            tracing::debug!("{}", masker.mask(line));
        }
        // Where facts were read is known only until the policy's own edits are applied.
        let testimony = policy.plugin.has_fleet().then(|| Testimony {
            set,
            ..testify(record(), &outcome, policy, &question, &self.bench)
        });
        let settled = settle(outcome, policy.rules(), |finding| {
            let object = answer::subject(finding, &question, &self.bench);
            terms.waivers.of(&finding.rule, object)
        });
        let bench = &mut self.bench;
        match answer::take(settled, policy, &question, bench, terms.delivery, masker) {
            Ok(more) => {
                self.findings.extend(more);
                self.testimonies.extend(testimony);
            }
            Err(reason) => self
                .not_judged
                .push(blame::bad_answer(&reason, unit, policy)),
        }
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
            index: item.seat.and_then(Seat::index),
            place: item
                .seat
                .and_then(|seat| bench.unit.place(seat, (&pointer, range), &item.object)),
            pointer,
        })
    };
    Testimony {
        set: 0,
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

/// The stage that reports spell so.
pub(crate) fn stage_called(word: &str) -> Option<Stage> {
    let all = [Stage::Source, Stage::InBuild, Stage::Built];
    all.into_iter().find(|one| stage(*one) == word)
}

/// As reports spell it.
fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Source => "source",
        Stage::InBuild => "in-build",
        Stage::Built => "built",
    }
}
