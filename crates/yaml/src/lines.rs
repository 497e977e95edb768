//! From byte offsets to the lines and columns people count in.

use std::ops::Range;
use std::sync::OnceLock;

use memchr::{memchr, memrchr};

/// Where the lines of a text begin.
///
/// A line ends with LF, CRLF or a lone CR, as the readers of Kubernetes count them.
/// Only the number of line breaks before each block of the text is kept: one fast pass, and memory of a
/// 512th of the text. Looking up a place reads one block and the characters of one line.
#[derive(Debug, Clone)]
pub struct Lines {
    /// Line breaks that end before or at the start of each block; never empty.
    before: Vec<usize>,
    /// Whether some line ends with a lone CR, so that breaks are more than line feeds.
    lone: bool,
    count: usize,
    /// Characters before each block; made where a line is longer than blocks are.
    passed: OnceLock<Vec<usize>>,
}

/// Bytes. A power of two, and small enough that a count within it fits the fast loop's words.
const BLOCK: usize = 4096;

const BOM: &str = "\u{feff}";

impl Lines {
    /// Counts the lines of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let lone = memchr(b'\r', bytes).is_some_and(|first| {
            memchr::memchr_iter(b'\r', &bytes[first..])
                .any(|at| bytes.get(first + at + 1) != Some(&b'\n'))
        });
        let mut lines = Self {
            before: Vec::with_capacity(bytes.len() / BLOCK + 1),
            lone,
            count: 0,
            passed: OnceLock::new(),
        };
        let mut breaks = 0;
        let mut start = 0;
        loop {
            lines.before.push(breaks);
            let end = (start + BLOCK).min(bytes.len());
            breaks += lines.breaks(bytes, start, end);
            if end == bytes.len() {
                break;
            }
            start = end;
        }
        lines.count = breaks + 1;
        lines
    }

    /// Line breaks that end in `from..to`: each is counted at its last byte.
    fn breaks(&self, bytes: &[u8], from: usize, to: usize) -> usize {
        let block = bytes.get(from..to).unwrap_or_default();
        if self.lone {
            let ends = (from..to).filter(|at| ends_line(bytes, *at));
            return ends.count();
        }
        // Short runs of bytes sum into bytes, which the compiler turns into vector instructions.
        block
            .chunks(128)
            .map(|chunk| {
                let feeds: u8 = chunk.iter().map(|byte| u8::from(*byte == b'\n')).sum();
                usize::from(feeds)
            })
            .sum()
    }

    /// Line and column of the byte at `offset`, both from 1.
    ///
    /// Columns count characters; a byte order mark counts for nothing. An offset behind the
    /// end of the text means its end, one inside a character means that character.
    #[must_use]
    pub fn at(&self, text: &str, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let bytes = text.as_bytes();
        let block = (offset / BLOCK).min(self.before.len() - 1);
        let known = self.before.get(block).copied().unwrap_or(0);
        let line = known + self.breaks(bytes, block * BLOCK, offset) + 1;
        let start = self.start_before(bytes, offset, line - 1);
        (line, self.characters(bytes, start, offset) + 1)
    }

    /// Where the line that holds the byte at `offset` starts, of which `line` are before it.
    fn start_before(&self, bytes: &[u8], offset: usize, line: usize) -> usize {
        if line == 0 {
            return 0;
        }
        // The last block that fewer breaks precede, or the one that `offset` is in, holds the last break.
        let block = self.before.partition_point(|before| *before < line) - 1;
        let to = ((block + 1) * BLOCK).min(offset);
        let before = bytes.get(block * BLOCK..to).unwrap_or_default();
        let found = match self.lone {
            true => (block * BLOCK..to)
                .rev()
                .find(|at| ends_line(bytes, *at))
                .map(|at| at - block * BLOCK),
            false => memrchr(b'\n', before),
        };
        found.map_or(0, |at| block * BLOCK + at + 1)
    }

    /// Characters before `offset` on its line, which starts at `start`.
    fn characters(&self, bytes: &[u8], start: usize, offset: usize) -> usize {
        let count = |from: usize, to: usize| characters(bytes, from..to);
        if offset - start <= 2 * BLOCK {
            return count(start, offset);
        }
        // A line may be all of a text, and asked about often.
        let passed = self.passed.get_or_init(|| {
            let mut sum = 0;
            let blocks = (0..bytes.len()).step_by(BLOCK).map(|from| {
                let before = sum;
                sum += count(from, (from + BLOCK).min(bytes.len()));
                before
            });
            blocks.collect()
        });
        let before = |offset: usize| {
            let block = (offset / BLOCK).min(passed.len().saturating_sub(1));
            passed.get(block).copied().unwrap_or(0) + count(block * BLOCK, offset)
        };
        before(offset) - before(start)
    }

    /// The text of a line (from 1) without its line break and without a byte order mark;
    /// empty for a line that is not there.
    #[must_use]
    pub fn line<'a>(&self, text: &'a str, line: usize) -> &'a str {
        let Some(start) = self.start(text, line) else {
            return "";
        };
        let end = self.start(text, line + 1).unwrap_or(text.len());
        let whole = text.get(start..end).unwrap_or("");
        whole.trim_end_matches(['\n', '\r']).trim_start_matches(BOM)
    }

    /// Byte offset at which a line (from 1) of `text` starts; none for a line that is not there.
    #[must_use]
    pub fn start(&self, text: &str, line: usize) -> Option<usize> {
        let index = line.checked_sub(1)?;
        if index == 0 {
            return Some(0);
        }
        if line > self.count {
            return None;
        }
        let bytes = text.as_bytes();
        // The break that ends the line before stands in the last block that fewer breaks precede.
        let block = self.before.partition_point(|before| *before < index) - 1;
        let skip = index - self.before.get(block).copied()? - 1;
        let mut ends = (block * BLOCK..bytes.len()).filter(|at| match self.lone {
            true => ends_line(bytes, *at),
            false => bytes[*at] == b'\n',
        });
        ends.nth(skip).map(|at| at + 1)
    }

    /// How many lines there are. A text that ends with a line break has an empty last line.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }
}

/// Whether a line break ends with the byte at `at`.
fn ends_line(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(b'\n') => true,
        Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    }
}

/// Characters that begin in a range; byte order marks count for nothing.
fn characters(bytes: &[u8], range: Range<usize>) -> usize {
    let inside = bytes.get(range.clone()).unwrap_or_default();
    let begun = inside.iter().filter(|byte| (**byte as i8) >= -0x40).count();
    let marks = memchr::memchr_iter(0xEF, inside)
        .filter(|at| bytes[range.start + at..].starts_with(BOM.as_bytes()))
        .count();
    begun - marks
}
