//! Edits as text: written into their input, and shown beside what they replace.

use krm::{Change, Changes, Edited, Input, WriteError};

use crate::judge::JudgedUnit;
use crate::report::ChangedObject;
use crate::review::object_ref;
use crate::trouble::Trouble;

/// `input` with `changes`; untouched objects byte for byte.
pub(crate) fn edited(input: &Input, changes: &Changes) -> Result<Edited, Trouble> {
    input.edited_text(changes).map_err(|error| match error {
        WriteError::Read(error) => error.into(),
        error @ WriteError::Anchor { .. } => {
            Trouble::new(error.to_string()).fix("write the field out where the alias stands")
        }
        error => Trouble::new(error.to_string()).in_file(input.name()),
    })
}

/// Each changed object's text before and after.
pub(crate) fn shown(unit: &JudgedUnit) -> Result<Vec<ChangedObject>, Trouble> {
    let mut shown = Vec::new();
    for (input, changes) in unit.unit.inputs().iter().zip(&unit.changes) {
        if changes.objects.is_empty() && changes.created.is_empty() {
            continue;
        }
        let text = edited(input, changes)?
            .pieces()
            .collect::<Vec<_>>()
            .concat();
        let written = Input::read(input.name(), text)?;
        shown.extend(compare(input, changes, &written));
    }
    Ok(shown)
}

/// `written` has the objects of `input` in their order, without the deleted ones and with the created ones
/// at its end.
fn compare(input: &Input, changes: &Changes, written: &Input) -> Vec<ChangedObject> {
    let mut shown = Vec::new();
    let mut deleted = 0;
    for (index, change) in &changes.objects {
        let (before, line) = document(input, *index);
        let after = match change {
            Change::Delete => {
                deleted += 1;
                String::new()
            }
            Change::Replace(_) => document(written, index - deleted).0,
        };
        shown.push(ChangedObject {
            object: object_ref(input.id(*index)),
            file: input.name().to_owned(),
            before,
            after,
            line,
        });
    }
    for index in (input.len() - deleted)..written.len() {
        let (after, line) = document(written, index);
        shown.push(ChangedObject {
            object: object_ref(written.id(index)),
            file: input.name().to_owned(),
            before: String::new(),
            after,
            line,
        });
    }
    shown
}

/// An object's text, with the rest of its first and last line where no other object stands there, and the
/// line on which it begins. In a list on one line the neighbours may be Secrets.
fn document(input: &Input, index: usize) -> (String, usize) {
    let text = input.text();
    let span = input.span(index);
    let line_start = text[..span.start]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    let indent = &text[line_start..span.start];
    let start = match indent.chars().all(|c| c.is_whitespace() || c == '-') {
        true => line_start,
        false => span.start,
    };
    let line_end = text[span.end..]
        .find('\n')
        .map_or(text.len(), |newline| span.end + newline + 1);
    let rest = text[span.end..line_end].trim_matches(|c: char| c.is_whitespace() || c == ',');
    // An object that ends with its line has nothing of the next one.
    let alone = !text[..span.end].ends_with('\n') && (rest.is_empty() || rest.starts_with('#'));
    let end = if alone { line_end } else { span.end };
    (
        text[start..end].to_owned(),
        input.locate(index, "", None).line,
    )
}
