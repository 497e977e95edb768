//! A whole run: each unit gets its PolicySet, is reviewed, and adds to one report.

mod bar;

use std::rc::Rc;
use std::time::Instant;

use krm::Changes;

use crate::catalogue;
use crate::date::{self, Date};
use crate::fleet::{self, Witness};
use crate::mask::Masker;
use crate::policyset::{Emit, PolicySet, Text};
use crate::report::{FailOn, NotJudged, Notice, Report, Rule};
use crate::review::{self, Terms};
use crate::settings::Judging;
use crate::shelf::{Fetching, Policy, Shelf};
use crate::source::{Brought, Harvest, Listed, Unit};
use crate::trouble::Trouble;
use crate::waivers::Waivers;
use bar::{Bar, function_config, one_identity, uncovered};

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
}

/// A unit and what is to be written into it.
pub(crate) struct JudgedUnit {
    pub(crate) unit: Unit,
    /// By input.
    pub(crate) changes: Vec<Changes>,
    pub(crate) emit: Emit,
}

/// Judges everything that was read.
pub(crate) fn judge(
    harvest: Harvest,
    judging: &Judging,
    purpose: Purpose,
    fail_on: FailOn,
    shelf: Fetching,
    started: Instant,
) -> Judged {
    let mut judged = Judged {
        units: Vec::with_capacity(harvest.units.len()),
        report: Report {
            not_judged: harvest.not_judged,
            notices: harvest.notices,
            fail_on,
            ..Report::default()
        },
        masker: Masker::new(),
    };
    match Judge::open(judging, purpose, shelf) {
        Ok(mut judge) => {
            for unit in harvest.units {
                judge.unit(unit, &mut judged);
            }
            judge.fleet(&mut judged);
            let notices = judge.notices(&judged);
            judged.report.notices.extend(notices);
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

struct Judge<'j> {
    judging: &'j Judging,
    purpose: Purpose,
    shelf: Shelf,
    /// What the command line says to judge by.
    said: Option<(PolicySet<'static>, Vec<Policy>, Rc<Waivers>)>,
    today: Date,
    witnesses: Vec<Witness>,
    /// Of the PolicySets that units bring along: which unit, and which of its sets.
    own: Vec<(usize, usize, Rc<Waivers>)>,
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
                let waivers = Rc::new(Waivers::new(&set.waivers, today));
                Some((set, policies, waivers))
            }
        };
        Ok(Judge {
            judging,
            purpose,
            shelf,
            said,
            today,
            witnesses: Vec::new(),
            own: Vec::new(),
        })
    }

    fn unit(&mut self, mut unit: Unit, judged: &mut Judged) {
        if let Some(complete) = self.judging.complete {
            unit.complete = complete;
        }
        match self.review(&unit, judged) {
            Ok((changes, emit)) => judged.units.push(JudgedUnit {
                unit,
                changes,
                emit,
            }),
            Err(troubles) => {
                let troubles = troubles
                    .into_iter()
                    .map(|trouble| trouble.of_unit(&unit.name));
                judged.report.not_judged.extend(troubles);
            }
        }
    }

    fn review(
        &mut self,
        unit: &Unit,
        judged: &mut Judged,
    ) -> Result<(Vec<Changes>, Emit), Vec<Trouble>> {
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
                bars.push(Bar::new(self, unit, set, None, policies, waivers)?);
            }
            (None, Brought::Listed { sets, .. }) if !sets.is_empty() => {
                own.extend(sets.iter().map(|listed| (&listed.set, Some(listed.under))));
            }
            (None, Brought::Listed { kustomization, .. }) => {
                return Err(vec![uncovered(kustomization)]);
            }
            (None, Brought::FunctionConfig) => {
                brought = function_config(unit)?;
                own.push((&brought, None));
            }
        }
        let mut loaded = Vec::with_capacity(own.len());
        for (set, under) in &own {
            let waivers = Rc::new(Waivers::new(&set.waivers, self.today));
            loaded.push((*set, *under, self.shelf.policies(set)?, waivers));
        }
        for (set, under, policies, waivers) in &loaded {
            bars.push(Bar::new(self, unit, set, *under, policies, waivers)?);
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
        for bar in &bars {
            judged.report.fail_on = judged.report.fail_on.stricter(bar.set.fail_on);
            add_rules(&mut judged.report, bar.policies);
        }
        let review = review::review(unit, &terms, &mut judged.masker);
        if !review.not_judged.is_empty() {
            bars.iter().for_each(|bar| bar.waivers.cannot_tell());
        }
        let index = judged.units.len();
        for (which, (.., waivers)) in loaded.iter().enumerate() {
            self.own.push((index, which, Rc::clone(waivers)));
        }
        let witness = |testimony: fleet::Testimony| {
            let waivers = bars.get(testimony.set).map(|bar| Rc::clone(bar.waivers));
            Witness {
                waivers: waivers.unwrap_or_default(),
                testimony,
                unit: index,
            }
        };
        self.witnesses
            .extend(review.testimonies.into_iter().map(witness));
        judged.report.units.push(review.unit);
        judged.report.findings.extend(review.findings);
        judged.report.not_judged.extend(review.not_judged);
        let emit = bars
            .iter()
            .map(|bar| bar.set.emit)
            .find(|emit| *emit == Emit::All);
        Ok((review.changes, emit.unwrap_or(Emit::Nothing)))
    }

    /// Rules about the fleet see all units at once, and only those that were judged.
    fn fleet(&mut self, judged: &mut Judged) {
        let witnesses = std::mem::take(&mut self.witnesses);
        if !judged.report.not_judged.is_empty() {
            let partial = fleet::partial(&witnesses);
            judged.report.notices.extend(partial);
        }
        let judgement = fleet::judge(witnesses, &judged.units, &mut judged.masker);
        judged.report.findings.extend(judgement.findings);
        if !judgement.not_judged.is_empty() {
            let said = self.said.iter().map(|(_, _, waivers)| waivers);
            let own = self.own.iter().map(|(.., waivers)| waivers);
            said.chain(own).for_each(|waivers| waivers.cannot_tell());
        }
        judged.report.not_judged.extend(judgement.not_judged);
    }

    /// What to say of waivers that waived nothing.
    fn notices(&self, judged: &Judged) -> Vec<Notice> {
        let findings = &judged.report.findings;
        let mut notices = Vec::new();
        if let Some((set, _, waivers)) = &self.said {
            notices.extend(waivers.notices(findings, |at, spot, what| set.trouble(at, spot, what)));
        }
        for (unit, which, waivers) in &self.own {
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

/// Adds the rules of `policies` that the report does not have yet.
fn add_rules(report: &mut Report, policies: &[Policy]) {
    for policy in policies {
        if report.rules.iter().any(|rule| rule.policy == policy.name()) {
            continue;
        }
        let page = |id: &str| policy.builtin().map(|_| catalogue::rule_page(id));
        let rules = policy.plugin.description().rules.iter();
        report
            .rules
            .extend(rules.map(|rule| Rule::new(policy.name(), rule, page(&rule.id))));
    }
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
    }
}
