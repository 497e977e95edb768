//! `krmguard check` on a folder of 1,000 edge clusters, a file each.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::inputs;
use crate::lane::{Cache, Lane, SEED, Stage};
use crate::peers;
use crate::place::Place;
use crate::statistics::count;
use crate::table::Table;

pub(crate) const NAME: &str = "folder";
pub(crate) const CAT: &str = "`cat` of all files";
pub(crate) const FIRST: &str = "`krmguard check`, first run";
pub(crate) const UNCACHED: &str = "`krmguard check` without the result cache";
pub(crate) const UNCHANGED: &str = "`krmguard check`, nothing changed since";

const CLUSTERS: usize = 1000;
const BUDGET: Duration = Duration::from_secs(12);

/// `None` without the fixtures.
pub(crate) fn table(place: &Place) -> io::Result<Option<Table>> {
    let folder = place.scratch("clusters");
    let Some((files, size)) = inputs::clusters(&folder, CLUSTERS)? else {
        return Ok(None);
    };
    let cat = Lane::new(CAT, Stage::new("cat", &files));
    let mut lanes = vec![cat];
    let mut notes = Vec::new();
    if place.has_result_cache()? {
        compile(place, &files[0])?;
        lanes.extend([
            Lane::new(FIRST, check(place, &folder, &[])).cache(Cache::Compiled),
            Lane::new(UNCACHED, check(place, &folder, &["--no-cache"])),
            Lane::new(UNCHANGED, check(place, &folder, &[])),
        ]);
        notes.push(
            "The first run finds its policies compiled and no results, and leaves the results."
                .into(),
        );
    } else {
        lanes.push(Lane::new(UNCACHED, check(place, &folder, &[])));
        notes.push("This build of krmguard has no result cache.".into());
    }
    lanes.extend(peers::kubeconform(place, &folder));
    lanes.extend(peers::conftest(&folder));
    Ok(Some(Table {
        name: NAME,
        title: format!(
            "{} edge clusters, a file each: {} bytes",
            count(CLUSTERS as u64),
            count(size)
        ),
        size,
        budget: BUDGET,
        base: "`cat`",
        lanes,
        notes,
    }))
}

fn check(place: &Place, input: &Path, flags: &[&str]) -> Stage {
    let arguments = ["check", "--role", "edge"].iter().chain(flags);
    let arguments = arguments.map(OsString::from);
    Stage::new(&place.krmguard, arguments.chain([input.into()]))
}

/// Leaves the compiled policies, and nothing else, in the folder that `Cache::Compiled` is a copy of.
fn compile(place: &Place, file: &Path) -> io::Result<()> {
    let stage = check(place, file, &["--no-cache"]);
    let status = Command::new(stage.program)
        .args(stage.arguments)
        .env("KRMGUARD_CACHE_DIR", place.scratch(SEED))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    if status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "krmguard check of {} ended with {status}",
        file.display()
    )))
}
