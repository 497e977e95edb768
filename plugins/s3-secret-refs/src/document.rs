//! Documents that configure an object store: those that a component reads, and those that look like one.

mod credentials;
mod encoding;
mod expansion;
mod found;
mod paths;
pub(crate) mod placeholder;
pub mod schema;
mod shape;
mod transport;

use std::ops::Range;

use krmguard_sdk::{Draft, Embedded, NotYaml, Outcome, Resource, ResourceSet};
use serde_json::Value;

use crate::config::Config;
use crate::consumer::{Consumer, Job};
use crate::generated;
use crate::origin::Rendered;
use crate::yielded::Kind;

pub(crate) use found::{NEEDLES, all};

/// One document.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    /// The object that it stands in.
    pub(crate) resource: &'a Resource,
    /// Where the string with it stands.
    pub(crate) at: String,
    /// How many bytes of that string come before it; `None` where the string is base64.
    pub(crate) base: Option<usize>,
    pub(crate) text: String,
    pub(crate) within: Within,
    /// The components that read it, as indexes.
    pub(crate) users: Vec<usize>,
    pub(crate) yaml: Result<Embedded, NotYaml>,
}

/// What a document is written in.
#[derive(Clone, Debug)]
pub(crate) enum Within {
    Key {
        kind: Kind,
        key: String,
    },
    /// An argument or variable of a container.
    Container,
}

impl Document<'_> {
    /// The document as messages name it.
    pub(crate) fn name(&self) -> String {
        match &self.within {
            Within::Key { key, .. } => format!("`{key}`"),
            Within::Container => "the configuration in the container".to_owned(),
        }
    }

    /// Puts a finding on bytes of the document; where the string is base64, on the whole of it.
    pub(crate) fn place<'d>(&self, draft: Draft<'d>, range: Range<usize>) -> Draft<'d> {
        let draft = draft.at(&*self.at);
        match self.base {
            Some(base) => draft.range(base + range.start..base + range.end),
            None => draft.sensitive(),
        }
    }

    /// Puts a finding on the key that names a value, or on what is nearest to it.
    pub(crate) fn at_key<'d>(&self, draft: Draft<'d>, pointer: &str) -> Draft<'d> {
        let range = self
            .yaml
            .as_ref()
            .ok()
            .and_then(|yaml| yaml.key_range(pointer).or_else(|| yaml.nearest(pointer)));
        self.place(draft, range.unwrap_or(0..0))
    }

    /// Puts a finding on a value, or on what is nearest to it.
    pub(crate) fn at_value<'d>(&self, draft: Draft<'d>, pointer: &str) -> Draft<'d> {
        let range = self
            .yaml
            .as_ref()
            .ok()
            .and_then(|yaml| yaml.range(pointer).or_else(|| yaml.nearest(pointer)));
        self.place(draft, range.unwrap_or(0..0))
    }

    /// A value of it.
    pub(crate) fn value(&self, pointer: &str) -> Option<&Value> {
        self.yaml.as_ref().ok()?.at(pointer)
    }

    /// A string of it that is known before start: no variable, no placeholder.
    pub(crate) fn settled(&self, pointer: &str, config: &Config) -> Option<&str> {
        let text = self.value(pointer)?.as_str()?;
        (!is_open(text, config)).then_some(text)
    }

    /// Whether it configures S3.
    pub(crate) fn is_s3(&self) -> bool {
        self.value("/type")
            .and_then(Value::as_str)
            .is_some_and(|name| name.eq_ignore_ascii_case("S3"))
    }
}

/// Whether a text waits for something to be put in.
pub(crate) fn is_open(text: &str, config: &Config) -> bool {
    text.contains("$(") || placeholder::is_in(text, &config.placeholders)
}

/// Judges every document.
pub(crate) fn review(
    documents: &[Document<'_>],
    consumers: &[Consumer<'_>],
    config: &Config,
    set: &ResourceSet,
    out: &mut Outcome,
) {
    let rendered = Rendered::of(set);
    // Patches of a source overlay may add what a container lacks.
    let patched = generated::patched(set);
    for document in documents {
        placeholder::review(document, config, &rendered, out);
        if !patched {
            expansion::review(document, consumers, out);
        }
        if document.text.is_empty() || is_null(document) {
            empty(document, consumers, out);
            continue;
        }
        shape::review(document, config, out);
        if document.is_s3() {
            credentials::line_breaks(document, out);
            credentials::literal(document, config, set, out);
            if !patched {
                paths::review(document, consumers, config, out);
            }
            transport::review(document, config, out);
        }
    }
}

/// Judges what stands in manifests that no kustomization lists: they are not applied as they are, but their keys are in
/// Git all the same (S306), and their placeholders wait for somebody (S318).
pub(crate) fn review_unlisted(
    consumers: &[Consumer<'_>],
    config: &Config,
    set: &ResourceSet,
    out: &mut Outcome,
) {
    let rendered = Rendered::of(set);
    for document in found::unlisted(set, consumers) {
        placeholder::review(&document, config, &rendered, out);
        if document.is_s3() {
            credentials::literal(&document, config, set, out);
        }
    }
}

fn is_null(document: &Document<'_>) -> bool {
    let value = document.yaml.as_ref().map(Embedded::value);
    matches!(value, Ok(None | Some(Value::Null))) && !document.text.contains("$(")
}

/// S304 and S314: receivers and rulers take a file without a byte for "no object store"; nothing else does.
fn empty(document: &Document<'_>, consumers: &[Consumer<'_>], out: &mut Outcome) {
    let users = document
        .users
        .iter()
        .filter_map(|&index| consumers.get(index));
    let tolerated = document.text.is_empty()
        && users
            .clone()
            .all(|user| matches!(user.job, Job::Receive | Job::Rule));
    let name = document.name();
    let (rule, message) = if tolerated {
        (
            "S314",
            format!(
                "{name} is empty: blocks are never uploaded, and Thanos goes on without a word"
            ),
        )
    } else {
        ("S304", format!("{name} is empty: Thanos ends at start"))
    };
    let mut draft = out
        .find(rule, document.resource)
        .say(message)
        .remedy("write the object store's `type` and `config` into it")
        .at(&*document.at);
    for user in users {
        draft = draft.note_at(user.resource, "", format!("{} reads it", user.resource));
    }
}
