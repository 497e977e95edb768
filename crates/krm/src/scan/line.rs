//! The lines of one block-style YAML document, read without parsing it.
//!
//! A [`Lexer`] yields each structural line (a key, a list item, a scalar of its own) and steps over whatever
//! belongs to it: block scalars by their indentation, quoted scalars and flow collections to their end, plain
//! scalars over their continuation lines. It is exact or it says [`Unproved`]: a line that it does not
//! understand is never guessed at.
//!
//! Exact means: of a text that libyaml's scanner accepts (the one in Go's YAML packages), the lexer sees the
//! same lines at the same depth. A text that libyaml refuses may pass; nothing is concluded from such a text
//! that a reader in Go could contradict, since that reader stops.

use std::ops::Range;

use memchr::{memchr, memchr2};

use super::flow;

/// The lexer met something that only a full parse can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unproved;

/// A structural line.
#[derive(Debug)]
pub(crate) struct Line {
    /// Offset of the line's first byte, its indentation included.
    pub(crate) start: usize,
    /// Column of the first character.
    pub(crate) indent: usize,
    /// Whether it begins with `- `.
    pub(crate) dash: bool,
    /// Column of what stands behind the dashes; without dashes the same as `indent`.
    pub(crate) column: usize,
    /// What stands before `: `.
    pub(crate) key: Key,
    /// What stands behind `: `, or behind the dashes where there is no key.
    pub(crate) value: Value,
    /// End of the line's content: of its multi-line scalar where it has one, without the line break.
    pub(crate) end: usize,
    /// Whether a quoted scalar on it may say what its bytes do not show: an escape, a doubled quote.
    pub(crate) escaped: bool,
}

/// The key of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    /// There is none: the line is a list item's or a key's scalar.
    Absent,
    /// Plain, these bytes.
    Plain(Range<usize>),
    /// In quotes.
    Quoted,
}

/// The value on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing: null, or a collection on the lines below.
    Empty,
    /// Plain on one line, these bytes up to the line's end.
    Plain(Range<usize>),
    /// Quoted on one line; the bytes between the quotes, which hold neither quote nor backslash.
    Quoted(Range<usize>),
    /// `[]` or another flow collection; its bytes.
    Flow(Range<usize>),
    /// Any scalar over several lines, or with escapes.
    Long,
}

pub(super) enum Next {
    End,
    Line {
        start: usize,
        indent: usize,
        commented: bool,
    },
}

#[derive(Clone, Copy)]
pub(super) enum Before {
    /// The line before ended in `key:` or `-` at this column.
    Open(usize),
    Closed,
}

/// Reads lines from an offset up to a document marker or the end.
pub(crate) struct Lexer<'a> {
    pub(super) bytes: &'a [u8],
    /// Start of the next line.
    pub(super) at: usize,
    pub(super) ahead: Option<Next>,
    pub(super) before: Before,
}

impl<'a> Lexer<'a> {
    /// `at` is the start of a line.
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            ahead: None,
            before: Before::Closed,
        }
    }

    /// Start of the first line that was not read: the document marker after `next` said none.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The next structural line; none at a line that starts with `---` or `...`, or at the end.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Option<Line>, Unproved> {
        let next = match self.ahead.take() {
            Some(next) => next,
            None => self.peek()?,
        };
        let Next::Line { start, indent, .. } = next else {
            return Ok(None);
        };
        let mut at = start + indent;
        let mut parent = match self.before {
            Before::Open(column) if column < indent => Some(column),
            _ => None,
        };
        let mut dash = false;
        while self.byte(at) == b'-' && self.blank(at + 1)? {
            dash = true;
            parent = Some(at - start);
            at += 1;
            while self.byte(at) == b' ' {
                at += 1;
            }
        }
        let column = at - start;
        self.before = Before::Closed;
        let mut line = Line {
            start,
            indent,
            dash,
            column,
            key: Key::Absent,
            value: Value::Empty,
            end: at,
            escaped: false,
        };
        if self.line_ends(at) {
            // Only behind a dash: the line is not blank.
            line.end = parent.map_or(at, |dash| start + dash + 1);
            self.before = parent.map_or(Before::Closed, Before::Open);
            self.at = self.after_line(at);
            return Ok(Some(line));
        }
        if let Some(colon) = self.key(at, &mut line.key)? {
            line.escaped = line.key == Key::Quoted && escapes(&self.bytes[at..colon]);
            parent = Some(column);
            line.end = colon + 1;
            at = colon + 1;
            while self.byte(at) == b' ' {
                at += 1;
            }
            if self.line_ends(at) {
                self.before = Before::Open(column);
                self.at = self.after_line(at);
                return Ok(Some(line));
            }
        }
        self.value(at, parent, &mut line)?;
        Ok(Some(line))
    }

    /// Finds `: ` behind a key that starts at `at`; returns the colon's offset.
    #[inline]
    fn key(&self, at: usize, key: &mut Key) -> Result<Option<usize>, Unproved> {
        match self.byte(at) {
            quote @ (b'"' | b'\'') => {
                let Some(close) = self.close_on_line(at, quote) else {
                    return Ok(None);
                };
                if self.byte(close + 1) == b':' {
                    if !self.blank(close + 2)? {
                        return Err(Unproved);
                    }
                    *key = Key::Quoted;
                    return Ok(Some(close + 1));
                }
                Ok(None)
            }
            b'{' | b'[' | b'|' | b'>' => Ok(None),
            b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b',' | b']' | b'}' | b'\t' => Err(Unproved),
            b'?' | b':' | b'-' if self.blank(at + 1)? => Err(Unproved),
            0xEF if self.bytes.get(at..at + 3) == Some(b"\xEF\xBB\xBF") => Err(Unproved),
            _ => {
                let mut here = at;
                loop {
                    here += self.bytes[here..]
                        .iter()
                        .position(|byte| TELLING[usize::from(*byte)])
                        .unwrap_or(self.bytes.len() - here);
                    match self.byte(here) {
                        b':' if self.blank(here + 1)? => {
                            *key = Key::Plain(at..here);
                            return Ok(Some(here));
                        }
                        b'\n' => return Ok(None),
                        b'\t' => return Err(Unproved),
                        b'#' if self.bytes.get(here.wrapping_sub(1)) == Some(&b' ') => {
                            return Ok(None);
                        }
                        _ => here += 1,
                    }
                }
            }
        }
    }

    /// Steps over blank lines and comments to the next line that has content.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<Next, Unproved> {
        let mut commented = false;
        loop {
            let start = self.at;
            let indent = spaces(self.bytes, start);
            let at = start + indent;
            let Some(&byte) = self.bytes.get(at) else {
                self.at = at;
                return Ok(Next::End);
            };
            match byte {
                b'\n' | b'\r' => self.at = self.after_line(at),
                b'#' => {
                    commented = true;
                    self.at = self.after_line(at);
                }
                b'\t' => return Err(Unproved),
                b'-' | b'.' if indent == 0 && self.marker(at)? => return Ok(Next::End),
                _ => {
                    return Ok(Next::Line {
                        start,
                        indent,
                        commented,
                    });
                }
            }
        }
    }

    /// Whether `---` or `...` stands here as a marker. Readers disagree on `---text`: unproved.
    fn marker(&self, at: usize) -> Result<bool, Unproved> {
        match self.bytes.get(at..at + 3) {
            Some(b"---" | b"...") => match self.blank(at + 3) {
                Ok(true) => Ok(true),
                _ if self.byte(at + 3) == b'\t' => Ok(true),
                _ => Err(Unproved),
            },
            _ => Ok(false),
        }
    }

    /// The closing quote on the same line.
    #[inline]
    pub(super) fn close_on_line(&self, at: usize, quote: u8) -> Option<usize> {
        let line = &self.bytes[at..self.line_end(at)];
        flow::close(line, 0, quote).map(|close| at + close)
    }

    #[inline]
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    /// Whether an indicator is followed by white space, as it must be; a tab is left to the parser.
    #[inline]
    pub(super) fn blank(&self, at: usize) -> Result<bool, Unproved> {
        match self.byte(at) {
            b' ' | b'\n' | b'\r' => Ok(true),
            b'\t' => Err(Unproved),
            _ => Ok(false),
        }
    }

    /// Whether nothing or a comment stands at `at`, which follows white space.
    #[inline]
    pub(super) fn line_ends(&self, at: usize) -> bool {
        matches!(self.byte(at), b'\n' | b'\r' | b'#')
    }

    #[inline]
    pub(super) fn line_end(&self, at: usize) -> usize {
        let end = memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |length| at + length);
        if end > at && self.bytes[end - 1] == b'\r' {
            end - 1
        } else {
            end
        }
    }

    #[inline]
    pub(super) fn after_line(&self, at: usize) -> usize {
        if self.byte(at) == b'\n' {
            return (at + 1).min(self.bytes.len());
        }
        memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |length| at + length + 1)
    }
}

/// Whether quoted text may decode to what it does not show: a backslash, or a quote that stands for itself.
#[inline]
pub(super) fn escapes(quoted: &[u8]) -> bool {
    let inner = quoted
        .get(1..quoted.len().saturating_sub(1))
        .unwrap_or_default();
    memchr2(b'\\', b'\'', inner).is_some()
}

/// The bytes at which a plain key may end; all others are part of it.
const TELLING: [bool; 256] = {
    let mut telling = [false; 256];
    telling[b':' as usize] = true;
    telling[b'\n' as usize] = true;
    telling[b'\t' as usize] = true;
    telling[b'#' as usize] = true;
    telling
};

/// Number of spaces from `at` on.
#[inline]
pub(crate) fn spaces(bytes: &[u8], at: usize) -> usize {
    const EIGHT: u64 = u64::from_le_bytes(*b"        ");
    let mut count = 0;
    let mut rest = bytes.get(at..).unwrap_or_default();
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        let differing = u64::from_le_bytes(*chunk) ^ EIGHT;
        if differing != 0 {
            return count + differing.trailing_zeros() as usize / 8;
        }
        count += 8;
        rest = tail;
    }
    count + rest.iter().take_while(|byte| **byte == b' ').count()
}
