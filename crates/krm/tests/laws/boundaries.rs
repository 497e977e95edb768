//! Where documents and list items begin and end: by lines as by a full parse.

use krm::{Changes, Input};
use serde_json::Value;

use super::readers::{self, Parsed};

/// The fast reader finds the objects of the full parse, in their places and with their values, and reads all
/// that the witnesses read.
pub(crate) fn law(text: &str) {
    let parsed = readers::parsed(text);
    let input = match Input::read("in", text.as_bytes().to_vec()) {
        Ok(input) => input,
        Err(why) => {
            if let Some(parsed) = parsed
                && readers::heard(text).is_some()
            {
                assert!(refusable(text, &parsed), "refused: {why}\n{text}");
            }
            return;
        }
    };
    let mut out = Vec::new();
    input.write(&Changes::default(), &mut out).unwrap();
    assert_eq!(out, text.as_bytes(), "without changes all bytes stay");
    let spans: Vec<_> = (0..input.len()).map(|index| input.span(index)).collect();
    for pair in spans.windows(2) {
        assert!(pair[0].end <= pair[1].start, "{spans:?}\n{text}");
    }
    let Some(parsed) = parsed else { return };
    assert_eq!(input.len(), parsed.len(), "{text}");
    for (index, Parsed { value, node }) in parsed.iter().enumerate() {
        assert_eq!(&input.value(index).unwrap(), value, "{text}");
        let span = input.span(index);
        let aliased = node.span.start > span.start || span.end > node.span.end;
        if readers::entry(node, "items").is_none() || !aliased {
            assert_eq!(span.start, node.span.start, "object {index} of\n{text}");
        }
        // Behind the last value only a comment may stand on its line.
        let content = text[node.span.clone()]
            .trim_end_matches([' ', '\n', '\r'])
            .len();
        let end = node.span.start + content;
        if span.end > end {
            let rest = text[end..span.end].trim_start_matches([' ', '\t']);
            assert!(
                rest.is_empty() || rest.starts_with('#'),
                "object {index} ends {rest:?}\n{text}"
            );
            assert!(!rest.contains('\n'), "object {index} ends {rest:?}\n{text}");
        }
    }
}

/// Whether there is a reason to refuse a text that the witnesses read.
fn refusable(text: &str, parsed: &[Parsed]) -> bool {
    let lacking = |value: &Value| {
        let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        let metadata = &value["metadata"];
        let namespace = &metadata["namespace"];
        let named = match &metadata["name"] {
            Value::Null => is_text(&metadata["generateName"]),
            Value::String(name) if name.is_empty() => is_text(&metadata["generateName"]),
            name => name.is_string(),
        };
        !is_text(&value["kind"])
            || !is_text(&value["apiVersion"])
            || !named
            || !(namespace.is_null() || namespace.is_string())
    };
    let twins = || {
        let mut ids: Vec<String> = parsed
            .iter()
            .map(|Parsed { value, .. }| {
                let api_version = value["apiVersion"].as_str().unwrap_or_default();
                let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
                let metadata = &value["metadata"];
                format!(
                    "{group} {} {} {}",
                    value["kind"],
                    metadata["namespace"].as_str().unwrap_or_default(),
                    metadata["name"]
                )
            })
            .collect();
        ids.sort();
        ids.windows(2).any(|pair| pair[0] == pair[1])
    };
    parsed.is_empty()
        || parsed.iter().any(|Parsed { value, .. }| lacking(value))
        || twins()
        || text.contains("ResourceList")
        || text.contains("items")
        // What readers disagree on: markers that go on, and line breaks of YAML 1.1.
        || text.lines().any(|line| line.starts_with("---") && !matches!(line.as_bytes().get(3), None | Some(b' ' | b'\t')))
        || text.contains(['\u{85}', '\u{2028}', '\u{2029}', '\u{7f}'])
        || text.replace("\r\n", "\n").contains('\r')
}
