//! `krmguard schema`: JSON Schemas of PolicySet and of each policy's own kind, for editors.

mod document;
mod settings;
mod shape;

use std::process::ExitCode;

use serde_json::Value;

use super::{decline, print_data};
use crate::args::SchemaArgs;
use crate::catalogue::{self, Policy};
use crate::policyset::{KIND, nearest};
use crate::trouble::Trouble;

/// The word for whichever kind a file is.
const ALL: &str = "all";

pub(crate) fn run(typed: &SchemaArgs) -> ExitCode {
    match wanted(&typed.kind) {
        Ok(schema) => print_data(&format!("{schema:#}\n")),
        Err(trouble) => decline(&trouble),
    }
}

fn wanted(kind: &str) -> Result<Value, Trouble> {
    let policies = catalogue::policies()?;
    if kind.eq_ignore_ascii_case(ALL) {
        return Ok(document::all(&policies));
    }
    if kind.eq_ignore_ascii_case(KIND) {
        return Ok(document::policy_set(&policies));
    }
    let mut own = policies
        .iter()
        .filter(|policy| kind.eq_ignore_ascii_case(policy.builtin.kind));
    match own.next() {
        Some(policy) => Ok(document::single(policy)),
        None => Err(unknown(kind, &policies)),
    }
}

fn unknown(kind: &str, policies: &[Policy]) -> Trouble {
    let own = policies.iter().map(|policy| policy.builtin.kind);
    let known: Vec<&str> = [ALL, KIND].into_iter().chain(own).collect();
    let fix = match nearest(kind, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("one of `{}`", known.join("`, `")),
    };
    Trouble::new(format!("unknown kind `{kind}`")).fix(fix)
}

#[cfg(test)]
mod tests;
