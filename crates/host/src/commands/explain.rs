//! `krmguard explain`: what a rule is about, why, and what to do. Also the source of docs/rules.md.

mod markdown;
mod text;
mod words;

use std::process::ExitCode;

use krmguard_engine::{Effect, Rule, Severity, Text};
use serde::Serialize;

use super::{decline, print_data};
use crate::args::{ExplainArgs, ExplainFormat, Lang};
use crate::catalogue::{self, Policy, rule_page};
use crate::policyset::nearest;
use crate::trouble::Trouble;
use words::Words;

pub(crate) fn run(typed: &ExplainArgs) -> ExitCode {
    match explained(typed) {
        Ok(text) => print_data(&text),
        Err(trouble) => decline(&trouble),
    }
}

fn explained(typed: &ExplainArgs) -> Result<String, Trouble> {
    let policies = catalogue::policies()?;
    let words = Words::of(typed.lang);
    let one = match &typed.rule {
        Some(id) => Some(found(&policies, id)?),
        None => None,
    };
    Ok(match (typed.format, one) {
        (ExplainFormat::Text, Some((policy, rule))) => text::rule(policy, rule, words),
        (ExplainFormat::Text, None) => text::list(&policies, words),
        (ExplainFormat::Markdown, Some((_, rule))) => markdown::rule(rule, words),
        (ExplainFormat::Markdown, None) => markdown::page(&policies, words),
        (ExplainFormat::Json, Some((policy, rule))) => json(&Row::new(policy, rule))?,
        (ExplainFormat::Json, None) => {
            let rows = policies.iter().flat_map(|policy| {
                let rules = policy.description.rules.iter();
                rules.map(move |rule| Row::new(policy, rule))
            });
            json(&rows.collect::<Vec<_>>())?
        }
    })
}

fn found<'p>(policies: &'p [Policy], id: &str) -> Result<(&'p Policy, &'p Rule), Trouble> {
    let mut rules = policies
        .iter()
        .filter_map(|policy| Some((policy, policy.rule(id)?)));
    rules.next().ok_or_else(|| {
        let known = policies
            .iter()
            .flat_map(|policy| &policy.description.rules)
            .map(|rule| rule.id.as_str());
        let fix = match nearest(id, known) {
            Some(meant) => format!("did you mean `{meant}`? `krmguard explain` lists all rules"),
            None => "`krmguard explain` lists all rules".to_owned(),
        };
        Trouble::new(format!("unknown rule `{id}`")).fix(fix)
    })
}

/// One rule, as `--format json` prints it.
#[derive(Serialize)]
struct Row<'p> {
    id: &'p str,
    policy: &'p str,
    title: &'p Text,
    severity: Severity,
    effect: Effect,
    help: &'p str,
    remedy: &'p str,
    wrong: &'p str,
    right: &'p str,
    source: &'p str,
    /// Where it is explained in the documentation.
    page: String,
}

impl<'p> Row<'p> {
    fn new(policy: &'p Policy, rule: &'p Rule) -> Row<'p> {
        Row {
            id: &rule.id,
            policy: &policy.description.name,
            title: &rule.title,
            severity: rule.severity,
            effect: rule.effect,
            help: &rule.help,
            remedy: &rule.remedy,
            wrong: &rule.wrong,
            right: &rule.right,
            source: &rule.source,
            page: rule_page(&rule.id),
        }
    }
}

fn json(rows: &impl Serialize) -> Result<String, Trouble> {
    serde_json::to_string_pretty(rows)
        .map(|json| json + "\n")
        .map_err(|error| Trouble::new(error.to_string()))
}

/// The title in the language of the reader.
fn title(text: &Text, lang: Lang) -> &str {
    match lang {
        Lang::En => &text.en,
        Lang::Ko => &text.ko,
    }
}
