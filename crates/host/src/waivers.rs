//! Waivers in a run: which hold today, which waived something, and what is to be said of the others.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::date::Date;
use crate::policyset::{Spot, Waiver, nearest};
use crate::report::{self, Finding, Notice, ObjectRef, State};
use crate::trouble::Trouble;

/// The waivers of one PolicySet, whatever number of units it judges.
#[derive(Debug, Default)]
pub(crate) struct Waivers {
    entries: Vec<Entry>,
    /// A unit was not judged as a whole: what was not found may be there.
    blind: AtomicBool,
}

#[derive(Debug)]
struct Entry {
    waiver: Waiver,
    expired: bool,
    used: AtomicBool,
}

impl Waivers {
    /// A waiver holds through the day that it names.
    pub(crate) fn new(waivers: &[Waiver], today: Date) -> Waivers {
        let entry = |waiver: &Waiver| Entry {
            waiver: waiver.clone(),
            expired: waiver.expires.is_some_and(|last| last < today),
            used: AtomicBool::new(false),
        };
        Waivers {
            entries: waivers.iter().map(entry).collect(),
            blind: AtomicBool::new(false),
        }
    }

    /// Why a finding of `rule` about `object` (None: about the unit as a whole) is waived; None where it is not.
    pub(crate) fn of(&self, rule: &str, object: Option<&ObjectRef>) -> Option<report::Waiver> {
        let entry = self.entries.iter().find(|entry| {
            !entry.expired && entry.waiver.rule == rule && entry.waiver.subject.is(object)
        })?;
        entry.used.store(true, Relaxed);
        Some(report::Waiver {
            reason: entry.waiver.reason.clone(),
            expires: entry.waiver.expires.map(|day| day.to_string()),
        })
    }

    /// Something that a waiver may be for was not judged: none is called unused.
    pub(crate) fn cannot_tell(&self) {
        self.blind.store(true, Relaxed);
    }

    /// What to say of waivers that waived nothing. `place` puts a sentence at a pointer of the PolicySet.
    pub(crate) fn notices(
        &self,
        findings: &[Finding],
        place: impl Fn(&str, Spot, String) -> Trouble,
    ) -> Vec<Notice> {
        let mut notices = Vec::new();
        for Entry {
            waiver,
            expired,
            used,
        } in &self.entries
        {
            let what = format!("the waiver of {} for {}", waiver.rule, waiver.subject);
            let trouble = match (waiver.expires, expired) {
                (Some(day), true) => place(
                    &format!("{}/expires", waiver.at),
                    Spot::Value,
                    format!("{what} expired on {day}: it waives nothing"),
                )
                .fix("mend what it was for and remove it, or set another day with a reason that still holds"),
                _ if used.load(Relaxed) || self.blind.load(Relaxed) => continue,
                _ => place(&waiver.at, Spot::Value, format!("{what} waives nothing: there is no such finding"))
                    .fix(instead(waiver, findings)),
            };
            notices.push(trouble.into_notice());
        }
        notices
    }
}

/// What to do about a waiver that is not used: it may miss what it was meant for by a letter or a namespace.
fn instead(waiver: &Waiver, findings: &[Finding]) -> String {
    let subjects: Vec<String> = findings
        .iter()
        .filter(|finding| finding.rule == waiver.rule && finding.state != State::Waived)
        .map(|finding| match &finding.object {
            Some(object) => object.to_string(),
            None => "unit".to_owned(),
        })
        .collect();
    let meant = nearest(
        &waiver.subject.to_string(),
        subjects.iter().map(String::as_str),
    );
    match (meant, subjects.as_slice()) {
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, [only]) => format!("remove it; {} speaks of `{only}`", waiver.rule),
        _ => "remove it".to_owned(),
    }
}

#[cfg(test)]
#[path = "waivers_tests.rs"]
mod tests;
