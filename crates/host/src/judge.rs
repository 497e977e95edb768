//! A whole run: each unit gets its PolicySet, is reviewed, and adds to one report.

mod bar;
mod hearing;
mod memory;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use krm::Changes;
use rayon::prelude::*;

use crate::date::{self, Date};
use crate::fleet::{self, Witness};
use crate::mask::Masker;
use crate::policyset::{Emit, PolicySet, Text};
use crate::report::{FailOn, NotJudged, Notice, Report};
use crate::review::{self, Terms};
use crate::settings::Judging;
use crate::shelf::{Fetching, Policy, Shelf};
use crate::source::{Brought, Harvest, Listed, Turned, Unit, Waiting};
use crate::trouble::Trouble;
use crate::waivers::Waivers;
use bar::{Bar, function_config, one_identity, uncovered};
use hearing::{Hearing, Held, Minutes};
use memory::Memory;

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To say what is wrong.
    Check,
    /// To print the edited manifests.
    Render,
    /// To be a step of somebody's build, which may well have nothing to hand over.
    Function,
}

/// A run's outcome, before anything is printed.
pub(crate) struct Judged {
    pub(crate) units: Vec<JudgedUnit>,
    pub(crate) report: Report,
    /// Knows what must not be printed.
    pub(crate) masker: Masker,
    /// Files that turned out to be no manifests: a line each, for stderr.
    pub(crate) passed_over: Vec<String>,
}

/// A unit and what is to be written into it.
pub(crate) struct JudgedUnit {
    /// Without its texts, unless [`Judging::texts`] asks for them.
    pub(crate) unit: Unit,
    /// By input.
    pub(crate) changes: Vec<Changes>,
    pub(crate) emit: Emit,
}

/// Judges everything that was read or waits to be.
pub(crate) fn judge(
    harvest: Harvest,
    judging: &Judging,
    purpose: Purpose,
    fail_on: FailOn,
    shelf: Fetching,
    started: Instant,
) -> Judged {
    let mut judged = Judged {
        units: Vec::new(),
        report: Report {
            not_judged: harvest.not_judged,
            notices: harvest.notices,
            fail_on,
            ..Report::default()
        },
        masker: Masker::new(),
        passed_over: harvest.passed_over,
    };
    match Judge::open(judging, purpose, shelf) {
        Ok(mut judge) => {
            judge.memory = Memory::of(&judge, &harvest.roots);
            let mut minutes = Minutes::default();
            for hearing in judge.hear(harvest.units, harvest.waiting) {
                minutes.take(hearing, &mut judged);
            }
            std::mem::take(&mut judge.memory).close();
            judge.fleet(&mut minutes, &mut judged);
            let notices = judge.notices(&minutes, &judged);
            judged.report.notices.extend(notices);
            if judged.report.units.is_empty() && judged.report.not_judged.is_empty() {
                judged.report.not_judged = harvest.if_nothing;
            }
        }
        Err(troubles) => {
            let asked = judging
                .policies
                .as_ref()
                .map_or("krmguard", |path| path.as_str());
            judged
                .report
                .not_judged
                .extend(troubles.into_iter().map(|trouble| trouble.of_unit(asked)));
        }
    }
    judged.report.join();
    judged.report.elapsed = started.elapsed();
    judged
}

/// What is the same for all units: they are judged side by side.
struct Judge<'j> {
    judging: &'j Judging,
    purpose: Purpose,
    shelf: Mutex<Shelf>,
    /// What the command line says to judge by.
    said: Option<(PolicySet<'static>, Vec<Policy>, Arc<Waivers>)>,
    today: Date,
    memory: Memory,
}

impl<'j> Judge<'j> {
    fn open(
        judging: &'j Judging,
        purpose: Purpose,
        shelf: Fetching,
    ) -> Result<Judge<'j>, Vec<Trouble>> {
        let today = Date::today().map_err(|text| {
            vec![
                Trouble::new(format!("{} is `{text}`, which is no date", date::TODAY))
                    .fix("unset it, or write a day as YYYY-MM-DD"),
            ]
        })?;
        let mut shelf = shelf.wait().map_err(|trouble| vec![trouble])?;
        let said = match &judging.policies {
            Some(path) => Some(PolicySet::from_file(path)?),
            None if judging.is_said() => Some(PolicySet::of_builtins()),
            None => None,
        };
        let said = match said {
            None => None,
            Some(set) => {
                let policies = shelf.policies(&set)?;
                let waivers = Arc::new(Waivers::new(&set.waivers, today));
                Some((set, policies, waivers))
            }
        };
        Ok(Judge {
            judging,
            purpose,
            shelf: Mutex::new(shelf),
            said,
            today,
            memory: Memory::default(),
        })
    }

    /// Judges all units, on all cores, and answers in their order. A file is read when its turn comes, and of a unit
    /// that was judged little is kept: memory does not grow with their number.
    fn hear(&self, units: Vec<Unit>, waiting: Vec<Waiting>) -> Vec<Hearing> {
        let units = units.into_iter().map(|unit| Turn::Unit(Box::new(unit)));
        let turns: Vec<Turn> = units.chain(waiting.into_iter().map(Turn::File)).collect();
        match turns.len() {
            // Threads cost more than one unit does.
            0 | 1 => turns.into_iter().map(|turn| self.turn(turn)).collect(),
            _ => turns
                .into_par_iter()
                .with_max_len(1)
                .map(|turn| self.turn(turn))
                .collect(),
        }
    }

    fn turn(&self, turn: Turn) -> Hearing {
        let file = match turn {
            Turn::Unit(unit) => return self.unit(*unit),
            Turn::File(file) => file,
        };
        let unreadable =
            |trouble: Trouble| Hearing::NotJudged(vec![trouble.of_unit(file.path().as_str())]);
        let bytes = match file.read() {
            Ok(bytes) => bytes,
            Err(trouble) => return unreadable(trouble),
        };
        let key = self.memory.key(file.path(), &bytes);
        if let Some(held) = key.and_then(|key| self.memory.recall(self, key)) {
            return Hearing::Held(Box::new(held));
        }
        match file.turn(bytes) {
            Ok(Turned::Unit(unit)) => {
                let hearing = self.unit(*unit);
                if let (Some(key), Hearing::Held(held)) = (key, &hearing) {
                    self.memory.keep(key, held);
                }
                hearing
            }
            Ok(Turned::PassedOver(line)) => Hearing::PassedOver(line),
            Err(trouble) => unreadable(trouble),
        }
    }

    fn unit(&self, mut unit: Unit) -> Hearing {
        if let Some(complete) = self.judging.complete {
            unit.complete = complete;
        }
        let name = unit.name.clone();
        match self.review(unit) {
            Ok(held) => Hearing::Held(Box::new(held)),
            Err(troubles) => {
                let of_unit = |trouble: Trouble| trouble.of_unit(&name);
                Hearing::NotJudged(troubles.into_iter().map(of_unit).collect())
            }
        }
    }

    fn review(&self, mut unit: Unit) -> Result<Held, Vec<Trouble>> {
        let brought;
        let mut bars = Vec::new();
        let mut own = Vec::new();
        match (&self.said, &unit.brought) {
            // Named policies stand in place of a unit's own; a cluster that is named does so only where it has none.
            (Some(_), Brought::Listed { sets, .. })
                if self.judging.policies.is_none() && !sets.is_empty() =>
            {
                own.extend(sets.iter().map(|listed| (&listed.set, Some(listed.under))));
            }
            (Some((set, policies, waivers)), _) => {
                tracing::info!(unit = unit.name, "judged by what the command line names");
                bars.push(Bar::new(self, &unit, set, None, policies, waivers)?);
            }
            (None, Brought::Listed { sets, .. }) if !sets.is_empty() => {
                own.extend(sets.iter().map(|listed| (&listed.set, Some(listed.under))));
            }
            (None, Brought::Listed { kustomization, .. }) => {
                return Err(vec![uncovered(kustomization)]);
            }
            (None, Brought::FunctionConfig) => {
                brought = function_config(&unit)?;
                own.push((&brought, None));
            }
        }
        let mut loaded = Vec::with_capacity(own.len());
        for (set, under) in &own {
            let waivers = Arc::new(Waivers::new(&set.waivers, self.today));
            // Poisoned only where another unit's policy made the host panic; what is loaded still holds.
            let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
            loaded.push((*set, *under, shelf.policies(set)?, waivers));
        }
        for (set, under, policies, waivers) in &loaded {
            bars.push(Bar::new(self, &unit, set, *under, policies, waivers)?);
        }
        one_identity(&bars)?;
        if unit.len() == 0 && self.purpose != Purpose::Function {
            return Err(vec![
                Trouble::new("there is no resource in it, so nothing was judged")
                    .in_file(&unit.name)
                    .fix("name what holds Kubernetes manifests"),
            ]);
        }
        let terms: Vec<Terms<'_>> = bars.iter().map(Bar::terms).collect();
        let mut masker = Masker::new();
        let review = review::review(&unit, &terms, &mut masker);
        if !review.not_judged.is_empty() {
            bars.iter().for_each(|bar| bar.waivers.cannot_tell());
        }
        let witness = |testimony: fleet::Testimony| {
            let waivers = bars.get(testimony.set).map(|bar| Arc::clone(bar.waivers));
            Witness {
                waivers: waivers.unwrap_or_default(),
                testimony,
            }
        };
        let emit = bars
            .iter()
            .map(|bar| bar.set.emit)
            .find(|emit| *emit == Emit::All)
            .unwrap_or(Emit::Nothing);
        let policies = bars.iter().flat_map(|bar| bar.policies);
        let held = (
            review.testimonies.into_iter().map(witness).collect(),
            bars.iter().map(|bar| bar.set.fail_on).collect(),
            policies
                .map(|policy| (Arc::clone(&policy.plugin), policy.builtin()))
                .collect(),
        );
        let own = loaded.into_iter().enumerate();
        let own = own.map(|(which, (.., waivers))| (which, waivers)).collect();
        let (witnesses, fail_on, policies) = held;
        if !self.judging.texts
            && !matches!(unit.brought, Brought::FunctionConfig if self.said.is_none())
        {
            unit.forget_texts();
        }
        Ok(Held {
            judged: JudgedUnit {
                unit,
                changes: review.changes,
                emit,
            },
            unit: review.unit,
            findings: review.findings,
            not_judged: review.not_judged,
            witnesses,
            own,
            fail_on,
            policies,
            masker,
        })
    }

    /// Rules about the fleet see all units at once, and only those that were judged.
    fn fleet(&self, minutes: &mut Minutes, judged: &mut Judged) {
        let witnesses = std::mem::take(&mut minutes.witnesses);
        if !judged.report.not_judged.is_empty() {
            let partial = fleet::partial(&witnesses);
            judged.report.notices.extend(partial);
        }
        let judgement = fleet::judge(witnesses, &mut judged.masker);
        judged.report.findings.extend(judgement.findings);
        if !judgement.not_judged.is_empty() {
            let said = self.said.iter().map(|(_, _, waivers)| waivers);
            let own = minutes.own.iter().map(|(.., waivers)| waivers);
            said.chain(own).for_each(|waivers| waivers.cannot_tell());
        }
        judged.report.not_judged.extend(judgement.not_judged);
    }

    /// What to say of waivers that waived nothing.
    fn notices(&self, minutes: &Minutes, judged: &Judged) -> Vec<Notice> {
        let findings = &judged.report.findings;
        let mut notices = Vec::new();
        if let Some((set, _, waivers)) = &self.said {
            notices.extend(waivers.notices(findings, |at, spot, what| set.trouble(at, spot, what)));
        }
        for (unit, which, waivers) in &minutes.own {
            let unit = judged.units.get(*unit).map(|unit| &unit.unit);
            notices.extend(match unit.map(|unit| (&unit.brought, unit.inputs())) {
                Some((Brought::FunctionConfig, [input, ..])) => {
                    let text = Text::function_config(input);
                    waivers.notices(findings, |at, spot, what| text.trouble(at, spot, what))
                }
                Some((Brought::Listed { sets, .. }, _)) => match sets.get(*which) {
                    Some(Listed { set, .. }) => {
                        waivers.notices(findings, |at, spot, what| set.trouble(at, spot, what))
                    }
                    None => Vec::new(),
                },
                _ => Vec::new(),
            });
        }
        notices
    }
}

/// A unit, or what will be one.
enum Turn {
    Unit(Box<Unit>),
    File(Waiting),
}

/// A run that could not begin.
pub(crate) fn refusal(troubles: Vec<Trouble>, fail_on: FailOn, started: Instant) -> Judged {
    let not_judged: Vec<NotJudged> = troubles
        .into_iter()
        .map(|trouble| trouble.of_unit("krmguard"))
        .collect();
    Judged {
        units: Vec::new(),
        report: Report {
            not_judged,
            fail_on,
            elapsed: started.elapsed(),
            ..Report::default()
        },
        masker: Masker::new(),
        passed_over: Vec::new(),
    }
}
