//! The edits as a unified diff of the files that were read.

use std::io::{self, Write};

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use super::paint::{Ink, Paint};
use super::sealed::Sealed;
use crate::report::ChangedObject;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// Columns of a line that are shown: minified JSON is one line.
const WIDTH: usize = 400;

/// Prints the edits, file by file, with the line numbers of the whole files; each hunk names its
/// object. Lines of Secrets show their keys alone.
///
/// # Errors
///
/// What `out` answers.
pub(crate) fn diff(out: &mut dyn Write, sealed: &Sealed, color: bool) -> io::Result<()> {
    let paint = Paint { color };
    let mut file = None;
    // How many lines the changes so far have added to this file.
    let mut drift = 0;
    for change in &sealed.report().changes {
        let sides = Sides::new(sealed, change);
        let hunks = sides.hunks();
        if hunks.is_empty() {
            continue;
        }
        if file != Some(&change.file) {
            file = Some(&change.file);
            drift = 0;
            writeln!(
                out,
                "{}",
                paint.ink(Ink::Strong, &format!("--- {}", change.file))
            )?;
            writeln!(
                out,
                "{}",
                paint.ink(Ink::Strong, &format!("+++ {}", change.file))
            )?;
        }
        for hunk in &hunks {
            sides.write(out, hunk, change, drift, paint)?;
        }
        drift += sides.after.raw.len() as isize - sides.before.raw.len() as isize;
    }
    Ok(())
}

/// One text: as it is compared, and as it is shown.
struct Side<'a> {
    raw: Vec<&'a str>,
    shown: Vec<String>,
}

impl<'a> Side<'a> {
    fn new(sealed: &Sealed, change: &ChangedObject, text: &'a str) -> Side<'a> {
        Side {
            raw: text.lines().collect(),
            shown: sealed.lines(change, text),
        }
    }

    fn show(&self, line: usize, from: usize) -> String {
        self.shown
            .get(line)
            .map(|line| clip(line, from))
            .unwrap_or_default()
    }
}

struct Sides<'a> {
    before: Side<'a>,
    after: Side<'a>,
}

impl<'a> Sides<'a> {
    fn new(sealed: &Sealed, change: &'a ChangedObject) -> Sides<'a> {
        Sides {
            before: Side::new(sealed, change, &change.before),
            after: Side::new(sealed, change, &change.after),
        }
    }

    fn hunks(&self) -> Vec<Vec<DiffOp>> {
        let ops = capture_diff_slices(Algorithm::Myers, &self.before.raw, &self.after.raw);
        group_diff_ops(ops, CONTEXT)
    }

    fn write(
        &self,
        out: &mut dyn Write,
        hunk: &[DiffOp],
        change: &ChangedObject,
        drift: isize,
        paint: Paint,
    ) -> io::Result<()> {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
            return Ok(());
        };
        let old = first.old_range().start..last.old_range().end;
        let new = first.new_range().start..last.new_range().end;
        let line = change.line.max(1);
        let (from, to) = match change.before.is_empty() {
            true => (line.saturating_add_signed(-drift), line),
            false => (line, line.saturating_add_signed(drift)),
        };
        let header = format!(
            "@@ -{} +{} @@",
            extent(from + old.start, old.len()),
            extent(to + new.start, new.len())
        );
        writeln!(
            out,
            "{} {}",
            paint.ink(Ink::Info, &header),
            paint.ink(Ink::Faint, &change.object.to_string())
        )?;
        for op in hunk {
            self.write_op(out, op, paint)?;
        }
        Ok(())
    }

    fn write_op(&self, out: &mut dyn Write, op: &DiffOp, paint: Paint) -> io::Result<()> {
        if let DiffOp::Equal { .. } = op {
            for line in op.old_range() {
                writeln!(out, " {}", self.before.show(line, 0))?;
            }
            return Ok(());
        }
        let (old, new) = (op.old_range(), op.new_range());
        // Where long lines differ, they differ at the same column of both.
        let pairs = old.clone().zip(new.clone());
        let from: Vec<usize> = pairs
            .map(|(old, new)| {
                let (Some(old), Some(new)) =
                    (self.before.shown.get(old), self.after.shown.get(new))
                else {
                    return 0;
                };
                old.chars()
                    .zip(new.chars())
                    .take_while(|(a, b)| a == b)
                    .count()
            })
            .collect();
        let from = |at: usize| from.get(at).copied().unwrap_or(0);
        for (at, line) in old.enumerate() {
            let text = self.before.show(line, from(at));
            writeln!(out, "{}", coloured(paint, "31", &format!("-{text}")))?;
        }
        for (at, line) in new.enumerate() {
            let text = self.after.show(line, from(at));
            writeln!(out, "{}", coloured(paint, "32", &format!("+{text}")))?;
        }
        Ok(())
    }
}

/// A line that is clean already; cleaning it again would drop its trailing spaces.
fn coloured(paint: Paint, code: &str, line: &str) -> String {
    match paint.color {
        true => format!("\u{1b}[{code}m{line}\u{1b}[0m"),
        false => line.to_owned(),
    }
}

/// `12,3`; `12` for one line; `11,0` for none, after line 11.
fn extent(start: usize, len: usize) -> String {
    match len {
        0 => format!("{},0", start.saturating_sub(1)),
        1 => start.to_string(),
        _ => format!("{start},{len}"),
    }
}

/// `line`, or where it is long the part of it that begins a little before character `from`.
fn clip(line: &str, from: usize) -> String {
    let length = line.chars().count();
    if length <= WIDTH {
        return line.to_owned();
    }
    let start = if from < WIDTH / 2 {
        0
    } else {
        from - WIDTH / 4
    };
    let mut clipped: String = line.chars().skip(start).take(WIDTH).collect();
    if start > 0 {
        clipped.insert(0, '…');
    }
    if start + WIDTH < length {
        clipped.push('…');
    }
    clipped
}

#[cfg(test)]
mod tests;
