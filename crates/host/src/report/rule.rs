//! A rule as formats with a catalogue of their own print it.

use krmguard_engine as engine;

use super::Severity;

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
