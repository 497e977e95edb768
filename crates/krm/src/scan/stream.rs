//! The documents of a YAML stream.
//!
//! `---` and `...` at column 0, followed by white space, are document markers wherever they stand: libyaml ends
//! block scalars there and refuses them inside quotes and brackets. `---` followed by anything else is refused,
//! because readers disagree: to YAML it is text, while kubectl and kustomize split the file there.

use std::ops::Range;

use super::outline::{Outline, outline};

/// A document as it stands in the stream.
#[derive(Debug)]
pub(crate) struct Cut {
    /// All its bytes: comments and directives before it, its `---` line, its `...` line. The extents of a
    /// stream's documents follow each other without a gap.
    pub(crate) extent: Range<usize>,
    /// Where its content can start: behind its `---`.
    pub(crate) body: usize,
    /// Where its content ends: before the next marker.
    pub(crate) end: usize,
    /// The line with its `---`.
    pub(crate) marker: Option<Range<usize>>,
    /// What its lines prove; none where only a parse can tell.
    pub(crate) outline: Option<Outline>,
}

/// A `---` that readers disagree on, at this offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marked(pub(crate) usize);

/// Cuts `bytes[from..]` into documents. Without any marker there is exactly one.
pub(crate) fn cut(bytes: &[u8], from: usize) -> Result<Vec<Cut>, Marked> {
    let mut cuts = Vec::new();
    let mut at = from;
    while at < bytes.len() {
        let next = document(bytes, at)?;
        at = next.extent.end;
        cuts.push(next);
    }
    Ok(cuts)
}

fn document(bytes: &[u8], start: usize) -> Result<Cut, Marked> {
    let head = head(bytes, start)?;
    let proved = (!head.odd)
        .then(|| outline(bytes, head.body).ok())
        .flatten();
    let end = match &proved {
        Some(outline) => outline.end,
        None => end(bytes, head.body)?,
    };
    // `...` belongs to the document it ends.
    let close = if bytes[end..].starts_with(b"...") {
        line_end(bytes, end)
    } else {
        end
    };
    Ok(Cut {
        extent: start..close,
        body: head.body,
        end,
        marker: head.marker,
        outline: proved,
    })
}

struct Head {
    body: usize,
    marker: Option<Range<usize>>,
    /// There are directives, or content on the line of the marker.
    odd: bool,
}

/// Steps over comments, directives and the `---` of a document.
fn head(bytes: &[u8], start: usize) -> Result<Head, Marked> {
    let mut at = start;
    let mut odd = false;
    while at < bytes.len() {
        let line = at..line_end(bytes, at);
        let content = bytes[line.clone()].trim_ascii();
        match content.first() {
            // A tab there is refused by Go's reader: the parser has the message.
            None | Some(b'#') => {
                let mut lead = bytes[line.clone()]
                    .iter()
                    .take_while(|byte| matches!(byte, b' ' | b'\t'));
                odd |= lead.any(|byte| *byte == b'\t');
            }
            Some(b'%') if bytes[at] == b'%' => odd = true,
            _ if bytes[at..].starts_with(b"...") && marked(bytes, at) => {}
            _ if bytes[at..].starts_with(b"---") => {
                if !marked(bytes, at) {
                    return Err(Marked(at));
                }
                let rest = bytes[at + 3..line.end].trim_ascii_start();
                let alone = rest.is_empty() || rest.starts_with(b"#");
                let body = if alone { line.end } else { at + 3 };
                return Ok(Head {
                    body,
                    marker: Some(line),
                    odd: odd || !alone,
                });
            }
            _ => break,
        }
        at = line.end;
    }
    // Directives need a `---`: what follows is left to the parser and its message.
    Ok(Head {
        body: if odd { start } else { at },
        marker: None,
        odd,
    })
}

/// The next marker, or the end of the text.
fn end(bytes: &[u8], body: usize) -> Result<usize, Marked> {
    // A body on the line of its own marker starts behind it; any other starts a line.
    let mut from = body.saturating_sub(1);
    // Line by line: a search for one marker would pass over many of the other, once per document.
    while let Some(length) = memchr::memchr(b'\n', &bytes[from..]) {
        from += length + 1;
        let dashes = bytes[from..].starts_with(b"---");
        if dashes || bytes[from..].starts_with(b"...") {
            match marked(bytes, from) {
                true => return Ok(from),
                false if dashes => return Err(Marked(from)),
                false => {}
            }
        }
    }
    Ok(bytes.len())
}

/// Whether white space follows the three characters at `at`.
fn marked(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at + 3), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length + 1)
}
