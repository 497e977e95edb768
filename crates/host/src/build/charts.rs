//! Charts: those that are at hand, and those that helm pulls, once for all overlays.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::path::Path;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::program::{self, Failed};
use super::scratch::short;
use super::{Lack, Wishes};
use crate::child;
use crate::interrupt;
use crate::kustomization::{Blueprint, ChartNeed};
use crate::temporary::Folder;
use crate::trouble::Trouble;

/// A pull takes seconds; without a network it ends at once or never.
const PATIENCE: Duration = Duration::from_secs(60);

/// Stands for `--charts`.
const VARIABLE: &str = "KRMGUARD_CHARTS";

/// Says in a Chart.yaml that the chart is not the one it is named after.
const STAND_IN: &str = "krmguard.io/stand-in";

/// What became of each chart that some overlay inflates.
#[derive(Debug)]
pub(super) struct Charts {
    /// Where charts lie that need not be pulled.
    shelf: Option<Utf8PathBuf>,
    /// Removed when the run is over.
    pulled: Folder,
    known: HashMap<Key, Result<Placed, String>>,
}

type Key = (Utf8PathBuf, Option<String>, Option<String>);

/// A chart that is there.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    /// Its folder, without links.
    pub(super) folder: Utf8PathBuf,
    /// `kube-prometheus-stack 78.5.0`.
    pub(super) called: String,
    pub(super) stand_in: bool,
}

impl Charts {
    pub(super) fn open(wishes: &Wishes) -> Result<Charts, Vec<Trouble>> {
        let said = wishes.charts.clone().map(|path| (path, "--charts"));
        let said = said.or_else(|| {
            let path = env::var(VARIABLE).ok().filter(|path| !path.is_empty())?;
            Some((Utf8PathBuf::from(path), VARIABLE))
        });
        let shelf = said.map(|(path, by)| {
            let folder = path.canonicalize_utf8().ok().filter(|path| path.is_dir());
            folder.ok_or_else(|| {
                let trouble = Trouble::new(format!("{by} names no folder")).in_file(path.as_str());
                vec![trouble.fix("name the folder that holds NAME-VERSION/NAME/Chart.yaml")]
            })
        });
        Ok(Charts {
            shelf: shelf.transpose()?,
            pulled: super::folder().map_err(|trouble| vec![trouble])?,
            known: HashMap::new(),
        })
    }

    /// Finds a chart, or has helm pull it.
    pub(super) fn fetch(&mut self, need: &ChartNeed, helm: &Path) {
        let key = key(need);
        if !self.known.contains_key(&key) {
            let found = match self.at_hand(need) {
                Some(folder) => placed(&folder, need),
                None => self.pull(need, helm),
            };
            self.known.insert(key, found);
        }
    }

    /// The charts of an overlay, in its order.
    pub(super) fn of(&self, blueprint: &Blueprint) -> Result<Vec<Placed>, Lack> {
        let one = |need: &ChartNeed| match self.known.get(&key(need)) {
            Some(Ok(placed)) => Ok(placed.clone()),
            other => {
                let called = need.called();
                let why = match other {
                    Some(Err(why)) => why.clone(),
                    _ => "nobody looked for it".to_owned(),
                };
                let what =
                    format!("it was not rendered: the chart {called} is not to be had: {why}");
                Err(Lack {
                    words: format!("no chart {called}"),
                    trouble: need.trouble(what).fix(
                        "correct the version, or name a folder that holds the chart with --charts DIR",
                    ),
                })
            }
        };
        blueprint.charts.iter().map(one).collect()
    }

    /// Where kustomize would find it, or where the user says that charts are.
    fn at_hand(&self, need: &ChartNeed) -> Option<Utf8PathBuf> {
        let shelf = self.shelf.iter().map(|shelf| shelf.join(need.folder()));
        let mut folders = shelf.chain([need.home.join(need.folder())]);
        folders.find(|folder| folder.join("Chart.yaml").is_file())
    }

    fn pull(&self, need: &ChartNeed, helm: &Path) -> Result<Placed, String> {
        let Some(repo) = &need.repo else {
            return Err(format!(
                "there is none at {} and no `repo` to pull it from",
                need.home
            ));
        };
        let home = self.pulled.path();
        let parent = need
            .folder()
            .parent()
            .unwrap_or(Utf8Path::new(""))
            .to_owned();
        let target = home.join(parent.as_str());
        {
            let _unbroken = interrupt::unbroken();
            fs::create_dir_all(&target).map_err(|error| error.to_string())?;
        }
        let mut command = program::command(helm, home);
        command.args(["pull", "--untar", "--untardir"]).arg(&target);
        match repo.starts_with("oci://") {
            true => command.arg(format!("{}/{}", repo.trim_end_matches('/'), need.name)),
            false => command.args(["--repo", repo]).arg(&need.name),
        };
        if let Some(version) = &need.version {
            command.args(["--version", version]);
        }
        match program::run(command, PATIENCE) {
            Ok(_) => {
                let folder = target.join(&need.name);
                let folder = Utf8PathBuf::from_path_buf(folder)
                    .map_err(|_| "its path is not UTF-8".to_owned())?;
                placed(&folder, need)
            }
            Err(Failed::Exit(stderr)) => {
                Err(format!("helm says: {}", short(&stderr, &[(home, "")])))
            }
            Err(Failed::Run(child::Failed::Time(limit))) => {
                Err(format!("helm did not pull it in {} s", limit.as_secs()))
            }
            Err(Failed::Run(child::Failed::Start(error))) => {
                Err(format!("helm cannot be run: {error}"))
            }
        }
    }
}

fn key(need: &ChartNeed) -> Key {
    // A chart of the tree is that of its own home; one that is pulled is the same wherever it is named.
    let home = match need.repo {
        Some(_) => Utf8PathBuf::from(&need.name),
        None => need.home.join(&need.name),
    };
    (home, need.version.clone(), need.repo.clone())
}

/// A chart's folder, which must be the chart that is meant.
fn placed(folder: &Utf8Path, need: &ChartNeed) -> Result<Placed, String> {
    let folder = folder
        .canonicalize_utf8()
        .map_err(|error| error.to_string())?;
    let file = folder.join("Chart.yaml");
    let bytes = fs::read(&file).map_err(|error| format!("{file}: {error}"))?;
    let page =
        krm::Page::read("Chart.yaml", bytes).map_err(|error| format!("{file}: {}", error.what))?;
    let text = |pointer: &str| {
        page.value()
            .pointer(pointer)
            .and_then(|value| value.as_str())
    };
    let (name, version) = (text("/name").unwrap_or_default(), text("/version"));
    if name != need.name
        || need
            .version
            .as_deref()
            .is_some_and(|wanted| version != Some(wanted))
    {
        let version = version.unwrap_or("without a version");
        return Err(format!("what lies at {folder} is {name} {version}"));
    }
    let annotations = page.value().get("annotations");
    let stand_in = annotations.and_then(|all| all.get(STAND_IN)?.as_str()) == Some("true");
    Ok(Placed {
        folder,
        called: need.called(),
        stand_in,
    })
}
