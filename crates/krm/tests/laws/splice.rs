//! Edits: what is written reads back, and nothing else has moved.

use krm::patch::Patch;
use krm::{Change, Changes, Input, WriteError};
use serde_json::{Value, json};

use super::dice::Dice;
use super::readers;
use super::untouched;

/// A random patch of one object of a text reads back as the patched value, and every byte that it did not name stays.
pub(crate) fn law(text: &str, dice: &mut Dice<'_>) {
    let Ok(input) = Input::read("in", text.as_bytes().to_vec()) else {
        return;
    };
    if input.is_empty() {
        return;
    }
    let index = dice.below(input.len());
    let Ok(before) = input.value(index) else {
        return;
    };
    let operations = (0..1 + dice.roll() % 4).map(|_| operation(&before, dice));
    let operations: Vec<Value> = operations.flatten().collect();
    let mut after = before.clone();
    for operation in operations {
        let patch = Patch::from_value(json!([operation])).unwrap();
        // One that an earlier one has made impossible leaves the value as it was.
        let _ = patch.apply(&mut after);
    }
    let changes = Changes {
        objects: [(index, Change::Replace(after.clone()))].into(),
        ..Changes::default()
    };
    let Some((out, again)) = written(&input, &changes) else {
        return;
    };
    assert_eq!(again.len(), input.len(), "{text}\n{out}");
    assert_eq!(again.value(index).as_ref(), Ok(&after), "{text}\n{out}");
    for other in (0..input.len()).filter(|other| *other != index) {
        assert_eq!(input.id(other), again.id(other), "{text}\n{out}");
        assert_eq!(
            text[input.span(other)],
            out[again.span(other)],
            "{text}\n{out}"
        );
    }
    let mut second = Vec::new();
    again.write(&changes, &mut second).unwrap();
    assert_eq!(
        second,
        out.as_bytes(),
        "a second run changes nothing\n{text}"
    );
    if let Some(parsed) = readers::parsed(text)
        && parsed.len() == input.len()
    {
        untouched::law(
            text,
            &out,
            &parsed[index].node,
            input.span(index),
            &before,
            &after,
        );
    }
    several(&input, dice);
}

/// Objects go and come, with results where the envelope has a place for them.
fn several(input: &Input, dice: &mut Dice<'_>) {
    let mut changes = Changes::default();
    let mut wanted = Vec::new();
    for index in 0..input.len() {
        let Ok(value) = input.value(index) else {
            return;
        };
        if dice.roll() % 4 == 3 {
            changes.objects.insert(index, Change::Delete);
        } else {
            wanted.push(value);
        }
    }
    for index in 0..dice.roll() % 3 {
        let name = format!("fuzzed-{index}");
        let created = json!({"apiVersion": "fuzz/v1", "kind": "Created", "metadata": {"name": name}, "spec": dice.fresh(2)});
        changes.created.push(created.clone());
        wanted.push(created);
    }
    let mut results = input.results().unwrap_or_default();
    if input.envelope() == krm::Envelope::ResourceList && dice.roll() % 2 == 1 {
        let result = json!({"message": dice.word(), "tags": {"rule": dice.word()}});
        changes.results.push(result.clone());
        if !results.contains(&result) {
            results.push(result);
        }
    }
    let enveloped = matches!(
        input.envelope(),
        krm::Envelope::List | krm::Envelope::ResourceList
    );
    if wanted.is_empty() && !enveloped {
        return;
    }
    let Some((out, again)) = written(input, &changes) else {
        return;
    };
    let values: Vec<Value> = (0..again.len())
        .map(|index| again.value(index).unwrap())
        .collect();
    assert_eq!(values, wanted, "{}\n{out}", input.text());
    assert_eq!(
        again.results().unwrap_or_default(),
        results,
        "{}\n{out}",
        input.text()
    );
}

/// The output, and what it is read as; none where the text cannot hold the changes, which is said.
fn written(input: &Input, changes: &Changes) -> Option<(String, Input)> {
    let text = input.text();
    let mut out = Vec::new();
    if let Err(why) = input.write(changes, &mut out) {
        assert!(out.is_empty(), "half an output\n{text}");
        match why {
            WriteError::Anchor { .. } | WriteError::Impossible { .. } | WriteError::Read(_) => {}
            // A value that comes from elsewhere may come back, and a tab may not stand behind every value.
            WriteError::Mismatch { .. }
                if text.contains(['&', '*', '\t']) || text.contains("<<") => {}
            // Of `{? !:a}` it is hard to say where the tag ends and the colon would stand.
            WriteError::Mismatch { .. } if text.contains('?') && text.contains('!') => {}
            // A key without a colon may be longer than one with: readers look for the colon in 1,024 characters.
            WriteError::Mismatch { .. } if text.lines().any(|line| line.len() > 1_000) => {}
            why => panic!("{why}\n{text}\n{changes:?}"),
        }
        return None;
    }
    let out = String::from_utf8(out).unwrap();
    match Input::read("in", out.clone().into_bytes()) {
        Ok(again) => Some((out, again)),
        Err(why) => panic!("{why}\n{text}\n{out}\n{changes:?}"),
    }
}

/// One or two operations of RFC 6902 somewhere in a value, never on what makes an object's id.
fn operation(value: &Value, dice: &mut Dice<'_>) -> Vec<Value> {
    let mut here = value;
    let mut pointer = String::new();
    let mut parent = None;
    for depth in 0.. {
        if depth > 1 && dice.roll() < 60 {
            break;
        }
        let (token, next) = match here {
            Value::Object(map) if !map.is_empty() => {
                let (key, next) = map.iter().nth(dice.below(map.len())).unwrap();
                (key.replace('~', "~0").replace('/', "~1"), next)
            }
            Value::Array(items) if !items.is_empty() => {
                let at = dice.below(items.len());
                (at.to_string(), &items[at])
            }
            _ => break,
        };
        if pointer.is_empty() && matches!(token.as_str(), "apiVersion" | "kind" | "items")
            || pointer == "/metadata"
                && matches!(token.as_str(), "name" | "namespace" | "generateName")
        {
            continue;
        }
        pointer = format!("{pointer}/{token}");
        parent = Some(here);
        here = next;
    }
    if matches!(pointer.as_str(), "" | "/metadata") {
        let map = here.as_object();
        let mut key = dice.word();
        while matches!(key.as_str(), "name" | "kind" | "items" | "<<")
            || map.is_some_and(|map| map.contains_key(&key))
        {
            key.push('x');
        }
        return vec![
            json!({"op": "add", "path": format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")), "value": dice.fresh(2)}),
        ];
    }
    let fresh = dice.fresh(2);
    match (dice.roll() % 8, here) {
        (0, _) => vec![json!({"op": "remove", "path": pointer})],
        (1, _) if parent.is_some_and(Value::is_array) => {
            vec![json!({"op": "add", "path": pointer, "value": fresh})]
        }
        (2, _) if parent.is_some_and(Value::is_array) => {
            let list = pointer.rsplit_once('/').map_or("", |(list, _)| list);
            vec![json!({"op": "move", "from": pointer, "path": format!("{list}/0")})]
        }
        (3, _) => vec![json!({"op": "copy", "from": pointer, "path": "/copied"})],
        (4..6, Value::Array(_)) => {
            vec![json!({"op": "add", "path": format!("{pointer}/-"), "value": fresh})]
        }
        (4..6, Value::Object(_)) => {
            let key = dice.word().replace('~', "~0").replace('/', "~1");
            vec![json!({"op": "add", "path": format!("{pointer}/{key}"), "value": fresh})]
        }
        _ => vec![json!({"op": "replace", "path": pointer, "value": fresh})],
    }
}
