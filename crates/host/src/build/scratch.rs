//! A copy of an overlay without the PolicySets, for kustomize to build: the tree itself is never written.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use super::charts::Placed;
use super::program::{self, Failed};
use crate::child;
use crate::interrupt;
use crate::kustomization::{Blueprint, Kustomization};
use crate::temporary::Folder;
use crate::trouble::Trouble;

/// A build takes seconds; remote bases take as long as a clone.
const PATIENCE: Duration = Duration::from_secs(180);

/// Where the charts of a copied kustomization lie.
const CHARTS: &str = ".krmguard-charts";

/// Characters of another program's prose that are shown: of its beginning, and of its end, where Go's nested errors
/// come to the point.
const HEAD: usize = 160;
const TAIL: usize = 280;

/// The copy; removed with it.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: Folder,
    /// The copy of the kustomization that is built.
    leaf: PathBuf,
    /// How the user calls the folder that `tree` is the copy of.
    shown: String,
}

impl Scratch {
    /// Copies what `blueprint` names, and nothing else. `charts` are its charts, in its order.
    pub(super) fn copy(blueprint: &Blueprint, charts: &[Placed]) -> Result<Scratch, Trouble> {
        let Some(leaf) = blueprint.kustomizations.first() else {
            return Err(Trouble::new("there is nothing to build"));
        };
        let folder = super::folder()?;
        let common = common(blueprint, &leaf.canonical);
        let copy = Copy {
            tree: folder.path().join("tree"),
            common: &common,
        };
        let _unbroken = interrupt::unbroken();
        copy.all(blueprint, charts).map_err(|error| {
            Trouble::new(format!("it cannot be copied for its build: {error}")).in_file(leaf.file())
        })?;
        Ok(Scratch {
            leaf: copy.of(&leaf.canonical),
            shown: shown(&leaf.folder, &leaf.canonical, &common),
            folder,
        })
    }

    /// What kustomize prints; with `helm` it may inflate charts.
    pub(super) fn build(
        &self,
        kustomize: &Path,
        helm: Option<&PathBuf>,
    ) -> Result<Vec<u8>, Trouble> {
        let home = self.folder.path().join("home");
        let unwritable = |error: io::Error| Trouble::new(format!("it cannot be built: {error}"));
        {
            let _unbroken = interrupt::unbroken();
            fs::create_dir_all(&home).map_err(unwritable)?;
        }
        let mut command = program::command(kustomize, &home);
        command.args(["build", "--load-restrictor", "LoadRestrictionsNone"]);
        if let Some(helm) = helm {
            command.args(["--enable-helm", "--helm-command"]).arg(helm);
        }
        command.arg(&self.leaf);
        program::run(command, PATIENCE).map_err(|failed| match failed {
            Failed::Exit(stderr) => {
                let tree = self.folder.path().join("tree");
                let names = [
                    (tree.as_path(), self.shown.as_str()),
                    (self.folder.path(), ""),
                ];
                Trouble::new(format!(
                    "kustomize build failed: {}",
                    short(&stderr, &names)
                ))
                .fix("mend what it names; `kustomize build` of the overlay says it in full")
            }
            Failed::Run(child::Failed::Time(limit)) => Trouble::new(format!(
                "kustomize build took longer than {} s",
                limit.as_secs()
            ))
            .fix("look for what it waits for, such as a remote base"),
            Failed::Run(child::Failed::Start(error)) => {
                Trouble::new(format!("kustomize cannot be run: {error}"))
            }
        })
    }
}

struct Copy<'c> {
    tree: PathBuf,
    /// What `tree` is the copy of.
    common: &'c Utf8Path,
}

impl Copy<'_> {
    /// Where the copy of a path is.
    fn of(&self, path: &Utf8Path) -> PathBuf {
        match path.strip_prefix(self.common) {
            // Joined with nothing it would end with a slash.
            Ok(below) if below.as_str().is_empty() => self.tree.clone(),
            below => self.tree.join(below.unwrap_or(path)),
        }
    }

    fn all(&self, blueprint: &Blueprint, charts: &[Placed]) -> io::Result<()> {
        for (index, kustomization) in blueprint.kustomizations.iter().enumerate() {
            let folder = self.of(&kustomization.canonical);
            fs::create_dir_all(&folder)?;
            let name = Utf8Path::new(kustomization.file())
                .file_name()
                .unwrap_or("kustomization.yaml");
            let value = rewritten(kustomization, blueprint, index == 0);
            fs::write(folder.join(name), value.to_string())?;
        }
        for file in &blueprint.files {
            let copy = self.of(&file.wanted);
            if let Some(folder) = copy.parent() {
                fs::create_dir_all(folder)?;
            }
            if !file.is_folder {
                // The bytes alone: no mode or owner of the original.
                fs::write(&copy, fs::read(&file.canonical)?)?;
            } else if !copy.exists() {
                symlink(self.of(&file.canonical), copy)?;
            }
        }
        for (need, chart) in blueprint.charts.iter().zip(charts) {
            let link = self
                .of(&need.root)
                .join(CHARTS)
                .join(need.folder().as_std_path());
            if let Some(folder) = link.parent() {
                fs::create_dir_all(folder)?;
            }
            if !link.exists() {
                symlink(&chart.folder, link)?;
            }
        }
        Ok(())
    }
}

/// A kustomization as it is built: without PolicySets, with charts where they are at hand; the one that is built
/// says where each resource came from.
fn rewritten(kustomization: &Kustomization, blueprint: &Blueprint, leaf: bool) -> Value {
    let mut value = kustomization.sheet.value().clone();
    let Some(fields) = value.as_object_mut() else {
        return value;
    };
    let mine = blueprint
        .sets_at
        .iter()
        .filter(|(at, _)| *at == kustomization.canonical);
    let mut gone: Vec<(&str, usize)> = mine
        .filter_map(|(_, pointer)| {
            let (field, index) = pointer.strip_prefix('/')?.split_once('/')?;
            Some((field, index.parse().ok()?))
        })
        .collect();
    gone.sort_by_key(|(_, index)| std::cmp::Reverse(*index));
    for (field, index) in gone {
        if let Some(Value::Array(items)) = fields.get_mut(field) {
            items.remove(index);
            if items.is_empty() {
                fields.remove(field);
            }
        }
    }
    // Helm's own folder may hold plugins, which are programs.
    if let Some(globals) = fields.get_mut("helmGlobals").and_then(Value::as_object_mut) {
        globals.remove("configHome");
    }
    if fields.get("helmCharts").is_some_and(Value::is_array) {
        let globals = fields.entry("helmGlobals").or_insert_with(|| json!({}));
        if let Some(globals) = globals.as_object_mut() {
            globals.insert("chartHome".to_owned(), json!(CHARTS));
        }
    }
    if leaf {
        let metadata = fields.entry("buildMetadata").or_insert_with(|| json!([]));
        let wanted = json!("originAnnotations");
        if let Some(items) = metadata
            .as_array_mut()
            .filter(|items| !items.contains(&wanted))
        {
            items.push(wanted);
        }
    }
    value
}

/// The folder that holds all that is copied.
fn common(blueprint: &Blueprint, leaf: &Utf8Path) -> Utf8PathBuf {
    let folders = blueprint
        .kustomizations
        .iter()
        .map(|it| it.canonical.as_path());
    let files = blueprint
        .files
        .iter()
        .flat_map(|file| [&file.wanted, &file.canonical]);
    let files = files.filter_map(|file| file.parent());
    folders
        .chain(files)
        .fold(leaf.to_owned(), |common, folder| {
            let above = common.ancestors().find(|above| folder.starts_with(above));
            above.map(Utf8Path::to_owned).unwrap_or_default()
        })
}

/// How the user calls `common`, where `folder` is how `canonical` below it is called.
fn shown(folder: &Utf8Path, canonical: &Utf8Path, common: &Utf8Path) -> String {
    let below = canonical.strip_prefix(common).unwrap_or(canonical);
    let above = folder.as_str().strip_suffix(below.as_str());
    above
        .map_or("", |above| above.trim_end_matches('/'))
        .to_owned()
}

/// Another program's prose in one line, without temporary paths: each of `names` is a path and what it is called.
pub(super) fn short(prose: &str, names: &[(&Path, &str)]) -> String {
    let mut text = prose.to_owned();
    for (path, called) in names {
        let path = path.to_string_lossy();
        let inside = match called.is_empty() {
            true => String::new(),
            false => format!("{called}/"),
        };
        text = text
            .replace(&format!("{path}/"), &inside)
            .replace(&*path, called);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let length = line.chars().count();
    if length <= HEAD + TAIL {
        return line;
    }
    let head: String = line.chars().take(HEAD).collect();
    let tail: String = line.chars().skip(length - TAIL).collect();
    format!("{head} … {tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_one_line_without_temporary_paths() {
        let prose = "Error: accumulating:\n\n  '/tmp/krmguard-x/tree/base/a.yaml' in /tmp/krmguard-x/tree\n";
        let names = [
            (Path::new("/tmp/krmguard-x/tree"), "deploy"),
            (Path::new("/tmp/krmguard-x"), ""),
        ];
        assert_eq!(
            short(prose, &names),
            "Error: accumulating: 'deploy/base/a.yaml' in deploy"
        );
        let long = short(&format!("why: {} the point", "word ".repeat(400)), &names);
        assert_eq!(long.chars().count(), HEAD + TAIL + 3);
        assert!(
            long.starts_with("why: word") && long.ends_with("the point"),
            "{long}"
        );
    }

    #[test]
    fn a_folder_is_called_as_the_user_calls_it() {
        let called = |folder: &str| {
            shown(
                Utf8Path::new(folder),
                Utf8Path::new("/r/deploy/overlays/a"),
                Utf8Path::new("/r/deploy"),
            )
        };
        assert_eq!(called("deploy/overlays/a"), "deploy");
        assert_eq!(called("../deploy/overlays/a"), "../deploy");
        assert_eq!(called("a"), "");
    }
}
