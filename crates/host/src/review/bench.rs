//! The objects of a unit while it is judged: what they were, what edits made of them, where they stand.

use std::collections::HashSet;

use krm::patch::Trace;
use krm::{Change, Changes, Input, ReadError, ResourceId};
use krmguard_engine::{Form, Profile};
use serde_json::Value;

use super::{Hints, hint};
use crate::report::{ObjectRef, Origin, Place};
use crate::source::{Build, Seat, Unit};

/// All objects that some policy selects, as they are by now.
pub(crate) struct Bench<'u> {
    pub(super) unit: &'u Unit,
    pub(crate) items: Vec<Item>,
    /// Objects that a policy selects but that provably concern none: they were not parsed.
    withheld: usize,
}

/// One object.
pub(crate) struct Item {
    /// None where a policy created it.
    pub(crate) seat: Option<Seat>,
    pub(crate) form: Form,
    /// Whether it is a source beside a unit that was built.
    pub(crate) is_source: bool,
    /// What policies are told about it beside its content.
    pub(crate) extra: Vec<(String, String)>,
    /// As it was read: edits do not rename what is reported.
    pub(crate) object: ObjectRef,
    /// None once it is deleted.
    pub(crate) value: Option<Value>,
    /// The value as read, kept from the first edit on.
    original: Option<Value>,
    /// How pointers into `value` lead back to pointers into the original.
    traces: Vec<Trace>,
    /// Whether a policy saw it.
    pub(crate) judged: bool,
}

impl<'u> Bench<'u> {
    /// Parses what one of `policies` wants, and nothing else.
    pub(crate) fn new(
        unit: &'u Unit,
        policies: &[&Profile],
        hints: Hints,
    ) -> (Bench<'u>, Vec<ReadError>) {
        let mut bench = Bench {
            unit,
            items: Vec::new(),
            withheld: 0,
        };
        let mut unreadable = Vec::new();
        let wishes = Wishes { policies, hints };
        let files = &unit.files.inputs;
        bench.take(files, Seat::File, &[], wishes, &mut unreadable);
        let unlisted = [("listed".to_owned(), "false".to_owned())];
        let beside = &unit.beside.inputs;
        bench.take(beside, Seat::Beside, &unlisted, wishes, &mut unreadable);
        for (which, composed) in unit.composed.iter().enumerate() {
            let id = &composed.object;
            let (group, version) = group_version(&id.api_version);
            let mut selectors = policies.iter().flat_map(|policy| &policy.selectors);
            if selectors.any(|selector| selector.matches(group, version, &id.kind, composed.form)) {
                bench.items.push(Item {
                    extra: composed.extra.clone(),
                    form: composed.form,
                    ..Item::new(
                        Some(Seat::Composed(which)),
                        id.clone(),
                        composed.value.clone(),
                    )
                });
            }
        }
        let built = matches!(unit.build, Some(Build::Done { .. }));
        for item in &mut bench.items {
            item.is_source = built && !item.in_output();
        }
        (bench, unreadable)
    }

    fn take(
        &mut self,
        inputs: &[Input],
        seat: fn(usize, usize) -> Seat,
        extra: &[(String, String)],
        wishes: Wishes<'_>,
        unreadable: &mut Vec<ReadError>,
    ) {
        for (which, input) in inputs.iter().enumerate() {
            for index in 0..input.len() {
                let id = input.id(index);
                match wishes.interest(input, index) {
                    Interest::None => continue,
                    Interest::Disproved => {
                        self.withheld += 1;
                        continue;
                    }
                    Interest::Some => {}
                }
                match input.value(index) {
                    Ok(value) => self.items.push(Item {
                        extra: extra.to_vec(),
                        ..Item::new(Some(seat(which, index)), object_ref(id), value)
                    }),
                    Err(error) => unreadable.push(error),
                }
            }
        }
    }

    /// How many objects were judged: a withheld one is, since nothing in it concerns the policies.
    pub(crate) fn judged(&self) -> usize {
        self.items.iter().filter(|item| item.judged).count() + self.withheld
    }

    /// The ids of the objects that nobody selected, and which therefore stay as they are. Objects that get
    /// their name from the API server have none yet.
    pub(crate) fn untouched_ids(&self) -> Vec<ObjectRef> {
        let held: HashSet<Seat> = self.items.iter().filter_map(|item| item.seat).collect();
        let mut ids = Vec::new();
        for (which, input) in self.unit.inputs().iter().enumerate() {
            let untouched =
                (0..input.len()).filter(|index| !held.contains(&Seat::File(which, *index)));
            ids.extend(
                untouched
                    .filter(|index| !input.generated(*index))
                    .map(|index| object_ref(input.id(index))),
            );
        }
        ids
    }

    /// Puts what a policy's edits made of an object in its place.
    pub(crate) fn edit(&mut self, item: usize, value: Option<Value>, traces: Vec<Trace>) {
        let Some(item) = self.items.get_mut(item) else {
            return;
        };
        let before = std::mem::replace(&mut item.value, value);
        if item.seat.is_some() && item.original.is_none() {
            item.original = before;
        }
        item.traces.extend(traces);
    }

    /// Adds an object that a policy created.
    pub(crate) fn create(&mut self, object: ObjectRef, value: Value) {
        self.items.push(Item::new(None, object, value));
    }

    /// Where the field that `pointer` means in the item's present value stands in the source: its pointer
    /// there, and its place. `range` counts bytes of the decoded string at `pointer`. No place for what a
    /// policy created.
    pub(crate) fn place(
        &self,
        item: &Item,
        pointer: &str,
        range: Option<(u32, u32)>,
    ) -> (String, Option<Place>) {
        let (back, range) = item.back(pointer, range);
        let place = item
            .seat
            .and_then(|seat| self.unit.place(seat, (&back, range), &item.object));
        (back, place)
    }

    /// How many objects differ from what was read, created and deleted ones included. What stands in no manifest
    /// does not count: nothing is written there.
    pub(crate) fn changed(&self) -> usize {
        let written = |item: &&Item| item.in_output() && item.is_changed();
        self.items.iter().filter(written).count()
    }

    /// What to write into each file. Created objects go to the last one.
    pub(crate) fn into_changes(self) -> Vec<Changes> {
        let files = self.unit.inputs().iter();
        let mut changes: Vec<Changes> = files.map(|_| Changes::default()).collect();
        for item in self.items.into_iter().filter(Item::is_changed) {
            match (item.seat, item.value) {
                (Some(Seat::File(which, index)), value) => {
                    if let Some(changes) = changes.get_mut(which) {
                        changes
                            .objects
                            .insert(index, value.map_or(Change::Delete, Change::Replace));
                    }
                }
                (None, Some(value)) => {
                    if let Some(last) = changes.last_mut() {
                        last.created.push(value);
                    }
                }
                (Some(Seat::Beside(..) | Seat::Composed(_)) | None, _) => {}
            }
        }
        changes
    }
}

/// What the policies of a unit make of an object before it is parsed.
enum Interest {
    /// None selects it.
    None,
    /// Its text proves that it has nothing that those who select it look for.
    Disproved,
    Some,
}

/// What the policies of a unit are told of.
#[derive(Clone, Copy)]
struct Wishes<'p> {
    policies: &'p [&'p Profile],
    hints: Hints,
}

impl Wishes<'_> {
    fn interest(self, input: &Input, index: usize) -> Interest {
        let id = input.id(index);
        let (group, version) = (id.group(), id.version());
        let mut interest = Interest::None;
        for policy in self.policies {
            let mut selectors = policy
                .selectors
                .iter()
                .filter(|selector| selector.matches(group, version, &id.kind, Form::Manifest))
                .peekable();
            if selectors.peek().is_none() {
                continue;
            }
            if self.hints == Hints::Ignored || !hint::disproved(selectors, input, index) {
                return Interest::Some;
            }
            interest = Interest::Disproved;
        }
        interest
    }
}

impl Item {
    fn new(seat: Option<Seat>, object: ObjectRef, value: Value) -> Item {
        Item {
            seat,
            form: Form::Manifest,
            is_source: false,
            extra: Vec::new(),
            object,
            value: Some(value),
            original: None,
            traces: Vec::new(),
            judged: false,
        }
    }

    /// Whether it is an object of what the unit hands over: ids are unique among these.
    pub(crate) fn in_output(&self) -> bool {
        matches!(self.seat, Some(Seat::File(..)) | None)
    }

    /// What a pointer into the present value is in the source. The range is dropped where the string at `pointer`
    /// is not the one in the source.
    pub(crate) fn back(
        &self,
        pointer: &str,
        range: Option<(u32, u32)>,
    ) -> (String, Option<(u32, u32)>) {
        let mut back = pointer.to_owned();
        for trace in self.traces.iter().rev() {
            back = trace.back(&back);
        }
        let unchanged = self.original.as_ref().is_none_or(|original| {
            let now = self.value.as_ref().and_then(|value| value.pointer(pointer));
            now.is_some() && original.pointer(&back) == now
        });
        (back, range.filter(|_| unchanged))
    }

    fn is_changed(&self) -> bool {
        match (&self.seat, &self.original) {
            (None, _) => self.value.is_some(),
            (Some(_), None) => false,
            (Some(_), Some(original)) => self.value.as_ref() != Some(original),
        }
    }

    /// The object as it was read.
    fn as_read(&self) -> Option<&Value> {
        self.original.as_ref().or(self.value.as_ref())
    }

    /// Where a KRM host says the object came from. The older annotations count where the newer are absent.
    pub(crate) fn origin(&self) -> Option<Origin> {
        let annotations = self.as_read()?.pointer("/metadata/annotations")?;
        let said = |name: &str| {
            ["internal.config.kubernetes.io/", "config.kubernetes.io/"]
                .iter()
                .find_map(|prefix| annotations.get(format!("{prefix}{name}")))
        };
        let index = match said("index") {
            Some(Value::String(text)) => text.parse().ok(),
            Some(Value::Number(number)) => number
                .as_u64()
                .and_then(|number| u32::try_from(number).ok()),
            _ => None,
        };
        Some(Origin {
            path: said("path")?.as_str()?.to_owned(),
            index: index.unwrap_or(0),
        })
    }
}

/// The group (empty for the core group) and the version that an apiVersion names.
pub(crate) fn group_version(api_version: &str) -> (&str, &str) {
    api_version.rsplit_once('/').unwrap_or(("", api_version))
}

pub(crate) fn object_ref(id: &ResourceId) -> ObjectRef {
    ObjectRef {
        api_version: id.api_version.clone(),
        kind: id.kind.clone(),
        namespace: id.namespace.clone(),
        name: id.name.clone(),
    }
}

/// Who a value says it is; None where it lacks a part of that.
pub(crate) fn identity(value: &Value) -> Option<ObjectRef> {
    let text = |pointer: &str| {
        value
            .pointer(pointer)?
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    Some(ObjectRef {
        api_version: text("/apiVersion")?,
        kind: text("/kind")?,
        namespace: text("/metadata/namespace"),
        name: text("/metadata/name").or_else(|| text("/metadata/generateName"))?,
    })
}
