//! `krmguard fn` on a ResourceList: real ones of 4.7 and 5.1 MB, and one of a single object.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::inputs;
use crate::lane::{Cache, Lane, Stage};
use crate::peers;
use crate::place::Place;
use crate::statistics::count;
use crate::table::Table;

pub(crate) const EDGE: &str = "edge";
pub(crate) const CENTRAL: &str = "central";
pub(crate) const ONE: &str = "one";
pub(crate) const CAT: &str = "`cat`";
pub(crate) const WARM: &str = "`krmguard fn`";

const BUDGET: Duration = Duration::from_secs(10);

/// `None` without the fixtures.
pub(crate) fn edge(place: &Place) -> io::Result<Option<Table>> {
    let Some(list) = inputs::edge_list() else {
        return Ok(None);
    };
    let title = "An edge as kustomize hands it to a function, with its CRDs";
    table(place, EDGE, title, &list).map(Some)
}

/// `None` without the fixtures.
pub(crate) fn central(place: &Place) -> io::Result<Option<Table>> {
    let Some(list) = inputs::central_list(&place.scratch("central.yaml"))? else {
        return Ok(None);
    };
    let title = "The central cluster as kustomize hands it to a function, with its CRDs";
    table(place, CENTRAL, title, &list).map(Some)
}

/// Never `None`: it needs no fixtures.
pub(crate) fn one(place: &Place) -> io::Result<Option<Table>> {
    let list = place.scratch("one.yaml");
    fs::write(&list, inputs::ONE_OBJECT)?;
    let mut table = table(place, ONE, "A list of one object", &list)?;
    let version = Stage::new(&place.krmguard, ["--version"]);
    table.lanes.push(Lane::new("`krmguard --version`", version));
    Ok(Some(table))
}

/// The function as it is called, its policies compiled before.
pub(crate) fn warm(place: &Place) -> Lane {
    Lane::new(WARM, Stage::new(&place.krmguard, ["fn"]))
}

fn table(place: &Place, name: &'static str, what: &str, list: &Path) -> io::Result<Table> {
    let size = fs::metadata(list)?.len();
    let cat = Lane::new(CAT, Stage::new("cat", [""; 0]));
    let cold = Lane::new(
        "`krmguard fn`, which compiles its policies first",
        Stage::new(&place.krmguard, ["fn"]),
    )
    .cache(Cache::Empty);
    let stdin = Path::new("-");
    let lanes = [cat, warm(place), cold].into_iter().chain(
        [
            peers::kyaml_label(),
            peers::conftest(stdin),
            peers::kubeconform(place, stdin),
        ]
        .into_iter()
        .flatten(),
    );
    Ok(Table {
        name,
        title: format!("{what}: {} bytes", count(size)),
        size,
        budget: BUDGET,
        base: "`cat`",
        lanes: lanes.map(|lane| lane.stdin(list)).collect(),
        notes: Vec::new(),
    })
}
