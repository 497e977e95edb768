//! An object in the making: which of its entries may stand beside which.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::is_merge;
use crate::resolve::excerpt;
use crate::{Error, ErrorKind, Mapping};

/// [`Origin::visit`] of the entries that a mapping has of its own.
pub(super) const OWN: usize = 0;

/// Where an entry of an object comes from.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    /// Byte offset of its key.
    pub(super) key: usize,
    /// Which of the mappings that were merged in brought it.
    pub(super) visit: usize,
}

/// A JSON object in the making.
pub(super) struct Object {
    pub(super) map: Map<String, Value>,
    /// Where its entries come from, kept only when `<<` makes that a question.
    origins: Option<HashMap<String, Origin>>,
    /// How many mappings have been merged in.
    visits: usize,
}

impl Object {
    pub(super) fn new(mapping: &Mapping) -> Self {
        let merges = mapping.entries.iter().any(|(key, _)| is_merge(key));
        Self {
            map: Map::with_capacity(mapping.entries.len()),
            origins: merges.then(HashMap::new),
            visits: OWN,
        }
    }

    /// The next [`Origin::visit`]: another mapping is merged in.
    pub(super) fn visit(&mut self) -> usize {
        self.visits += 1;
        self.visits
    }

    /// Adds an entry of `mapping`, or says why it cannot stand beside the others.
    pub(super) fn add(
        &mut self,
        name: String,
        value: Value,
        origin: Origin,
        mapping: &Mapping,
    ) -> Result<(), Error> {
        let Some(origins) = &mut self.origins else {
            if self.map.contains_key(&name) {
                // Without merges the map has the order of the entries.
                let index = self.map.keys().position(|key| *key == name);
                let first = index.and_then(|index| mapping.entries.get(index));
                return Err(duplicate(
                    name,
                    first.map_or(origin.key, |(key, _)| key.start),
                    origin.key,
                ));
            }
            self.map.insert(name, value);
            return Ok(());
        };
        if let Some(before) = origins.get(&name) {
            if before.visit == origin.visit {
                return Err(duplicate(name, before.key, origin.key));
            }
            if before.visit == OWN && self.map.get(&name) != Some(&value) {
                return Err(Error::new(
                    ErrorKind::Merge,
                    before.key,
                    format!(
                        "`{}` stands before a `<<` that sets it too, and readers disagree which one wins: put `<<` first",
                        excerpt(&name)
                    ),
                ));
            }
        }
        origins.insert(name.clone(), origin);
        self.map.insert(name, value);
        Ok(())
    }
}

fn duplicate(key: String, first: usize, offset: usize) -> Error {
    let message = format!("the key `{}` stands twice in one mapping", excerpt(&key));
    Error::new(ErrorKind::DuplicateKey { key, first }, offset, message)
}
