//! Which lines an edit may touch: those of the fields that differ.

use std::ops::Range;

use krmguard_yaml::{Kind, Mapping, Node, Sequence, Style};
use serde_json::{Map, Value};

use super::readers::key_text;

/// Lines of `before` that no differing field stands on stand in `after`, in their order; so does all that
/// stands before and behind the object.
pub(crate) fn law(
    before: &str,
    after: &str,
    node: &Node,
    span: Range<usize>,
    old: &Value,
    new: &Value,
) {
    if old == new {
        assert_eq!(before, after);
        return;
    }
    // Aliases and merge keys move text from one place to another; what is read back is right all the same.
    if before.contains(['&', '*']) || before.contains("<<") {
        return;
    }
    let mut lines = Lines::new(before);
    lines.differing(node, node.start, old, new);
    if !before.ends_with('\n') {
        lines.last_header(node);
    }
    // A blank line that has become the last has no break, and `lines` does not count it.
    let mut left = after
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line));
    for line in lines.kept() {
        assert!(
            left.any(|other| other == line),
            "the line {line:?} is gone or has moved\n{before}\n-- became --\n{after}"
        );
    }
    let start = before[..span.start].rfind('\n').map_or(0, |at| at + 1);
    assert!(
        after.starts_with(&before[..start]),
        "{before}\n-- became --\n{after}"
    );
    // Blank lines at the end of a block scalar are its own.
    let end = span.end.max(node.span.end.saturating_sub(1));
    let next = before[end..]
        .find('\n')
        .map_or(before.len(), |at| end + at + 1);
    lines.tabbed(end);
    let next = lines.untouched_from(next);
    assert!(
        after.ends_with(&before[next..]),
        "{before}\n-- became --\n{after}"
    );
}

struct Lines<'a> {
    text: &'a str,
    /// Start of each line, and whether an edit may touch it.
    touched: Vec<(usize, bool)>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| (at + 1, false));
        Self {
            text,
            touched: std::iter::once((0, false)).chain(breaks).collect(),
        }
    }

    fn kept(&self) -> impl Iterator<Item = &'a str> {
        let text = self.text;
        let kept = self
            .touched
            .iter()
            .filter(|(start, touched)| !touched && *start < text.len());
        kept.map(move |(start, _)| text[*start..].lines().next().unwrap_or_default())
    }

    fn touch(&mut self, bytes: Range<usize>) {
        let first = self
            .touched
            .partition_point(|(start, _)| *start <= bytes.start);
        let end = bytes.end.max(bytes.start + 1);
        for (start, touched) in &mut self.touched[first.saturating_sub(1)..] {
            if *start >= end {
                break;
            }
            *touched = true;
        }
    }

    /// The first line at or behind the start of one that no edit may touch.
    fn untouched_from(&self, start: usize) -> usize {
        let mut rest = self.touched.iter().filter(|(at, _)| *at >= start);
        let found = rest.find(|(_, touched)| !touched);
        found.map_or(self.text.len(), |(at, _)| *at)
    }

    /// Blank lines and comments right of column `indent` behind something that goes, which the block scalar before
    /// it would take for its own.
    fn behind(&mut self, end: usize, indent: usize) {
        let first = self.touched.partition_point(|(start, _)| *start < end);
        for (start, touched) in &mut self.touched[first..] {
            let line = self.text[*start..].lines().next().unwrap_or_default();
            let content = line.trim_start_matches([' ', '\t']);
            let inside = line.bytes().take_while(|byte| *byte == b' ').count() > indent;
            let taken = content.is_empty() || inside && content.starts_with('#');
            if !taken {
                return;
            }
            *touched = true;
        }
    }

    /// Blank lines with a tab behind something that goes: they may stand behind a plain scalar only.
    fn tabbed(&mut self, end: usize) {
        let first = self.touched.partition_point(|(start, _)| *start < end);
        let text = self.text;
        let line = |start: usize| text[start..].lines().next().unwrap_or_default();
        let blank = |(start, _): &&(usize, bool)| line(*start).trim_matches([' ', '\t']).is_empty();
        let run = self.touched[first..].iter().take_while(blank).count();
        let run = &mut self.touched[first..first + run];
        let last = run
            .iter()
            .rposition(|(start, _)| line(*start).contains('\t'));
        for (_, touched) in run.iter_mut().take(last.map_or(0, |last| last + 1)) {
            *touched = true;
        }
    }

    fn column(&self, at: usize) -> usize {
        at - self.text[..at].rfind('\n').map_or(0, |line| line + 1)
    }

    /// A block scalar that the text ends in without a line break says `-` once something stands behind it.
    fn last_header(&mut self, node: &Node) {
        match &node.kind {
            Kind::Mapping(mapping) => {
                if let Some((_, value)) = mapping.entries.last() {
                    self.last_header(value);
                }
            }
            Kind::Sequence(list) => {
                if let Some(item) = list.items.last() {
                    self.last_header(item);
                }
            }
            Kind::Scalar(_) | Kind::Alias(_) => self.touch(node.span.start..node.span.start + 1),
        }
    }

    /// Marks the lines of what differs; `from` is where the key or dash of the node stands.
    fn differing(&mut self, node: &Node, from: usize, old: &Value, new: &Value) {
        if old == new {
            return;
        }
        match (&node.kind, old, new) {
            (Kind::Mapping(mapping), Value::Object(old), Value::Object(new))
                if !mapping.flow && !new.is_empty() =>
            {
                self.entries(mapping, from, old, new);
            }
            (Kind::Sequence(list), Value::Array(old), Value::Array(new))
                if !list.flow && !new.is_empty() =>
            {
                self.items(list, from, old, new);
            }
            _ => self.touch(from..node.span.end),
        }
    }

    fn items(&mut self, list: &Sequence, from: usize, old: &[Value], new: &[Value]) {
        let same = |pair: &(&Value, &Value)| pair.0 == pair.1;
        let head = old.iter().zip(new).take_while(same).count();
        let rest = (old.len() - head).min(new.len() - head);
        let tail = old.iter().rev().zip(new.iter().rev());
        let tail = tail.take(rest).take_while(same).count();
        let (first, end) = (head, old.len() - tail);
        let twins = (1..old.len()).any(|index| old[..index].contains(&old[index]));
        let alike = |old: &Value, new: &Value| {
            old.get("name") == new.get("name")
                && std::mem::discriminant(old) == std::mem::discriminant(new)
        };
        if end - first == 1 && new.len() - tail - head == 1 && alike(&old[first], &new[first]) {
            self.differing(
                &list.items[first],
                list.dashes[first],
                &old[first],
                &new[first],
            );
        } else if twins || end - first == old.len() {
            // Which of two equal items stays is open.
            let end = list.items.last().map_or(from, |item| item.span.end);
            self.touch(from..end);
            self.tabbed(end);
            if list.items.iter().any(ends_in_block) {
                self.behind(end, self.column(list.dashes[0]));
            }
        } else if first < end {
            let start = if first == 0 { from } else { list.dashes[first] };
            // The first item that stays may move to the line of a dash before it.
            let stop = match list.dashes.get(end) {
                Some(next) if first == 0 => *next,
                _ => list.items[end - 1].span.end,
            };
            self.touch(start..stop);
            self.tabbed(stop);
            if list.items[first.saturating_sub(1)..end]
                .iter()
                .any(ends_in_block)
            {
                self.behind(stop, self.column(list.dashes[0]));
            }
        } else if first == 0 {
            self.touch(from..list.dashes[0] + 1);
        }
    }

    fn entries(
        &mut self,
        mapping: &Mapping,
        from: usize,
        old: &Map<String, Value>,
        new: &Map<String, Value>,
    ) {
        let stays = |key: &Node| key_text(key).is_none_or(|key| new.contains_key(&key));
        let first = mapping.entries.iter().position(|(key, _)| stays(key));
        let Some(first) = first else {
            // None stays: the whole is written anew.
            let end = mapping
                .entries
                .last()
                .map_or(from, |(_, value)| value.span.end);
            self.touch(from..end);
            return;
        };
        // An entry that goes from, or comes to, the line of a dash moves its neighbour there.
        let head = &mapping.entries[first].0;
        self.touch(from..from + 1);
        if first > 0 {
            self.touch(from..head.span.end);
        }
        let mut block = false;
        for (key, value) in &mapping.entries {
            let Some(name) = key_text(key) else { continue };
            match (old.get(&name), new.get(&name)) {
                (Some(old), Some(new)) => {
                    self.differing(value, key.start, old, new);
                    block = ends_in_block(value) || value.span.is_empty() && ends_in_block(key);
                }
                _ => {
                    let end = value.span.end.max(key.span.end);
                    let above = self.text[..key.start].trim_end();
                    let asked = above.ends_with('?').then(|| above.len() - 1);
                    self.touch(asked.unwrap_or(key.start)..end);
                    self.tabbed(end);
                    if block {
                        self.behind(end, self.column(head.span.start));
                    }
                }
            }
        }
    }
}

fn ends_in_block(node: &Node) -> bool {
    match &node.kind {
        Kind::Mapping(mapping) => mapping.entries.last().is_some_and(|(key, value)| {
            ends_in_block(value) || value.span.is_empty() && ends_in_block(key)
        }),
        Kind::Sequence(list) => list.items.last().is_some_and(ends_in_block),
        Kind::Scalar(scalar) => matches!(scalar.style, Style::Literal | Style::Folded),
        Kind::Alias(_) => false,
    }
}
