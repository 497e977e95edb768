//! What stands between tokens: indicators, tabs, block scalar headers, and where a value would
//! be that is not written.

use super::{Body, Builder};
use crate::refusal;
use crate::{Error, ErrorKind, Kind, Node, Span, Style};

impl Builder<'_> {
    /// Steps over the indicators before a node that starts at `content`, or is not written.
    /// Returns where the node is if it is not written: behind its indicator.
    pub(super) fn slot(&mut self, content: Option<usize>) -> Result<usize, Error> {
        let limit = content.unwrap_or(usize::MAX);
        let behind = |indicator: usize| indicator + 1;
        let mut empty = self.gap.last;
        if let Some(open) = self.open.last_mut() {
            match &mut open.body {
                Body::Sequence(sequence) if sequence.flow => {
                    empty = self.gap.take(b',', limit).map_or(empty, behind);
                }
                Body::Sequence(sequence) => {
                    let dash = self.gap.take(b'-', limit).unwrap_or(empty);
                    empty = behind(dash);
                    open.from.get_or_insert(dash);
                    sequence.dashes.push(dash);
                }
                Body::Mapping(mapping, None) => {
                    if mapping.flow {
                        self.gap.take(b',', limit);
                    }
                    let question = self.gap.take(b'?', limit);
                    open.question = question.is_some();
                    // A key that neither is written nor has a `?` stands right before its `:`.
                    empty = question.map_or_else(|| self.gap.next(), behind);
                    open.from
                        .get_or_insert(question.or(content).unwrap_or(empty));
                }
                Body::Mapping(mapping, Some(key)) => {
                    let implicit = !open.question && key.start < key.span.end;
                    let colon = if implicit {
                        self.gap.take_colon(limit)
                    } else if content.is_none()
                        && !mapping.flow
                        && open.question
                        && !answers(self.text, open.from, self.gap.next())
                    {
                        // The `:` of a mapping around this one, as in `? ? a` and then `: b`, or that the next key
                        // begins with.
                        None
                    } else {
                        self.gap.take(b':', limit)
                    };
                    if let Some(colon) = colon.filter(|_| implicit && mapping.flow) {
                        disputed(self.text, key, colon)?;
                    }
                    empty = colon.map_or(empty, behind);
                }
            }
        }
        if content.is_some() {
            self.gap.next();
        }
        Ok(empty)
    }

    /// YAML 1.1 takes a comma into a tag, YAML 1.2 does not.
    pub(super) fn tag_end(&self, span: &granit_parser::Span) -> Result<(), Error> {
        let end = span
            .tag_span()
            .and_then(|tag| tag.byte_range())
            .map(|tag| tag.end);
        match end.filter(|end| self.text.as_bytes().get(*end) == Some(&b',')) {
            Some(end) => Err(Error::new(
                ErrorKind::Tag,
                end,
                "readers disagree whether this comma belongs to the tag before it: put a space between them",
            )),
            None => Ok(()),
        }
    }

    pub(super) fn tabs(&self) -> Result<(), Error> {
        match self.gap.wrong_tab {
            Some(tab) => Err(Error::new(ErrorKind::Tab, tab, refusal::TAB)),
            None => Ok(()),
        }
    }

    /// Column from which on a plain scalar may go on here: one more than that of the block
    /// around it.
    fn indent(&self) -> usize {
        let around = self
            .open
            .iter()
            .rev()
            .find(|open| !open.is_flow())
            .and_then(|open| open.from);
        around.map_or(0, |from| 1 + column(self.text, from))
    }

    /// [`Builder::indent`], worked out only where the text behind a plain scalar has a tab for
    /// which it matters.
    pub(super) fn indent_after_break(&self, end: usize) -> usize {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let rest = self.text.as_bytes().get(end..).unwrap_or_default();
        if rest.iter().take_while(blank).any(|byte| *byte == b'\t') {
            self.indent()
        } else {
            0
        }
    }

    pub(super) fn block_scalar(
        &mut self,
        span: &granit_parser::Span,
        stop: usize,
        value: &mut String,
    ) -> Result<Span, Error> {
        // The event's own indent is the key's where the scalar is a key.
        let first = span.start.byte_offset().unwrap_or(stop);
        // Without any text the event is empty, or starts with the header.
        let indent = if first == stop || first == self.gap.next() {
            usize::MAX
        } else {
            first - line_start(self.text, first)
        };
        let block = self.gap.block_scalar(stop, indent);
        if indent == 0 && !value.trim_matches('\n').is_empty() {
            return Err(Error::new(
                ErrorKind::Indentation,
                block.span.start,
                "the text of this block starts in the first column: indent it",
            ));
        }
        // Go adds no line break that is not there.
        if block.unbroken && value.ends_with('\n') {
            value.pop();
        }
        if let Some(breaks) = block.breaks {
            *value = "\n".repeat(breaks);
        }
        Ok(block.span)
    }
}

/// Whether a `:` at `at` belongs to the `?` at `question`: it stands right below it, and alone.
fn answers(text: &str, question: Option<usize>, at: usize) -> bool {
    let alone = matches!(
        text.as_bytes().get(at + 1),
        None | Some(b' ' | b'\t' | b'\n' | b'\r')
    );
    alone && question.is_some_and(|question| column(text, question) == column(text, at))
}

/// Characters before `offset` on its line.
fn column(text: &str, offset: usize) -> usize {
    let line = text.get(line_start(text, offset)..offset).unwrap_or("");
    line.chars().filter(|c| *c != '\u{feff}').count()
}

/// In brackets, YAML 1.1 reads `a:]` and `a:,` as a text that ends with a colon.
fn disputed(text: &str, key: &Node, colon: usize) -> Result<(), Error> {
    let plain = matches!(&key.kind, Kind::Scalar(scalar) if scalar.style == Style::Plain);
    let next = text.as_bytes().get(colon + 1);
    if plain && colon == key.span.end && !matches!(next, Some(b' ' | b'\t' | b'\n' | b'\r')) {
        return Err(Error::new(
            ErrorKind::UnexpectedColon,
            colon,
            "readers disagree whether this `:` belongs to the text before it: put a space behind it, or quotes around the text",
        ));
    }
    Ok(())
}

fn line_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or("");
    before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
}
