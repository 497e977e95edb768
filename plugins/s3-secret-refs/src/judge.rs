//! Whether what a site asks for is there: S301, S302, S315 and S316.

use std::collections::BTreeSet;

use krmguard_sdk::pointer::{join, split};
use krmguard_sdk::{Outcome, ResourceSet, Stage, nearest};

use crate::definition::{Definition, Definitions};
use crate::generated;
use crate::site::{Candidate, Site};

/// Keys under which object store configurations usually stand.
const USUAL_KEYS: [&str; 4] = [
    "objstore.yml",
    "objstore.yaml",
    "thanos.yaml",
    "object-storage-configs.yaml",
];

/// What was said: rule, object, place and key.
type Said = (&'static str, u32, String, String);

/// What became of one candidate.
enum State<'d, 'a> {
    /// It can give what is asked for, or nobody here can say that it cannot.
    Fine,
    /// No definition reaches the site's namespace.
    Absent,
    /// The definitions of it, none of which has the key.
    WithoutKey(Vec<&'d Definition<'a>>),
}

/// Judges all sites against all definitions. What several sites ask of one place is said once.
pub(crate) fn review(
    set: &ResourceSet,
    sites: &[Site<'_>],
    definitions: &Definitions<'_>,
    out: &mut Outcome,
) {
    let mut nearby = Nearby::new();
    let complete = set.complete() && !generated::opaque(set);
    let mut said = BTreeSet::new();
    for site in sites {
        for candidate in &site.candidates {
            if candidate.optional
                && said.insert((
                    "S316",
                    site.resource.id(),
                    candidate.name_at.clone(),
                    String::new(),
                ))
            {
                optional(site, candidate, out);
            }
        }
        if set.stage() == Stage::Built {
            renamed(site, definitions, &mut said, out);
        }
        let states: Vec<State<'_, '_>> = site
            .candidates
            .iter()
            .map(|candidate| state(site, candidate, definitions))
            .collect();
        let fine = states.iter().any(|state| matches!(state, State::Fine));
        // Another source may hold it; and what is not in sight may be defined outside of an incomplete unit.
        let unseen = states.iter().any(|state| matches!(state, State::Absent)) && !complete;
        if fine || unseen || site.others {
            continue;
        }
        let absentees = site
            .candidates
            .iter()
            .zip(&states)
            .filter(|(_, state)| matches!(state, State::Absent));
        let absentees: Vec<&Candidate> = absentees.map(|(candidate, _)| candidate).collect();
        for candidate in &absentees {
            if said.insert((
                "S301",
                site.resource.id(),
                candidate.name_at.clone(),
                String::new(),
            )) {
                absent(site, candidate, definitions, &mut nearby, out);
            }
        }
        // Of several sources the one that is absent may be the one that has the key.
        let Some(first) = site.candidates.first().filter(|_| absentees.is_empty()) else {
            continue;
        };
        let key = first.key.clone().unwrap_or_default();
        if said.insert((
            "S302",
            site.resource.id(),
            format!("{} {}", first.key_at, first.name_at),
            key,
        )) {
            let by = states.iter().flat_map(|state| match state {
                State::WithoutKey(by) => by.as_slice(),
                _ => &[],
            });
            without_key(site, first, &by.copied().collect::<Vec<_>>(), out);
        }
    }
}

/// S316.
fn optional(site: &Site<'_>, candidate: &Candidate, out: &mut Outcome) {
    let reference = split(&candidate.name_at).map_or("", |(parent, _)| parent);
    let draft = out
        .find("S316", site.resource)
        .at(join(reference, "optional"))
        .say(format!(
            "{} reads the Secret `{}`, which is optional: without it the pod starts all the same",
            site.what, candidate.name
        ));
    if let Some(flag) = &site.flag {
        draft.note_at(site.resource, &**flag, format!("{} is here", site.what));
    }
}

/// S315: after the build a name is the name.
fn renamed(
    site: &Site<'_>,
    definitions: &Definitions<'_>,
    said: &mut BTreeSet<Said>,
    out: &mut Outcome,
) {
    for candidate in site
        .candidates
        .iter()
        .filter(|candidate| !candidate.optional)
    {
        let name = candidate.name.as_str();
        let by = definitions.named(name, site.namespace);
        let Some(first) = by.first() else { continue };
        let from_file =
            |definition: &&Definition<'_>| definition.by.is_none_or(|by| by.kind() != "Secret");
        if by.iter().any(|definition| definition.name == name)
            || by.iter().any(from_file)
            || !said.insert((
                "S315",
                site.resource.id(),
                candidate.name_at.clone(),
                String::new(),
            ))
        {
            continue;
        }
        let draft = out
            .find("S315", site.resource)
            .at(&*candidate.name_at)
            .say(format!(
                "{} reads the Secret `{name}`, but what was built defines `{}`: the reference points at nothing",
                site.what, first.name
            ))
            .current(name);
        if let Some(by) = first.by {
            draft.note_at(by, "/metadata/name", format!("{by} is here"));
        }
    }
}

fn state<'d, 'a>(
    site: &Site<'_>,
    candidate: &Candidate,
    definitions: &'d Definitions<'a>,
) -> State<'d, 'a> {
    if candidate.optional {
        return State::Fine;
    }
    let by = definitions.named(&candidate.name, site.namespace);
    if by.is_empty() {
        return State::Absent;
    }
    let Some(key) = candidate.key.as_deref() else {
        return State::Fine;
    };
    let may_have = |definition: &&Definition<'_>| {
        definition
            .keys
            .as_ref()
            .is_none_or(|keys| keys.contains(key))
    };
    if by.iter().any(may_have) {
        State::Fine
    } else {
        State::WithoutKey(by)
    }
}

/// Looks for the name that was meant, as long as comparing all absent ones with all that there are stays cheap: in a unit
/// of hundreds of each, the last of them go without a suggestion.
struct Nearby {
    comparisons: usize,
}

impl Nearby {
    const MOST: usize = 100_000;

    fn new() -> Nearby {
        Nearby {
            comparisons: Nearby::MOST,
        }
    }

    fn find<'a>(
        &mut self,
        name: &str,
        namespace: Option<&str>,
        definitions: &Definitions<'a>,
    ) -> Option<&'a str> {
        let all = definitions.all();
        self.comparisons = self.comparisons.checked_sub(all.len())?;
        let reaching = all.iter().filter(|one| one.reaches(namespace));
        nearest(name, reaching.map(|definition| definition.name))
    }
}

/// S301.
fn absent(
    site: &Site<'_>,
    candidate: &Candidate,
    definitions: &Definitions<'_>,
    nearby: &mut Nearby,
    out: &mut Outcome,
) {
    let name = &candidate.name;
    let namespace = site.namespace;
    let elsewhere = definitions.named(name, None).into_iter().next();
    let full = match namespace {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.clone(),
    };
    let message = match elsewhere.and_then(|definition| definition.namespaces.as_ref()) {
        Some(namespaces) => format!(
            "{} reads the Secret `{full}`, but `{name}` is defined in {} only, and a reference never crosses namespaces",
            site.what,
            match namespaces.as_slice() {
                [] => "no namespace".to_owned(),
                [one] => format!("the namespace `{one}`"),
                several => format!("the namespaces `{}`", several.join("`, `")),
            }
        ),
        None => format!(
            "{} reads the Secret `{full}`, which is defined nowhere",
            site.what
        ),
    };
    let define =
        "define it here, or list it under `assumeExisting` where it is made outside of this unit";
    let near = match elsewhere {
        Some(_) => None,
        None => nearby.find(name, namespace, definitions),
    };
    let remedy = match near {
        Some(near) => format!("did you mean `{near}`? If not, {define}"),
        None => define.to_owned(),
    };
    let mut draft = out
        .find("S301", site.resource)
        .at(&*candidate.name_at)
        .say(message)
        .remedy(remedy)
        .current(&**name);
    if let Some(flag) = &site.flag {
        draft = draft.note_at(site.resource, &**flag, format!("{} is here", site.what));
    }
    if let Some(by) = elsewhere.and_then(|definition| definition.by) {
        let at = if by.namespace().is_some() {
            "/metadata/namespace"
        } else {
            "/spec/namespaces"
        };
        draft.note_at(by, at, format!("{by} defines it"));
    }
}

/// S302, at the first of the sources.
fn without_key(site: &Site<'_>, candidate: &Candidate, by: &[&Definition<'_>], out: &mut Outcome) {
    let mut names: Vec<&str> = site
        .candidates
        .iter()
        .map(|candidate| candidate.name.as_str())
        .collect();
    names.dedup();
    let (secrets, have) = match names.as_slice() {
        [one] => (format!("the Secret `{one}`"), "which has"),
        several => (
            format!("one of the Secrets `{}`", several.join("`, `")),
            "which have",
        ),
    };
    let Some(key) = candidate.key.as_deref() else {
        return;
    };
    let keys: BTreeSet<&str> = by
        .iter()
        .filter_map(|definition| definition.keys.as_ref())
        .flatten()
        .copied()
        .collect();
    let usual: Vec<&str> = USUAL_KEYS
        .into_iter()
        .filter(|usual| keys.contains(usual))
        .collect();
    let near = match usual.as_slice() {
        [one] => Some(*one),
        _ => nearest(key, keys.iter().copied()),
    };
    // Names of keys are no secrets, but a long list helps nobody.
    let has = match keys.len() {
        0 => "no key".to_owned(),
        1..=4 => format!(
            "`{}`",
            keys.iter().copied().collect::<Vec<_>>().join("`, `")
        ),
        many => format!("{many} others"),
    };
    let remedy = match near {
        Some(near) => format!("ask for `{near}`, or name the key `{key}`"),
        None => format!("put the configuration under `{key}`, or ask for the key that holds it"),
    };
    let mut draft = out
        .find("S302", site.resource)
        .at(&*candidate.key_at)
        .say(format!(
            "{} reads the key `{key}` of {secrets}, {have} {has}",
            site.what
        ))
        .remedy(remedy)
        .current(key);
    if let Some(near) = near {
        draft = draft.proposed(near);
    }
    if let Some(flag) = site.flag.as_ref().filter(|flag| **flag != candidate.key_at) {
        draft = draft.note_at(site.resource, &**flag, format!("{} is here", site.what));
    }
    for resource in by.iter().filter_map(|definition| definition.by) {
        draft = draft.note_at(resource, "", format!("{resource} defines it"));
    }
}
