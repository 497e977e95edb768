//! What the built-in policies say about themselves, read without running them, and where a rule's page stands.

use krmguard_builtin::Builtin;
use krmguard_engine::{Description, Rule};

use crate::trouble::Trouble;

/// The page of all built-in rules, which `make docs` writes from the catalogue.
const PAGE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/rules.md");

/// A built-in policy and its description.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) builtin: &'static Builtin,
    pub(crate) description: Description,
}

/// All built-in policies, by name.
///
/// # Errors
///
/// Where a description is not what the build wrote: krmguard itself is broken then.
pub(crate) fn policies() -> Result<Vec<Policy>, Trouble> {
    let described = |builtin: &'static Builtin| {
        let description = serde_json::from_str(builtin.describe).map_err(|error| {
            Trouble::new(format!(
                "the built-in policy `{}` does not describe itself: {error}",
                builtin.name
            ))
            .fix("this krmguard is broken: build or download it again")
        })?;
        Ok(Policy {
            builtin,
            description,
        })
    };
    krmguard_builtin::ALL.iter().map(described).collect()
}

impl Policy {
    /// The rule of that id, whatever its case.
    pub(crate) fn rule(&self, id: &str) -> Option<&Rule> {
        let mut rules = self.description.rules.iter();
        rules.find(|rule| rule.id.eq_ignore_ascii_case(id))
    }
}

/// Where a built-in rule is explained: `…/docs/rules.md#cl01`. A rule of somebody else's plugin has no such page.
pub(crate) fn rule_page(id: &str) -> String {
    format!("{PAGE}#{}", anchor(id))
}

/// How the page's heading of a rule is linked to.
pub(crate) fn anchor(id: &str) -> String {
    id.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_built_in_policy_describes_itself() {
        let policies = policies().unwrap();
        assert_eq!(policies.len(), krmguard_builtin::ALL.len());
        for policy in &policies {
            assert_eq!(policy.description.name, policy.builtin.name);
            assert!(!policy.description.rules.is_empty());
        }
    }

    #[test]
    fn a_rule_has_a_page() {
        let page = rule_page("CL01");
        assert!(page.starts_with("https://"), "{page}");
        assert!(page.ends_with("/blob/main/docs/rules.md#cl01"), "{page}");
    }
}
