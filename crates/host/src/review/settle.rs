//! What a PolicySet makes of a policy's answer: rules that it ignores, severities that it changes, findings that
//! it waives.

use krmguard_engine::{self as engine, Change, Edit, Outcome};

use crate::policyset::{Level, RuleLevel};
use crate::report::{Severity, Waiver};

/// An answer as far as it counts.
pub(crate) struct Settled {
    /// Without what is ignored, and without the edits of what is waived.
    pub(crate) outcome: Outcome,
    /// Of each of its findings: why it is waived.
    pub(crate) waivers: Vec<Option<Waiver>>,
}

/// `waived` says of a finding why it is waived.
pub(crate) fn settle(
    mut outcome: Outcome,
    levels: &[RuleLevel],
    mut waived: impl FnMut(&engine::Finding) -> Option<Waiver>,
) -> Settled {
    ignore(&mut outcome, levels);
    for finding in &mut outcome.findings {
        if let Some(Level::Counts(severity)) = level(levels, &finding.rule) {
            finding.severity = as_engine(severity);
        }
    }
    let mut waivers: Vec<Option<Waiver>> = outcome.findings.iter().map(&mut waived).collect();
    withhold(&mut outcome, &mut waivers);
    Settled { outcome, waivers }
}

fn level(levels: &[RuleLevel], rule: &str) -> Option<Level> {
    let said = levels.iter().find(|said| said.rule == rule)?;
    Some(said.level)
}

fn as_engine(severity: Severity) -> engine::Severity {
    match severity {
        Severity::Error => engine::Severity::Error,
        Severity::Warning => engine::Severity::Warning,
        Severity::Info => engine::Severity::Info,
    }
}

/// A policy is told which rules are off; one that speaks of them nevertheless is not heard.
fn ignore(outcome: &mut Outcome, levels: &[RuleLevel]) {
    let off = |rule: &str| level(levels, rule) == Some(Level::Ignore);
    let mut kept = 0;
    let moved: Vec<Option<u32>> = outcome
        .findings
        .iter()
        .map(|finding| {
            let place = (!off(&finding.rule)).then_some(kept);
            kept += u32::from(place.is_some());
            place
        })
        .collect();
    outcome.findings.retain(|finding| !off(&finding.rule));
    outcome.edits.retain(|edit| !off(&edit.rule));
    for edit in &mut outcome.edits {
        edit.finding = edit
            .finding
            .and_then(|index| moved.get(index as usize).copied().flatten());
    }
}

/// Takes out the edits of waived findings. An edit belongs to the finding that it names, else to those of its rule
/// on the same object. One that names a finding of another rule is a companion: it makes sense only together with
/// the edits of its own rule's finding, whose waiver then is that of the companion's finding too.
fn withhold(outcome: &mut Outcome, waivers: &mut [Option<Waiver>]) {
    if waivers.iter().all(Option::is_none) {
        return;
    }
    let Outcome {
        findings, edits, ..
    } = outcome;
    let own = waivers.to_vec();
    edits.retain(|edit| {
        let named = edit.finding.map(|index| index as usize);
        if let Some(index) = named {
            if own.get(index).is_some_and(Option::is_some) {
                return false;
            }
            if findings
                .get(index)
                .is_some_and(|finding| finding.rule == edit.rule)
            {
                return true;
            }
        }
        match companion(edit, named, findings, &own) {
            Lead::None => true,
            Lead::Unclear => false,
            Lead::Waived(waiver) => {
                if let Some(place) = named.and_then(|index| waivers.get_mut(index)) {
                    place.get_or_insert(waiver);
                }
                false
            }
        }
    });
}

/// Which finding an edit follows that is not its finding's own.
enum Lead {
    /// None that is waived.
    None,
    Waived(Waiver),
    /// Of the findings of its rule some are waived and some are not, and nothing says to which the edit belongs.
    Unclear,
}

fn companion(
    edit: &Edit,
    named: Option<usize>,
    findings: &[engine::Finding],
    waivers: &[Option<Waiver>],
) -> Lead {
    let leads = || {
        findings
            .iter()
            .zip(waivers)
            .filter(|(finding, _)| finding.rule == edit.rule)
    };
    let Some(waiver) = leads().find_map(|(_, waiver)| waiver.as_ref()) else {
        return Lead::None;
    };
    if leads().all(|(_, waiver)| waiver.is_some()) {
        return Lead::Waived(waiver.clone());
    }
    let near: Vec<u32> = touched(edit, named.and_then(|index| findings.get(index)));
    let mut here = leads()
        .filter(|(finding, _)| {
            let at = finding.at.as_ref().map(|at| at.object);
            at.is_some_and(|at| near.contains(&at))
        })
        .map(|(_, waiver)| waiver)
        .peekable();
    match here.peek() {
        None => Lead::Unclear,
        Some(_) => match here.find_map(Option::as_ref) {
            Some(waiver) => Lead::Waived(waiver.clone()),
            None => Lead::None,
        },
    }
}

/// The objects that an edit and its finding speak of.
fn touched(edit: &Edit, finding: Option<&engine::Finding>) -> Vec<u32> {
    let changed = match &edit.change {
        Change::Patch((object, _)) | Change::Replace((object, _)) | Change::Delete(object) => {
            Some(*object)
        }
        Change::Create(_) => None,
    };
    let places = finding.into_iter().flat_map(|finding| {
        let notes = finding.related.iter().filter_map(|note| note.at.as_ref());
        finding.at.iter().chain(notes)
    });
    changed
        .into_iter()
        .chain(places.map(|at| at.object))
        .collect()
}

#[cfg(test)]
#[path = "settle_tests.rs"]
mod tests;
