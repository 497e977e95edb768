//! From byte offsets to the lines and columns people count in.

/// Where the lines of a text begin.
///
/// A line ends with LF, CRLF or a lone CR, as the readers of Kubernetes count them.
/// The table is built once in one pass; looking up a place is a binary search plus a bounded
/// number of characters, also in a text of one endless line.
#[derive(Debug, Clone)]
pub struct Lines {
    /// Byte offset of the first character of each line; never empty.
    starts: Vec<usize>,
    /// Characters before each stretch of [`STRETCH`] bytes.
    passed: Vec<usize>,
}

const BOM: char = '\u{feff}';

const STRETCH: usize = 1_024;

impl Lines {
    /// Finds the line starts of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (offset, byte) in bytes.iter().enumerate() {
            let ends_line = match byte {
                b'\n' => true,
                b'\r' => bytes.get(offset + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends_line {
                starts.push(offset + 1);
            }
        }
        let mut passed = vec![0];
        let mut sum = 0;
        for from in (0..bytes.len()).step_by(STRETCH) {
            sum += characters(bytes, from..(from + STRETCH).min(bytes.len()));
            passed.push(sum);
        }
        Self { starts, passed }
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
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = |offset: usize| {
            let stretch = offset / STRETCH;
            let passed = self.passed.get(stretch).copied().unwrap_or(0);
            passed + characters(text.as_bytes(), stretch * STRETCH..offset)
        };
        (line, before(offset) - before(start) + 1)
    }

    /// The text of a line (from 1) without its line break and without a byte order mark;
    /// empty for a line that is not there.
    #[must_use]
    pub fn line<'a>(&self, text: &'a str, line: usize) -> &'a str {
        let Some(start) = line.checked_sub(1).and_then(|index| self.starts.get(index)) else {
            return "";
        };
        let end = self.starts.get(line).copied().unwrap_or(text.len());
        let whole = text.get(*start..end).unwrap_or("");
        whole.trim_end_matches(['\n', '\r']).trim_start_matches(BOM)
    }

    /// Byte offset at which a line (from 1) starts; none for a line that is not there.
    #[must_use]
    pub fn start(&self, line: usize) -> Option<usize> {
        self.starts.get(line.checked_sub(1)?).copied()
    }

    /// How many lines there are. A text that ends with a line break has an empty last line.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}

/// Number of characters that start in a range of bytes, byte order marks left out.
fn characters(bytes: &[u8], range: std::ops::Range<usize>) -> usize {
    let starts = |at: &usize| {
        let byte = bytes.get(*at).copied().unwrap_or(0x80);
        byte & 0xC0 != 0x80 && !(byte == 0xEF && bytes.get(*at..*at + 3) == Some(b"\xEF\xBB\xBF"))
    };
    range.filter(starts).count()
}
