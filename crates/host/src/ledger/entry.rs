//! One unit's answer, as it is kept.

use serde::{Deserialize, Serialize};

use crate::fleet::Statement;
use crate::report::{Finding, UnitReport};

/// All that judging a unit adds to a report, but for what is said of the run as a whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) unit: UnitReport,
    pub(crate) findings: Vec<Finding>,
    pub(crate) heard: Vec<Heard>,
}

/// What one policy states for rules about the fleet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Heard {
    /// Which of the PolicySet's policies.
    pub(crate) policy: usize,
    pub(crate) facts: Vec<Statement>,
}
