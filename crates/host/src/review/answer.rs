//! From a policy's answer to findings and to edited objects.

use std::collections::BTreeMap;

use krm::patch::{self, Trace};
use krmguard_engine::{self as engine, Change, Edit, Effect, Profile};
use serde_json::Value;

use super::bench::{Item, identity};
use super::finding::{Located, translate};
use super::guard;
use super::question::Question;
use super::settle::Settled;
use super::{Bench, Delivery};
use crate::mask::Masker;
use crate::report::{Finding, ObjectRef, State};
use crate::shelf::Policy;
use crate::source::Seat;

/// Applies the edits of a settled answer to the bench, all or none, and returns its findings. The error says why
/// the answer cannot be used; the bench is then as it was.
pub(super) fn take(
    Settled { outcome, waivers }: Settled,
    policy: &Policy,
    question: &Question,
    bench: &mut Bench<'_>,
    delivery: Delivery,
    masker: &mut Masker,
) -> Result<Vec<Finding>, String> {
    let profile = policy.plugin.profile();
    // Pointers of findings are those of the objects as the policy saw them: before its own edits.
    let mut findings = Vec::with_capacity(outcome.findings.len());
    for (index, (found, waiver)) in outcome.findings.iter().zip(waivers).enumerate() {
        let state = match waiver {
            Some(_) => State::Waived,
            None => state(index, found, &outcome.edits, profile, delivery),
        };
        let locate = |at: &engine::Place| located(bench, question, at);
        let finding = translate(found, question.unit(), policy.name(), locate)?;
        if let Some(at) = found.at.as_ref().filter(|_| found.sensitive) {
            learn(masker, item(bench, question, at.object)?.1, at);
        }
        findings.push(Finding {
            state,
            waiver,
            ..finding
        });
    }
    Draft::new(profile, question, bench, &outcome.edits)?.commit(bench)?;
    Ok(findings)
}

/// The object that a finding about the objects of `question` names.
pub(super) fn subject<'b>(
    finding: &engine::Finding,
    question: &Question,
    bench: &'b Bench<'_>,
) -> Option<&'b ObjectRef> {
    let at = finding.at.as_ref()?;
    let (_, item) = item(bench, question, at.object).ok()?;
    Some(&item.object)
}

fn located(bench: &Bench<'_>, question: &Question, at: &engine::Place) -> Result<Located, String> {
    let (_, item) = item(bench, question, at.object)?;
    let (pointer, place) = bench.place(item, &at.pointer, at.range);
    Ok(Located {
        object: item.object.clone(),
        index: item.seat.and_then(Seat::index),
        origin: item.origin(),
        pointer,
        place,
    })
}

/// An edit mends the finding it names; one that names none mends those of its rule on the same object.
fn state(
    index: usize,
    finding: &engine::Finding,
    edits: &[Edit],
    policy: &Profile,
    delivery: Delivery,
) -> State {
    if effect(policy, &finding.rule) == Some(Effect::Report) {
        return State::Open;
    }
    let at = finding.at.as_ref().map(|at| at.object);
    let mended = edits.iter().any(|edit| match edit.finding {
        Some(named) => named as usize == index,
        None => edit.rule == finding.rule && (at.is_none() || at == object(&edit.change)),
    });
    match delivery {
        Delivery::Applied if mended => State::Fixed,
        _ => State::Pending,
    }
}

fn effect(policy: &Profile, rule: &str) -> Option<Effect> {
    policy
        .rules
        .iter()
        .find(|known| known.id == rule)
        .map(|rule| rule.effect)
}

/// The object that a change is about, by its id in the request.
fn object(change: &Change) -> Option<u32> {
    match change {
        Change::Patch((object, _)) | Change::Replace((object, _)) | Change::Delete(object) => {
            Some(*object)
        }
        Change::Create(_) => None,
    }
}

pub(super) fn item<'b>(
    bench: &'b Bench<'_>,
    question: &Question,
    object: u32,
) -> Result<(usize, &'b Item), String> {
    question
        .items
        .get(object as usize)
        .and_then(|index| Some((*index, bench.items.get(*index)?)))
        .ok_or_else(|| format!("it names object {object}, which it was not asked about"))
}

/// What stands at a sensitive place must appear in no prose, whoever quotes it.
fn learn(masker: &mut Masker, item: &Item, at: &engine::Place) {
    let Some(value) = item
        .value
        .as_ref()
        .and_then(|value| value.pointer(&at.pointer))
    else {
        return;
    };
    let part = at
        .range
        .and_then(|(from, to)| value.as_str()?.get(from as usize..to as usize));
    match part {
        Some(part) => masker.learn(part),
        None => masker.learn_value(value),
    }
}

/// The edits of one answer, applied to copies.
struct Draft {
    /// By index on the bench: the new value (None: deleted) and the way back to the old one.
    edited: BTreeMap<usize, (Option<Value>, Vec<Trace>)>,
    created: Vec<(ObjectRef, Value)>,
}

impl Draft {
    fn new(
        policy: &Profile,
        question: &Question,
        bench: &Bench<'_>,
        edits: &[Edit],
    ) -> Result<Draft, String> {
        let mut draft = Draft {
            edited: BTreeMap::new(),
            created: Vec::new(),
        };
        for edit in edits {
            if effect(policy, &edit.rule) != Some(Effect::Set) {
                return Err(format!(
                    "rule {} proposes an edit, and its effect is `report`",
                    edit.rule
                ));
            }
            draft
                .apply(question, bench, &edit.change)
                .map_err(|why| format!("an edit of rule {} cannot be applied: {why}", edit.rule))?;
        }
        Ok(draft)
    }

    fn apply(
        &mut self,
        question: &Question,
        bench: &Bench<'_>,
        change: &Change,
    ) -> Result<(), String> {
        let Some(object) = object(change) else {
            if let Change::Create((_, json)) = change {
                let value = parse(json)?;
                self.created.push((guard::created(&value)?, value));
            }
            return Ok(());
        };
        let (index, item) = item(bench, question, object)?;
        let (value, traces) = self
            .edited
            .entry(index)
            .or_insert_with(|| (item.value.clone(), Vec::new()));
        let Some(present) = value else {
            return Err(format!("{} is deleted by an edit before it", item.object));
        };
        match change {
            Change::Patch((_, json)) => {
                let patch = patch::parse(json).map_err(|error| error.to_string())?;
                let trace = patch
                    .apply(present)
                    .map_err(|error| format!("{}: {error}", item.object))?;
                traces.push(trace);
            }
            Change::Replace((_, json)) => {
                if question.redacted && item.object.is_secret() {
                    return Err(format!(
                        "it replaces {}, whose values it has not seen",
                        item.object
                    ));
                }
                *present = parse(json)?;
            }
            Change::Delete(_) => *value = None,
            Change::Create(_) => {}
        }
        Ok(())
    }

    /// Checks the outcome as a whole and puts it on the bench.
    fn commit(self, bench: &mut Bench<'_>) -> Result<(), String> {
        let mut renamed = !self.created.is_empty();
        for (index, (after, _)) in &self.edited {
            let Some(item) = bench.items.get(*index) else {
                continue;
            };
            if let (Some(before), Some(after)) = (&item.value, after) {
                guard::edited(&item.object, before, after)?;
                renamed |= item.in_output() && identity(before) != identity(after);
            }
        }
        if renamed {
            let output = bench
                .items
                .iter()
                .enumerate()
                .filter(|(_, item)| item.in_output());
            let items = output.filter_map(|(index, item)| match self.edited.get(&index) {
                Some((edited, _)) => edited.as_ref(),
                None => item.value.as_ref(),
            });
            guard::unique(
                bench.untouched_ids(),
                items.chain(self.created.iter().map(|(_, value)| value)),
            )?;
        }
        for (index, (after, traces)) in self.edited {
            bench.edit(index, after, traces);
        }
        for (object, value) in self.created {
            bench.create(object, value);
        }
        Ok(())
    }
}

fn parse(json: &str) -> Result<Value, String> {
    serde_json::from_str(json).map_err(|error| format!("it is no JSON: {error}"))
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
