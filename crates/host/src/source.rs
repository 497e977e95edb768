//! From paths and stdin to units: what is read together is judged together.

mod classify;
mod walk;

use std::collections::HashSet;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use krm::{Envelope, Input};
use krmguard_engine::Stage;

use crate::report::NotJudged;
use crate::settings::Source;
use crate::stdio;
use crate::trouble::{Trouble, unreadable};
use classify::Stranger;

/// How standard input is called.
pub(crate) const STDIN: &str = "<stdin>";

/// What is judged as one: ids are unique and references resolve within it.
#[derive(Debug)]
pub(crate) struct Unit {
    /// As the user wrote it, or [`STDIN`].
    pub(crate) name: String,
    /// What `--role` alone names the cluster: the file's name without its ending.
    pub(crate) stem: Option<String>,
    /// At least one.
    pub(crate) inputs: Vec<Input>,
    pub(crate) stage: Stage,
    pub(crate) complete: bool,
}

impl Unit {
    /// How many objects there are.
    pub(crate) fn len(&self) -> usize {
        self.inputs.iter().map(Input::len).sum()
    }
}

/// Everything that was read, and what was not.
#[derive(Debug, Default)]
pub(crate) struct Harvest {
    pub(crate) units: Vec<Unit>,
    pub(crate) not_judged: Vec<NotJudged>,
    /// What a directory holds beside manifests: a line each, for stderr.
    pub(crate) passed_over: Vec<String>,
    /// The files of units, and those that should have been: what no report may take the place of.
    pub(crate) files: Vec<Utf8PathBuf>,
}

impl Harvest {
    /// Reads all of `source`.
    pub(crate) fn gather(source: &Source) -> Harvest {
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
                let mut inputs = Vec::new();
                for (path, found) in files(paths, ignore, &mut harvest) {
                    match read_file(&path, found) {
                        Ok(Read::Input(input)) => {
                            harvest.files.push(path.clone());
                            inputs.push((path, input));
                        }
                        Ok(Read::Stranger(why)) => {
                            harvest
                                .passed_over
                                .push(format!("{path}: not judged: {why}"));
                        }
                        Err(trouble) => {
                            harvest.not_judged.push(trouble.of_unit(path.as_str()));
                            harvest.files.push(path);
                        }
                    }
                }
                if *as_one {
                    harvest.one_unit(paths, inputs.into_iter().map(|(_, input)| input).collect());
                } else {
                    harvest
                        .units
                        .extend(inputs.into_iter().map(|(path, input)| Unit {
                            name: path.to_string(),
                            stem: path.file_stem().map(str::to_owned),
                            stage: stage(&input, Stage::Source),
                            inputs: vec![input],
                            complete: false,
                        }));
                }
            }
        }
        harvest.refuse_nothing(source);
        harvest
    }

    fn one_unit(&mut self, paths: &[Utf8PathBuf], inputs: Vec<Input>) {
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
            name,
            stem,
            inputs,
            stage: Stage::Source,
            complete: true,
        });
    }

    /// A run that read no resource did not judge.
    fn refuse_nothing(&mut self, source: &Source) {
        let nothing = self.units.is_empty() && self.not_judged.is_empty();
        if nothing && let Source::Paths { paths, .. } = source {
            for path in paths {
                let trouble = Trouble::new("no Kubernetes manifest was found")
                    .in_file(path.as_str())
                    .fix("name a folder that holds .yaml, .yml or .json manifests, or pipe a build into `krmguard check -`");
                self.not_judged.push(trouble.of_unit(path.as_str()));
            }
        }
    }
}

/// Standard input as a unit: complete where it is a build's output.
pub(crate) fn stdin() -> Result<Unit, Trouble> {
    let bytes = stdio::read_stdin().map_err(|error| {
        Trouble::new(unreadable(&error))
            .in_file(STDIN)
            .fix("pipe manifests into it")
    })?;
    let input = Input::read(STDIN, bytes)?;
    let stage = stage(&input, Stage::Built);
    Ok(Unit {
        name: STDIN.to_owned(),
        stem: None,
        inputs: vec![input],
        stage,
        complete: stage == Stage::Built,
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
enum Found {
    /// The user named it: it must hold manifests.
    Named,
    /// A directory holds it: it may be something else.
    Walked,
}

/// All files of `paths`, each once.
fn files(
    paths: &[Utf8PathBuf],
    ignore: &globset::GlobSet,
    harvest: &mut Harvest,
) -> Vec<(Utf8PathBuf, Found)> {
    let mut seen = HashSet::new();
    let mut files = Vec::new();
    let mut add = |path: Utf8PathBuf, found| {
        let canonical = path.canonicalize_utf8().unwrap_or_else(|_| path.clone());
        if seen.insert(canonical) {
            files.push((path, found));
        }
    };
    for path in paths {
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => {
                for file in walk::manifests(path, ignore, harvest) {
                    add(file, Found::Walked);
                }
            }
            Ok(_) => add(path.clone(), Found::Named),
            Err(error) => {
                let trouble = Trouble::new(unreadable(&error))
                    .in_file(path.as_str())
                    .fix("name a file or folder that exists, or `-` for stdin");
                harvest.not_judged.push(trouble.of_unit(path.as_str()));
            }
        }
    }
    files
}

enum Read {
    Input(Input),
    Stranger(Stranger),
}

fn read_file(path: &Utf8Path, found: Found) -> Result<Read, Trouble> {
    let bytes = stdio::read_file(path).map_err(|error| {
        Trouble::new(unreadable(&error))
            .in_file(path.as_str())
            .fix("make it readable, or leave it out")
    })?;
    if found == Found::Named {
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
