//! `krmguard plugin`: what policies there are and what they say about themselves.

use std::process::ExitCode;

use krmguard_engine::{Effect, PluginError, Severity};
use serde::Serialize;
use serde_json::Value;

use super::refuse;
use crate::args::{Format, PluginArgs, PluginCommand, PluginListArgs};
use crate::policyset::PolicySet;
use crate::render::clean;
use crate::report::Verdict;
use crate::shelf::{Policy, Shelf};
use crate::stdio;
use crate::trouble::Trouble;

pub(crate) fn run(typed: PluginArgs) -> ExitCode {
    match typed.command {
        PluginCommand::List(typed) => list(&typed),
    }
}

fn list(typed: &PluginListArgs) -> ExitCode {
    let policies = match policies(typed) {
        Ok(policies) => policies,
        Err(troubles) => return refuse(troubles),
    };
    let rows: Result<Vec<Row<'_>>, PluginError> = policies.iter().map(Row::new).collect();
    let rows = match rows {
        Ok(rows) => rows,
        Err(error) => return refuse(vec![Trouble::new(error.to_string())]),
    };
    let text = match typed.format {
        Format::Text => table(&rows),
        Format::Json => match serde_json::to_string_pretty(&rows) {
            Ok(json) => json + "\n",
            Err(error) => return refuse(vec![Trouble::new(error.to_string())]),
        },
    };
    match stdio::write_stdout([text.as_bytes()]) {
        Ok(_) => Verdict::Pass.into(),
        Err(error) => refuse(vec![Trouble::new(format!(
            "the list cannot be written: {error}"
        ))]),
    }
}

fn policies(typed: &PluginListArgs) -> Result<Vec<Policy>, Vec<Trouble>> {
    let mut shelf = Shelf::open().map_err(|trouble| vec![trouble])?;
    let set = match &typed.policies {
        Some(path) => PolicySet::from_file(path)?,
        None => PolicySet::of_builtins(),
    };
    shelf.policies(&set)
}

/// One policy, as `--format json` prints it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'p> {
    name: String,
    /// The functionConfig kind; only built-in policies have one.
    kind: Option<&'static str>,
    version: String,
    interface: String,
    sha256: &'p str,
    title: String,
    /// Whether it is shown the values of Secrets.
    secrets: bool,
    rules: Vec<RuleRow>,
    config_schema: Value,
}

#[derive(Serialize)]
struct RuleRow {
    id: String,
    severity: Severity,
    effect: Effect,
    title: String,
}

impl<'p> Row<'p> {
    fn new(policy: &'p Policy) -> Result<Row<'p>, PluginError> {
        let description = policy.plugin.description()?;
        let rules = description.rules.into_iter();
        Ok(Row {
            name: description.name,
            kind: policy.builtin().map(|builtin| builtin.kind),
            version: description.version,
            interface: description.interface,
            sha256: policy.plugin.sha256(),
            title: description.title.en,
            secrets: description.secrets,
            config_schema: description.config_schema,
            rules: rules
                .map(|rule| RuleRow {
                    id: rule.id,
                    severity: rule.severity,
                    effect: rule.effect,
                    title: rule.title.en,
                })
                .collect(),
        })
    }
}

/// Columns as wide as their widest entry. Foreign text is cleaned: a plugin names itself.
fn table(rows: &[Row<'_>]) -> String {
    let head = ["NAME", "KIND", "VERSION", "RULES", "SHA256", "TITLE"].map(str::to_owned);
    let lines: Vec<[String; 6]> = std::iter::once(head)
        .chain(rows.iter().map(|row| {
            [
                clean(&row.name).into_owned(),
                row.kind.unwrap_or("-").to_owned(),
                clean(&row.version).into_owned(),
                row.rules.len().to_string(),
                row.sha256.chars().take(12).collect(),
                clean(&row.title).into_owned(),
            ]
        }))
        .collect();
    let mut widths = [0; 6];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut table = String::new();
    for line in &lines {
        let cells: Vec<String> = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        table.push_str(cells.join("  ").trim_end());
        table.push('\n');
    }
    table
}
