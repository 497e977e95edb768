//! One PolicySet as a unit is held to it: its policies, its waivers, the cluster it is for, what becomes of edits.

use std::sync::Arc;

use krm::Envelope;

use super::{Judge, Purpose};
use crate::policyset::{Emit, PolicySet, Spot};
use crate::review::{Delivery, Hints, Identity, Terms};
use crate::settings::Judging;
use crate::shelf::Policy;
use crate::source::{Under, Unit};
use crate::trouble::Trouble;
use crate::waivers::Waivers;

const NAME_POLICIES: &str = "name policies with --policies FILE, or judge by all built-in ones with --cluster NAME --role edge";

pub(super) struct Bar<'b> {
    identity: Identity,
    pub(super) set: &'b PolicySet<'b>,
    pub(super) policies: &'b [Policy],
    pub(super) waivers: &'b Arc<Waivers>,
    delivery: Delivery,
}

impl<'b> Bar<'b> {
    /// `under` is where the unit's kustomization lists the PolicySet, if it does.
    pub(super) fn new(
        judge: &Judge<'_>,
        unit: &Unit,
        set: &'b PolicySet<'_>,
        under: Option<Under>,
        policies: &'b [Policy],
        waivers: &'b Arc<Waivers>,
    ) -> Result<Bar<'b>, Vec<Trouble>> {
        let applied = match judge.purpose {
            Purpose::Check => under == Some(Under::Transformers) || judge.judging.delivered,
            Purpose::Render | Purpose::Function => true,
        };
        // Whoever prints nothing delivers no edit.
        let delivery = match applied && set.emit == Emit::All {
            true => Delivery::Applied,
            false => Delivery::Pending,
        };
        Ok(Bar {
            identity: identify(unit, set, judge.judging)?,
            set,
            policies,
            waivers,
            delivery,
        })
    }

    pub(super) fn terms(&self) -> Terms<'_> {
        Terms {
            identity: &self.identity,
            set: self.set,
            policies: self.policies,
            waivers: self.waivers,
            delivery: self.delivery,
            hints: Hints::Followed,
        }
    }
}

/// A unit is for one cluster: PolicySets that name two are refused.
pub(super) fn one_identity(bars: &[Bar<'_>]) -> Result<(), Vec<Trouble>> {
    let Some((first, rest)) = bars.split_first() else {
        return Ok(());
    };
    for bar in rest {
        for (field, one, other) in [
            ("name", &first.identity.cluster, &bar.identity.cluster),
            ("role", &first.identity.role, &bar.identity.role),
        ] {
            if let (Some(one), Some(other)) = (one, other)
                && one != other
            {
                let what = format!(
                    "the cluster's {field} is `{other}` here and `{one}` in another PolicySet of the same overlay"
                );
                let trouble = bar
                    .set
                    .trouble(&format!("/spec/cluster/{field}"), Spot::Value, what);
                return Err(vec![trouble.fix("give both the same cluster")]);
            }
        }
    }
    Ok(())
}

/// A kustomization without a PolicySet, and nothing on the command line.
pub(super) fn uncovered(kustomization: &str) -> Trouble {
    Trouble::new("no PolicySet covers this overlay, so there is nothing to judge it by")
        .in_file(kustomization)
        .fix("list a PolicySet under its `transformers:`, or name one with --policies FILE")
}

/// The PolicySet that a ResourceList brings along.
pub(super) fn function_config(unit: &Unit) -> Result<PolicySet<'_>, Vec<Trouble>> {
    match unit.inputs() {
        [input] if input.envelope() == Envelope::ResourceList => {
            PolicySet::from_function_config(input).unwrap_or_else(|| {
                let trouble = Trouble::new(
                    "the ResourceList has no functionConfig, so there is no policy to judge by",
                );
                Err(vec![trouble.in_file(input.name()).fix(format!(
                    "give it a `functionConfig` of kind PolicySet, or {NAME_POLICIES}"
                ))])
            })
        }
        _ => Err(vec![
            Trouble::new("there is no policy to judge by")
                .in_file(&unit.name)
                .fix(NAME_POLICIES),
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
