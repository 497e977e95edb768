//! Why a policy did not judge, in the words of who can do something about it.

use krmguard_engine::{Limit, PluginError};

use super::Bench;
use super::question::Question;
use crate::policyset::PolicySet;
use crate::report::NotJudged;
use crate::shelf::Policy;
use crate::source::Unit;
use crate::trouble::Trouble;

/// A policy that failed.
pub(super) fn failure(
    error: &PluginError,
    unit: &Unit,
    set: &PolicySet<'_>,
    policy: &Policy,
    question: &Question,
    bench: &Bench<'_>,
) -> Vec<NotJudged> {
    let troubles = match error {
        PluginError::Config { problems, .. } if !problems.is_empty() => {
            // The sources of a built unit have the same config, and the same to complain about.
            let mut troubles: Vec<Trouble> = Vec::new();
            for trouble in policy.config_troubles(set, problems) {
                if !troubles.contains(&trouble) {
                    troubles.push(trouble);
                }
            }
            troubles
        }
        PluginError::Object {
            object, message, ..
        } => {
            let item = question
                .items
                .get(*object as usize)
                .and_then(|item| bench.items.get(*item));
            let mut trouble = Trouble::new(message.clone()).fix("mend the object");
            if let Some(item) = item {
                trouble.what = format!("{}: {message}", item.object);
                if let (_, Some(place)) = bench.place(item, "", None) {
                    trouble = trouble.in_file(place.file).at(place.line, place.column);
                }
            }
            vec![trouble]
        }
        PluginError::Stopped { why, .. } => vec![Trouble::new(why.to_string()).fix(remedy(why))],
        PluginError::BadAnswer { reason, .. } => return vec![bad_answer(reason, unit, policy)],
        PluginError::Other { message, .. } => vec![Trouble::new(message.clone())],
        other => vec![Trouble::new(other.to_string())],
    };
    troubles
        .into_iter()
        .map(|trouble| NotJudged {
            policy: Some(policy.name().to_owned()),
            ..trouble.of_unit(&unit.name)
        })
        .collect()
}

/// A policy whose answer cannot be used.
pub(super) fn bad_answer(reason: &str, unit: &Unit, policy: &Policy) -> NotJudged {
    let trouble = Trouble::new(format!("its answer cannot be used: {reason}"))
        .fix("report this to the policy's author");
    NotJudged {
        policy: Some(policy.name().to_owned()),
        ..trouble.of_unit(&unit.name)
    }
}

/// What to do about a policy that was stopped.
pub(crate) fn remedy(limit: &Limit) -> &'static str {
    match limit {
        Limit::Trap(_) => "report this to the policy's author",
        Limit::Fuel { .. } => {
            "raise the policy's `limits.fuel` or `limits.fuelPerByte` in the PolicySet, or report it to its author"
        }
        Limit::Memory(_) => {
            "raise the policy's `limits.memoryMiB` in the PolicySet, or report it to its author"
        }
        Limit::Time(_) => {
            "raise the policy's `limits.seconds` in the PolicySet, or report it to its author"
        }
    }
}
