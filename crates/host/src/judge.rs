//! A whole run: each unit gets its PolicySet, is reviewed, and adds to one report.

use std::rc::Rc;
use std::time::Instant;

use krm::{Changes, Envelope};

use crate::catalogue;
use crate::date::{self, Date};
use crate::fleet::{self, Witness};
use crate::mask::Masker;
use crate::policyset::{Emit, PolicySet, Spot, Text};
use crate::report::{FailOn, NotJudged, Notice, Report, Rule};
use crate::review::{self, Delivery, Hints, Identity, Terms};
use crate::settings::Judging;
use crate::shelf::{Fetching, Policy, Shelf};
use crate::source::{Harvest, Unit};
use crate::trouble::Trouble;
use crate::waivers::Waivers;

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

impl Purpose {
    fn delivery(self) -> Delivery {
        match self {
            Purpose::Check => Delivery::Pending,
            Purpose::Render | Purpose::Function => Delivery::Applied,
        }
    }
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
    /// Of the PolicySets that units bring along; by unit.
    own: Vec<(usize, Rc<Waivers>)>,
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
        let own;
        let (set, policies, waivers) = match &self.said {
            Some(said) => {
                tracing::info!(unit = unit.name, "judged by what the command line names");
                said
            }
            None => {
                let set = function_config(unit)?;
                let policies = self.shelf.policies(&set)?;
                let waivers = Rc::new(Waivers::new(&set.waivers, self.today));
                own = (set, policies, waivers);
                &own
            }
        };
        let identity = identify(unit, set, self.judging)?;
        if unit.len() == 0 && self.purpose != Purpose::Function {
            return Err(vec![
                Trouble::new("there is no resource in it, so nothing was judged")
                    .in_file(&unit.name)
                    .fix("name what holds Kubernetes manifests"),
            ]);
        }
        // Whoever prints nothing delivers no edit.
        let delivery = match set.emit {
            Emit::All => self.purpose.delivery(),
            Emit::Nothing => Delivery::Pending,
        };
        judged.report.fail_on = judged.report.fail_on.stricter(set.fail_on);
        add_rules(&mut judged.report, policies);
        let terms = Terms {
            set,
            policies,
            waivers,
            delivery,
            hints: Hints::Followed,
        };
        let review = review::review(unit, &identity, &terms, &mut judged.masker);
        if !review.not_judged.is_empty() {
            waivers.cannot_tell();
        }
        if self.said.is_none() {
            self.own.push((judged.units.len(), Rc::clone(waivers)));
        }
        let witness = |testimony| Witness {
            testimony,
            unit: judged.units.len(),
            waivers: Rc::clone(waivers),
        };
        self.witnesses
            .extend(review.testimonies.into_iter().map(witness));
        judged.report.units.push(review.unit);
        judged.report.findings.extend(review.findings);
        judged.report.not_judged.extend(review.not_judged);
        Ok((review.changes, set.emit))
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
            let own = self.own.iter().map(|(_, waivers)| waivers);
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
        for (unit, waivers) in &self.own {
            let input = judged
                .units
                .get(*unit)
                .and_then(|unit| unit.unit.inputs.first());
            let Some(input) = input else { continue };
            let text = Text::function_config(input);
            notices
                .extend(waivers.notices(findings, |at, spot, what| text.trouble(at, spot, what)));
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

/// The PolicySet that a ResourceList brings along.
fn function_config(unit: &Unit) -> Result<PolicySet<'_>, Vec<Trouble>> {
    const FIX: &str = "name policies with --policies FILE, or judge by all built-in ones with --cluster NAME --role edge";
    match unit.inputs.as_slice() {
        [input] if input.envelope() == Envelope::ResourceList => {
            PolicySet::from_function_config(input).unwrap_or_else(|| {
                let trouble = Trouble::new(
                    "the ResourceList has no functionConfig, so there is no policy to judge by",
                );
                Err(vec![trouble.in_file(input.name()).fix(format!(
                    "give it a `functionConfig` of kind PolicySet, or {FIX}"
                ))])
            })
        }
        _ => Err(vec![
            Trouble::new("there is no policy to judge by")
                .in_file(&unit.name)
                .fix(FIX),
        ]),
    }
}

/// Which cluster the unit is for: what its PolicySet says, else what the command line says.
fn identify(unit: &Unit, set: &PolicySet<'_>, judging: &Judging) -> Result<Identity, Vec<Trouble>> {
    let role = judging.role.map(|role| role.as_str().to_owned());
    let mut contradictions: Vec<Trouble> = Vec::new();
    let mut agree = |name: &str, written: &Option<String>, typed: &Option<String>| {
        if let (Some(written), Some(typed)) = (written, typed)
            && written != typed
        {
            let what =
                format!("the PolicySet says {name} `{written}`, and --{name} says `{typed}`");
            let at = match name {
                "role" => "/spec/cluster/role",
                _ => "/spec/cluster/name",
            };
            contradictions.push(
                set.trouble(at, Spot::Value, what)
                    .fix(format!("leave out --{name}")),
            );
        }
        written.clone().or_else(|| typed.clone())
    };
    let mut identity = Identity {
        cluster: agree("cluster", &set.cluster, &judging.cluster),
        role: agree("role", &set.role, &role),
    };
    if !contradictions.is_empty() {
        return Err(contradictions);
    }
    if identity.cluster.is_none() && judging.role.is_some() {
        identity.cluster.clone_from(&unit.stem);
        if identity.cluster.is_none() {
            return Err(vec![
                Trouble::new("--role stands alone, and there is no file to name the cluster after")
                    .in_file(&unit.name)
                    .fix("name it with --cluster NAME"),
            ]);
        }
    }
    Ok(identity)
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
