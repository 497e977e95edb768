//! Lines that say nothing about an object's id, stepped over without a word about each: most of a CRD is made of them.

use super::line::{Before, Key, Lexer, Line, Next, Unproved, Value, spaces};

/// What was stepped over.
pub(crate) struct Passed {
    /// End of the last line's content.
    pub(crate) end: usize,
    /// As [`Line::escaped`], of any of them.
    pub(crate) escaped: bool,
}

impl Lexer<'_> {
    /// Steps over lines with a plain key that start right of column `limit`. What it does not step over is left to
    /// [`Lexer::next`], as if it had not been here.
    pub(crate) fn pass(&mut self, limit: usize) -> Result<Option<Passed>, Unproved> {
        let mut passed: Option<Passed> = None;
        loop {
            let (start, indent) = match self.ahead {
                Some(Next::Line { start, indent, .. }) => (start, indent),
                Some(Next::End) => return Ok(passed),
                None => (self.at, spaces(self.bytes, self.at)),
            };
            if indent <= limit {
                return Ok(passed);
            }
            let Some(colon) = self.simple_key(start + indent) else {
                return Ok(passed);
            };
            let passed = passed.get_or_insert(Passed {
                end: colon,
                escaped: false,
            });
            let value = colon + 1 + spaces(self.bytes, colon + 1);
            self.ahead = None;
            if self.line_ends(value) {
                self.before = Before::Open(indent);
                self.at = self.after_line(value);
                passed.end = colon + 1;
                continue;
            }
            self.before = Before::Closed;
            let mut line = Line {
                start,
                indent,
                dash: false,
                column: indent,
                key: Key::Absent,
                value: Value::Empty,
                end: value,
                escaped: false,
            };
            self.value(value, Some(indent), &mut line)?;
            passed.end = line.end;
            passed.escaped |= line.escaped;
        }
    }

    /// The colon behind a key that starts at `at` and needs no second look.
    fn simple_key(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..)?;
        if !bytes.first()?.is_ascii_alphabetic() {
            return None;
        }
        let length = bytes.iter().position(|byte| !IN_KEY[usize::from(*byte)])?;
        let behind = bytes.get(length + 1);
        let ended = matches!(behind, Some(b' ' | b'\n' | b'\r') | None);
        (bytes[length] == b':' && ended).then_some(at + length)
    }
}

const IN_KEY: [bool; 256] = {
    let mut within = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        within[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    within[b'.' as usize] = true;
    within[b'-' as usize] = true;
    within[b'_' as usize] = true;
    within[b'/' as usize] = true;
    within
};
