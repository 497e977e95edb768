//! One subcommand, one file.

pub(crate) mod check;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod function;
pub(crate) mod init;
pub(crate) mod kustomize;
pub(crate) mod plugin;
pub(crate) mod render;
pub(crate) mod schema;

use std::process::ExitCode;

use crate::edits;
use crate::judge::JudgedUnit;
use crate::outlet::Outlets;
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

/// Writes the reports that files were named for. One that cannot be written is told in those that can, and
/// the run is no success.
fn write_reports(sealed: &mut Sealed, outlets: &Outlets, output: &Output) {
    for trouble in outlets.write(sealed, output.diff) {
        sealed.add_not_judged(trouble.of_unit("krmguard"));
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
        prose.extend_from_slice(print::line(line).as_bytes());
        prose.push(b'\n');
    }
    stdio::write_stderr(&prose);
}

/// Writes manifests to stdout. A reader that went away got less than all, which is no success.
fn hand_over<'m>(manifests: impl Iterator<Item = &'m [u8]>) -> ExitCode {
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

/// Prints what was asked for; a reader that went away early has what it wanted.
fn print_data(text: &str) -> ExitCode {
    match stdio::write_stdout([text.as_bytes()]) {
        Ok(_) => Verdict::Pass.into(),
        Err(error) => decline(&Trouble::new(format!(
            "the answer cannot be written: {error}"
        ))),
    }
}

/// Says why a question has no answer, where nothing was to be judged.
fn decline(trouble: &Trouble) -> ExitCode {
    let mut prose = format!("krmguard: {}\n", print::clean(&trouble.what));
    if let Some(fix) = &trouble.fix {
        prose.push_str(&format!("  to do: {}\n", print::clean(fix)));
    }
    stdio::write_stderr(prose.as_bytes());
    Verdict::NotJudged.into()
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
