//! `krmguard check`: judges and writes nothing.

use std::process::ExitCode;
use std::time::Instant;

use super::{add_diff, tell, write_reports};
use crate::args::{CheckArgs, ReportFormat};
use crate::build;
use crate::judge::{Judged, Purpose, judge, refusal};
use crate::outlet::{self, Outlets};
use crate::project::Project;
use crate::render::{self as print, Look, Sealed};
use crate::report::Verdict;
use crate::settings::{self, Judging, Output, Source};
use crate::shelf::Fetching;
use crate::source::{Harvest, Trees};
use crate::stdio::{self, Prose};

pub(crate) fn run(typed: CheckArgs) -> ExitCode {
    let started = Instant::now();
    let shelf = Fetching::start();
    let output = Output::new(&typed.output);
    let mut judging = Judging::new(typed.policy);
    let read = typed.input.paths.iter().chain(&judging.policies);
    let (mut outlets, begun) = match Outlets::new(&typed.output.reports, read) {
        Ok(outlets) => (outlets, Project::nearest()),
        Err(troubles) => (Outlets::default(), Err(troubles)),
    };
    let begun = begun.and_then(|project| {
        let project = project.as_ref();
        judging.delivered = project.is_some_and(|project| project.delivered);
        let wishes = settings::wishes(typed.build, project);
        Source::new(typed.input, project).map(|source| (source, wishes))
    });
    let begun = begun.and_then(|(source, wishes)| {
        let loose = judging.is_said();
        let mut harvest = Harvest::gather(&source, Trees::Judged { loose });
        let overwritten = outlets.overwritten(&harvest.files);
        match overwritten.is_empty() {
            true => {
                build::build(&mut harvest, &wishes);
                Ok(harvest)
            }
            false => {
                outlets = Outlets::default();
                Err(overwritten)
            }
        }
    });
    judging.texts = output.diff;
    judging.remember = !typed.no_cache;
    let Judged {
        units,
        mut report,
        masker,
        passed_over,
    } = match begun {
        Ok(harvest) => judge(
            harvest,
            &judging,
            Purpose::Check,
            output.fail_on,
            shelf,
            started,
        ),
        Err(troubles) => refusal(troubles, output.fail_on, started),
    };
    if output.diff {
        add_diff(&mut report, &units);
    }
    let mut sealed = Sealed::new(report, masker);
    write_reports(&mut sealed, &outlets, &output);
    let verdict = sealed.report().verdict();
    let mut data = Vec::new();
    if typed.format == ReportFormat::Text && sealed.report().units.is_empty() {
        // Where nothing was judged there is nothing to report, only something to say.
        tell(&sealed, &output, &passed_over);
    } else {
        say(&passed_over);
        let look = Look {
            color: output.color(Prose::Stdout),
            diff: output.diff,
        };
        data = outlet::printed(typed.format, &sealed, look);
    }
    match stdio::write_stdout([data.as_slice()]) {
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
        .map(|line| format!("{}\n", print::line(line)))
        .collect();
    if !prose.is_empty() {
        stdio::write_stderr(prose.as_bytes());
    }
}
