//! One overlay that has no PolicySet yet: its cluster, its role, and the files that give it one.

use camino::{Utf8Path, Utf8PathBuf};
use krmguard_yaml::emit;
use serde_json::{Value, json};

use super::evidence::{Clue, Evidence};
use super::{Draft, Wishes, canonical, folders};
use crate::args::{Role, Saying};
use crate::kustomization::{Kustomization, clean};
use crate::policyset::{API_VERSION, KIND, PolicySet, nearest};
use crate::source::{Brought, Unit};
use crate::trouble::Trouble;

/// The file that an overlay's PolicySet is written into.
const FILE: &str = "policies.yaml";

/// What is known of an overlay.
#[derive(Debug)]
pub(crate) struct Outline {
    /// As the user would write it.
    pub(crate) folder: Utf8PathBuf,
    canonical: Utf8PathBuf,
    pub(crate) cluster: Known<String>,
    pub(crate) role: Known<Role>,
}

/// Something that is known, and what says it.
#[derive(Clone, Debug)]
pub(crate) struct Known<T> {
    pub(crate) what: T,
    pub(crate) said: String,
}

/// An overlay without a PolicySet, and what it says of itself.
struct Overlay {
    folder: Utf8PathBuf,
    kustomization: String,
    canonical: Utf8PathBuf,
    evidence: Evidence,
    /// What its folders call it.
    name: Option<String>,
    covered: bool,
}

/// An outline for each overlay that lacks a PolicySet, or what must be said about it.
pub(super) fn outlines(units: &[&Unit], wishes: &Wishes<'_>) -> Vec<Result<Outline, Trouble>> {
    let overlays = overlays(units);
    let mut outlines: Vec<Result<Outline, Trouble>> =
        strangers(&overlays, wishes).into_iter().map(Err).collect();
    let lacking = overlays.iter().filter(|overlay| !overlay.covered);
    outlines.extend(lacking.map(|overlay| overlay.outline(&overlays, wishes)));
    outlines
}

fn overlays(units: &[&Unit]) -> Vec<Overlay> {
    let mut overlays: Vec<Overlay> = units
        .iter()
        .filter_map(|unit| {
            let Brought::Listed {
                kustomization,
                sets,
            } = &unit.brought
            else {
                return None;
            };
            Some(Overlay {
                folder: Utf8PathBuf::from(&unit.name),
                kustomization: kustomization.clone(),
                canonical: canonical(Utf8Path::new(&unit.name))?,
                evidence: Evidence::of(unit),
                name: None,
                covered: !sets.is_empty(),
            })
        })
        .collect();
    let folders: Vec<Utf8PathBuf> = overlays.iter().map(|it| it.canonical.clone()).collect();
    for (overlay, name) in overlays.iter_mut().zip(folders::names(&folders)) {
        if let Some(name) = &name {
            overlay.evidence.of_name(name);
        }
        overlay.name = name;
    }
    overlays
}

/// Overlays that the command line names and that are none.
fn strangers(overlays: &[Overlay], wishes: &Wishes<'_>) -> Vec<Trouble> {
    let clusters = wishes.clusters.iter().filter_map(|it| it.overlay.as_ref());
    let roles = wishes.roles.iter().filter_map(|it| it.overlay.as_ref());
    let named = clusters.map(|it| ("--cluster", it));
    let named = named.chain(roles.map(|it| ("--role", it)));
    let unknown = named.filter(|(_, path)| !overlays.iter().any(|it| it.is_at(path)));
    unknown
        .map(|(flag, path)| {
            let all = overlays.iter().map(|it| it.folder.as_str());
            let fix = match nearest(path.as_str(), all.clone()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("the overlays are {}", all.collect::<Vec<_>>().join(", ")),
            };
            Trouble::new(format!(
                "{flag} names `{path}`, which is no overlay of this tree"
            ))
            .fix(fix)
        })
        .collect()
}

impl Overlay {
    fn is_at(&self, path: &Utf8Path) -> bool {
        clean(path) == clean(&self.folder) || canonical(path).as_ref() == Some(&self.canonical)
    }

    /// What the command line says about this overlay, the later word last; and what it says about all.
    fn said<'w, T>(&self, sayings: &'w [Saying<T>]) -> (Option<&'w T>, Option<&'w T>) {
        let of = |saying: &&Saying<T>| {
            let at = saying.overlay.as_ref();
            at.is_some_and(|path| self.is_at(path))
        };
        let own = sayings.iter().rev().find(of);
        let all = sayings.iter().rev().find(|saying| saying.overlay.is_none());
        (own.map(|it| &it.what), all.map(|it| &it.what))
    }

    fn outline(&self, all: &[Overlay], wishes: &Wishes<'_>) -> Result<Outline, Trouble> {
        let cluster = self.cluster(all, wishes)?;
        Ok(Outline {
            role: self.role(&cluster.what, wishes)?,
            cluster,
            folder: self.folder.clone(),
            canonical: self.canonical.clone(),
        })
    }

    fn ask(&self, what: String, flag: &str, word: &str) -> Trouble {
        Trouble::new(what)
            .in_file(self.kustomization.as_str())
            .fix(format!("say it: {flag} {}={word}", self.folder))
    }

    /// The label that its series have, which only its own overlay may say; else what its folder is called.
    fn cluster(&self, all: &[Overlay], wishes: &Wishes<'_>) -> Result<Known<String>, Trouble> {
        let by_hand = |name: &String| Known {
            what: name.clone(),
            said: "--cluster".to_owned(),
        };
        let (own, rest) = self.said(wishes.clusters);
        if let Some(name) = own {
            return Ok(by_hand(name));
        }
        let clusters = &self.evidence.clusters;
        let Some(first) = clusters.first() else {
            let by_folder = self.name.as_ref().map(|name| Known {
                what: name.clone(),
                said: "the folder's name".to_owned(),
            });
            let known = rest.map(by_hand).or(by_folder);
            return known.ok_or_else(|| {
                let what = "nothing says which cluster this overlay is for".to_owned();
                self.ask(what, "--cluster", "NAME")
            });
        };
        if let Some(other) = clusters.iter().find(|clue| clue.what != first.what) {
            let what = format!(
                "this overlay says that its cluster is `{}` and `{}`: {} and {}",
                first.what, other.what, first.said, other.said
            );
            return Err(self.ask(what, "--cluster", "NAME"));
        }
        // Of several that say one name, that may be right whose folder has it.
        let agreed = self.name.as_ref() == Some(&first.what);
        let twin = all.iter().filter(|_| !agreed).find(|other| {
            let same = |clue: &Clue<String>| clue.what == first.what;
            other.canonical != self.canonical
                && other.name != self.name
                && other.evidence.clusters.iter().any(same)
        });
        if let Some(twin) = twin {
            let what = format!(
                "{} and {} both say that their cluster is `{}`: {}",
                self.folder, twin.folder, first.what, first.said
            );
            let name = self.name.as_deref().unwrap_or("NAME");
            return Err(self.ask(what, "--cluster", name));
        }
        Ok(Known {
            what: first.what.clone(),
            said: first.said.clone(),
        })
    }

    fn role(&self, cluster: &str, wishes: &Wishes<'_>) -> Result<Known<Role>, Trouble> {
        let by_hand = |role: &Role| Known {
            what: *role,
            said: "--role".to_owned(),
        };
        let (own, rest) = self.said(wishes.roles);
        if let Some(role) = own {
            return Ok(by_hand(role));
        }
        let mut named = Evidence::default();
        named.of_name(cluster);
        let clues: Vec<&Clue<Role>> = self.evidence.roles.iter().chain(&named.roles).collect();
        let Some(first) = clues.first() else {
            return rest.map(by_hand).ok_or_else(|| {
                let what = format!(
                    "nothing says whether cluster `{cluster}` is the central one or an edge: no `agentMode`, no PrometheusAgent, no Thanos component, no name"
                );
                self.ask(what, "--role", "central (or edge; or leave the folder out with `ignore` in krmguard.yaml)")
            });
        };
        if let Some(other) = clues.iter().find(|clue| clue.what != first.what) {
            let what = format!(
                "cluster `{cluster}` looks like {} ({}) and like {} ({})",
                first.what.as_str(),
                first.said,
                other.what.as_str(),
                other.said
            );
            return Err(self.ask(what, "--role", "central (or edge)"));
        }
        Ok(Known {
            what: first.what,
            said: first.said.clone(),
        })
    }
}

impl Outline {
    /// The PolicySet, and the kustomization that lists it.
    pub(super) fn drafts(&self) -> Result<Vec<Draft>, Trouble> {
        let file = self.folder.join(FILE);
        let mut drafts = Vec::new();
        match file.symlink_metadata().is_ok() {
            true => is_fit(&file)?,
            false => drafts.push(Draft::new(file, self.policies())),
        }
        let read = Kustomization::read(&self.folder, &self.canonical);
        let read = read.map_err(|mut troubles| troubles.swap_remove(0))?;
        let Some(kustomization) = read else {
            return Err(Trouble::new("the kustomization is gone").in_file(self.folder.as_str()));
        };
        let page = kustomization.sheet.page();
        let mut value = page.value().clone();
        if let Value::Object(fields) = &mut value {
            let listed = fields.entry("transformers").or_insert(Value::Null);
            match listed {
                Value::Array(listed) => listed.push(json!(FILE)),
                other => *other = json!([FILE]),
            }
        }
        let edited = page.edited(&value).map_err(|error| {
            Trouble::new(format!(
                "`transformers:` cannot be written into it: {error}"
            ))
            .in_file(kustomization.file())
            .fix(format!("add `transformers: [{FILE}]` yourself"))
        })?;
        drafts.push(Draft::change(
            kustomization.file().into(),
            page.text().to_owned(),
            edited,
        ));
        Ok(drafts)
    }

    fn policies(&self) -> String {
        let name = emit::scalar(&self.cluster.what);
        let role = self.role.what.as_str();
        let policies: String = krmguard_builtin::ALL
            .iter()
            .map(|policy| format!("    - plugin: {}\n", policy.name))
            .collect();
        format!(
            "apiVersion: {API_VERSION}
kind: {KIND}
metadata:
  name: {name}
  annotations:
    config.kubernetes.io/function: |
      exec: {{path: krmguard}}
spec:
  cluster:
    name: {name}
    role: {role}
  policies:
{policies}"
        )
    }
}

/// What stands where the PolicySet belongs is kept, if it is one.
fn is_fit(file: &Utf8Path) -> Result<(), Trouble> {
    let complain = |trouble: Trouble| {
        let what = format!(
            "init would write a PolicySet here, and overwrites nothing: {}",
            trouble.what
        );
        Trouble { what, ..trouble }
            .fix("give the file another name, or make it a PolicySet with `spec.cluster`")
    };
    let set =
        PolicySet::from_file(file).map_err(|mut troubles| complain(troubles.swap_remove(0)))?;
    match set.cluster.is_some() && set.role.is_some() {
        true => Ok(()),
        false => Err(complain(
            Trouble::new("the PolicySet that is there does not say its cluster's name and role")
                .in_file(file.as_str()),
        )),
    }
}
