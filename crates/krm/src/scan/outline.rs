//! One YAML document in outline: its top-level entries, the items of its list and their ids.

use std::ops::Range;

use super::line::{Key, Lexer, Line, Unproved, Value};
use super::pass::Passed;
use super::probe::Probe;

/// A block-style document whose top level is a mapping at column 0.
#[derive(Debug)]
pub(crate) struct Outline {
    /// Of the document itself.
    pub(crate) probe: Probe,
    /// Its top-level entries.
    pub(crate) entries: Vec<Entry>,
    /// The elements of a top-level `items:`.
    pub(crate) items: Option<Items>,
    /// Whether some scalar in it may say what its bytes do not show.
    pub(crate) escaped: bool,
    /// Where the document's lines end: a document marker or the end of the text.
    pub(crate) end: usize,
}

/// A top-level entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Bytes of its key; empty when the key is quoted.
    pub(crate) key: Range<usize>,
    /// Start of its line.
    pub(crate) start: usize,
    /// End of its content, without the line break.
    pub(crate) end: usize,
}

/// A top-level `items:`.
#[derive(Debug)]
pub(crate) struct Items {
    /// Which entry it is.
    pub(crate) entry: usize,
    /// Column of the dashes; none for `items: []` and `items:` without a list.
    pub(crate) dash: Option<usize>,
    /// Whether the value is anything but `[]`, nothing, or a block list.
    pub(crate) odd: bool,
    /// Whether it is written as `[]`.
    pub(crate) brackets: bool,
    /// The elements.
    pub(crate) list: Vec<Item>,
}

/// An element of `items`.
#[derive(Debug)]
pub(crate) struct Item {
    /// Start of the line with its dash.
    pub(crate) start: usize,
    /// End of its content, without the line break.
    pub(crate) end: usize,
    /// Offset of its first key.
    pub(crate) body: usize,
    /// Its id.
    pub(crate) probe: Option<Probe>,
    /// Whether some scalar in it may say what its bytes do not show.
    pub(crate) escaped: bool,
}

/// Reads a document whose first line starts at `at`.
pub(crate) fn outline(bytes: &[u8], at: usize) -> Result<Outline, Unproved> {
    let mut lexer = Lexer::new(bytes, at);
    let mut outline = Outline {
        probe: Probe::new(0),
        entries: Vec::new(),
        items: None,
        escaped: false,
        end: at,
    };
    let mut listing = false;
    loop {
        if let Some(passed) = lexer.pass(outline.limit(listing))? {
            outline.extend(listing, &passed);
        }
        let Some(line) = lexer.next()? else { break };
        let top = line.indent == 0 && !line.dash;
        if top {
            listing = outline.entry(bytes, &line)?;
        } else if outline.entries.is_empty() {
            return Err(Unproved);
        }
        if listing && !top {
            outline.items.as_mut().ok_or(Unproved)?.line(bytes, &line)?;
        }
        outline.probe.line(bytes, &line, line.indent);
        outline.escaped |= line.escaped;
        if let Some(entry) = outline.entries.last_mut() {
            entry.end = line.end;
        }
    }
    outline.end = lexer.position();
    Ok(outline)
}

impl Outline {
    /// Plain lines right of this column only make longer what they stand in.
    fn limit(&self, listing: bool) -> usize {
        let items = match &self.items {
            Some(items) if listing => items.limit(),
            _ => 0,
        };
        match self.entries.is_empty() {
            true => usize::MAX,
            false => self.probe.limit().max(items),
        }
    }

    fn extend(&mut self, listing: bool, passed: &Passed) {
        self.escaped |= passed.escaped;
        if let Some(entry) = self.entries.last_mut() {
            entry.end = passed.end;
        }
        if let Some(items) = self.items.as_mut().filter(|_| listing)
            && let Some(item) = items.list.last_mut()
        {
            item.end = passed.end;
            item.escaped |= passed.escaped;
        }
    }

    /// Takes a top-level entry; tells whether it is `items`.
    fn entry(&mut self, bytes: &[u8], line: &Line) -> Result<bool, Unproved> {
        let key = match &line.key {
            Key::Plain(key) => key.clone(),
            Key::Quoted => line.start..line.start,
            Key::Absent => return Err(Unproved),
        };
        let items = &bytes[key.clone()] == b"items";
        if items {
            if self.items.is_some() {
                return Err(Unproved);
            }
            let brackets =
                matches!(&line.value, Value::Flow(range) if &bytes[range.clone()] == b"[]");
            let odd = !brackets && line.value != Value::Empty;
            self.items = Some(Items {
                entry: self.entries.len(),
                dash: None,
                odd,
                brackets,
                list: Vec::new(),
            });
        }
        self.entries.push(Entry {
            key,
            start: line.start,
            end: line.end,
        });
        Ok(items)
    }

    /// The entry with a plain key.
    pub(crate) fn find(&self, bytes: &[u8], key: &str) -> Option<usize> {
        self.entries
            .iter()
            .position(|entry| &bytes[entry.key.clone()] == key.as_bytes())
    }
}

impl Items {
    fn limit(&self) -> usize {
        let probe = self.list.last().and_then(|item| item.probe.as_ref());
        match (self.dash, probe) {
            (Some(dash), Some(probe)) => probe.limit().max(dash),
            _ => usize::MAX,
        }
    }

    #[inline]
    fn line(&mut self, bytes: &[u8], line: &Line) -> Result<(), Unproved> {
        let Some(dash) = self.dash else {
            if line.dash {
                self.dash = Some(line.indent);
                return self.item(bytes, line);
            }
            // `items` is a mapping.
            self.odd = true;
            return Ok(());
        };
        if line.indent == dash && line.dash {
            return self.item(bytes, line);
        }
        let Some(item) = self.list.last_mut() else {
            return Ok(());
        };
        if line.indent <= dash {
            return Err(Unproved);
        }
        item.end = line.end;
        item.escaped |= line.escaped;
        match &mut item.probe {
            Some(probe) => probe.line(bytes, line, line.indent),
            None => {
                item.body = line.start + line.indent;
                let mut probe = Probe::new(line.indent);
                probe.line(bytes, line, line.indent);
                item.probe = Some(probe);
            }
        }
        Ok(())
    }

    fn item(&mut self, bytes: &[u8], line: &Line) -> Result<(), Unproved> {
        let empty = line.key == Key::Absent && line.value == Value::Empty;
        let probe = (!empty).then(|| {
            let mut probe = Probe::new(line.column);
            if line.key == Key::Absent
                || bytes[line.start + line.indent + 1..line.start + line.column].contains(&b'-')
            {
                // A scalar, a flow collection or a list in the list.
                probe.give_up();
            } else {
                probe.line(bytes, line, line.column);
            }
            probe
        });
        self.list.push(Item {
            start: line.start,
            end: line.end,
            body: line.start + line.column,
            probe,
            escaped: line.escaped,
        });
        Ok(())
    }
}
