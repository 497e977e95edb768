//! Rules about the fleet: what all units of a run state goes to each policy once, whatever the order of the units.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use krmguard_engine::{self as engine, Fact, Outcome, Plugin, PluginError};
use serde::{Deserialize, Serialize};

use crate::mask::Masker;
use crate::policyset::RuleLevel;
use crate::report::{Finding, NotJudged, Notice, ObjectRef, Origin, Place, State};
use crate::review::{Located, Settled, remedy, settle, translate};
use crate::trouble::Trouble;
use crate::waivers::Waivers;

/// How the report calls what is judged here, where no unit is to blame.
const FLEET: &str = "all units together";

/// What one policy of one unit states.
pub(crate) struct Testimony {
    /// Which of the unit's PolicySets it was asked for.
    pub(crate) set: usize,
    pub(crate) plugin: Arc<Plugin>,
    /// The unit as the policy saw it.
    pub(crate) unit: engine::Unit,
    pub(crate) levels: Vec<RuleLevel>,
    pub(crate) facts: Vec<Statement>,
}

/// A fact, and where it was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Statement {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) at: Option<Spot>,
}

/// The engine's record, for serde.
#[derive(Serialize, Deserialize)]
#[serde(remote = "engine::Place")]
struct Said {
    object: u32,
    pointer: String,
    range: Option<(u32, u32)>,
}

/// Where a fact was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Spot {
    /// As the policy said it.
    #[serde(with = "Said")]
    pub(crate) said: engine::Place,
    pub(crate) object: ObjectRef,
    pub(crate) origin: Option<Origin>,
    /// Which document of its file; None where a policy created the object.
    pub(crate) index: Option<usize>,
    /// In the source.
    pub(crate) pointer: String,
    pub(crate) place: Option<Place>,
}

/// A testimony, and the waivers of its unit's PolicySet.
pub(crate) struct Witness {
    pub(crate) testimony: Testimony,
    pub(crate) waivers: Arc<Waivers>,
}

/// What was found, and what could not be judged.
#[derive(Debug, Default)]
pub(crate) struct Judgement {
    pub(crate) findings: Vec<Finding>,
    pub(crate) not_judged: Vec<NotJudged>,
}

/// Asks each policy that judges fleets about what it was told in each unit.
pub(crate) fn judge(mut witnesses: Vec<Witness>, masker: &mut Masker) -> Judgement {
    // Stable: two entries of one PolicySet stay in its order.
    witnesses.sort_by(|a, b| {
        let key = |witness: &'_ Witness| {
            let plugin = &witness.testimony.plugin;
            (
                plugin.profile().name.clone(),
                plugin.sha256().to_owned(),
                witness.testimony.unit.name.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    let mut judgement = Judgement::default();
    let same =
        |a: &Witness, b: &Witness| a.testimony.plugin.sha256() == b.testimony.plugin.sha256();
    for bench in witnesses.chunk_by(same) {
        let Some(plugin) = bench
            .first()
            .map(|first| Arc::clone(&first.testimony.plugin))
        else {
            continue;
        };
        let name = plugin.profile().name.as_str();
        let court = Court::new(bench);
        match plugin.judge(&court.units, &court.facts) {
            Ok(outcome) => {
                for line in &outcome.log {
                    tracing::debug!("{}", masker.mask(line));
                }
                match court.findings(outcome, name) {
                    Ok(findings) => judgement.findings.extend(findings),
                    Err(reason) => judgement.not_judged.push(not_judged(
                        name,
                        Trouble::new(format!("its answer cannot be used: {reason}"))
                            .fix("report this to the policy's author"),
                    )),
                }
            }
            Err(error) => judgement.not_judged.push(not_judged(name, blame(&error))),
        }
    }
    judgement
}

/// What to say where something could not be judged: each policy that judges fleets knows only what was.
pub(crate) fn partial(witnesses: &[Witness]) -> Vec<Notice> {
    let mut heard: BTreeMap<&str, usize> = BTreeMap::new();
    for witness in witnesses {
        *heard
            .entry(&witness.testimony.plugin.profile().name)
            .or_default() += 1;
    }
    let say = |(policy, units): (&str, usize)| {
        let those = match units {
            1 => "the one unit".to_owned(),
            _ => format!("the {units} units"),
        };
        Notice {
            message: format!(
                "`{policy}` compared {those} that it could judge; what was not judged is not among them"
            ),
            ..Notice::default()
        }
    };
    heard.into_iter().map(say).collect()
}

fn not_judged(policy: &str, trouble: Trouble) -> NotJudged {
    NotJudged {
        policy: Some(policy.to_owned()),
        ..trouble.of_unit(FLEET)
    }
}

fn blame(error: &PluginError) -> Trouble {
    match error {
        PluginError::Stopped { why, .. } => Trouble::new(why.to_string()).fix(remedy(why)),
        PluginError::BadAnswer { reason, .. } => {
            Trouble::new(format!("its answer cannot be used: {reason}"))
                .fix("report this to the policy's author")
        }
        PluginError::Other { message, .. } => Trouble::new(message.clone()),
        other => Trouble::new(other.to_string()),
    }
}

/// One policy's witnesses, with ids that are unique among them.
struct Court<'w> {
    witnesses: &'w [Witness],
    /// A unit's id is its index among the witnesses.
    units: Vec<engine::Unit>,
    facts: Vec<Fact>,
    /// By object id: whose it is, and the places in it that facts name.
    objects: Vec<(usize, Vec<&'w Spot>)>,
}

impl<'w> Court<'w> {
    fn new(witnesses: &'w [Witness]) -> Court<'w> {
        let mut court = Court {
            witnesses,
            units: Vec::with_capacity(witnesses.len()),
            facts: Vec::new(),
            objects: Vec::new(),
        };
        let mut ids: HashMap<(usize, u32), u32> = HashMap::new();
        for (which, Witness { testimony, .. }) in witnesses.iter().enumerate() {
            let unit = number(which);
            court.units.push(engine::Unit {
                id: unit,
                ..testimony.unit.clone()
            });
            for fact in &testimony.facts {
                let at = fact.at.as_ref().map(|spot| {
                    let id = *ids.entry((which, spot.said.object)).or_insert_with(|| {
                        court.objects.push((which, Vec::new()));
                        number(court.objects.len() - 1)
                    });
                    if let Some((_, spots)) = court.objects.get_mut(id as usize) {
                        spots.push(spot);
                    }
                    engine::Place {
                        object: id,
                        ..spot.said.clone()
                    }
                });
                court.facts.push(Fact {
                    unit,
                    key: fact.key.clone(),
                    value: fact.value.clone(),
                    at,
                });
            }
        }
        court
    }

    fn findings(&self, outcome: Outcome, policy: &str) -> Result<Vec<Finding>, String> {
        if let Some(edit) = outcome.edits.first() {
            return Err(format!(
                "rule {} proposes an edit, and a rule about the fleet only reports",
                edit.rule
            ));
        }
        let mut findings = Vec::with_capacity(outcome.findings.len());
        for found in outcome.findings {
            let Some(witness) = self.witnesses.get(found.unit as usize) else {
                return Err(format!("there is no unit {}", found.unit));
            };
            let alone = Outcome {
                findings: vec![found],
                ..Outcome::default()
            };
            let settled = settle(alone, &witness.testimony.levels, |found| {
                let at = found.at.as_ref();
                let object = at
                    .and_then(|at| self.spot(at).ok())
                    .map(|(_, spot)| &spot.object);
                witness.waivers.of(&found.rule, object)
            });
            let Settled { outcome, waivers } = settled;
            for (found, waiver) in outcome.findings.iter().zip(waivers) {
                let unit = &witness.testimony.unit.name;
                let state = match waiver {
                    Some(_) => State::Waived,
                    None => State::Open,
                };
                let places = self.places(found)?;
                let finding = translate(found, unit, policy, |at| {
                    let known = places.iter().find(|(known, _)| known == at);
                    known
                        .map(|(_, located)| located.clone())
                        .ok_or_else(|| format!("it names object {}", at.object))
                })?;
                findings.push(Finding {
                    state,
                    waiver,
                    ..finding
                });
            }
        }
        Ok(findings)
    }

    /// Where each place of a finding is.
    fn places(&self, found: &engine::Finding) -> Result<Vec<(engine::Place, Located)>, String> {
        let notes = found.related.iter().filter_map(|note| note.at.as_ref());
        found
            .at
            .iter()
            .chain(notes)
            .map(|at| Ok((at.clone(), self.locate(at)?)))
            .collect()
    }

    fn locate(&self, at: &engine::Place) -> Result<Located, String> {
        let (_, spot) = self.spot(at)?;
        Ok(Located {
            object: spot.object.clone(),
            index: spot.index,
            origin: spot.origin.clone(),
            pointer: spot.pointer.clone(),
            place: spot.place.clone(),
        })
    }

    /// The spot that a place means: a policy that judges facts knows no other places than theirs. One that it makes
    /// up is taken for the first of that object.
    fn spot(&self, at: &engine::Place) -> Result<(usize, &'w Spot), String> {
        let (which, spots) = self
            .objects
            .get(at.object as usize)
            .ok_or_else(|| format!("it names object {}, which no fact is from", at.object))?;
        let meant = spots
            .iter()
            .find(|spot| spot.said.pointer == at.pointer && spot.said.range == at.range)
            .or_else(|| spots.iter().find(|spot| spot.said.pointer == at.pointer))
            .or_else(|| spots.first());
        meant
            .map(|spot| (*which, *spot))
            .ok_or_else(|| format!("it names object {}, which no fact is from", at.object))
    }
}

/// A run has fewer units and facts than 2^32.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
