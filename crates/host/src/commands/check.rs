//! `krmguard check`: judges and writes nothing.

use std::process::ExitCode;
use std::time::Instant;

use super::{add_diff, tell};
use crate::args::{CheckArgs, Format};
use crate::judge::{Judged, Purpose, judge, refusal};
use crate::render::{self as print, Look, Sealed};
use crate::report::Verdict;
use crate::settings::{Judging, Output, Source};
use crate::source::Harvest;
use crate::stdio::{self, Prose};

pub(crate) fn run(typed: CheckArgs) -> ExitCode {
    let started = Instant::now();
    let output = Output::new(&typed.output);
    let judging = Judging::new(typed.policy);
    let mut passed_over = Vec::new();
    let Judged {
        units,
        mut report,
        masker,
    } = match Source::new(typed.input) {
        Ok(source) => {
            let mut harvest = Harvest::gather(&source);
            passed_over.append(&mut harvest.passed_over);
            judge(harvest, &judging, Purpose::Check, output.fail_on, started)
        }
        Err(troubles) => refusal(troubles, output.fail_on, started),
    };
    if output.diff {
        add_diff(&mut report, &units);
    }
    let sealed = Sealed::new(report, masker);
    let verdict = sealed.report().verdict();
    let mut data = Vec::new();
    match typed.format {
        // Where nothing was judged there is nothing to report, only something to say.
        Format::Text if sealed.report().units.is_empty() => tell(&sealed, &output, &passed_over),
        Format::Text => {
            say(&passed_over);
            let look = Look {
                color: output.color(Prose::Stdout),
                diff: output.diff,
            };
            // Writing into memory does not fail.
            let _ = print::text(&mut data, &sealed, look);
        }
        Format::Json => {
            say(&passed_over);
            let _ = print::json(&mut data, &sealed);
        }
    }
    match stdio::write_stdout(&data) {
        // Who stops reading early, as `head` does, still gets the verdict.
        Ok(_) => verdict.into(),
        Err(error) => {
            stdio::write_stderr(
                format!("krmguard: the report cannot be written: {error}\n").as_bytes(),
            );
            Verdict::NotJudged.into()
        }
    }
}

fn say(lines: &[String]) {
    let prose: String = lines
        .iter()
        .map(|line| format!("{}\n", print::clean(line)))
        .collect();
    if !prose.is_empty() {
        stdio::write_stderr(prose.as_bytes());
    }
}
