//! `krmguard fn`: the KRM function. Envelope out as in; on anything but a pass, nothing.

use std::process::ExitCode;
use std::time::Instant;

use krm::{Edited, Envelope};

use super::{add_diff, hand_over, refuse, tell, write_reports};
use crate::args::FnArgs;
use crate::edits;
use crate::judge::{Judged, JudgedUnit, Purpose, judge};
use crate::outlet::Outlets;
use crate::policyset::Emit;
use crate::render::{self as print, Sealed};
use crate::report::Verdict;
use crate::settings::{Judging, Output, Source};
use crate::shelf::Fetching;
use crate::source::{Harvest, Trees};
use crate::stdio;
use crate::trouble::Trouble;

pub(crate) fn run(typed: FnArgs) -> ExitCode {
    let started = Instant::now();
    let output = Output::new(&typed.output);
    let judging = Judging {
        texts: true,
        ..Judging::new(typed.policy)
    };
    if stdio::stdin_is_terminal() {
        return refuse(vec![
            Trouble::new("stdin is a terminal, and a function reads its input there")
                .fix("pipe it in: kustomize build … | krmguard fn --policies FILE"),
        ]);
    }
    let outlets = match Outlets::new(&typed.output.reports, &judging.policies) {
        Ok(outlets) => outlets,
        Err(troubles) => return refuse(troubles),
    };
    let shelf = Fetching::start();
    let harvest = Harvest::gather(&Source::Stdin, Trees::PassedOver);
    let call = Call {
        judging: &judging,
        output: &output,
        outlets: &outlets,
        started,
    };
    serve(harvest, &call, shelf)
}

/// How a function was called.
pub(super) struct Call<'c> {
    pub(super) judging: &'c Judging,
    pub(super) output: &'c Output,
    pub(super) outlets: &'c Outlets,
    pub(super) started: Instant,
}

/// Judges what was read and hands the edited manifests over.
pub(super) fn serve(harvest: Harvest, call: &Call<'_>, shelf: Fetching) -> ExitCode {
    let Call {
        judging,
        output,
        outlets,
        started,
    } = call;
    let Judged {
        units,
        mut report,
        masker,
        ..
    } = judge(
        harvest,
        judging,
        Purpose::Function,
        output.fail_on,
        shelf,
        *started,
    );
    if output.diff {
        add_diff(&mut report, &units);
    }
    let mut sealed = Sealed::new(report, masker);
    let mut manifests = None;
    if sealed.report().verdict() == Verdict::Pass
        && let Some(unit) = units.into_iter().next()
    {
        if unit.unit.len() == 0 {
            write_reports(&mut sealed, outlets, output);
            if sealed.report().verdict() != Verdict::Pass {
                tell(&sealed, output, &[]);
                return sealed.report().verdict().into();
            }
            stdio::write_stderr(b"krmguard: pass: `items` is empty, there was nothing to judge\n");
            return hand_over(
                written(unit, &sealed)
                    .ok()
                    .flatten()
                    .iter()
                    .flat_map(Edited::pieces),
            );
        }
        let name = unit.unit.name.clone();
        match written(unit, &sealed) {
            Ok(edited) => manifests = edited,
            Err(trouble) => sealed.add_not_judged(trouble.of_unit(&name)),
        }
    }
    write_reports(&mut sealed, outlets, output);
    tell(&sealed, output, &[]);
    match sealed.report().verdict() {
        Verdict::Pass => hand_over(manifests.iter().flat_map(Edited::pieces)),
        verdict => verdict.into(),
    }
}

/// What goes to stdout: the input with its edits and, in a ResourceList, the results.
/// None where nothing is to go out.
fn written(unit: JudgedUnit, sealed: &Sealed) -> Result<Option<Edited>, Trouble> {
    let input = unit.unit.inputs().first();
    let (Some(input), Emit::All) = (input, unit.emit) else {
        return Ok(None);
    };
    let mut changes = unit.changes.into_iter().next().unwrap_or_default();
    if input.envelope() == Envelope::ResourceList {
        changes.results = print::results(sealed);
    }
    edits::edited(input, &changes).map(Some)
}
