//! What is never parsed is what no policy asked for.

use krm::Input;
use serde_json::Value;

use super::readers;

/// An id that lines proved is the id that a parse finds, by this crate's parser and by libyaml: whatever a
/// policy selects by, it gets the same objects from either.
pub(crate) fn law(text: &str) {
    let Ok(input) = Input::read("in", text.as_bytes().to_vec()) else {
        return;
    };
    let skipped: Vec<usize> = (0..input.len())
        .filter(|index| !input.parsed(*index))
        .collect();
    for index in &skipped {
        if let Ok(value) = input.value(*index) {
            agree(&input, *index, &value, text);
        }
    }
    let Some(heard) = readers::heard(text) else {
        return;
    };
    assert_eq!(
        input.len(),
        heard.len(),
        "libyaml finds {heard:?} in\n{text}"
    );
    for index in skipped {
        agree(&input, index, &heard[index], text);
    }
}

fn agree(input: &Input, index: usize, value: &Value, text: &str) {
    let id = input.id(index);
    let metadata = &value["metadata"];
    let name = if input.generated(index) {
        "generateName"
    } else {
        "name"
    };
    let namespace = metadata["namespace"]
        .as_str()
        .filter(|namespace| !namespace.is_empty());
    let found = (
        value["apiVersion"].as_str(),
        value["kind"].as_str(),
        namespace,
        metadata[name].as_str(),
    );
    let proved = (
        Some(id.api_version.as_str()),
        Some(id.kind.as_str()),
        id.namespace.as_deref(),
        Some(id.name.as_str()),
    );
    assert_eq!(proved, found, "object {index} of\n{text}");
    if input.generated(index) {
        let name = &metadata["name"];
        assert!(
            name.is_null() || name == "",
            "object {index} has the name {name} in\n{text}"
        );
    }
}
