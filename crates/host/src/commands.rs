//! One subcommand, one file.

pub(crate) mod check;
pub(crate) mod function;
pub(crate) mod plugin;
pub(crate) mod render;

use std::process::ExitCode;

use crate::edits;
use crate::judge::JudgedUnit;
use crate::render::{self as print, Look, Sealed};
use crate::report::{Report, Verdict};
use crate::settings::Output;
use crate::stdio::{self, Prose, Written};
use crate::trouble::Trouble;

/// Adds the edits to the report, for `--diff`. An edit that cannot be written is one that was not judged.
fn add_diff(report: &mut Report, units: &[JudgedUnit]) {
    for unit in units {
        match edits::shown(unit) {
            Ok(changes) => report.changes.extend(changes),
            Err(trouble) => report.not_judged.push(trouble.of_unit(&unit.unit.name)),
        }
    }
}

/// Prints the short form of a report to stderr: its first line is the verdict and why.
fn tell(sealed: &Sealed, output: &Output, more: &[String]) {
    let look = Look {
        color: output.color(Prose::Stderr),
        diff: output.diff,
    };
    let mut prose = Vec::new();
    // Writing into memory does not fail.
    let _ = print::brief(&mut prose, sealed, look);
    for line in more {
        prose.extend_from_slice(print::clean(line).as_bytes());
        prose.push(b'\n');
    }
    stdio::write_stderr(&prose);
}

/// Writes manifests to stdout. A reader that went away got less than all, which is no success.
fn hand_over(manifests: &[u8]) -> ExitCode {
    match stdio::write_stdout(manifests) {
        Ok(Written::All) => Verdict::Pass.into(),
        Ok(Written::ReaderGone) => Verdict::NotJudged.into(),
        Err(error) => {
            stdio::write_stderr(
                format!("krmguard: the output cannot be written: {error}\n").as_bytes(),
            );
            Verdict::NotJudged.into()
        }
    }
}

/// Says why a run could not begin, where there is no report to put it into.
fn refuse(troubles: Vec<Trouble>) -> ExitCode {
    let report = Report {
        not_judged: troubles
            .into_iter()
            .map(|trouble| trouble.of_unit("krmguard"))
            .collect(),
        ..Report::default()
    };
    let sealed = Sealed::new(report, crate::mask::Masker::new());
    let mut prose = Vec::new();
    let _ = print::brief(&mut prose, &sealed, Look::default());
    stdio::write_stderr(&prose);
    Verdict::NotJudged.into()
}
