//! Entries and items that go with their lines, and what a block scalar above would take in of the rest.

use std::collections::HashSet;
use std::ops::Range;

use krmguard_yaml::{Kind, Node, Style};

use super::block::Lines;
use super::{Splicer, gap};
use crate::tree::walk;

/// What a block scalar does with the lines that come right behind it once those between are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    /// It takes in those that are indented.
    Indented,
    /// With `+` it takes in blank ones too.
    Blank,
}

impl Tail {
    /// The block scalar that nodes, the later ones behind the earlier, end in.
    pub(crate) fn of<'a>(text: &str, nodes: impl IntoIterator<Item = &'a Node>) -> Option<Tail> {
        let (mut end, mut tail) = (0, None);
        for node in nodes {
            walk(node, &mut |node| {
                let Kind::Scalar(scalar) = &node.kind else {
                    return;
                };
                if node.span.end <= end {
                    return;
                }
                end = node.span.end;
                let block = matches!(scalar.style, Style::Literal | Style::Folded);
                let keeps = || {
                    let header = text[node.span.clone()].split_whitespace().next();
                    header.is_some_and(|header| header.contains('+'))
                };
                tail = block.then(|| if keeps() { Tail::Blank } else { Tail::Indented });
            });
        }
        tail
    }

    /// End of the lines from the one at `from` on that it would take in: they belong to what went before them,
    /// which stood at column `indent`.
    pub(crate) fn taken(self, text: &str, from: usize, indent: usize) -> usize {
        let (mut at, mut taken) = (from, from);
        while at < text.len() {
            let next = gap::next_line(text, at);
            let line = text[at..next].trim_end_matches(['\r', '\n']);
            let content = line.trim_start_matches([' ', '\t']);
            let indented = line.len() - line.trim_start_matches(' ').len() > indent;
            match content.is_empty() {
                true if indented || self == Tail::Blank => taken = next,
                true => {}
                false if indented && content.starts_with('#') => taken = next,
                false => break,
            }
            at = next;
        }
        taken
    }
}

/// What `tail` tells of each one that stays right before one that goes.
pub(super) fn before_gone(
    kept: &[bool],
    tail: impl Fn(usize) -> Option<Tail>,
) -> Vec<Option<Tail>> {
    let goes = |index: usize| kept.get(index) == Some(&false);
    (0..kept.len())
        .map(|index| {
            (kept[index] && goes(index + 1))
                .then(|| tail(index))
                .flatten()
        })
        .collect()
}

impl Splicer<'_> {
    /// Removes the lines of what goes, from entry or item `head` on, which stand at column `indent`.
    pub(super) fn remove(&mut self, lines: &Lines, head: usize, indent: usize) {
        let places: HashSet<usize> = lines.added.iter().map(|(before, _)| *before).collect();
        // The block scalar that the text above ends in.
        let mut tail: Option<Tail> = None;
        for index in head..lines.starts.len() {
            let open = !places.contains(&(index + 1));
            if lines.kept[index] {
                tail = lines.tails[index].filter(|_| open);
                continue;
            }
            let gone = self.own_lines(lines.starts[index], lines.ends[index]);
            let from = gone.end;
            self.edit(gone, "");
            tail = tail.filter(|_| open);
            let taken = tail.map_or(from, |tail| tail.taken(self.text, from, indent));
            if taken > from {
                self.edit(from..taken, "");
            }
        }
    }

    /// The lines of an entry, their break included.
    fn own_lines(&self, start: usize, end: usize) -> Range<usize> {
        let from = gap::line_start(self.text, start);
        let to = gap::own_end(self.text, end);
        if self.text[..to].ends_with('\n') {
            return from..to;
        }
        // The last line of the text has no break: the one before goes, unless a block scalar there needs it.
        if !self.manner.blocks {
            return from..to;
        }
        let before = self.text[..from]
            .strip_suffix("\r\n")
            .or_else(|| self.text[..from].strip_suffix('\n'));
        before.map_or(from, str::len)..to
    }
}
