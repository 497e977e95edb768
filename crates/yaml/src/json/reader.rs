//! The walk over the tree: aliases followed, merge keys applied, nothing without a limit.

use std::collections::HashMap;
use std::{mem, slice};

use serde_json::Value;

use super::object::{OWN, Object, Origin};
use super::{is_merge, scalar};
use crate::parse::DEPTH_CEILING;
use crate::{Error, ErrorKind, Kind, Limits, Mapping, Node, Resolved, resolve};

/// Converts without recursion: depth costs heap, not the small stack of a wasm guest.
pub(super) struct Reader<'a> {
    /// What each alias (by its byte offset) means: the last anchor of its name before it.
    targets: HashMap<usize, &'a Node>,
    /// Anchored nodes that are being expanded, by byte offset.
    following: Vec<usize>,
    depth_left: usize,
    limits: &'a Limits,
    /// Nodes visited, aliases and what they stand for both.
    decoded: usize,
    /// Those of them that an alias brought in.
    aliased: usize,
    /// What is being converted, outermost first.
    open: Vec<Open<'a>>,
}

enum Open<'a> {
    List(slice::Iter<'a, Node>, Vec<Value>),
    /// An object; above it stand the [`Open::Entries`] that fill it.
    Object(Object),
    Entries(Entries<'a>),
    /// What a `<<` still has to bring into the object at this index, last first.
    Merges(Vec<&'a Node>, usize),
    /// An alias; above it stands what it means.
    Alias,
}

/// The entries of a mapping on their way into an object.
struct Entries<'a> {
    mapping: &'a Mapping,
    left: slice::Iter<'a, (Node, Node)>,
    /// Index of the object in [`Reader::open`].
    object: usize,
    /// [`Origin::visit`] of these entries.
    visit: usize,
    /// The key whose value is being converted.
    key: (String, usize),
}

enum Step<'a> {
    /// Convert a node.
    Read(&'a Node),
    /// Hand a value to what is open.
    Done(Value),
    /// Go on with what is open.
    Next,
}

impl<'a> Reader<'a> {
    /// Aliases are looked up under `root`; without it there are none.
    pub(super) fn new(root: Option<&'a Node>, limits: &'a Limits) -> Self {
        let mut reader = Self {
            targets: HashMap::new(),
            following: Vec::new(),
            depth_left: limits.depth.min(DEPTH_CEILING),
            limits,
            // The document counts as a node.
            decoded: 1,
            aliased: 0,
            open: Vec::new(),
        };
        if let Some(root) = root {
            reader.link(root);
        }
        reader
    }

    fn link(&mut self, root: &'a Node) {
        let mut anchors: HashMap<&str, &Node> = HashMap::new();
        let mut left = vec![root];
        while let Some(node) = left.pop() {
            if let Some(name) = &node.anchor {
                anchors.insert(name, node);
            }
            match &node.kind {
                Kind::Scalar(_) => {}
                Kind::Alias(name) => {
                    if let Some(target) = anchors.get(name.as_str()) {
                        self.targets.insert(node.start, target);
                    }
                }
                Kind::Sequence(sequence) => left.extend(sequence.items.iter().rev()),
                Kind::Mapping(mapping) => {
                    left.extend(
                        mapping
                            .entries
                            .iter()
                            .rev()
                            .flat_map(|(key, value)| [value, key]),
                    );
                }
            }
        }
    }

    fn count(&mut self, node: &Node) -> Result<(), Error> {
        self.decoded += 1;
        if !self.following.is_empty() {
            self.aliased += 1;
            if self.aliased > self.limits.expanded || excessive(self.aliased, self.decoded) {
                return Err(Error::new(
                    ErrorKind::TooManyAliases,
                    node.start,
                    "the aliases of this document multiply into too many values",
                ));
            }
        }
        Ok(())
    }

    pub(super) fn convert(&mut self, node: &'a Node) -> Result<Value, Error> {
        let mut step = Step::Read(node);
        loop {
            step = match step {
                Step::Read(node) => self.read(node)?,
                Step::Next => self.next()?,
                Step::Done(value) => match self.deliver(value)? {
                    Some(value) => return Ok(value),
                    None => Step::Next,
                },
            }
        }
    }

    fn read(&mut self, node: &'a Node) -> Result<Step<'a>, Error> {
        self.count(node)?;
        match &node.kind {
            Kind::Scalar(_) => Ok(Step::Done(scalar(node)?)),
            Kind::Alias(name) => {
                let target = self.enter(node, name)?;
                self.open.push(Open::Alias);
                Ok(Step::Read(target))
            }
            Kind::Sequence(sequence) => {
                self.descend(node)?;
                let items = Vec::with_capacity(sequence.items.len());
                self.open.push(Open::List(sequence.items.iter(), items));
                Ok(Step::Next)
            }
            Kind::Mapping(mapping) => {
                let object = self.open.len();
                self.open.push(Open::Object(Object::new(mapping)));
                self.entries(node, mapping, object, OWN)?;
                Ok(Step::Next)
            }
        }
    }

    fn entries(
        &mut self,
        node: &Node,
        mapping: &'a Mapping,
        object: usize,
        visit: usize,
    ) -> Result<(), Error> {
        self.descend(node)?;
        self.open.push(Open::Entries(Entries {
            mapping,
            left: mapping.entries.iter(),
            object,
            visit,
            key: (String::new(), 0),
        }));
        Ok(())
    }

    /// The value itself when nothing is open any more.
    fn deliver(&mut self, value: Value) -> Result<Option<Value>, Error> {
        while let Some(Open::Alias) = self.open.last() {
            self.open.pop();
            self.leave();
        }
        match self.open.last_mut() {
            Some(Open::List(_, items)) => items.push(value),
            Some(Open::Entries(entries)) => {
                let (name, key) = mem::take(&mut entries.key);
                let (object, mapping) = (entries.object, entries.mapping);
                let origin = Origin {
                    key,
                    visit: entries.visit,
                };
                if let Some(Open::Object(object)) = self.open.get_mut(object) {
                    object.add(name, value, origin, mapping)?;
                }
            }
            _ => return Ok(Some(value)),
        }
        Ok(None)
    }

    fn next(&mut self) -> Result<Step<'a>, Error> {
        match self.open.last_mut() {
            Some(Open::List(left, items)) => {
                if let Some(item) = left.next() {
                    return Ok(Step::Read(item));
                }
                let items = mem::take(items);
                self.open.pop();
                self.depth_left += 1;
                return Ok(Step::Done(Value::Array(items)));
            }
            Some(Open::Entries(entries)) => match entries.left.next() {
                Some((key, value)) if is_merge(key) => {
                    let object = entries.object;
                    self.open.push(Open::Merges(merged(value), object));
                }
                Some((key, value)) => {
                    let name = self.key(key)?;
                    if let Some(Open::Entries(entries)) = self.open.last_mut() {
                        entries.key = (name, key.start);
                    }
                    return Ok(Step::Read(value));
                }
                None => {
                    self.open.pop();
                    self.depth_left += 1;
                }
            },
            Some(Open::Merges(left, object)) => {
                let object = *object;
                match left.pop() {
                    Some(value) => self.merge(value, object)?,
                    None => drop(self.open.pop()),
                }
            }
            Some(Open::Object(object)) => {
                let map = mem::take(&mut object.map);
                self.open.pop();
                return Ok(Step::Done(Value::Object(map)));
            }
            Some(Open::Alias) => {
                self.open.pop();
                self.leave();
            }
            None => return Ok(Step::Done(Value::Null)),
        }
        Ok(Step::Next)
    }

    /// One of the mappings that a `<<` brings into the object at index `object`.
    fn merge(&mut self, value: &'a Node, object: usize) -> Result<(), Error> {
        self.count(value)?;
        let node = match &value.kind {
            Kind::Alias(name) => {
                let target = self.enter(value, name)?;
                self.count(target)?;
                self.open.push(Open::Alias);
                target
            }
            _ => value,
        };
        let Kind::Mapping(mapping) = &node.kind else {
            return Err(Error::new(
                ErrorKind::Merge,
                value.start,
                "`<<` takes a mapping or a list of mappings",
            ));
        };
        let visit = match self.open.get_mut(object) {
            Some(Open::Object(object)) => object.visit(),
            _ => OWN,
        };
        self.entries(node, mapping, object, visit)
    }

    fn descend(&mut self, node: &Node) -> Result<(), Error> {
        match self.depth_left.checked_sub(1) {
            Some(left) => self.depth_left = left,
            None => {
                return Err(Error::new(
                    ErrorKind::TooDeep,
                    node.start,
                    "nested too deep, aliases followed",
                ));
            }
        }
        Ok(())
    }

    fn enter(&mut self, alias: &Node, name: &str) -> Result<&'a Node, Error> {
        let Some(target) = self.targets.get(&alias.start).copied() else {
            return Err(Error::new(
                ErrorKind::UnknownAnchor,
                alias.start,
                format!(
                    "`*{name}` refers to `&{name}`, which stands nowhere before it in this document"
                ),
            ));
        };
        if self.following.contains(&target.start) || contains(target, alias) {
            return Err(Error::new(
                ErrorKind::RecursiveAlias,
                alias.start,
                format!("`*{name}` stands inside the very value that `&{name}` names"),
            ));
        }
        self.descend(alias)?;
        self.following.push(target.start);
        Ok(target)
    }

    fn leave(&mut self) {
        self.following.pop();
        self.depth_left += 1;
    }

    fn key(&mut self, key: &'a Node) -> Result<String, Error> {
        self.count(key)?;
        let refused = |what: &str| Err(Error::new(ErrorKind::Key, key.start, what));
        let node = match &key.kind {
            Kind::Alias(name) => {
                let target = self.enter(key, name)?;
                self.count(target)?;
                self.leave();
                target
            }
            _ => key,
        };
        let Kind::Scalar(scalar) = &node.kind else {
            return refused("a mapping or list cannot be a key");
        };
        match resolve(&scalar.value, scalar.style, node.tag.as_deref()) {
            Resolved::Null => {
                refused("nothing (null) cannot be a key: give it a name or put quotes around it")
            }
            Resolved::Unsigned(_) => {
                refused("so large a number cannot be a key: put quotes around it")
            }
            Resolved::Refused(why) => Err(Error::new(ErrorKind::Tag, node.start, why)),
            other => Ok(other.into_key().unwrap_or_default()),
        }
    }
}

fn contains(target: &Node, alias: &Node) -> bool {
    target.span.start <= alias.start && alias.span.end <= target.span.end
}

/// `<<: *name`, `<<: {…}` or `<<: [*one, *two]`, where the earlier of a list wins: it comes last.
fn merged(value: &Node) -> Vec<&Node> {
    match &value.kind {
        Kind::Sequence(sequence) => sequence.items.iter().collect(),
        _ => vec![value],
    }
}

/// The rule by which Go's reader calls aliasing excessive: of up to 400,000 nodes 99% may come
/// from aliases, of 4,000,000 and more 10%, in between by the straight line.
fn excessive(aliased: usize, decoded: usize) -> bool {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    if aliased <= 100 || decoded <= 1_000 {
        return false;
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "bounded by the limits, far below 2^53"
    )]
    let (aliased, decoded) = (aliased as f64, decoded as f64);
    let allowed = 0.99 - 0.89 * ((decoded - LOW) / (HIGH - LOW)).clamp(0.0, 1.0);
    aliased / decoded > allowed
}
