//! The witnesses: what a full parse finds in a text, and what libyaml does.

use krmguard_yaml::{Kind, Limits, Node, parse, resolve};
use serde::de::{
    Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Value};

/// An object that the full parse found.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) value: Value,
    pub(crate) node: Node,
}

/// The objects of a text, lists taken apart, as the full parse reads them; none where it refuses.
pub(crate) fn parsed(text: &str) -> Option<Vec<Parsed>> {
    let limits = Limits::default();
    let mut objects = Vec::new();
    for document in parse(text, &limits).ok()? {
        let value = document.to_json(&limits).ok()?;
        let Some(root) = document.root else { continue };
        match items(&value) {
            Some(items) => {
                let nodes = entry(&root, "items");
                for (index, item) in items.iter().enumerate() {
                    let node = nodes
                        .and_then(Node::sequence)
                        .and_then(|list| list.items.get(index));
                    objects.push(Parsed {
                        value: item.clone(),
                        // Behind an alias or a merge key the list itself is the nearest place.
                        node: node.unwrap_or(&root).clone(),
                    });
                }
            }
            None if value.is_null() => {}
            None => objects.push(Parsed { value, node: root }),
        }
    }
    Some(objects)
}

/// The same by libyaml, of which strings, mappings and lists count; all other scalars are `true`. None where it
/// refuses, and where a merge key could decide what an object is.
pub(crate) fn heard(text: &str) -> Option<Vec<Value>> {
    let mut objects = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let Heard(value) = Heard::deserialize(document).ok()?;
        let merges = |value: &Value| value.get("<<").is_some();
        if merges(&value) {
            return None;
        }
        let found = match items(&value) {
            Some(items) => items,
            None if value.is_null() => Vec::new(),
            None => vec![value],
        };
        if found
            .iter()
            .any(|value| merges(value) || merges(&value["metadata"]))
        {
            return None;
        }
        objects.extend(found);
    }
    Some(objects)
}

/// The objects of a list, by the rule of kubectl, Argo CD and kustomize together.
fn items(value: &Value) -> Option<Vec<Value>> {
    let kind = value["kind"].as_str().unwrap_or_default();
    let api_version = value["apiVersion"].as_str().unwrap_or_default();
    let envelope = kind == "List" && api_version == "v1"
        || kind == "ResourceList" && api_version.starts_with("config.kubernetes.io/");
    let object = |item: &Value| item.get("kind").is_some() && item.get("apiVersion").is_some();
    match value.get("items") {
        Some(Value::Array(items))
            if kind.ends_with("List") || (!items.is_empty() && items.iter().all(object)) =>
        {
            Some(items.clone())
        }
        Some(Value::Null) if envelope => Some(Vec::new()),
        _ => None,
    }
}

/// The value of a mapping's key, as written.
pub(crate) fn entry<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let entries = &node.mapping()?.entries;
    let found = entries
        .iter()
        .find(|(key, _)| key_text(key).as_deref() == Some(name));
    found.map(|(_, value)| value)
}

/// The JSON key that a key node stands for; none for merge keys and aliases.
pub(crate) fn key_text(key: &Node) -> Option<String> {
    match &key.kind {
        Kind::Scalar(scalar) if scalar.value != "<<" => {
            resolve(&scalar.value, scalar.style, key.tag.as_deref()).into_key()
        }
        _ => None,
    }
}

struct Heard(Value);

impl<'de> Deserialize<'de> for Heard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Listener).map(Heard)
    }
}

struct Listener;

impl<'de> Visitor<'de> for Listener {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Bool(true))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Bool(true))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
        Ok(Value::Bool(true))
    }

    fn visit_i128<E>(self, _: i128) -> Result<Value, E> {
        Ok(Value::Bool(true))
    }

    fn visit_u128<E>(self, _: u128) -> Result<Value, E> {
        Ok(Value::Bool(true))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Bool(true))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Heard(item)) = list.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        // The last of twins wins, as in Go's lax reader.
        while let Some((Heard(key), Heard(value))) = entries.next_entry()? {
            if let Value::String(key) = key {
                map.insert(key, value);
            }
        }
        Ok(Value::Object(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (_, variant) = tagged.variant::<String>()?;
        variant.newtype_variant::<Heard>().map(|Heard(value)| value)
    }
}
