//! krmguard set up for a tree that is there: what each overlay says of itself, and the files that come of it.

mod draft;
mod evidence;
mod folders;
mod ground;
mod outline;

use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobSet;

pub(crate) use draft::{Draft, write};
pub(crate) use outline::Outline;

use crate::args::{Role, Saying};
use crate::report::NotJudged;
use crate::settings::Source;
use crate::source::{Brought, Harvest, Survey, Trees, Unit};
use crate::trouble::Trouble;
use ground::Ground;

/// What the user asks for.
#[derive(Debug)]
pub(crate) struct Wishes<'w> {
    pub(crate) path: &'w Utf8Path,
    pub(crate) clusters: &'w [Saying<String>],
    pub(crate) roles: &'w [Saying<Role>],
}

/// What would be written, and why.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The overlays that get a PolicySet.
    pub(crate) outlines: Vec<Outline>,
    pub(crate) drafts: Vec<Draft>,
    /// What cannot be known or read. Where there is any, nothing may be written.
    pub(crate) open: Vec<NotJudged>,
    /// What the user should look at.
    pub(crate) notes: Vec<String>,
}

/// Reads the tree and says what to write.
pub(crate) fn plan(wishes: &Wishes<'_>) -> Plan {
    let mut plan = Plan::default();
    let ground = match Ground::of(wishes.path) {
        Ok(ground) => ground,
        Err(troubles) => {
            plan.open.extend(in_run(troubles));
            return plan;
        }
    };
    let ignore = match &ground.project {
        Some(project) => project.ignore.clone(),
        None => GlobSet::empty(),
    };
    let survey = Survey::of(&[wishes.path.to_owned()], &ignore);
    if survey.kustomizations.is_empty() {
        let trouble = Trouble::new("there is no kustomization")
            .in_file(wishes.path.as_str())
            .fix("name the folder of a tree that kustomize builds");
        plan.open.extend(in_run(vec![trouble]));
        return plan;
    }
    let source = Source::Paths {
        paths: vec![wishes.path.to_owned()],
        ignore,
        as_one: false,
    };
    let harvest = Harvest::gather(&source, Trees::Judged { loose: false });
    let overlays: Vec<&Unit> = harvest
        .units
        .iter()
        .filter(|unit| matches!(unit.brought, Brought::Listed { .. }))
        .collect();
    plan.open.extend(harvest.not_judged.iter().cloned());
    let open = outline::outlines(&overlays, wishes);
    for outlined in open {
        match outlined.and_then(|outline| Ok((outline.drafts()?, outline))) {
            Ok((drafts, outline)) => {
                plan.drafts.extend(drafts);
                plan.outlines.push(outline);
            }
            Err(trouble) => plan.open.extend(in_run(vec![trouble])),
        }
    }
    match ground.settings(wishes.path) {
        Ok(settings) => plan.drafts.extend(settings),
        Err(note) => plan.notes.push(note),
    }
    plan
}

fn in_run(troubles: Vec<Trouble>) -> impl Iterator<Item = NotJudged> {
    let troubles = troubles.into_iter();
    troubles.map(|trouble| trouble.of_unit("krmguard"))
}

/// The path without links.
fn canonical(path: &Utf8Path) -> Option<Utf8PathBuf> {
    path.canonicalize_utf8().ok()
}
