//! Where kustomize and helm are.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use camino::Utf8Path;

use super::{Lack, Wishes};
use crate::kustomization::Blueprint;
use crate::programs::{Found, is_program, on_path};
use crate::trouble::Trouble;

/// The programs that were found.
#[derive(Clone, Debug, Default)]
pub(super) struct Tools {
    pub(super) kustomize: Option<PathBuf>,
    pub(super) helm: Option<PathBuf>,
}

impl Tools {
    /// By flag, by environment, on PATH. What is named must be there.
    pub(super) fn find(wishes: &Wishes) -> Result<Tools, Vec<Trouble>> {
        let mut troubles = Vec::new();
        let mut one = |name: &str, named: Option<&Utf8Path>| {
            let variable = format!("KRMGUARD_{}", name.to_uppercase());
            let said = named.map(|path| (OsString::from(path), format!("--{name}")));
            let said = said.or_else(|| {
                let value = env::var_os(&variable).filter(|value| !value.is_empty())?;
                Some((value, variable))
            });
            let Some((path, by)) = said else {
                return match on_path(name) {
                    Found::Program(program) => Some(program),
                    Found::NoProgram(_) | Found::Nothing => None,
                };
            };
            let absolute = std::path::absolute(&path).unwrap_or_else(|_| PathBuf::from(&path));
            if is_program(&absolute) {
                return Some(absolute);
            }
            let shown = PathBuf::from(&path);
            let what = format!("{by} names {}, which is no program", shown.display());
            troubles
                .push(Trouble::new(what).fix(format!("name the {name} program, or leave it out")));
            None
        };
        let tools = Tools {
            kustomize: one("kustomize", wishes.kustomize.as_deref()),
            helm: one("helm", wishes.helm.as_deref()),
        };
        match troubles.is_empty() {
            true => Ok(tools),
            false => Err(troubles),
        }
    }
}

/// A program that an overlay cannot be built without.
pub(super) fn lack(program: &str, blueprint: &Blueprint) -> Lack {
    let what = format!("it was not rendered: there is no {program} on PATH");
    let chart = blueprint.charts.first().filter(|_| program == "helm");
    let trouble = match (chart, blueprint.kustomizations.first()) {
        (Some(chart), _) => chart.sheet.trouble(&format!("{}/name", chart.base), what),
        (None, Some(leaf)) => Trouble::new(what).in_file(leaf.file()),
        (None, None) => Trouble::new(what),
    };
    Lack {
        words: format!("no {program}"),
        trouble: trouble.fix(format!(
            "install {program} or name it with --{program} FILE; `render: optional` in krmguard.yaml is content with the sources"
        )),
    }
}
