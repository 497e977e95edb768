//! krmguard linked to where kustomize looks for exec plugins: one link for each kind of configuration.

mod home;

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use camino::{Utf8Path, Utf8PathBuf};

pub(crate) use home::Home;

use crate::policyset::{API_VERSION, kinds};
use crate::trouble::Trouble;

/// The program's own name: a link to a program of that name is ours.
const PROGRAM: &str = "krmguard";

/// One link, as it stands now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) path: Utf8PathBuf,
    target: Utf8PathBuf,
    before: Before,
}

/// What stood in a link's place.
#[derive(Debug, PartialEq, Eq)]
enum Before {
    Nothing,
    Same,
    /// A link to another krmguard.
    Other(Utf8PathBuf),
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Link {
            path,
            target,
            before,
        } = self;
        match before {
            Before::Nothing => write!(f, "{path} -> {target}"),
            Before::Same => write!(f, "{path} -> {target} (already there)"),
            Before::Other(other) => write!(f, "{path} -> {target} (was {other})"),
        }
    }
}

/// Where the links belong: `<group>/<version>/<kind lowercased>/<Kind>`.
pub(crate) fn places(home: &Utf8Path) -> impl Iterator<Item = Utf8PathBuf> {
    let folder = home.join(API_VERSION);
    kinds().map(move |kind| folder.join(kind.to_ascii_lowercase()).join(kind))
}

/// Makes all links, or none.
pub(crate) fn install(home: &Home) -> Result<Vec<Link>, Vec<Trouble>> {
    let program = program().map_err(|trouble| vec![trouble])?;
    install_for(&home.path, &program)
}

fn install_for(home: &Utf8Path, program: &Utf8Path) -> Result<Vec<Link>, Vec<Trouble>> {
    let mut links = Vec::new();
    let mut troubles = Vec::new();
    for path in places(home) {
        match before(&path, program) {
            Ok(before) => links.push(Link {
                path,
                target: program.to_owned(),
                before,
            }),
            Err(trouble) => troubles.push(trouble),
        }
    }
    if !troubles.is_empty() {
        return Err(troubles);
    }
    for (done, link) in links.iter().enumerate() {
        if let Err(error) = link.make() {
            for made in &links[..done] {
                made.unmake();
            }
            let what = format!("the link cannot be made: {error}");
            return Err(vec![Trouble::new(what).in_file(link.path.as_str()).fix(
                "nothing was changed; name a folder that you may write into with --plugin-home DIR",
            )]);
        }
    }
    Ok(links)
}

impl Link {
    fn make(&self) -> io::Result<()> {
        let Some(folder) = self.path.parent() else {
            return Err(io::ErrorKind::NotFound.into());
        };
        match &self.before {
            Before::Same => Ok(()),
            Before::Nothing => {
                fs::create_dir_all(folder)?;
                symlink(&self.target, &self.path)
            }
            Before::Other(_) => self.replace(&self.target),
        }
    }

    /// A link is never absent: whoever builds meanwhile finds the old one or the new one.
    fn replace(&self, target: &Utf8Path) -> io::Result<()> {
        let name = self.path.file_name().unwrap_or_default();
        let draft = self
            .path
            .with_file_name(format!(".{name}.{}", std::process::id()));
        symlink(target, &draft)?;
        fs::rename(&draft, &self.path).inspect_err(|_| {
            let _ = fs::remove_file(&draft);
        })
    }

    /// Back to what stood there. What cannot be undone stays: it is a link to this program.
    fn unmake(&self) {
        let _ = match &self.before {
            Before::Same => Ok(()),
            Before::Nothing => fs::remove_file(&self.path),
            Before::Other(other) => self.replace(other),
        };
    }
}

fn before(path: &Utf8Path, program: &Utf8Path) -> Result<Before, Trouble> {
    let taken = |what: String| {
        Trouble::new(what)
            .in_file(path.as_str())
            .fix("nothing was changed; move it away, or name another folder with --plugin-home DIR")
    };
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Before::Nothing),
        Err(error) => return Err(taken(format!("cannot be looked at: {error}"))),
    };
    if !about.is_symlink() {
        return Err(taken(
            "something else stands there, no link to krmguard".to_owned(),
        ));
    }
    let target = path
        .read_link_utf8()
        .map_err(|error| taken(format!("the link cannot be read: {error}")))?;
    match target {
        same if same == program => Ok(Before::Same),
        other if other.file_name() == Some(PROGRAM) => Ok(Before::Other(other)),
        other => Err(taken(format!("a link to {other} stands there"))),
    }
}

/// This program as it will still be called tomorrow: by its place on PATH, where it is the one there.
fn program() -> Result<Utf8PathBuf, Trouble> {
    let own = std::env::current_exe().map_err(|error| {
        Trouble::new(format!(
            "where krmguard itself lies cannot be told: {error}"
        ))
        .fix("call it by its full path")
    })?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(PROGRAM))
        .find(|program| program.is_file());
    let program = match found {
        Some(found) if same(&found, &own) => found,
        _ => own,
    };
    Utf8PathBuf::from_path_buf(program).map_err(|path| {
        Trouble::new(format!("{} is no UTF-8 path", path.display()))
            .fix("move krmguard to a folder whose name is UTF-8")
    })
}

fn same(one: &PathBuf, other: &PathBuf) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
#[path = "install/install_tests.rs"]
mod tests;
