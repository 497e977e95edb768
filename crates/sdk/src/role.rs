//! The role of a cluster.

use std::fmt;

use crate::nearest::did_you_mean;
use crate::wire::{ConfigProblem, Unit};

/// What a cluster is in the fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// It receives, stores and answers for all.
    Central,
    /// It scrapes and sends.
    Edge,
}

impl Role {
    /// The role that the unit states. For a policy that cannot judge without one: an absent or
    /// unknown role is a config problem, for [`crate::Policy::check_unit`] to hand on.
    pub fn of(unit: &Unit) -> Result<Role, ConfigProblem> {
        match unit.role.as_deref() {
            Some("central") => Ok(Role::Central),
            Some("edge") => Ok(Role::Edge),
            Some(other) => Err(ConfigProblem::new(
                "",
                format!(
                    "unit {}: the role `{other}` is neither `central` nor `edge`{}",
                    unit.name,
                    did_you_mean(other, ["central", "edge"])
                ),
            )),
            None => Err(ConfigProblem::new(
                "",
                format!(
                    "unit {}: this policy needs the cluster's role: say `central` or `edge` (`spec.cluster.role` in \
                     the PolicySet, or --role)",
                    unit.name
                ),
            )),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Central => "central",
            Role::Edge => "edge",
        })
    }
}
