//! `krmguard init`: shows what would set krmguard up for a tree, and writes it with `--write`.

use std::process::ExitCode;

use super::print_data;
use crate::args::InitArgs;
use crate::init::{Plan, Wishes, plan, write};
use crate::render::line;
use crate::report::{NotJudged, Verdict};
use crate::stdio;

pub(crate) fn run(typed: &InitArgs) -> ExitCode {
    let plan = plan(&Wishes {
        path: &typed.path,
        clusters: &typed.clusters,
        roles: &typed.roles,
    });
    let mut prose = evidence(&plan);
    if !plan.open.is_empty() {
        prose.extend(plan.open.iter().flat_map(told));
        prose.push("krmguard: nothing was written".to_owned());
        say(&prose);
        return Verdict::NotJudged.into();
    }
    if plan.drafts.is_empty() {
        prose.push(
            "krmguard: nothing to do: every overlay has a PolicySet, and there is a krmguard.yaml"
                .to_owned(),
        );
        say(&prose);
        return Verdict::Pass.into();
    }
    if typed.write
        && let Err(trouble) = write(&plan.drafts)
    {
        prose.extend(told(&trouble.of_unit("krmguard")));
        say(&prose);
        return Verdict::NotJudged.into();
    }
    let diffs: String = plan.drafts.iter().map(|draft| draft.diff()).collect();
    let ended = print_data(&diffs);
    let files = match plan.drafts.len() {
        1 => "1 file".to_owned(),
        many => format!("{many} files"),
    };
    prose.push(match typed.write {
        true => format!("krmguard: {files} written; `krmguard check` judges the tree, `krmguard doctor` looks at how it is built"),
        false => format!("krmguard: nothing was written; with --write these {files} are"),
    });
    say(&prose);
    ended
}

/// What is known of each overlay, and what says it.
fn evidence(plan: &Plan) -> Vec<String> {
    let outlines = plan.outlines.iter().map(|outline| {
        format!(
            "{}: cluster {} by {}; {} by {}",
            outline.folder,
            outline.cluster.what,
            outline.cluster.said,
            outline.role.what.as_str(),
            outline.role.said
        )
    });
    let notes = plan.notes.iter().map(|note| format!("krmguard: {note}"));
    outlines.chain(notes).collect()
}

fn told(entry: &NotJudged) -> Vec<String> {
    let place = match (&entry.file, entry.line, entry.column) {
        (Some(file), Some(line), Some(column)) => format!("{file}:{line}:{column}: "),
        (Some(file), ..) => format!("{file}: "),
        (None, ..) => String::new(),
    };
    let mut lines = vec![format!("krmguard: {place}{}", entry.message)];
    lines.extend(entry.remedy.iter().map(|fix| format!("  to do: {fix}")));
    lines
}

fn say(lines: &[String]) {
    let prose: String = lines.iter().map(|it| format!("{}\n", line(it))).collect();
    stdio::write_stderr(prose.as_bytes());
}
