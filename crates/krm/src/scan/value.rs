//! The value on a structural line, and the lines that belong to it.

use memchr::{memchr, memchr2, memmem};

use super::flow;
use super::line::{Lexer, Line, Next, Unproved, Value, escapes, spaces};

impl Lexer<'_> {
    /// Reads a value that starts at `at`; `parent` is the column of the key or dash it belongs to.
    #[inline]
    pub(super) fn value(
        &mut self,
        at: usize,
        parent: Option<usize>,
        line: &mut Line,
    ) -> Result<(), Unproved> {
        match self.byte(at) {
            b'|' | b'>' => self.block_scalar(at, parent.ok_or(Unproved)?, line),
            quote @ (b'"' | b'\'') => {
                let close = match self.close_on_line(at, quote) {
                    Some(close) => {
                        let inner = &self.bytes[at + 1..close];
                        let plain = memchr2(b'\\', b'\'', inner).is_none();
                        line.value = if plain {
                            Value::Quoted(at + 1..close)
                        } else {
                            Value::Long
                        };
                        close
                    }
                    None => {
                        line.value = Value::Long;
                        flow::close(self.bytes, at, quote).ok_or(Unproved)?
                    }
                };
                line.escaped |= escapes(&self.bytes[at..=close]);
                self.within(at, close)?;
                self.finish(close + 1, line)
            }
            b'{' | b'[' => {
                let end = flow::collection(self.bytes, at)?;
                line.escaped |= escapes(&self.bytes[at..end]);
                self.within(at, end)?;
                line.value = Value::Flow(at..end);
                self.finish(end, line)
            }
            b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b',' | b']' | b'}' | b'\t' => Err(Unproved),
            b'?' | b':' | b'-' if self.blank(at + 1)? => Err(Unproved),
            _ => self.plain(at, parent.ok_or(Unproved)?, line),
        }
    }

    #[inline]
    fn plain(&mut self, at: usize, parent: usize, line: &mut Line) -> Result<(), Unproved> {
        let end = self.line_end(at);
        line.end = end;
        line.value = Value::Plain(at..end);
        self.at = self.after_line(end);
        let mut from = at;
        let mut next = self.peek()?;
        while let Next::Line {
            start,
            indent,
            commented,
        } = next
            && indent > parent
        {
            let last = &self.bytes[from..line.end];
            // A text that goes on behind a comment, and tabs, are for the parser.
            if commented || memchr2(b'#', b'\t', last).is_some() && hides(last) {
                return Err(Unproved);
            }
            let end = self.line_end(start);
            from = start;
            line.value = Value::Long;
            line.end = end;
            self.at = self.after_line(end);
            next = self.peek()?;
        }
        self.ahead = Some(next);
        Ok(())
    }

    fn block_scalar(&mut self, at: usize, parent: usize, line: &mut Line) -> Result<(), Unproved> {
        let mut head = at + 1;
        let mut explicit = None;
        loop {
            match self.byte(head) {
                b'+' | b'-' => {}
                digit @ b'1'..=b'9' if explicit.is_none() => {
                    explicit = Some(usize::from(digit - b'0'))
                }
                _ => break,
            }
            head += 1;
        }
        if head - at > 3 {
            return Err(Unproved);
        }
        line.value = Value::Long;
        self.finish(head, line)?;
        let mut indent = explicit.map(|extra| parent + extra);
        let mut blank = 0;
        while self.at < self.bytes.len() {
            let start = self.at;
            let spaces = spaces(self.bytes, start);
            let here = start + spaces;
            match self.byte(here) {
                b'\n' | b'\r' => {
                    blank = blank.max(spaces);
                    self.at = self.after_line(here);
                    continue;
                }
                b'\t' if indent.is_none_or(|indent| spaces < indent) => return Err(Unproved),
                _ => {}
            }
            let wanted = match indent {
                Some(indent) => indent,
                // The first line with content decides; blank lines before it must not be longer.
                None if spaces > parent => {
                    if blank > spaces {
                        return Err(Unproved);
                    }
                    *indent.insert(spaces)
                }
                None => break,
            };
            if spaces < wanted {
                break;
            }
            line.end = self.line_end(here);
            self.at = self.after_line(line.end);
        }
        Ok(())
    }

    /// The rest of a line behind a value: white space and a comment, or unproved.
    #[inline]
    fn finish(&mut self, mut at: usize, line: &mut Line) -> Result<(), Unproved> {
        line.end = at;
        let spaced = self.byte(at) == b' ';
        while self.byte(at) == b' ' {
            at += 1;
        }
        let comment = self.byte(at) == b'#';
        if at < self.bytes.len() && (comment && !spaced || !self.line_ends(at)) {
            return Err(Unproved);
        }
        self.at = self.after_line(at);
        Ok(())
    }

    /// A document marker inside a value that spans lines ends the document for every reader.
    fn within(&self, from: usize, to: usize) -> Result<(), Unproved> {
        let inside = &self.bytes[from..to];
        if memchr(b'\n', inside).is_none() {
            return Ok(());
        }
        let marked =
            memmem::find(inside, b"\n---").is_some() || memmem::find(inside, b"\n...").is_some();
        if marked { Err(Unproved) } else { Ok(()) }
    }
}

fn hides(line: &[u8]) -> bool {
    memchr(b'\t', line).is_some() || memmem::find(line, b" #").is_some()
}
