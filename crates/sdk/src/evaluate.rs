//! Asks a policy: one request, which may hold several units, to one answer.

use std::collections::BTreeMap;

use crate::config;
use crate::description::{Document, INTERFACE};
use crate::outcome::Outcome;
use crate::policy::Policy;
use crate::set::{Resource, ResourceSet};
use crate::wire::{ConfigProblem, Failure, Outcome as Answer, Request};

/// The answer of `describe`: JSON as `wit/describe.schema.json` has it.
pub fn describe<P: Policy>() -> String {
    let description = P::describe();
    let document = Document {
        name: P::NAME,
        version: P::VERSION,
        interface: INTERFACE,
        title: description.title,
        selectors: description.selectors,
        rules: description.rules,
        config_schema: schemars::schema_for!(P::Config).to_value(),
        secrets: description.secrets,
    };
    // A tree of strings and booleans always serialises; an empty answer would be refused by the host.
    serde_json::to_string(&document).unwrap_or_default()
}

/// The answer of `validate-config`.
pub fn validate_config<P: Policy>(text: &str) -> Result<(), Vec<ConfigProblem>> {
    read_config::<P>(text).map(drop)
}

/// The answer of `evaluate`. Each unit is judged alone, with its own config.
pub fn evaluate<P: Policy>(request: Request) -> Result<Answer, Failure> {
    let rules = P::describe().rules;
    let mut objects: BTreeMap<u32, Vec<Resource>> = request
        .units
        .iter()
        .map(|unit| (unit.id, Vec::new()))
        .collect();
    for object in &request.objects {
        let resources = objects.get_mut(&object.unit).ok_or_else(|| {
            Failure::InvalidObject(
                object.id,
                format!(
                    "it belongs to unit {}, which the request lacks",
                    object.unit
                ),
            )
        })?;
        resources
            .push(Resource::read(object).map_err(|why| Failure::InvalidObject(object.id, why))?);
    }

    let mut answer = Answer::default();
    let mut problems = Vec::new();
    for unit in request.units {
        let config = match read_config::<P>(&unit.config) {
            Ok(config) => config,
            Err(found) => {
                problems.extend(found);
                continue;
            }
        };
        let lacking = P::check_unit(&config, &unit);
        if !lacking.is_empty() {
            problems.extend(lacking);
            continue;
        }
        let mut out = Outcome::new(&unit, rules);
        let set = ResourceSet::new(unit.clone(), objects.remove(&unit.id).unwrap_or_default());
        let lacking = P::check_set(&config, &set);
        if !lacking.is_empty() {
            problems.extend(lacking);
            continue;
        }
        P::review(&config, &set, &mut out);
        let part = out.finish(answer.findings.len() as u32);
        answer.findings.extend(part.findings);
        answer.edits.extend(part.edits);
        answer.facts.extend(part.facts);
        answer.log.extend(part.log);
    }
    if problems.is_empty() {
        Ok(answer)
    } else {
        Err(Failure::InvalidConfig(problems))
    }
}

pub(crate) fn read_config<P: Policy>(text: &str) -> Result<P::Config, Vec<ConfigProblem>> {
    let config = config::parse(text)?;
    let problems = P::check(&config);
    if problems.is_empty() {
        Ok(config)
    } else {
        Err(problems)
    }
}
