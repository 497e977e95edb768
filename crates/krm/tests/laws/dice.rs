//! Choices taken from bytes: a fuzzer's or a generator's.

use serde_json::{Value, json};

/// Bytes that are read as choices; zero for ever once they are used up.
pub(crate) struct Dice<'a>(&'a [u8]);

const WORDS: [&str; 48] = [
    "yes",
    "012",
    "1_000",
    "1e3",
    "null",
    "~",
    "",
    " x",
    "x ",
    "a: b",
    "a #b",
    "- x",
    "'q'",
    "\"",
    "two\nlines",
    "end\n",
    "\n",
    "\n\nx",
    " lead\n  more\n",
    "keep\n\n\n",
    "tab\tx",
    "é",
    "\u{2028}",
    "\u{7}",
    "---",
    "---\na",
    "{",
    "*a",
    "&a",
    "!t",
    "%",
    "@",
    "2024-01-01",
    "0x1f",
    ".inf",
    "=",
    "<<",
    "a\r\nb",
    "x\n---\ny",
    "\u{feff}",
    "name",
    "image",
    "a/b~c",
    "--flag=value",
    "quay.io/prometheus/prometheus:v3.7.2",
    "kind",
    "# no comment",
    "x\n# no comment\n",
];

impl<'a> Dice<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn roll(&mut self) -> usize {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                usize::from(*first)
            }
            None => 0,
        }
    }

    /// Below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.roll() * 256 + self.roll()) % end
    }

    pub(crate) fn word(&mut self) -> String {
        let roll = self.roll();
        if roll < 200 {
            return WORDS[roll % WORDS.len()].to_owned();
        }
        let (text, rest) = self.0.split_at(self.0.len().min(roll - 200));
        self.0 = rest;
        String::from_utf8_lossy(text).into_owned()
    }

    /// A value that stands in no text yet. Never a whole float: Go reads `2.0` back as `2`.
    pub(crate) fn fresh(&mut self, depth: usize) -> Value {
        match self.roll() % if depth == 0 { 8 } else { 12 } {
            0..4 => Value::from(self.word()),
            4 => json!(self.roll().is_multiple_of(2)),
            5 => json!(self.roll() as i64 * 97 - 5_000),
            6 => json!((2.0 * self.roll() as f64 + 1.0) / 8.0),
            7 => [Value::Null, json!({}), json!([])][self.roll() % 3].clone(),
            8 | 9 => (0..1 + self.roll() % 3)
                .map(|_| self.fresh(depth - 1))
                .collect(),
            _ => (0..1 + self.roll() % 3)
                .map(|_| (self.word(), self.fresh(depth - 1)))
                .collect(),
        }
    }
}
