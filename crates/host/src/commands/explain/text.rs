//! Rules for a terminal.

use krmguard_engine::{Effect, Rule};
use unicode_width::UnicodeWidthStr;

use super::title;
use super::words::Words;
use crate::catalogue::{Policy, rule_page};
use crate::report::Severity;

/// Columns of a line of prose.
const WIDTH: usize = 100;
const INDENT: &str = "    ";

/// Everything about one rule.
pub(super) fn rule(policy: &Policy, rule: &Rule, words: &Words) -> String {
    let severity = Severity::from(rule.severity);
    let mut text = format!(
        "{severity}[{}] {}\n\n",
        rule.id,
        title(&rule.title, words.lang)
    );
    let facts = [
        (words.policy, policy.description.name.as_str()),
        (words.severity, severity.as_str()),
        (words.effect, words.does(rule.effect)),
    ];
    let widest = facts.iter().map(|(label, _)| label.width()).max();
    for (label, fact) in facts {
        let gap = widest.unwrap_or_default() - label.width();
        text.push_str(&format!("{label}{:gap$}  {fact}\n", ""));
    }
    for (label, prose) in [(words.why, &rule.help), (words.remedy, &rule.remedy)] {
        text.push_str(&format!("\n{label}\n"));
        for line in wrapped(prose) {
            text.push_str(&format!("{INDENT}{line}\n"));
        }
    }
    for (label, example) in [(words.wrong, &rule.wrong), (words.right, &rule.right)] {
        text.push_str(&format!("\n{label}\n"));
        for line in example.trim_end().lines() {
            text.push_str(format!("{INDENT}{line}").trim_end());
            text.push('\n');
        }
    }
    let page = rule_page(&rule.id);
    for (label, link) in [(words.source, &rule.source), (words.page, &page)] {
        text.push_str(&format!("\n{label}\n{INDENT}{link}\n"));
    }
    text
}

/// Every rule in one line, by policy.
pub(super) fn list(policies: &[Policy], words: &Words) -> String {
    let rules = || {
        policies
            .iter()
            .flat_map(|policy| &policy.description.rules)
            .map(|rule| rule.id.width())
    };
    let id_width = rules().max().unwrap_or_default();
    let mut text = String::new();
    for policy in policies {
        let description = &policy.description;
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!(
            "{}: {}\n",
            description.name,
            title(&description.title, words.lang)
        ));
        for rule in &description.rules {
            text.push_str(&format!(
                "  {:id_width$}  {:7}  {:6}  {}\n",
                rule.id,
                Severity::from(rule.severity).as_str(),
                word(rule.effect),
                title(&rule.title, words.lang)
            ));
        }
    }
    text
}

/// The effect as the catalogue writes it.
pub(super) fn word(effect: Effect) -> &'static str {
    match effect {
        Effect::Set => "set",
        Effect::Report => "report",
    }
}

/// Lines of at most [`WIDTH`] columns, indent included, broken at spaces.
fn wrapped(prose: &str) -> Vec<String> {
    let room = WIDTH - INDENT.len();
    let mut lines: Vec<String> = Vec::new();
    for word in prose.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
