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
pub(crate) const ONE: &str = "one";
pub(crate) const CAT: &str = "`cat`";
pub(crate) const WARM: &str = "`krmguard fn`";

const BUDGET: Duration = Duration::from_secs(10);

/// Without the fixtures only the list of one object, and said so.
pub(crate) fn tables(place: &Place) -> io::Result<Vec<Table>> {
    let mut tables = Vec::new();
    if let Some(list) = inputs::edge_list() {
        let title = "An edge as kustomize hands it to a function, with its CRDs";
        tables.push(table(place, EDGE, title, &list)?);
    }
    if let Some(list) = inputs::central_list(&place.scratch("central.yaml"))? {
        let title = "The central cluster as kustomize hands it to a function, with its CRDs";
        tables.push(table(place, "central", title, &list)?);
    }
    let one = place.scratch("one.yaml");
    fs::write(&one, inputs::ONE_OBJECT)?;
    let mut table = table(place, ONE, "A list of one object", &one)?;
    let version = Stage::new(&place.krmguard, ["--version"]);
    table.lanes.push(Lane::new("`krmguard --version`", version));
    tables.push(table);
    Ok(tables)
}

/// The function as it is called, its policies compiled before.
pub(crate) fn warm(place: &Place) -> Lane {
    Lane::new(WARM, Stage::new(&place.krmguard, ["fn"]))
}

fn table(place: &Place, name: &'static str, what: &str, list: &Path) -> io::Result<Table> {
    let size = fs::metadata(list)?.len();
    // Compiles the policies that this list needs: no warm run does, and none of its time is spent on that.
    warm(place).stdin(list).run(place)?;
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
