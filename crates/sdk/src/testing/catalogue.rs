//! Checks of what a policy says about itself, before any case runs.

use std::collections::BTreeSet;

use crate::policy::Policy;

/// Everything that the host or the documentation could trip over.
pub(crate) fn flaws<P: Policy>() -> Vec<String> {
    let description = P::describe();
    let mut flaws = Vec::new();
    let name = P::NAME;
    let kebab = !name.is_empty()
        && name.split('-').all(|word| {
            word.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
    if !kebab {
        flaws.push(format!(
            "the name {name:?} must be words of lower-case letters and digits, joined by `-`"
        ));
    }
    for selector in &description.selectors {
        if !matches!(
            selector.form,
            "manifest" | "chart-values" | "kustomization" | "*"
        ) {
            flaws.push(format!(
                "the selector of {} has the form {:?}",
                selector.kind, selector.form
            ));
        }
        for needle in &selector.containing {
            if needle.len() < 4 || !needle.bytes().all(|byte| byte.is_ascii_graphic()) {
                flaws.push(format!(
                    "the needle {needle:?} must be at least four ASCII bytes without white space"
                ));
            }
        }
    }
    let mut ids = BTreeSet::new();
    for rule in description.rules {
        let id = rule.id;
        let letters = id.trim_end_matches(|c: char| c.is_ascii_digit());
        let lettered = !letters.is_empty() && letters.bytes().all(|b| b.is_ascii_uppercase());
        if !lettered || letters == id {
            flaws.push(format!(
                "the rule id {id:?} must be capital letters followed by digits"
            ));
        }
        if !ids.insert(id) {
            flaws.push(format!("{id} stands twice in the catalogue"));
        }
        let texts = [
            ("title.en", rule.title.en),
            ("title.ko", rule.title.ko),
            ("help", rule.help),
            ("remedy", rule.remedy),
            ("wrong", rule.wrong),
            ("right", rule.right),
            ("source", rule.source),
        ];
        for (field, text) in texts {
            if text.trim().is_empty() {
                flaws.push(format!("{id}: {field} is empty"));
            }
        }
    }
    flaws
}
