//! What earlier runs found: a unit that has not changed since is not judged again.
//!
//! Policies are pure: the same bytes under the same terms get the same answer. One file holds the answers of the last
//! run over the same paths, one a line, each under the digest of all that it depends on. It lies in a folder that only
//! this user or root can have written to, since a forged answer would be a forged pass; what cannot be read there is judged
//! anew. A unit whose Secrets were read has no entry: nothing of a Secret is written anywhere.

mod entry;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Read;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use krmguard_engine::{Cache, Directory};
use sha2::{Digest, Sha256};

pub(crate) use entry::{Entry, Heard};

/// The first line of a file: another layout, or another krmguard, and nothing in it counts.
const LAYOUT: &str = "krmguard results 1";

/// SHA-256 of all that an answer depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 32]);

/// Collects what an answer depends on; each part with its length, so that no two lists of parts are spelled alike.
#[derive(Clone)]
pub(crate) struct Digester(Sha256);

impl Digester {
    pub(crate) fn new() -> Digester {
        Digester(Sha256::new())
    }

    pub(crate) fn part(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    pub(crate) fn key(self) -> Key {
        Key(self.0.finalize().into())
    }
}

impl Key {
    pub(crate) fn hex(self) -> String {
        self.0.iter().fold(String::new(), |mut all, byte| {
            let _ = write!(all, "{byte:02x}");
            all
        })
    }
}

/// The answers of the last run, and those of this one.
pub(crate) struct Ledger {
    place: Option<Place>,
    text: String,
    known: HashMap<String, Range<usize>>,
    /// This run's lines, in no order.
    lines: Mutex<Vec<Line>>,
}

struct Place {
    directory: Directory,
    name: String,
}

enum Line {
    /// As it stood there.
    Kept(Range<usize>),
    New(String),
}

impl Ledger {
    /// Remembers nothing.
    pub(crate) fn off() -> Ledger {
        Ledger {
            place: None,
            text: String::new(),
            known: HashMap::new(),
            lines: Mutex::default(),
        }
    }

    /// The file of the runs that `scope` names. Never an error: without it every unit is judged.
    pub(crate) fn open(cache: &Cache, scope: Key) -> Ledger {
        let Cache::Dir(path) = cache else {
            return Ledger::off();
        };
        let Ok(directory) = Directory::open(path) else {
            return Ledger::off();
        };
        let name = format!("{}.results", &scope.hex()[..32]);
        let mut text = String::new();
        if let Some(file) = directory.read(&name)
            && file.file().read_to_string(&mut text).is_err()
        {
            text.clear();
        }
        Ledger {
            known: index(&text),
            text,
            place: Some(Place { directory, name }),
            lines: Mutex::default(),
        }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.place.is_some()
    }

    /// What was found under these terms.
    pub(crate) fn get(&self, key: Key) -> Option<Entry> {
        let line = self.known.get(&key.hex())?;
        let entry = entry(self.text.get(line.clone())?)?;
        self.lines().push(Line::Kept(line.clone()));
        Some(entry)
    }

    /// Keeps what was found.
    pub(crate) fn put(&self, key: Key, entry: &Entry) {
        if self.is_on()
            && let Ok(json) = serde_json::to_string(entry)
        {
            let line = format!("{} {} {json}", key.hex(), checksum(&json));
            self.lines().push(Line::New(line));
        }
    }

    /// Writes this run's answers in the place of the last one's. Two runs at once: the later one's stay.
    pub(crate) fn close(self) {
        let Some(Place { directory, name }) = self.place else {
            return;
        };
        let lines = self
            .lines
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let new = lines.iter().any(|line| matches!(line, Line::New(_)));
        if !new && lines.len() == self.known.len() {
            return;
        }
        let mut text = format!("{LAYOUT}\n");
        for line in &lines {
            text.push_str(match line {
                Line::Kept(range) => self.text.get(range.clone()).unwrap_or_default(),
                Line::New(line) => line,
            });
            text.push('\n');
        }
        if let Err(why) = directory.write(&name, text.as_bytes()) {
            tracing::debug!("results were not kept: {why}");
        }
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where each line stands, by its key. Its answer is looked at only when it is asked for.
fn index(text: &str) -> HashMap<String, Range<usize>> {
    let mut at = LAYOUT.len() + 1;
    let Some(lines) = text
        .strip_prefix(LAYOUT)
        .and_then(|text| text.strip_prefix('\n'))
    else {
        return HashMap::new();
    };
    let mut known = HashMap::new();
    for line in lines.split_inclusive('\n') {
        let whole = line.strip_suffix('\n');
        if let Some((key, _)) = whole.and_then(|line| line.split_once(' ')) {
            known.insert(key.to_owned(), at..at + line.len() - 1);
        }
        at += line.len();
    }
    known
}

/// None where a line is not what was written: a disk that was full, a byte that turned.
fn entry(line: &str) -> Option<Entry> {
    let (_, rest) = line.split_once(' ')?;
    let (sum, json) = rest.split_once(' ')?;
    (sum == checksum(json)).then(|| serde_json::from_str(json).ok())?
}

fn checksum(text: &str) -> String {
    Key(Sha256::digest(text).into()).hex()[..16].to_owned()
}
