//! From a policy's finding to a report's: its object and its places are found by whoever asked the policy.

use krmguard_engine as engine;
use serde_json::Value;

use crate::report::{Finding, ObjectRef, Origin, Place, Related, State};

/// What a policy's place means.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    pub(crate) object: ObjectRef,
    /// Which document of its file; None where a policy created it.
    pub(crate) index: Option<usize>,
    pub(crate) origin: Option<Origin>,
    /// In the object as it was read.
    pub(crate) pointer: String,
    pub(crate) place: Option<Place>,
}

/// `found` about the unit of that name, open until somebody knows better. `locate` fails where the policy names
/// what it was not asked about.
pub(crate) fn translate(
    found: &engine::Finding,
    unit: &str,
    policy: &str,
    locate: impl Fn(&engine::Place) -> Result<Located, String>,
) -> Result<Finding, String> {
    let json = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => serde_json::from_str::<Value>(text)
            .map(Some)
            .map_err(|error| format!("a value of a {} finding is no JSON: {error}", found.rule)),
    };
    let mut translated = Finding {
        rule: found.rule.clone(),
        severity: found.severity.into(),
        state: State::Open,
        waiver: None,
        unit: unit.to_owned(),
        also_in: Vec::new(),
        policy: policy.to_owned(),
        object: None,
        index: None,
        origin: None,
        pointer: None,
        place: None,
        message: found.message.clone(),
        remedy: found.remedy.clone(),
        current: json(&found.current)?,
        proposed: json(&found.proposed)?,
        related: Vec::with_capacity(found.related.len()),
        sensitive: found.sensitive,
    };
    if let Some(at) = &found.at {
        let located = locate(at)?;
        translated.object = Some(located.object);
        translated.index = located.index;
        translated.origin = located.origin;
        translated.pointer = Some(located.pointer);
        translated.place = located.place;
    }
    for note in &found.related {
        let place = match &note.at {
            None => None,
            Some(at) => locate(at)?.place,
        };
        translated.related.push(Related {
            message: note.message.clone(),
            place,
        });
    }
    Ok(translated)
}
