//! What the whole program costs beside `cat` of the same bytes and beside other programs: `make bench`.
//!
//! Every command is a process of its own, measured from its start to its end: stdin is a file, stdout a pipe that
//! is drained. The commands of a table take turns, so that whatever else the machine does falls on all of them
//! alike, and what counts is the ratio of their medians. `RUNS=n` sets the number of rounds (default 41). The tables
//! go to stdout and, where none is chosen by its name (`bench edge one`), into `docs/performance.md`.

mod callgrind;
mod folder;
mod inputs;
mod lane;
mod limits;
mod lists;
mod overlay;
mod page;
mod peers;
mod place;
mod profile;
mod statistics;
mod table;

use std::env;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use limits::Limits;
use place::Place;
use table::Table;

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(io::stderr(), "bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes a table's input and lanes; `None` where something it needs is absent, which it says.
type Plan = fn(&Place) -> io::Result<Option<Table>>;

const PLANS: [(&str, Plan); 5] = [
    (lists::EDGE, lists::edge),
    (lists::CENTRAL, lists::central),
    (lists::ONE, lists::one),
    (folder::NAME, folder::table),
    (overlay::NAME, overlay::table),
];

fn measure() -> io::Result<()> {
    let rounds = rounds()?;
    let chosen = chosen()?;
    let wanted = |name: &str| chosen.is_empty() || chosen.iter().any(|chosen| chosen == name);
    let place = Place::new()?;
    let mut limits = Limits::default();
    let mut sections = Vec::new();
    for (_, plan) in PLANS.iter().filter(|(name, _)| wanted(name)) {
        let Some(mut table) = plan(&place)? else {
            continue;
        };
        table.measure(&place, rounds)?;
        limits.read(&table);
        show(&table)?;
        sections.push(table.to_string());
    }
    if wanted(profile::NAME)
        && let Some(profile) = profile::of_the_edge_list(&place)?
    {
        show(&profile)?;
        sections.push(profile);
    }
    if chosen.is_empty() {
        show(&limits)?;
        return page::write(rounds, &limits.to_string(), &sections);
    }
    limits.only_measured();
    if limits.is_empty() {
        return Ok(());
    }
    show(&limits)
}

/// The names of tables on the command line; none: all of them.
fn chosen() -> io::Result<Vec<String>> {
    let known: Vec<&str> = PLANS
        .iter()
        .map(|(name, _)| *name)
        .chain([profile::NAME])
        .collect();
    let chosen: Vec<String> = env::args().skip(1).collect();
    match chosen.iter().find(|name| !known.contains(&name.as_str())) {
        None => Ok(chosen),
        Some(name) => Err(io::Error::other(format!(
            "there is no table `{name}`; there are {}",
            known.join(", ")
        ))),
    }
}

fn show(section: &impl Display) -> io::Result<()> {
    write!(io::stdout(), "{section}")
}

fn rounds() -> io::Result<usize> {
    match env::var("RUNS") {
        Err(_) => Ok(41),
        Ok(runs) => match runs.parse() {
            Ok(runs) if runs > 0 => Ok(runs),
            _ => Err(io::Error::other(format!(
                "RUNS is the number of rounds, and `{runs}` is none"
            ))),
        },
    }
}
