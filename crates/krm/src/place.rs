//! Where a field of an object stands in the text.

use std::ops::Range;

use krmguard_yaml::{Kind, Node, Style};

use crate::Input;
use crate::tree;

/// A place in an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The input's name as the user wrote it.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column, counted in characters from 1.
    pub column: usize,
    /// Bytes in [`Input::text`]: of a scalar its text, of a collection the key that names it.
    pub span: Range<usize>,
    /// Whether the place is the field itself; otherwise it is the nearest parent that exists.
    pub exact: bool,
}

impl Input {
    /// Where a field of an object stands.
    ///
    /// `pointer` is RFC 6901 within the object; what is missing is answered with the key of its nearest parent.
    /// `range` is a range of bytes in the decoded string there: within plain and simply quoted scalars and
    /// literal blocks it is found, elsewhere the start of the scalar is the answer. An object that cannot be
    /// parsed, and the empty pointer, are answered with the object's start.
    pub fn locate(&self, index: usize, pointer: &str, range: Option<(u32, u32)>) -> Location {
        let start = self.first_line(self.span(index));
        if pointer.is_empty() {
            return self.location(start, true);
        }
        match self.node(index) {
            Ok((_, Some(root))) => self.place(root, pointer, range),
            _ => self.location(start, false),
        }
    }

    fn first_line(&self, span: Range<usize>) -> Range<usize> {
        span.start..span.start + self.text[span].lines().next().unwrap_or_default().len()
    }

    /// Where a pointer from a node leads.
    pub(crate) fn place(&self, root: &Node, pointer: &str, range: Option<(u32, u32)>) -> Location {
        let first_line = self.first_line(root.span.clone());
        let found = tree::nearest(root, pointer);
        let node = found.node;
        match (&node.kind, found.key) {
            (Kind::Scalar(scalar), _) if found.exact => {
                let span = crate::read::trimmed(&self.text, node);
                if let Some((from, to)) = range
                    && let Some(part) = within(
                        &self.text,
                        node.span.clone(),
                        scalar,
                        from as usize,
                        to as usize,
                    )
                {
                    return self.location(part, true);
                }
                match scalar.style {
                    // The header of a block scalar says nothing; its key does.
                    Style::Literal | Style::Folded => {
                        self.location(found.key.map_or(span, |key| key.span.clone()), true)
                    }
                    // A value that is not written.
                    _ if span.is_empty() => {
                        self.location(found.key.map_or(span, |key| key.span.clone()), true)
                    }
                    _ => self.location(span, true),
                }
            }
            (Kind::Alias(_), _) if found.exact => self.location(node.span.clone(), true),
            (_, Some(key)) => self.location(key.span.clone(), found.exact),
            (_, None) if node.start == root.start => self.location(first_line, found.exact),
            (_, None) => {
                let line = self.text[node.start..]
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .len();
                let end = (node.start + line).min(node.span.end.max(node.start));
                self.location(node.start..end, found.exact)
            }
        }
    }

    /// Line and column of any bytes of the input.
    pub fn location(&self, span: Range<usize>, exact: bool) -> Location {
        let (line, column) = self.at(span.start);
        Location {
            file: self.name.clone(),
            line,
            column,
            span,
            exact,
        }
    }
}

/// The bytes in the text of `from..to` in the decoded scalar; none where they do not stand there as they are.
fn within(
    text: &str,
    span: Range<usize>,
    scalar: &krmguard_yaml::Scalar,
    from: usize,
    to: usize,
) -> Option<Range<usize>> {
    let wanted = scalar.value.get(from..to)?;
    let written = text.get(span.clone())?;
    match scalar.style {
        Style::Plain => (written == scalar.value).then(|| span.start + from..span.start + to),
        Style::SingleQuoted | Style::DoubleQuoted => {
            let inner = written.get(1..written.len().checked_sub(1)?)?;
            (inner == scalar.value).then(|| span.start + 1 + from..span.start + 1 + to)
        }
        Style::Literal => {
            let line = scalar.value[..from].matches('\n').count();
            let start = scalar.value[..from].rfind('\n').map_or(0, |at| at + 1);
            let line_text = scalar.value[start..].lines().next().unwrap_or_default();
            let source = written
                .split_inclusive('\n')
                .skip(line + 1)
                .map(str::len)
                .next()?;
            let before: usize = written
                .split_inclusive('\n')
                .take(line + 1)
                .map(str::len)
                .sum();
            let source = written[before..before + source].trim_end_matches(['\n', '\r']);
            let indent = source.len().checked_sub(line_text.len())?;
            if source[indent..] != *line_text {
                return None;
            }
            // Only the part on the first line can be one caret.
            let first = wanted.lines().next().unwrap_or_default().len();
            let at = span.start + before + indent + (from - start);
            Some(at..at + first)
        }
        Style::Folded => None,
    }
}
