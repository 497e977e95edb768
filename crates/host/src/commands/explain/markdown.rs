//! Rules as a page of the documentation.

use krmguard_engine::Rule;

use super::text::word;
use super::title;
use super::words::Words;
use crate::catalogue::Policy;
use crate::report::Severity;

/// All rules: docs/rules.md, and docs/rules.ko.md in Korean.
pub(super) fn page(policies: &[Policy], words: &Words) -> String {
    let mut page = format!("# {}\n\n{}\n\n{}", words.all, words.other, words.preface);
    for policy in policies {
        let description = &policy.description;
        let name = &description.name;
        page.push_str(&format!(
            "\n## {name}\n\n{}. {} [plugins/{name}](../plugins/{name}/README.md).\n\n",
            title(&description.title, words.lang).trim_end_matches('.'),
            words.readme,
        ));
        page.push_str(&format!(
            "| {} | {} | {} | {} |\n| --- | --- | --- | --- |\n",
            words.rule, words.severity, words.effect, words.says
        ));
        for rule in &description.rules {
            page.push_str(&format!(
                "| [{}](#{}) | {} | {} | {} |\n",
                rule.id,
                crate::catalogue::anchor(&rule.id),
                Severity::from(rule.severity),
                word(rule.effect),
                title(&rule.title, words.lang).replace('|', "\\|")
            ));
        }
        for entry in &description.rules {
            page.push('\n');
            page.push_str(&rule(entry, words));
        }
    }
    page
}

/// One rule. Its heading is the id alone, so that `#cl01` leads to it in every renderer.
pub(super) fn rule(rule: &Rule, words: &Words) -> String {
    format!(
        "### {}\n\n**{}**\n\n{}: {} · {}\n\n{}\n\n{}: {}\n\n{}:\n\n{}\n{}:\n\n{}\n{}: {}\n",
        rule.id,
        title(&rule.title, words.lang),
        words.severity,
        Severity::from(rule.severity),
        words.does(rule.effect),
        rule.help,
        words.remedy,
        rule.remedy,
        words.wrong,
        fenced(&rule.wrong),
        words.right,
        fenced(&rule.right),
        words.source,
        link(&rule.source),
    )
}

fn fenced(example: &str) -> String {
    format!("```yaml\n{}\n```\n", example.trim_end())
}

/// Where the source is an address alone, it is made one to click on.
fn link(source: &str) -> String {
    match source.starts_with("https://") && !source.contains(char::is_whitespace) {
        true => format!("<{source}>"),
        false => source.to_owned(),
    }
}
