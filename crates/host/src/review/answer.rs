//! From a policy's answer to findings and to edited objects.

use std::collections::BTreeMap;

use krm::patch::{self, Trace};
use krmguard_engine::{self as engine, Change, Description, Edit, Effect, Outcome};
use serde_json::Value;

use super::bench::{Item, identity};
use super::guard;
use super::question::Question;
use super::{Bench, Delivery};
use crate::mask::Masker;
use crate::report::{Finding, ObjectRef, Related, Severity, State};
use crate::shelf::Policy;

/// Applies the edits of `outcome` to the bench, all or none, and returns its findings. The error says why
/// the answer cannot be used; the bench is then as it was.
pub(super) fn take(
    outcome: &Outcome,
    policy: &Policy,
    question: &Question,
    bench: &mut Bench<'_>,
    delivery: Delivery,
    masker: &mut Masker,
) -> Result<Vec<Finding>, String> {
    let description = policy.plugin.description();
    // Pointers of findings are those of the objects as the policy saw them: before its own edits.
    let findings = outcome
        .findings
        .iter()
        .enumerate()
        .map(|(index, finding)| {
            let state = state(index, finding, &outcome.edits, description, delivery);
            translate(finding, state, policy, question, bench, masker)
        })
        .collect::<Result<_, _>>()?;
    Draft::new(description, question, bench, &outcome.edits)?.commit(bench)?;
    Ok(findings)
}

/// An edit mends the finding it names; one that names none mends those of its rule on the same object.
fn state(
    index: usize,
    finding: &engine::Finding,
    edits: &[Edit],
    policy: &Description,
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

fn effect(policy: &Description, rule: &str) -> Option<Effect> {
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

fn item<'b>(
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

fn translate(
    finding: &engine::Finding,
    state: State,
    policy: &Policy,
    question: &Question,
    bench: &Bench<'_>,
    masker: &mut Masker,
) -> Result<Finding, String> {
    let json = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => serde_json::from_str::<Value>(text)
            .map(Some)
            .map_err(|error| format!("a value of a {} finding is no JSON: {error}", finding.rule)),
    };
    let mut translated = Finding {
        rule: finding.rule.clone(),
        severity: severity(finding.severity),
        state,
        unit: unit_name(question),
        policy: policy.name().to_owned(),
        object: None,
        index: None,
        origin: None,
        pointer: None,
        place: None,
        message: finding.message.clone(),
        remedy: finding.remedy.clone(),
        current: json(&finding.current)?,
        proposed: json(&finding.proposed)?,
        related: Vec::with_capacity(finding.related.len()),
        sensitive: finding.sensitive,
    };
    if let Some(at) = &finding.at {
        let (_, item) = item(bench, question, at.object)?;
        let (pointer, place) = bench.place(item, &at.pointer, at.range);
        if finding.sensitive {
            learn(masker, item, at);
        }
        translated.object = Some(item.object.clone());
        translated.index = item.source.map(|(_, index)| index);
        translated.origin = item.origin();
        translated.pointer = Some(pointer);
        translated.place = place;
    }
    for note in &finding.related {
        let place = match &note.at {
            None => None,
            Some(at) => {
                let (_, item) = item(bench, question, at.object)?;
                bench.place(item, &at.pointer, at.range).1
            }
        };
        translated.related.push(Related {
            message: note.message.clone(),
            place,
        });
    }
    Ok(translated)
}

fn unit_name(question: &Question) -> String {
    question
        .request
        .units
        .first()
        .map_or_else(String::new, |unit| unit.name.clone())
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

fn severity(severity: engine::Severity) -> Severity {
    match severity {
        engine::Severity::Error => Severity::Error,
        engine::Severity::Warning => Severity::Warning,
        engine::Severity::Info => Severity::Info,
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
        policy: &Description,
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
                renamed |= identity(before) != identity(after);
            }
        }
        if renamed {
            let items = bench.items.iter().enumerate().filter_map(|(index, item)| {
                match self.edited.get(&index) {
                    Some((edited, _)) => edited.as_ref(),
                    None => item.value.as_ref(),
                }
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
