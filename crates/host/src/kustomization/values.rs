//! A chart's values merged as kustomize and helm merge them, and which file each of them was written in.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::Utf8PathBuf;
use serde_json::{Map, Value};

use crate::report::Place;
use crate::source::Sheet;

/// Values that are written in one place: a values file, or `valuesInline`.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) sheet: Arc<Sheet>,
    /// Where in the sheet the values begin.
    pub(super) base: String,
    /// The values file without links; None for `valuesInline`.
    pub(super) file: Option<Utf8PathBuf>,
    /// Whether it lies in the folder of the overlay itself.
    pub(super) own: bool,
}

impl Layer {
    fn values(&self) -> Option<&Map<String, Value>> {
        self.sheet.value().pointer(&self.base)?.as_object()
    }
}

/// Merged values, and for each of them the layers that wrote it.
#[derive(Debug)]
pub(super) struct Values {
    pub(super) merged: Map<String, Value>,
    written: Written,
    layers: Vec<Layer>,
}

/// Who wrote a value. A mapping's layers are all that have it; of anything else only the last one counts.
#[derive(Debug, Default)]
struct Written {
    layers: Vec<usize>,
    entries: BTreeMap<String, Written>,
}

impl Values {
    /// Merges `layers`, later ones over earlier ones: mappings key by key, lists and scalars as wholes; null takes
    /// a key away.
    pub(super) fn merge(layers: Vec<Layer>) -> Values {
        let mut merged = Map::new();
        let mut written = Written::default();
        for (index, layer) in layers.iter().enumerate() {
            written.layers.push(index);
            if let Some(values) = layer.values() {
                put(&mut merged, &mut written, values, index);
            }
        }
        Values {
            merged,
            written,
            layers,
        }
    }

    /// Where the value at `pointer` is written, or where it belongs: a missing key in the last layer that has its
    /// parent, and where that is the root, in the overlay's own last one.
    pub(super) fn place(&self, pointer: &str, range: Option<(u32, u32)>) -> Option<Place> {
        let mut written = &self.written;
        let mut value = None;
        let mut root = true;
        for token in pointer.split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            match written.entries.get(&token) {
                Some(entry) => written = entry,
                None => break,
            }
            let entries = match value {
                None => Some(&self.merged),
                Some(value) => Value::as_object(value),
            };
            value = entries.and_then(|entries| entries.get(&token));
            root = false;
        }
        let layer = match root {
            true => self.last_own()?,
            false => self.layers.get(*written.layers.last()?)?,
        };
        let place = layer
            .sheet
            .place(&format!("{}{pointer}", layer.base), range);
        Some(place)
    }

    fn last_own(&self) -> Option<&Layer> {
        let mut layers = self.layers.iter().rev();
        layers.clone().find(|layer| layer.own).or(layers.next())
    }

    /// Pointers to every scalar, list and empty mapping whose layer `shared` holds.
    pub(super) fn written_in(&self, shared: impl Fn(&Layer) -> bool) -> Vec<String> {
        let shared: Vec<bool> = self.layers.iter().map(shared).collect();
        let mut pointers = Vec::new();
        leaves(&self.merged, &self.written, "", &mut |pointer, layer| {
            if shared.get(layer) == Some(&true) {
                pointers.push(pointer);
            }
        });
        pointers
    }
}

/// Puts the entries of one layer over what is there.
fn put(
    into: &mut Map<String, Value>,
    written: &mut Written,
    from: &Map<String, Value>,
    layer: usize,
) {
    for (key, value) in from {
        let entry = written.entries.entry(key.clone()).or_default();
        match value {
            Value::Null => {
                into.remove(key);
                *entry = Written::default();
            }
            Value::Object(values) => {
                if !matches!(into.get(key), Some(Value::Object(_))) {
                    into.insert(key.clone(), Value::Object(Map::new()));
                    *entry = Written::default();
                }
                if let Some(Value::Object(below)) = into.get_mut(key) {
                    put(below, entry, values, layer);
                }
            }
            whole => {
                into.insert(key.clone(), whole.clone());
                *entry = Written::default();
            }
        }
        entry.layers.push(layer);
    }
}

fn leaves(
    values: &Map<String, Value>,
    written: &Written,
    pointer: &str,
    visit: &mut impl FnMut(String, usize),
) {
    for (key, value) in values {
        let Some(entry) = written.entries.get(key) else {
            continue;
        };
        let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        match value {
            Value::Object(below) if !below.is_empty() => leaves(below, entry, &pointer, visit),
            _ => {
                if let Some(last) = entry.layers.last() {
                    visit(pointer, *last);
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "values_tests.rs"]
mod tests;
