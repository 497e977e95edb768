//! The bytes between tokens: white space, comments and the indicators that no event reports.

use std::ops::Range;

/// Walks from token to token. Only ever moves forward, so a whole parse walks each byte a
/// bounded number of times.
///
/// On its way it finds the tabs that Go's reader refuses: between tokens a tab may separate,
/// but never stand where a key could begin, which is at the start of a line and behind `-`, `?`
/// and the `:` of a `?` key. Inside brackets it may stand anywhere.
pub(crate) struct Gap<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Behind the last token or indicator seen.
    pub(crate) last: usize,
    /// How many brackets are open.
    pub(crate) brackets: usize,
    tabs: Tabs,
    /// The first tab that stands where none may.
    pub(crate) wrong_tab: Option<usize>,
}

/// Where tabs may stand from here to the next token.
#[derive(Clone, Copy, PartialEq)]
enum Tabs {
    Nowhere,
    /// Up to the end of the line.
    OnLine,
    /// As far as a plain scalar might go on: in lines indented by this much, and more.
    Indented(usize),
}

/// A block scalar as written.
pub(crate) struct Block {
    /// From its header to behind the break of its last line.
    pub(crate) span: Range<usize>,
    /// Whether its last line of content is the text's last and has no break.
    pub(crate) unbroken: bool,
    /// The value, when it consists of nothing but kept line breaks.
    pub(crate) breaks: Option<usize>,
}

impl<'a> Gap<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            at: 0,
            last: 0,
            brackets: 0,
            tabs: Tabs::Nowhere,
            wrong_tab: None,
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Steps over `...` lines that end no document.
    pub(crate) fn skip_ends(&mut self) {
        let marks_end = |rest: &[u8]| {
            rest.starts_with(b"...")
                && matches!(rest.get(3), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
        };
        while self.bytes.get(self.next()..).is_some_and(marks_end) {
            self.at += 3;
        }
    }

    /// A token that ends at `end` has been read.
    pub(crate) fn pass(&mut self, end: usize) {
        self.at = self.at.max(end);
        self.last = self.at;
        self.tabs = Tabs::OnLine;
    }

    /// A plain scalar that ends at `end` has been read, in a block indented by `indent`.
    pub(crate) fn pass_plain(&mut self, end: usize, indent: usize) {
        self.pass(end);
        self.tabs = Tabs::Indented(indent);
    }

    /// Offset of the next byte that is neither white space nor comment.
    pub(crate) fn next(&mut self) -> usize {
        let mut line = None;
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b' ' => self.at += 1,
                b'\t' => {
                    let refused = match self.tabs {
                        Tabs::Nowhere => self.brackets == 0,
                        Tabs::OnLine => false,
                        Tabs::Indented(indent) => line.is_some_and(|line| self.at - line < indent),
                    };
                    if refused {
                        self.wrong_tab.get_or_insert(self.at);
                    }
                    self.at += 1;
                }
                b'\n' | b'\r' => {
                    self.at += 1;
                    line = Some(self.at);
                    if self.tabs == Tabs::OnLine {
                        self.tabs = Tabs::Nowhere;
                    }
                }
                0xEF if self.bytes.get(self.at..self.at + 3) == Some(b"\xEF\xBB\xBF") => {
                    self.at += 3
                }
                b'#' => {
                    self.at = self.line_end(self.at);
                    self.tabs = Tabs::Nowhere;
                }
                _ => break,
            }
        }
        self.at
    }

    /// Steps over `indicator` if it is the next thing and stands before `limit`; its offset.
    /// Behind it, no tab may stand in a block.
    pub(crate) fn take(&mut self, indicator: u8, limit: usize) -> Option<usize> {
        let next = self.next();
        if next < limit && self.byte(next) == Some(indicator) {
            self.at = next + 1;
            self.last = self.at;
            self.tabs = Tabs::Nowhere;
            return Some(next);
        }
        None
    }

    /// As [`Gap::take`] for the `:` behind a key that has no `?`.
    pub(crate) fn take_colon(&mut self, limit: usize) -> Option<usize> {
        let colon = self.take(b':', limit)?;
        self.tabs = Tabs::OnLine;
        Some(colon)
    }

    /// The block scalar whose header is the next thing. It ends behind the break of its last
    /// line of content, or of its last blank line when it keeps those (`+`).
    ///
    /// `stop` is where its reader stopped, `indent` the column its content starts at.
    pub(crate) fn block_scalar(&mut self, stop: usize, indent: usize) -> Block {
        let start = self.next();
        let stop = stop.min(self.bytes.len());
        let header_end = self.line_end(start);
        let header = self.bytes.get(start..header_end).unwrap_or_default();
        let header = header
            .split(|byte| *byte == b'#')
            .next()
            .unwrap_or_default();
        let keep = header.contains(&b'+');
        let mut detecting = !header.iter().any(u8::is_ascii_digit);
        let mut block = Block {
            span: start..self.after_break(header_end),
            unbroken: false,
            breaks: keep.then_some(0),
        };
        let mut line = block.span.end;
        while line < stop {
            let text_end = self.line_end(line).min(stop);
            let next = self.after_break(text_end);
            let broken = next > text_end && text_end < stop;
            let spaces = self.spaces(line, text_end);
            if spaces < text_end
                && self.byte(spaces) == Some(b'\t')
                && (detecting || spaces - line < indent)
            {
                self.wrong_tab.get_or_insert(spaces);
            }
            if text_end - line > indent && (broken || text_end == self.bytes.len()) {
                block.span.end = next;
                block.unbroken = !broken;
                block.breaks = None;
            } else if keep && broken {
                block.span.end = next;
                block.breaks = block.breaks.map(|breaks| breaks + 1);
            }
            detecting &= spaces == text_end;
            if next == line {
                break;
            }
            line = next;
        }
        self.at = block.span.end;
        self.last = self.at;
        self.tabs = Tabs::Nowhere;
        block
    }

    fn spaces(&self, from: usize, to: usize) -> usize {
        let line = self.bytes.get(from..to).unwrap_or_default();
        from + line.iter().take_while(|byte| **byte == b' ').count()
    }

    fn line_end(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        from + length.unwrap_or(rest.len())
    }

    fn after_break(&self, at: usize) -> usize {
        match (self.byte(at), self.byte(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => at + 2,
            (Some(b'\r' | b'\n'), _) => at + 1,
            _ => at,
        }
    }
}
