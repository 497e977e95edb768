//! `krmguard render`: prints the edited manifests; on anything but a pass, nothing.

use std::process::ExitCode;
use std::time::Instant;

use krm::{Edited, Envelope, Input};

use super::{add_diff, hand_over, refuse, tell, write_reports};
use crate::args::RenderArgs;
use crate::edits;
use crate::judge::{Judged, JudgedUnit, Purpose, judge};
use crate::outlet::Outlets;
use crate::project::Project;
use crate::render::Sealed;
use crate::report::Verdict;
use crate::settings::{Judging, Output, Source};
use crate::shelf::Fetching;
use crate::source::{Harvest, Trees};
use crate::trouble::Trouble;

pub(crate) fn run(typed: RenderArgs) -> ExitCode {
    let started = Instant::now();
    let shelf = Fetching::start();
    let output = Output::new(&typed.output);
    let judging = Judging {
        texts: true,
        ..Judging::new(typed.policy)
    };
    let read = typed.input.paths.iter().chain(&judging.policies);
    let outlets = match Outlets::new(&typed.output.reports, read) {
        Ok(outlets) => outlets,
        Err(troubles) => return refuse(troubles),
    };
    let source = Project::nearest().and_then(|project| Source::new(typed.input, project.as_ref()));
    let source = match source {
        Ok(source) => source,
        Err(troubles) => return refuse(troubles),
    };
    let harvest = Harvest::gather(&source, Trees::PassedOver);
    let overwritten = outlets.overwritten(&harvest.files);
    if !overwritten.is_empty() {
        return refuse(overwritten);
    }
    let Judged {
        units,
        mut report,
        masker,
        passed_over,
    } = judge(
        harvest,
        &judging,
        Purpose::Render,
        output.fail_on,
        shelf,
        started,
    );
    let mut manifests = Rendered::Stream(Vec::new());
    if report.verdict() == Verdict::Pass {
        match stream(&units) {
            Ok(text) => manifests = text,
            Err((unit, trouble)) => report.not_judged.push(trouble.of_unit(unit)),
        }
    }
    if output.diff {
        add_diff(&mut report, &units);
    }
    let mut sealed = Sealed::new(report, masker);
    write_reports(&mut sealed, &outlets, &output);
    tell(&sealed, &output, &passed_over);
    match sealed.report().verdict() {
        Verdict::Pass => hand_over(manifests.pieces()),
        verdict => verdict.into(),
    }
}

/// All units' inputs, one after the other. One alone keeps its envelope; several become a stream.
/// An error names the unit it is about.
fn stream(units: &[JudgedUnit]) -> Result<Rendered, (&str, Trouble)> {
    let alone = units
        .iter()
        .map(|unit| unit.unit.inputs().len())
        .sum::<usize>()
        == 1;
    let mut stream = Vec::new();
    for JudgedUnit { unit, changes, .. } in units {
        for (input, changes) in unit.inputs().iter().zip(changes) {
            let blame = |trouble| (unit.name.as_str(), trouble);
            let edited = edits::edited(input, changes).map_err(blame)?;
            if alone {
                return Ok(Rendered::Alone(edited));
            }
            let text = edited.pieces().collect::<Vec<_>>().concat();
            append(&mut stream, input, &text).map_err(blame)?;
        }
    }
    Ok(Rendered::Stream(stream))
}

/// What is to be printed.
enum Rendered {
    /// One input, as it was wrapped.
    Alone(Edited),
    Stream(Vec<u8>),
}

impl Rendered {
    fn pieces(&self) -> Box<dyn Iterator<Item = &[u8]> + '_> {
        match self {
            Rendered::Alone(edited) => Box::new(edited.pieces()),
            Rendered::Stream(text) => Box::new(std::iter::once(text.as_slice())),
        }
    }
}

/// Adds one more file to a stream of YAML documents.
fn append(stream: &mut Vec<u8>, input: &Input, text: &[u8]) -> Result<(), Trouble> {
    if input.envelope() == Envelope::ResourceList {
        return Err(
            Trouble::new("a ResourceList cannot be part of a stream of manifests")
                .in_file(input.name())
                .fix("render it alone"),
        );
    }
    // A byte order mark is allowed at the very start only.
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    if !stream.is_empty() {
        if !stream.ends_with(b"\n") {
            stream.push(b'\n');
        }
        if text.starts_with(b"%") {
            // A directive may stand only behind the end of the document before it.
            stream.extend_from_slice(b"...\n");
        } else if !begins_with_marker(text) {
            stream.extend_from_slice(b"---\n");
        }
    }
    stream.extend_from_slice(text);
    Ok(())
}

/// Whether the first line that is neither empty nor a comment is `---`.
fn begins_with_marker(text: &[u8]) -> bool {
    let mut lines = text
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    lines
        .find(|line| !line.is_empty() && !line.starts_with(b"#"))
        .is_some_and(|line| {
            line.strip_prefix(b"---")
                .is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn joined(files: &[&str]) -> String {
        let mut stream = Vec::new();
        for text in files {
            let input = Input::read("x.yaml", text.as_bytes().to_vec()).unwrap();
            append(&mut stream, &input, text.as_bytes()).unwrap();
        }
        String::from_utf8(stream).unwrap()
    }

    fn object(name: &str) -> String {
        format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n")
    }

    #[test]
    fn files_are_parted_by_one_marker() {
        let (a, b) = (object("a"), object("b"));
        let both = format!("{a}---\n{b}");
        assert_eq!(joined(&[&a, &b]), both);
        assert_eq!(joined(&[&a, &format!("---\n{b}")]), both);
        assert_eq!(joined(&[a.trim_end(), &b]), both);
        assert_eq!(joined(&[&a, &format!("\u{feff}{b}")]), both);
        assert_eq!(
            joined(&[&a, &format!("# c\n\n--- # d\n{b}")]),
            format!("{a}# c\n\n--- # d\n{b}")
        );
        let all = joined(&[&a, &b, &object("c")]);
        assert_eq!(Input::read("x.yaml", all.into_bytes()).unwrap().len(), 3);
    }
}
