//! A rule as formats with a catalogue of their own print it.

use std::fmt;
use std::sync::Arc;

use krmguard_builtin::Builtin;
use krmguard_engine::{self as engine, Plugin};

use super::Severity;
use crate::catalogue;

/// The rules of the policies that ran. They are long and only some formats print them: they are read when one does.
#[derive(Clone, Default)]
pub(crate) struct Rules {
    policies: Vec<(Arc<Plugin>, Option<&'static Builtin>)>,
    /// Made up, for tests.
    #[cfg(test)]
    said: Vec<Rule>,
}

impl Rules {
    /// Adds those of a policy, unless they are there.
    pub(crate) fn add(&mut self, plugin: &Arc<Plugin>, builtin: Option<&'static Builtin>) {
        let name = &plugin.profile().name;
        let mut known = self.policies.iter();
        if !known.any(|(known, _)| known.profile().name == *name) {
            self.policies.push((Arc::clone(plugin), builtin));
        }
    }

    /// Sorted by policy; those of one stay in its own order.
    pub(crate) fn read(&self) -> Vec<Rule> {
        let of = |(plugin, builtin): &(Arc<Plugin>, Option<&'static Builtin>)| {
            // A policy whose description cannot be read was not loaded.
            let description = plugin.description().unwrap_or_default();
            let page = |id: &str| builtin.map(|_| catalogue::rule_page(id));
            let rules = description.rules.iter();
            let rules = rules.map(|rule| Rule::new(&description.name, rule, page(&rule.id)));
            rules.collect::<Vec<_>>()
        };
        let mut rules: Vec<Rule> = self.policies.iter().flat_map(of).collect();
        #[cfg(test)]
        rules.extend(self.said.iter().cloned());
        rules.sort_by(|a, b| a.policy.cmp(&b.policy));
        rules
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self
            .policies
            .iter()
            .map(|(plugin, _)| &plugin.profile().name);
        out.debug_list().entries(names).finish()
    }
}

#[cfg(test)]
impl From<Vec<Rule>> for Rules {
    fn from(said: Vec<Rule>) -> Rules {
        Rules {
            said,
            ..Rules::default()
        }
    }
}

/// What a rule of a policy that ran says about itself, in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// The name of the policy whose rule it is.
    pub(crate) policy: String,
    /// `AG01`.
    pub(crate) id: String,
    pub(crate) title: String,
    /// The catalogue's: a PolicySet may have changed that of a finding.
    pub(crate) severity: Severity,
    /// Why the rule exists.
    pub(crate) why: String,
    /// What to do.
    pub(crate) remedy: String,
    /// A manifest that breaks it, in several lines.
    pub(crate) wrong: String,
    /// Its right twin.
    pub(crate) right: String,
    /// The upstream document it rests on.
    pub(crate) source: String,
    /// The address of its page; None for a rule of somebody else's plugin.
    pub(crate) page: Option<String>,
}

impl Rule {
    /// `rule` of the policy of that name, with its page.
    pub(crate) fn new(policy: &str, rule: &engine::Rule, page: Option<String>) -> Rule {
        Rule {
            policy: policy.to_owned(),
            id: rule.id.clone(),
            title: rule.title.en.clone(),
            severity: rule.severity.into(),
            why: rule.help.clone(),
            remedy: rule.remedy.clone(),
            wrong: rule.wrong.clone(),
            right: rule.right.clone(),
            source: rule.source.clone(),
            page,
        }
    }

    /// Everything in it that a person reads as one line.
    pub(crate) fn lines_mut(&mut self) -> [&mut String; 4] {
        [
            &mut self.title,
            &mut self.why,
            &mut self.remedy,
            &mut self.source,
        ]
    }

    /// Everything in it that has several lines.
    pub(crate) fn blocks_mut(&mut self) -> [&mut String; 2] {
        [&mut self.wrong, &mut self.right]
    }
}

impl From<engine::Severity> for Severity {
    fn from(severity: engine::Severity) -> Severity {
        match severity {
            engine::Severity::Error => Severity::Error,
            engine::Severity::Warning => Severity::Warning,
            engine::Severity::Info => Severity::Info,
        }
    }
}
