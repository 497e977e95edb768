//! Whether the rules that a PolicySet names are rules of its policies. Only a loaded policy can tell.

use super::Policy;
use crate::catalogue;
use crate::policyset::{Level, PolicySet, RuleLevel, Spot, Waiver, nearest};
use crate::trouble::Trouble;

/// Every complaint about `rules` and `waivers` of `set`, whose policies these are.
pub(super) fn troubles(set: &PolicySet<'_>, policies: &[Policy]) -> Vec<Trouble> {
    let levels = policies.iter().flat_map(|policy| {
        let unknown = policy
            .rules()
            .iter()
            .filter(|level| !policy.has(&level.rule));
        unknown.map(move |level| unknown_level(set, policy, level))
    });
    let waivers = set
        .waivers
        .iter()
        .filter_map(|waiver| waiver_trouble(set, policies, waiver));
    levels.chain(waivers).collect()
}

fn unknown_level(set: &PolicySet<'_>, policy: &Policy, level: &RuleLevel) -> Trouble {
    set.trouble(
        &level.at,
        Spot::Key,
        format!("policy `{}` has no rule `{}`", policy.name(), level.rule),
    )
    .fix(instead(&level.rule, std::slice::from_ref(policy)))
}

fn waiver_trouble(set: &PolicySet<'_>, policies: &[Policy], waiver: &Waiver) -> Option<Trouble> {
    let at = format!("{}/rule", waiver.at);
    let mut owners = policies
        .iter()
        .filter(|policy| policy.has(&waiver.rule))
        .peekable();
    if owners.peek().is_none() {
        let what = format!("no policy of this PolicySet has a rule `{}`", waiver.rule);
        return Some(
            set.trouble(&at, Spot::Value, what)
                .fix(instead(&waiver.rule, policies)),
        );
    }
    let ignored = owners.all(|policy| policy.level(&waiver.rule) == Some(Level::Ignore));
    ignored.then(|| {
        set.trouble(
            &at,
            Spot::Value,
            format!(
                "a waiver for {}, which `rules` ignores: there is nothing to waive",
                waiver.rule
            ),
        )
        .fix("remove the waiver, or the rule's `ignore`")
    })
}

/// The rule that was meant: of these policies, else of one that is not run here.
fn instead(rule: &str, policies: &[Policy]) -> String {
    let here: Vec<&str> = policies
        .iter()
        .flat_map(|policy| &policy.plugin.profile().rules)
        .map(|known| known.id.as_str())
        .collect();
    let own = here.iter().find(|known| known.eq_ignore_ascii_case(rule));
    if let Some(own) = own {
        return format!("did you mean `{own}`?");
    }
    let elsewhere = catalogue::policies().unwrap_or_default();
    let owner = elsewhere
        .iter()
        .find(|policy| policy.rule(rule).is_some())
        .map(|policy| policy.builtin.name);
    if let Some(owner) = owner {
        return format!("{rule} is a rule of `{owner}`");
    }
    match nearest(rule, here.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("its rules are `{}`", here.join("`, `")),
    }
}
