//! From paths and stdin to units: what is read together is judged together.

mod classify;
mod composed;
mod sources;
mod survey;
mod unit;
mod walk;

use std::collections::HashSet;
use std::{fs, io};

use camino::{Utf8Path, Utf8PathBuf};
use krm::{Bytes, Envelope, Input};
use krmguard_engine::Stage;

use crate::kustomization::{Forest, Ignore, NAMES, clean, near};
use crate::report::{NotJudged, Notice};
use crate::settings::Source;
use crate::stdio;
use crate::trouble::{Trouble, unreadable};
use classify::Stranger;
pub(crate) use composed::{Composed, Places};
pub(crate) use sources::Sources;
pub(crate) use survey::Survey;
pub(crate) use unit::{Brought, Build, Files, Listed, Seat, Sheet, Under, Unit};

/// How standard input is called.
pub(crate) const STDIN: &str = "<stdin>";

/// Everything that was read, and what was not.
#[derive(Debug, Default)]
pub(crate) struct Harvest {
    pub(crate) units: Vec<Unit>,
    /// Files that are units too.
    pub(crate) waiting: Vec<Waiting>,
    /// What was asked for.
    pub(crate) roots: Vec<Utf8PathBuf>,
    /// What to say where nothing of all this held a resource.
    pub(crate) if_nothing: Vec<NotJudged>,
    pub(crate) not_judged: Vec<NotJudged>,
    /// What a directory holds beside manifests: a line each, for stderr.
    pub(crate) passed_over: Vec<String>,
    /// The files of units, and those that should have been: what no report may take the place of.
    pub(crate) files: Vec<Utf8PathBuf>,
    pub(crate) notices: Vec<Notice>,
}

/// What becomes of the kustomizations in folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trees {
    /// Each leaf is a unit.
    Judged {
        /// Whether there is something to judge the manifests by that no kustomization has to do with.
        loose: bool,
    },
    PassedOver,
}

impl Harvest {
    /// Reads all of `source`.
    pub(crate) fn gather(source: &Source, trees: Trees) -> Harvest {
        let mut harvest = Harvest::default();
        match source {
            Source::Stdin => match stdin() {
                Ok(unit) => harvest.units.push(unit),
                Err(trouble) => harvest.not_judged.push(trouble.of_unit(STDIN)),
            },
            Source::Paths {
                paths,
                ignore,
                as_one,
            } => {
                let Found {
                    mut files,
                    kustomizations,
                } = find(paths, ignore, &mut harvest);
                match trees {
                    Trees::Judged { loose } if !as_one && !kustomizations.is_empty() => {
                        files.retain(|(path, how)| {
                            *how == How::Named || !is_covered(path, &kustomizations)
                        });
                        if !loose {
                            harvest.leave_loose(&mut files);
                        }
                        harvest.grow(paths, ignore, &kustomizations);
                    }
                    _ => harvest
                        .passed_over
                        .extend(kustomizations.iter().map(|folder| {
                            format!("{folder}: not judged: {}", Stranger::Kustomization)
                        })),
                }
                let paths_of = files.iter().map(|(path, _)| path.clone());
                harvest.files.extend(paths_of);
                let files = files.into_iter().map(|(path, how)| Waiting { path, how });
                match as_one {
                    true => harvest.one_unit(paths, files.collect()),
                    false => harvest.waiting.extend(files),
                }
                harvest.roots.clone_from(paths);
                harvest.if_nothing = paths.iter().map(nothing).collect();
            }
        }
        harvest
    }

    /// Adds the units of kustomizations.
    fn grow(
        &mut self,
        paths: &[Utf8PathBuf],
        ignore: &globset::GlobSet,
        kustomizations: &[Utf8PathBuf],
    ) {
        let ignore = Ignore {
            roots: paths.to_vec(),
            globs: ignore.clone(),
        };
        let forest = Forest::grow(&common(kustomizations), kustomizations, &ignore);
        for unit in &forest.units {
            let inputs = unit.inputs().iter().chain(&unit.beside.inputs);
            self.files
                .extend(inputs.map(|input| Utf8PathBuf::from(input.name())));
            let named = unit.blueprint.iter().flat_map(|blueprint| &blueprint.files);
            self.files
                .extend(named.map(|file| Utf8PathBuf::from(&file.shown)));
        }
        self.units.extend(forest.units);
        self.not_judged.extend(forest.not_judged);
        self.passed_over.extend(forest.passed_over);
    }

    /// Manifests of a tree that no kustomization has to do with, and for which no policy is named: said, not
    /// judged. What is delivered from a tree are its kustomizations.
    fn leave_loose(&mut self, files: &mut Vec<(Utf8PathBuf, How)>) {
        let (walked, named): (Vec<_>, Vec<_>) =
            files.drain(..).partition(|(_, how)| *how == How::Walked);
        *files = named;
        let manifests = walked
            .into_iter()
            .filter(|(path, how)| matches!(read_file(path, *how), Ok(Read::Input(_))));
        let notice = |(path, _): (Utf8PathBuf, How)| {
            let trouble = Trouble::new(
                "not judged: no kustomization lists these manifests, and no policy is named for them",
            );
            let trouble = trouble.in_file(path.as_str());
            trouble
                .fix("name policies with --policies FILE, or leave the file out with `ignore` in krmguard.yaml")
                .into_notice()
        };
        self.notices.extend(manifests.map(notice));
    }

    fn one_unit(&mut self, paths: &[Utf8PathBuf], files: Vec<Waiting>) {
        let mut inputs = Vec::new();
        for file in files {
            match read_file(&file.path, file.how) {
                Ok(Read::Input(input)) => inputs.push(input),
                Ok(Read::Stranger(why)) => self.passed_over.push(file.passed_over(why)),
                Err(trouble) => self.not_judged.push(trouble.of_unit(file.path.as_str())),
            }
        }
        let names: Vec<&str> = paths.iter().map(|path| path.as_str()).collect();
        let name = names.join(" ");
        let whole = self.not_judged.is_empty();
        if !whole || inputs.is_empty() {
            // A unit with a part that cannot be read is none: what refers to that part would be misjudged.
            return;
        }
        if let Err(error) = krm::unique(&inputs) {
            self.not_judged.push(Trouble::from(error).of_unit(&name));
            return;
        }
        let stem = match paths {
            [path] => path.file_stem().map(str::to_owned),
            _ => None,
        };
        self.units.push(Unit {
            stem,
            complete: true,
            ..Unit::of_manifests(&name, inputs)
        });
    }
}

/// A run that read no resource did not judge.
fn nothing(path: &Utf8PathBuf) -> NotJudged {
    let trouble = Trouble::new("no Kubernetes manifest was found")
        .in_file(path.as_str())
        .fix("name a folder that holds .yaml, .yml or .json manifests, or pipe a build into `krmguard check -`");
    trouble.of_unit(path.as_str())
}

/// A file that is a unit of its own, and that is read only when its turn comes.
#[derive(Debug)]
pub(crate) struct Waiting {
    path: Utf8PathBuf,
    how: How,
}

/// What a file turned out to be.
pub(crate) enum Turned {
    Unit(Box<Unit>),
    /// No manifest: a line for stderr.
    PassedOver(String),
}

impl Waiting {
    pub(crate) fn path(&self) -> &Utf8Path {
        &self.path
    }

    pub(crate) fn read(&self) -> Result<Bytes, Trouble> {
        bytes(&self.path)
    }

    /// What its bytes are.
    pub(crate) fn turn(&self, bytes: Bytes) -> Result<Turned, Trouble> {
        Ok(match understand(&self.path, self.how, bytes)? {
            Read::Input(input) => Turned::Unit(Box::new(Unit {
                stem: self.path.file_stem().map(str::to_owned),
                stage: stage(&input, Stage::Source),
                ..Unit::of_manifests(self.path.as_str(), vec![input])
            })),
            Read::Stranger(why) => Turned::PassedOver(self.passed_over(why)),
        })
    }

    fn passed_over(&self, why: Stranger) -> String {
        format!("{}: not judged: {why}", self.path)
    }
}

/// Standard input as a unit: complete where it is a build's output.
pub(crate) fn stdin() -> Result<Unit, Trouble> {
    of_stream(stdio::read_stdin())
}

/// What was read from standard input as a unit.
pub(crate) fn of_stream(bytes: io::Result<Bytes>) -> Result<Unit, Trouble> {
    let bytes = bytes.map_err(|error| {
        Trouble::new(unreadable(&error))
            .in_file(STDIN)
            .fix("pipe manifests into it")
    })?;
    let input = Input::read(STDIN, bytes)?;
    let stage = stage(&input, Stage::Built);
    Ok(Unit {
        stage,
        complete: stage == Stage::Built,
        ..Unit::of_manifests(STDIN, vec![input])
    })
}

/// A ResourceList is what a build hands to a function, wherever it was kept meanwhile.
fn stage(input: &Input, otherwise: Stage) -> Stage {
    match input.envelope() {
        Envelope::ResourceList => Stage::InBuild,
        _ => otherwise,
    }
}

/// How a file was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// The user named it: it must hold manifests.
    Named,
    /// A directory holds it: it may be something else.
    Walked,
}

/// What paths lead to, each once.
#[derive(Debug, Default)]
struct Found {
    files: Vec<(Utf8PathBuf, How)>,
    /// The folders that have a kustomization.
    kustomizations: Vec<Utf8PathBuf>,
}

fn find(paths: &[Utf8PathBuf], ignore: &globset::GlobSet, harvest: &mut Harvest) -> Found {
    let mut seen = HashSet::new();
    let mut found = Found::default();
    let mut new = |path: &Utf8Path| {
        let canonical = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
        seen.insert(canonical)
    };
    for path in paths {
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => {
                let walk::Walked {
                    files,
                    kustomizations,
                } = walk::walk(path, ignore, harvest);
                let files = files.into_iter().filter(|file| new(file));
                found.files.extend(files.map(|file| (file, How::Walked)));
                let folders = kustomizations.into_iter();
                found
                    .kustomizations
                    .extend(folders.filter(|folder| new(folder)));
            }
            Ok(_) if path.file_name().is_some_and(|name| NAMES.contains(&name)) => {
                let folder = match path.parent() {
                    Some(folder) if !folder.as_str().is_empty() => folder,
                    _ => Utf8Path::new("."),
                };
                if new(folder) {
                    found.kustomizations.push(folder.to_owned());
                }
            }
            Ok(_) => {
                if new(path) {
                    found.files.push((path.clone(), How::Named));
                }
            }
            Err(error) => {
                let fix = match meant(path) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "name a file or folder that exists, or `-` for stdin".to_owned(),
                };
                let trouble = Trouble::new(unreadable(&error)).in_file(path.as_str());
                harvest
                    .not_judged
                    .push(trouble.fix(fix).of_unit(path.as_str()));
            }
        }
    }
    found
}

/// The path that looks like one that does not exist, as far as that one's first wrong name.
fn meant(path: &Utf8Path) -> Option<Utf8PathBuf> {
    let parts = path.ancestors().filter(|part| *part != "");
    let wrong = parts.take_while(|part| !part.exists()).last()?;
    let here = Utf8PathBuf::from_path_buf(std::env::current_dir().ok()?).ok()?;
    let near = near(&clean(&here.join(wrong)))?;
    Some(wrong.with_file_name(near))
}

/// Whether a file lies in a folder with a kustomization, or below one.
fn is_covered(file: &Utf8Path, kustomizations: &[Utf8PathBuf]) -> bool {
    kustomizations.iter().any(|folder| file.starts_with(folder))
}

/// The folder, without links, that holds all of `folders`.
fn common(folders: &[Utf8PathBuf]) -> Utf8PathBuf {
    let mut real = folders
        .iter()
        .filter_map(|folder| folder.canonicalize_utf8().ok());
    let Some(first) = real.next() else {
        return Utf8PathBuf::new();
    };
    real.fold(first, |common, folder| {
        let above = common.ancestors().find(|above| folder.starts_with(above));
        above.map(Utf8Path::to_owned).unwrap_or_default()
    })
}

enum Read {
    Input(Input),
    Stranger(Stranger),
}

fn read_file(path: &Utf8Path, how: How) -> Result<Read, Trouble> {
    understand(path, how, bytes(path)?)
}

fn bytes(path: &Utf8Path) -> Result<Bytes, Trouble> {
    stdio::read_file(path).map_err(|error| {
        Trouble::new(unreadable(&error))
            .in_file(path.as_str())
            .fix("make it readable, or leave it out")
    })
}

fn understand(path: &Utf8Path, how: How, bytes: Bytes) -> Result<Read, Trouble> {
    if how == How::Named {
        return Ok(Read::Input(Input::read(path.as_str(), bytes)?));
    }
    // Reading takes the bytes; what is no manifest is looked at again, which is rare.
    match Input::read(path.as_str(), bytes) {
        Ok(input) => Ok(match classify::own_configuration(&input) {
            Some(why) => Read::Stranger(why),
            None => Read::Input(input),
        }),
        Err(error) => match fs::read_to_string(path)
            .ok()
            .and_then(|text| classify::stranger(&text))
        {
            Some(why) => Ok(Read::Stranger(why)),
            None => Err(error.into()),
        },
    }
}

#[cfg(test)]
#[path = "source/source_tests.rs"]
mod tests;
