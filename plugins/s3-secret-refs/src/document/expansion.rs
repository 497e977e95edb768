//! S304: variables in a document that the container does not set. Thanos expands `$(VAR)` before it reads the YAML, so
//! that one in a comment counts.

use std::collections::BTreeSet;
use std::ops::Range;

use krmguard_sdk::Outcome;

use super::Document;
use crate::consumer::Consumer;
use crate::environment::{Lookup, lookup};

/// Judges the variables of a document in every container that reads it.
pub(crate) fn review(document: &Document<'_>, consumers: &[Consumer<'_>], out: &mut Outcome) {
    let mut said = BTreeSet::new();
    for (range, name) in variables(&document.text) {
        if !said.insert(name) {
            continue;
        }
        let lacks = |consumer: &&Consumer<'_>| {
            let runs = consumer.runs.as_ref();
            runs.is_some_and(|runs| lookup(&runs.container, name) == Lookup::Unset)
        };
        let users = document
            .users
            .iter()
            .filter_map(|&index| consumers.get(index));
        let lacking: Vec<&Consumer<'_>> = users.filter(lacks).collect();
        let Some(first) = lacking.first() else {
            continue;
        };
        let message = format!(
            "{} reads the variable `{name}`, which {} does not set: Thanos ends at start",
            document.name(),
            first.resource
        );
        let mut draft = out
            .find("S304", document.resource)
            .say(message)
            .remedy(format!(
                "set `{name}` under the container's `env`; in a comment, take it out"
            ));
        for consumer in lacking {
            let at = consumer
                .runs
                .as_ref()
                .map(|runs| runs.container.field("env"))
                .unwrap_or_default();
            draft = draft.note_at(
                consumer.resource,
                at,
                format!("{} reads the document", consumer.resource),
            );
        }
        document.place(draft, range);
    }
}

/// Every `$(NAME)` of a text.
fn variables(text: &str) -> Vec<(Range<usize>, &str)> {
    let found = text.match_indices("$(").filter_map(|(start, open)| {
        let inner = &text[start + open.len()..];
        let name = &inner[..inner.find(')')?];
        let word = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        word.then_some((start..start + open.len() + name.len() + 1, name))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::variables;

    #[test]
    fn variables_are_found_as_thanos_finds_them() {
        let names = |text| {
            variables(text)
                .into_iter()
                .map(|(_, name)| name)
                .collect::<Vec<_>>()
        };
        assert_eq!(names("a: $(A)\n# $(B)\nc: x$(_c1)y"), ["A", "B", "_c1"]);
        assert!(names("$A ${B} $() $(a-b) $(1) $(open").is_empty());
        let (range, _) = variables("k: $(KEY)").remove(0);
        assert_eq!(range, 3..9);
    }
}
