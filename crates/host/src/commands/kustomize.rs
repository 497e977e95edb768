//! `krmguard kustomize install`, and krmguard as the exec plugin that it installs.
//!
//! kustomize runs a plugin with the path of a configuration, gives it bare documents and takes bare documents back.
//! It knows each again by an annotation, which passes through like any other field.

use std::process::ExitCode;
use std::time::Instant;

use camino::{Utf8Path, Utf8PathBuf};
use krmguard_engine::Stage;

use super::function::{self, Call};
use super::{print_data, refuse};
use crate::args::{InstallArgs, KustomizeArgs, KustomizeCommand, OutputArgs, PluginCall};
use crate::install::{self, Home};
use crate::outlet::Outlets;
use crate::policyset::{PolicySet, Text};
use crate::render::clean;
use crate::settings::{Judging, Output};
use crate::shelf::Fetching;
use crate::source::{self, Brought, Harvest, Listed, Under, Unit};
use crate::stdio;
use crate::trouble::Trouble;

pub(crate) fn run(typed: &KustomizeArgs) -> ExitCode {
    match &typed.command {
        KustomizeCommand::Install(typed) => link(typed),
    }
}

fn link(typed: &InstallArgs) -> ExitCode {
    let home = match Home::find(typed.plugin_home.as_deref()) {
        Ok(home) => home,
        Err(trouble) => return refuse(vec![trouble]),
    };
    let links = match install::install(&home) {
        Ok(links) => links,
        Err(troubles) => return refuse(troubles),
    };
    let table: String = links
        .iter()
        .map(|link| format!("{}\n", clean(&link.to_string())))
        .collect();
    let mut prose = String::new();
    if !home.is_looked_into {
        let home = &home.path;
        prose.push_str(&format!(
            "krmguard: kustomize looks there only where KUSTOMIZE_PLUGIN_HOME says so: export KUSTOMIZE_PLUGIN_HOME={home}\n"
        ));
    }
    prose.push_str(
        "krmguard: build with --enable-alpha-plugins; list PolicySets that have no `config.kubernetes.io/function` annotation\n",
    );
    let ended = print_data(&table);
    stdio::write_stderr(prose.as_bytes());
    ended
}

/// krmguard as an exec plugin of kustomize.
pub(crate) fn serve(call: &PluginCall) -> ExitCode {
    let started = Instant::now();
    let shelf = Fetching::start();
    let (set, unit) = match set(call).and_then(|set| Ok((set, unit(call)?))) {
        Ok(read) => read,
        Err(troubles) => return refuse(troubles),
    };
    let harvest = Harvest {
        units: vec![Unit {
            brought: Brought::Listed {
                kustomization: String::new(),
                sets: vec![Listed {
                    set,
                    under: Under::Transformers,
                }],
            },
            ..unit
        }],
        ..Harvest::default()
    };
    let call = Call {
        judging: &Judging {
            texts: true,
            ..Judging::default()
        },
        output: &Output::new(&OutputArgs::default()),
        outlets: &Outlets::default(),
        started,
    };
    function::serve(harvest, &call, shelf)
}

/// The PolicySet that kustomize wrote down for this call. Paths in it are seen from the current directory, which is
/// the folder of the kustomization that lists it.
fn set(call: &PluginCall) -> Result<PolicySet<'static>, Vec<Trouble>> {
    let [config] = call.arguments.as_slice() else {
        let what = format!(
            "called as {}, which kustomize does with one argument, the path of a configuration; there are {}",
            call.kind,
            call.arguments.len()
        );
        return Err(vec![Trouble::new(what).fix(
            "list the PolicySet under `transformers:` and build with --enable-alpha-plugins; as a command, call it krmguard",
        )]);
    };
    let config = Utf8PathBuf::try_from(std::path::PathBuf::from(config)).map_err(|error| {
        let what = format!("{} is no UTF-8 path", error.into_path_buf().display());
        vec![Trouble::new(what).fix("set TMPDIR to a folder whose name is UTF-8")]
    })?;
    let text = Text::from_file(&config).map_err(|trouble| vec![trouble])?;
    PolicySet::from_text(text, Utf8Path::new(""))
}

/// What kustomize has built so far: names are not final, and more may come.
fn unit(call: &PluginCall) -> Result<Unit, Vec<Trouble>> {
    if stdio::stdin_is_terminal() {
        let trouble =
            Trouble::new("stdin is a terminal, and kustomize hands the manifests over there");
        return Err(vec![trouble.fix("let kustomize call it")]);
    }
    let bytes = stdio::read_stdin();
    if bytes
        .as_ref()
        .is_ok_and(|bytes| bytes.trim_ascii().is_empty())
    {
        let what = format!(
            "kustomize handed nothing over: the {} stands under `generators:`, where there is nothing to judge, or the build has no resource",
            call.kind
        );
        return Err(vec![Trouble::new(what).fix(
            "list it under `transformers:`, in a kustomization that has resources",
        )]);
    }
    let unit = source::of_stream(bytes).map_err(|trouble| vec![trouble])?;
    Ok(Unit {
        stage: Stage::InBuild,
        complete: false,
        ..unit
    })
}
