//! What judging one unit comes to, and how the run takes it up.

use std::sync::Arc;

use krmguard_builtin::Builtin;
use krmguard_engine::Plugin;

use super::{Judged, JudgedUnit};
use crate::fleet::Witness;
use crate::mask::Masker;
use crate::report::{FailOn, Finding, NotJudged, UnitReport};
use crate::waivers::Waivers;

/// One unit's part of the run.
pub(super) enum Hearing {
    /// It holds no manifest.
    PassedOver(String),
    NotJudged(Vec<NotJudged>),
    Held(Box<Held>),
}

pub(super) struct Held {
    pub(super) judged: JudgedUnit,
    pub(super) unit: UnitReport,
    pub(super) findings: Vec<Finding>,
    pub(super) not_judged: Vec<NotJudged>,
    pub(super) witnesses: Vec<Witness>,
    /// Of the PolicySets that the unit brings along: which of them.
    pub(super) own: Vec<(usize, Arc<Waivers>)>,
    pub(super) fail_on: Vec<FailOn>,
    pub(super) policies: Vec<(Arc<Plugin>, Option<&'static Builtin>)>,
    pub(super) masker: Masker,
}

/// What is kept of all hearings, beside the report.
#[derive(Default)]
pub(super) struct Minutes {
    pub(super) witnesses: Vec<Witness>,
    /// Of the PolicySets that units bring along: which unit, and which of its sets.
    pub(super) own: Vec<(usize, usize, Arc<Waivers>)>,
}

impl Minutes {
    pub(super) fn take(&mut self, hearing: Hearing, judged: &mut Judged) {
        let held = match hearing {
            Hearing::PassedOver(line) => return judged.passed_over.push(line),
            Hearing::NotJudged(more) => return judged.report.not_judged.extend(more),
            Hearing::Held(held) => *held,
        };
        let index = judged.units.len();
        let own = held.own.into_iter();
        self.own
            .extend(own.map(|(which, waivers)| (index, which, waivers)));
        self.witnesses.extend(held.witnesses);
        judged.masker.absorb(held.masker);
        let report = &mut judged.report;
        for fail_on in held.fail_on {
            report.fail_on = report.fail_on.stricter(fail_on);
        }
        for (plugin, builtin) in &held.policies {
            report.rules.add(plugin, *builtin);
        }
        report.units.push(held.unit);
        report.findings.extend(held.findings);
        report.not_judged.extend(held.not_judged);
        judged.units.push(held.judged);
    }
}
