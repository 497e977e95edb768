//! Overlays built by the real kustomize and helm, each from a copy: never in the tree, never with a function.

mod charts;
mod program;
mod scratch;
mod tools;

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::thread;

use camino::Utf8PathBuf;
use krm::Input;
use krmguard_engine::Stage;

use crate::project::Rendering;
use crate::report::NotJudged;
use crate::source::{Build, Files, Harvest, Sources, Unit};
use crate::stdio;
use crate::temporary::{self, Folder};
use crate::trouble::Trouble;
use charts::Charts;
use scratch::Scratch;
use tools::Tools;

/// What the command line and `krmguard.yaml` say about building.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    pub(crate) rendering: Rendering,
    pub(crate) kustomize: Option<Utf8PathBuf>,
    pub(crate) helm: Option<Utf8PathBuf>,
    /// Charts that need not be pulled.
    pub(crate) charts: Option<Utf8PathBuf>,
}

/// Why an overlay is not built although nothing is wrong with it.
#[derive(Clone, Debug)]
struct Lack {
    /// `no helm`.
    words: String,
    trouble: Trouble,
}

/// Why an overlay is not built.
#[derive(Debug)]
enum Failure {
    Lack(Lack),
    Wrong(Vec<Trouble>),
}

/// Builds what can be built of the overlays in `harvest`; a unit that was built holds what came of it instead of its
/// sources. What is missing is told as `wishes` have it: an optional build that is impossible is no failure.
pub(crate) fn build(harvest: &mut Harvest, wishes: &Wishes) {
    let mut overlays: Vec<&mut Unit> = harvest
        .units
        .iter_mut()
        .filter(|unit| unit.blueprint.is_some())
        .collect();
    if overlays.is_empty() {
        return;
    }
    overlays.sort_by(|a, b| a.name.cmp(&b.name));
    if wishes.rendering == Rendering::Never {
        for unit in overlays {
            unit.build = Some(Build::NotDone("--render never".to_owned()));
        }
        return;
    }
    temporary::sweep();
    let mut lacks: BTreeMap<String, NotJudged> = BTreeMap::new();
    let mut not_judged: Vec<NotJudged> = Vec::new();
    match prepare(wishes, &overlays) {
        Err(troubles) => {
            let troubles = troubles
                .into_iter()
                .map(|trouble| trouble.of_unit("krmguard"));
            not_judged.extend(troubles);
            for unit in overlays {
                unit.build = Some(Build::NotDone("it could not be tried".to_owned()));
            }
        }
        Ok((tools, charts)) => {
            let results = all(&overlays, &tools, &charts);
            for (unit, result) in overlays.into_iter().zip(results) {
                match result {
                    Ok((input, stand_ins)) => settle(unit, input, stand_ins),
                    Err(Failure::Lack(lack)) => {
                        unit.build = Some(Build::NotDone(lack.words.clone()));
                        match lacks.get_mut(&lack.words) {
                            Some(entry) => entry.also_in.push(unit.name.clone()),
                            None => {
                                lacks.insert(lack.words, lack.trouble.of_unit(&unit.name));
                            }
                        }
                    }
                    Err(Failure::Wrong(troubles)) => {
                        unit.build = Some(Build::NotDone("its build failed".to_owned()));
                        let name = &unit.name;
                        not_judged
                            .extend(troubles.into_iter().map(|trouble| trouble.of_unit(name)));
                    }
                }
            }
        }
    }
    harvest.not_judged.extend(not_judged);
    if wishes.rendering == Rendering::Required {
        harvest.not_judged.extend(lacks.into_values());
    }
}

/// Finds the programs and the charts; what is refused is known before anything runs.
fn prepare(wishes: &Wishes, overlays: &[&mut Unit]) -> Result<(Tools, Charts), Vec<Trouble>> {
    let tools = Tools::find(wishes)?;
    let mut charts = Charts::open(wishes)?;
    let buildable = overlays
        .iter()
        .filter_map(|unit| unit.blueprint.as_ref())
        .filter(|blueprint| blueprint.refusals.is_empty());
    if tools.kustomize.is_some()
        && let Some(helm) = &tools.helm
    {
        for need in buildable.flat_map(|blueprint| &blueprint.charts) {
            charts.fetch(need, helm);
        }
    }
    Ok((tools, charts))
}

type Built = Result<(Input, Vec<String>), Failure>;

/// All overlays, as many at a time as there are processors.
fn all(overlays: &[&mut Unit], tools: &Tools, charts: &Charts) -> Vec<Built> {
    let workers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(overlays.len());
    let jobs: Vec<&Unit> = overlays.iter().map(|unit| &**unit).collect();
    let mut results: Vec<Option<Built>> = jobs.iter().map(|_| None).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..workers {
            let (sender, jobs, next) = (sender.clone(), &jobs, &next);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(unit) = jobs.get(index) else { break };
                    if sender.send((index, one(unit, tools, charts))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let progress = Progress::new(jobs.len());
        for (done, (index, result)) in receiver.iter().enumerate() {
            progress.say(done + 1);
            if let Some(place) = results.get_mut(index) {
                *place = Some(result);
            }
        }
        progress.clear();
    });
    let lost = || {
        Err(Failure::Wrong(vec![Trouble::new(
            "its build ended without a result",
        )]))
    };
    results
        .into_iter()
        .map(|result| result.unwrap_or_else(lost))
        .collect()
}

fn one(unit: &Unit, tools: &Tools, charts: &Charts) -> Built {
    let wrong = |trouble: Trouble| Failure::Wrong(vec![trouble]);
    let Some(blueprint) = &unit.blueprint else {
        return Err(wrong(Trouble::new("there is nothing to build")));
    };
    if !blueprint.refusals.is_empty() {
        return Err(Failure::Wrong(blueprint.refusals.clone()));
    }
    let kustomize = tools.kustomize.as_ref();
    let kustomize = kustomize.ok_or_else(|| Failure::Lack(tools::lack("kustomize", blueprint)))?;
    let helm = match blueprint.inflates {
        false => None,
        true => {
            let helm = tools.helm.as_ref();
            Some(helm.ok_or_else(|| Failure::Lack(tools::lack("helm", blueprint)))?)
        }
    };
    let placed = charts.of(blueprint).map_err(Failure::Lack)?;
    let scratch = Scratch::copy(blueprint, &placed).map_err(wrong)?;
    let name = format!("{} (built)", unit.name);
    let text = scratch.build(kustomize, helm).map_err(|trouble| {
        wrong(Trouble {
            file: blueprint
                .kustomizations
                .first()
                .map(|leaf| leaf.file().to_owned()),
            ..trouble
        })
    })?;
    let input = Input::read(&name, text).map_err(|error| {
        let what = format!("what kustomize printed cannot be read: {}", error.what);
        wrong(
            Trouble::new(what)
                .in_file(name)
                .at(error.line, error.column),
        )
    })?;
    let stand_ins = placed.iter().filter(|chart| chart.stand_in);
    Ok((input, stand_ins.map(|chart| chart.called.clone()).collect()))
}

/// Puts what was built in the place of the sources.
fn settle(unit: &mut Unit, input: Input, stand_ins: Vec<String>) {
    let sources = std::mem::replace(&mut unit.files, Files::new(vec![input]));
    let folder = Utf8PathBuf::from(&unit.name);
    unit.stage = Stage::Built;
    unit.complete = true;
    unit.build = Some(Build::Done {
        sources: Sources::new(sources, &folder),
        stand_ins,
    });
}

/// A folder to build in.
fn folder() -> Result<Folder, Trouble> {
    Folder::new().map_err(|error| {
        Trouble::new(format!("there is no temporary folder to build in: {error}"))
            .fix("set TMPDIR to a folder that can be written")
    })
}

/// One line on a terminal that says how far the builds are.
struct Progress {
    all: usize,
    shown: bool,
}

impl Progress {
    fn new(all: usize) -> Progress {
        let progress = Progress {
            all,
            shown: stdio::Prose::Stderr.is_terminal(),
        };
        progress.say(0);
        progress
    }

    fn say(&self, done: usize) {
        if self.shown {
            let line = format!(
                "\r\x1b[Kkrmguard: building overlays: {done} of {}",
                self.all
            );
            stdio::write_stderr(line.as_bytes());
        }
    }

    fn clear(&self) {
        if self.shown {
            stdio::write_stderr(b"\r\x1b[K");
        }
    }
}
