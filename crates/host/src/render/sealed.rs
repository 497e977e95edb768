//! A report that may be printed: nothing in its prose is a Secret's value.

use std::cell::OnceCell;

use serde_json::Value;

use super::clean::clean;
use super::excerpt::{Excerpt, cut, excerpt, plain};
use super::field;
use crate::mask::{self, MASK, Masker};
use crate::report::{
    ChangedObject, Finding, NotJudged, Notice, ObjectRef, Place, Related, Report, Rule,
};

/// A report whose messages, remedies and values are masked, and whose prose is one harmless line each.
///
/// Identities (rules, object names, pointers, file names) stay as they are; who prints them on a
/// terminal cleans them.
#[derive(Debug)]
pub(crate) struct Sealed {
    report: Report,
    masker: Masker,
    rules: OnceCell<Vec<Rule>>,
}

impl Sealed {
    /// Sorts, masks and cleans all of `report`. `masker` has learnt every Secret that was read; what
    /// policies marked as sensitive it learns here.
    pub(crate) fn new(mut report: Report, mut masker: Masker) -> Sealed {
        for finding in report.findings.iter().filter(|finding| finding.sensitive) {
            learn_sensitive(finding, &mut masker);
        }
        report.sort();
        for finding in &mut report.findings {
            seal_finding(finding, &masker);
        }
        for entry in &mut report.not_judged {
            seal_not_judged(entry, &masker);
        }
        for notice in &mut report.notices {
            seal_notice(notice, &masker);
        }
        Sealed {
            report,
            masker,
            rules: OnceCell::new(),
        }
    }

    /// Adds what turned out only after sealing; the verdict follows.
    pub(crate) fn add_not_judged(&mut self, mut entry: NotJudged) {
        seal_not_judged(&mut entry, &self.masker);
        self.report.not_judged.push(entry);
        self.report.sort();
    }

    /// The report itself. Of its places, changes and rules the text is raw: [`Sealed::excerpt`],
    /// [`Sealed::lines`] and [`Sealed::rules`] show it.
    pub(crate) fn report(&self) -> &Report {
        &self.report
    }

    /// The catalogue of the policies that ran. It is long, and only some formats print it.
    pub(crate) fn rules(&self) -> &[Rule] {
        let seal = || {
            let mut rules = self.report.rules.read();
            for rule in &mut rules {
                seal_rule(rule, &self.masker);
            }
            rules
        };
        self.rules.get_or_init(seal)
    }

    /// The source line of a finding.
    pub(crate) fn excerpt(&self, finding: &Finding) -> Option<Excerpt> {
        let place = finding.place.as_ref()?;
        Some(excerpt(
            place,
            finding.pointer.as_deref(),
            finding.sensitive,
            &self.masker,
        ))
    }

    /// The source line of a note.
    pub(crate) fn note_excerpt(&self, place: &Place) -> Excerpt {
        excerpt(place, None, false, &self.masker)
    }

    /// What is written at a place, as it may be shown. None where that is too long to be.
    pub(crate) fn snippet(&self, place: &Place, sensitive: bool) -> Option<String> {
        cut(place, sensitive, &self.masker)
    }

    /// The lines of `text`, which is `changed`'s before or after, as they may be shown: as many as
    /// the text has.
    pub(crate) fn lines(&self, changed: &ChangedObject, text: &str) -> Vec<String> {
        let hidden = if changed.object.is_secret() {
            mask::hidden(text, indentation(text))
        } else {
            self.masker.find(text)
        };
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let here: Vec<_> = hidden
                .iter()
                .skip(hidden.partition_point(|range| range.end <= start))
                .take_while(|range| range.start < start + line.len())
                .map(|range| {
                    range.start.max(start) - start..range.end.min(start + line.len()) - start
                })
                .collect();
            let end = line.trim_end_matches(['\n', '\r']).len();
            let here: Vec<_> = here
                .into_iter()
                .filter(|range| range.start < end)
                .map(|range| range.start..range.end.min(end))
                .collect();
            lines.push(plain(&line[..end], &here));
            start += line.len();
        }
        lines
    }
}

/// What the finding shows and what stands at its place. A whole object is not one value: its host
/// has to say which of it must not be printed.
fn learn_sensitive(finding: &Finding, masker: &mut Masker) {
    for value in finding.current.iter().chain(&finding.proposed) {
        masker.learn_value(value);
    }
    let part = finding
        .pointer
        .as_deref()
        .is_some_and(|pointer| !pointer.is_empty());
    if let Some(place) = finding.place.as_ref().filter(|place| part && place.exact)
        && let Some(written) = place.source.get(place.span.clone())
    {
        masker.learn(written);
        masker.learn(written.trim_matches(['"', '\'']));
    }
}

fn seal_finding(finding: &mut Finding, masker: &Masker) {
    finding.message = prose(&finding.message, masker);
    finding.remedy = finding.remedy.take().map(|remedy| prose(&remedy, masker));
    if let Some(waiver) = &mut finding.waiver {
        waiver.reason = prose(&waiver.reason, masker);
    }
    for Related { message, .. } in &mut finding.related {
        *message = prose(message, masker);
    }
    let whole = finding.sensitive || names_secret_value(finding);
    for value in [&mut finding.current, &mut finding.proposed] {
        *value = value.take().map(|value| {
            if whole {
                hide(&value)
            } else {
                masker.mask_value(&value)
            }
        });
    }
}

fn seal_not_judged(entry: &mut NotJudged, masker: &Masker) {
    entry.message = prose(&entry.message, masker);
    entry.remedy = entry.remedy.take().map(|remedy| prose(&remedy, masker));
}

fn seal_notice(notice: &mut Notice, masker: &Masker) {
    notice.message = prose(&notice.message, masker);
    notice.remedy = notice.remedy.take().map(|remedy| prose(&remedy, masker));
}

/// A plugin may say of its rules what it likes: its lines stay lines, and nothing in them acts.
fn seal_rule(rule: &mut Rule, masker: &Masker) {
    for line in rule.lines_mut() {
        *line = prose(line, masker);
    }
    for block in rule.blocks_mut() {
        let masked = masker.mask(block);
        let lines: Vec<String> = masked.lines().map(|line| plain(line, &[])).collect();
        *block = lines.join("\n");
    }
}

fn prose(text: &str, masker: &Masker) -> String {
    clean(&masker.mask(text)).into_owned()
}

/// True for what holds values of a Secret: the whole object, its `data` and `stringData`, and its
/// annotations, which may repeat all of it (`kubectl.kubernetes.io/last-applied-configuration`).
fn names_secret_value(finding: &Finding) -> bool {
    let secret = finding.object.as_ref().is_some_and(ObjectRef::is_secret)
        || finding.place.as_ref().is_some_and(|place| place.in_secret);
    let keys = field::tokens(finding.pointer.as_deref().unwrap_or_default()).unwrap_or_default();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    secret
        && matches!(
            keys[..],
            [] | ["data" | "stringData", ..] | ["metadata"] | ["metadata", "annotations", ..]
        )
}

/// How many columns are missing before `text`: an object of a list may have been cut out behind its
/// dash or indentation, which the lines after the first still have.
fn indentation(text: &str) -> usize {
    if text.starts_with([' ', '\t', '-']) {
        return 0;
    }
    text.lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0)
}

/// The shape of a value without any of its scalars.
fn hide(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Array(items) => items.iter().map(hide).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, field)| (key.clone(), hide(field)))
            .collect(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Value::from(MASK),
    }
}

#[cfg(test)]
mod tests;
