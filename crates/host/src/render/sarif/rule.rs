//! The catalogue of rules, as SARIF has it.

use serde_json::{Map, Value};

use super::log::{Configuration, Descriptor, Level, Prose};
use crate::report::{Rule, Severity};

/// How bad a rule is, in SARIF's words.
pub(super) fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Note,
    }
}

pub(super) fn descriptor(rule: &Rule) -> Descriptor {
    let plain = |text: &str| Prose {
        text: or(text, &rule.id),
        markdown: None,
    };
    let page = rule.page.clone().or_else(|| {
        let address = rule.source.starts_with("https://") && !rule.source.contains(' ');
        address.then(|| rule.source.clone())
    });
    let mut properties = Map::new();
    properties.insert("policy".into(), Value::from(rule.policy.as_str()));
    properties.insert(
        "tags".into(),
        Value::from(vec!["kubernetes".to_owned(), rule.policy.clone()]),
    );
    Descriptor {
        id: rule.id.clone(),
        short_description: plain(&rule.title),
        full_description: plain(match rule.why.is_empty() {
            true => &rule.title,
            false => &rule.why,
        }),
        help: Prose {
            text: or(&help(rule, Layout::Text), &rule.id),
            markdown: Some(or(&help(rule, Layout::Markdown), &rule.id)),
        },
        help_uri: page,
        default_configuration: Configuration {
            level: level(rule.severity),
        },
        properties,
    }
}

/// SARIF has no empty texts.
fn or(text: &str, other: &str) -> String {
    if text.is_empty() { other } else { text }.to_owned()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Text,
    Markdown,
}

fn help(rule: &Rule, layout: Layout) -> String {
    let markdown = layout == Layout::Markdown;
    let mut parts = Vec::new();
    let mut prose = |label: &str, text: &str| {
        if !text.is_empty() {
            parts.push(match (markdown, label) {
                (true, "") => inert(text),
                (true, label) => format!("**{label}:** {}", inert(text)),
                (false, "") => text.to_owned(),
                (false, label) => format!("{label}: {text}"),
            });
        }
    };
    prose("", &rule.why);
    prose("To do", &rule.remedy);
    for (label, example) in [("Wrong", &rule.wrong), ("Right", &rule.right)] {
        let example = example.trim_end();
        if example.is_empty() {
            continue;
        }
        parts.push(match markdown {
            true => {
                let fence = fence(example);
                format!("**{label}:**\n\n{fence}yaml\n{example}\n{fence}")
            }
            false => format!("{label}:\n\n{example}"),
        });
    }
    if !rule.source.is_empty() {
        parts.push(match markdown {
            true => format!("**Source:** {}", inert(&rule.source)),
            false => format!("Source: {}", rule.source),
        });
    }
    parts.join("\n\n")
}

/// SARIF forbids HTML in Markdown; an angle bracket inside of code is none.
fn inert(text: &str) -> String {
    let mut code = false;
    let mut inert = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '`' => {
                code = !code;
                inert.push(c);
            }
            '<' if !code => inert.push_str("&lt;"),
            _ => inert.push(c),
        }
    }
    inert
}

/// A fence that the example cannot close.
fn fence(example: &str) -> String {
    let longest = example.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_cannot_leave_its_fence() {
        assert_eq!(fence("a: b"), "```");
        assert_eq!(fence("a: |\n  ```\n  ````"), "`````");
    }

    #[test]
    fn markdown_holds_no_html() {
        assert_eq!(inert("a <b> `<c>`"), "a &lt;b> `<c>`");
    }
}
