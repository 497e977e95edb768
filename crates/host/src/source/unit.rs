//! What is judged as one, and where each of its objects stands.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use krm::{Input, Location, Text};
use krmguard_engine::Stage;
use serde_json::Value;

use super::composed::Composed;
use super::sources::Sources;
use crate::kustomization::Blueprint;
use crate::policyset::PolicySet;
use crate::report::{ObjectRef, Place};
use crate::trouble::Trouble;

/// What is judged as one: ids are unique and references resolve within it.
#[derive(Debug)]
pub(crate) struct Unit {
    /// As the user wrote it, or `<stdin>`.
    pub(crate) name: String,
    /// What `--role` alone names the cluster: the file's name without its ending.
    pub(crate) stem: Option<String>,
    /// The manifests.
    pub(crate) files: Files,
    /// Manifests that lie beside a kustomization and that nothing lists: in no build's output.
    pub(crate) beside: Files,
    /// What is made of a kustomization for policies to look at.
    pub(crate) composed: Vec<Composed>,
    pub(crate) brought: Brought,
    pub(crate) stage: Stage,
    pub(crate) complete: bool,
    /// How it is built, if it can be.
    pub(crate) blueprint: Option<Blueprint>,
    /// What became of that; None where there is nothing to build.
    pub(crate) build: Option<Build>,
}

/// What became of building an overlay.
#[derive(Debug)]
pub(crate) enum Build {
    /// The unit's manifests are what came of it.
    Done {
        /// The files that they were built from.
        sources: Sources,
        /// Charts that are not the ones they are named after.
        stand_ins: Vec<String>,
    },
    /// The unit's manifests are its sources. Why, in a few words.
    NotDone(String),
}

/// The policies that a unit brings along.
#[derive(Debug)]
pub(crate) enum Brought {
    /// The functionConfig of its ResourceList, where it is one.
    FunctionConfig,
    /// Those that its kustomization lists, in the order in which a build runs them; and that kustomization.
    Listed {
        kustomization: String,
        sets: Vec<Listed>,
    },
}

/// A PolicySet in a kustomization.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) set: PolicySet<'static>,
    pub(crate) under: Under,
}

/// The list of a kustomization that a function stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Under {
    Generators,
    /// What it prints is the build's output.
    Transformers,
    /// It may only say no.
    Validators,
}

/// Where an object of a unit comes from; by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Seat {
    /// Which file and which object in it.
    File(usize, usize),
    /// Which unlisted file and which object in it.
    Beside(usize, usize),
    Composed(usize),
}

impl Seat {
    /// Which document of its file.
    pub(crate) fn index(self) -> Option<usize> {
        match self {
            Seat::File(_, index) | Seat::Beside(_, index) => Some(index),
            Seat::Composed(_) => None,
        }
    }
}

impl Unit {
    /// Manifests alone, which nothing lists and which are judged for themselves.
    pub(crate) fn of_manifests(name: &str, inputs: Vec<Input>) -> Unit {
        Unit {
            name: name.to_owned(),
            stem: None,
            files: Files::new(inputs),
            beside: Files::default(),
            composed: Vec::new(),
            brought: Brought::FunctionConfig,
            stage: Stage::Source,
            complete: false,
            blueprint: None,
            build: None,
        }
    }

    /// The manifests.
    pub(crate) fn inputs(&self) -> &[Input] {
        &self.files.inputs
    }

    /// Lets go of the manifests, which nobody asks for any more.
    pub(crate) fn forget_texts(&mut self) {
        self.files = Files::default();
        self.beside = Files::default();
        self.composed = Vec::new();
    }

    /// How many objects there are.
    pub(crate) fn len(&self) -> usize {
        self.files.len() + self.beside.len() + self.composed.len()
    }

    /// Where a field of an object stands: its pointer, and bytes of the string there.
    pub(crate) fn place(
        &self,
        seat: Seat,
        (pointer, range): (&str, Option<(u32, u32)>),
        object: &ObjectRef,
    ) -> Option<Place> {
        match seat {
            Seat::File(which, index) if let Some(Build::Done { sources, .. }) = &self.build => {
                sources.place(
                    self.files.inputs.get(which)?,
                    index,
                    (pointer, range),
                    object,
                )
            }
            Seat::File(which, index) => self.files.place(which, index, (pointer, range), object),
            Seat::Beside(which, index) => self.beside.place(which, index, (pointer, range), object),
            Seat::Composed(which) => self.composed.get(which)?.places.at(pointer, range),
        }
    }
}

/// Files of manifests.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) inputs: Vec<Input>,
    /// Of the objects that something is said about, by file and object.
    lines: Mutex<HashMap<(usize, usize), Arc<Text>>>,
}

impl Files {
    pub(crate) fn new(inputs: Vec<Input>) -> Files {
        Files {
            inputs,
            lines: Mutex::default(),
        }
    }

    fn len(&self) -> usize {
        self.inputs.iter().map(Input::len).sum()
    }

    /// The lines on which an object stands, and where they start. They outlive the file, which may be large: a finding
    /// keeps no more of it than may be shown.
    fn lines_of(&self, input: &Input, (which, index): (usize, usize)) -> (Arc<Text>, usize) {
        let (text, object) = (input.text(), input.span(index));
        let start = text[..object.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[object.end..].find('\n');
        let end = end.map_or(text.len(), |length| object.end + length + 1);
        let mut kept = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = kept
            .entry((which, index))
            .or_insert_with(|| Arc::new(text[start..end].into()));
        (Arc::clone(lines), start)
    }

    pub(super) fn place(
        &self,
        which: usize,
        index: usize,
        (pointer, range): (&str, Option<(u32, u32)>),
        object: &ObjectRef,
    ) -> Option<Place> {
        let input = self.inputs.get(which)?;
        let Location {
            file,
            line,
            column,
            span,
            exact,
        } = input.locate(index, pointer, range);
        let document = input.span(index);
        let (source, start) = self.lines_of(input, (which, index));
        let moved = |range: Range<usize>| range.start - start..range.end - start;
        Some(Place {
            file,
            line,
            column,
            span: moved(span),
            document: moved(document),
            source,
            start,
            exact,
            in_secret: object.is_secret(),
        })
    }
}

/// A file of configuration that was read once and is pointed into.
#[derive(Debug)]
pub(crate) struct Sheet {
    page: krm::Page,
}

impl Sheet {
    pub(crate) fn read(name: &str, bytes: Vec<u8>) -> Result<Sheet, Trouble> {
        Ok(Sheet {
            page: krm::Page::read(name, bytes)?,
        })
    }

    /// As the user wrote it.
    pub(crate) fn name(&self) -> &str {
        self.page.name()
    }

    pub(crate) fn value(&self) -> &Value {
        self.page.value()
    }

    pub(crate) fn page(&self) -> &krm::Page {
        &self.page
    }

    /// Where a field stands, or its nearest parent.
    pub(crate) fn place(&self, pointer: &str, range: Option<(u32, u32)>) -> Place {
        self.at(self.page.locate(pointer, range))
    }

    /// A complaint about the value at `pointer`.
    pub(crate) fn trouble(&self, pointer: &str, what: impl Into<String>) -> Trouble {
        let at = self.page.locate(pointer, None);
        Trouble::new(what)
            .in_file(self.name())
            .at(at.line, at.column)
    }

    /// A complaint about the key of the entry at `pointer`.
    pub(crate) fn trouble_at_key(&self, pointer: &str, what: impl Into<String>) -> Trouble {
        let at = self.page.locate_key(pointer);
        Trouble::new(what)
            .in_file(self.name())
            .at(at.line, at.column)
    }

    fn at(&self, location: Location) -> Place {
        Place {
            file: location.file,
            line: location.line,
            column: location.column,
            span: location.span,
            document: self.page.span(),
            source: Arc::clone(self.page.shared_text()),
            start: 0,
            exact: location.exact,
            in_secret: false,
        }
    }
}
