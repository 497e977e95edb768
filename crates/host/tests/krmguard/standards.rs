//! What others say a report must be: the schema of SARIF, the shape of JUnit XML, the commands of GitHub's runner.

use std::sync::OnceLock;

use quick_junit::Report;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

const SARIF: &str = include_str!("../../testdata/sarif-schema-2.1.0.json");

/// Fails where `log` is not what SARIF 2.1.0 says.
#[track_caller]
pub(crate) fn sarif(log: &Value) {
    static STANDARD: OnceLock<(boon::Schemas, boon::SchemaIndex)> = OnceLock::new();
    let (schemas, index) = STANDARD.get_or_init(|| {
        let schema: Value = serde_json::from_str(SARIF).unwrap();
        let address = schema["$id"].as_str().unwrap().to_owned();
        let mut compiler = boon::Compiler::new();
        compiler.enable_format_assertions();
        compiler.add_resource(&address, schema).unwrap();
        let mut schemas = boon::Schemas::new();
        let index = compiler.compile(&address, &mut schemas).unwrap();
        (schemas, index)
    });
    if let Err(error) = schemas.validate(log, *index) {
        panic!("{error:#}");
    }
}

/// An element of JUnit XML as the schema of the Jenkins plugin has it
/// (<https://github.com/jenkinsci/xunit-plugin>, `junit-10.xsd`), with the `file` and `line` of a case that GitLab reads.
struct Element {
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    children: &'static [&'static str],
}

const ELEMENTS: &[Element] = &[
    Element {
        name: "testsuites",
        required: &["name", "tests", "failures", "errors"],
        optional: &["time", "disabled", "skipped", "uuid"],
        children: &["testsuite"],
    },
    Element {
        name: "testsuite",
        required: &["name", "tests", "failures", "errors"],
        optional: &["disabled", "skipped", "time", "timestamp", "hostname"],
        children: &["properties", "testcase", "system-out", "system-err"],
    },
    Element {
        name: "properties",
        required: &[],
        optional: &[],
        children: &["property"],
    },
    Element {
        name: "property",
        required: &["name", "value"],
        optional: &[],
        children: &[],
    },
    Element {
        name: "testcase",
        required: &["name", "classname"],
        optional: &["time", "timestamp", "file", "line"],
        children: &["skipped", "error", "failure", "system-out", "system-err"],
    },
    Element {
        name: "failure",
        required: &["message", "type"],
        optional: &[],
        children: &[],
    },
    Element {
        name: "error",
        required: &["message", "type"],
        optional: &[],
        children: &[],
    },
    Element {
        name: "skipped",
        required: &["message"],
        optional: &["type"],
        children: &[],
    },
    Element {
        name: "system-out",
        required: &[],
        optional: &[],
        children: &[],
    },
    Element {
        name: "system-err",
        required: &[],
        optional: &[],
        children: &[],
    },
];

/// Fails where `xml` is no well-formed JUnit document whose counts are those of its cases.
#[track_caller]
pub(crate) fn junit(xml: &str) {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(allowed), "no character of XML: {xml:?}");
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    // The elements around the present one, and how far each is in its list of children.
    let mut around: Vec<(&Element, usize)> = Vec::new();
    let mut roots = 0;
    loop {
        let event = reader
            .read_event()
            .unwrap_or_else(|why| panic!("{why}: {xml}"));
        match event {
            Event::Start(start) => {
                let element = opened(&start, &mut around, &mut roots);
                around.push((element, 0));
            }
            Event::Empty(start) => {
                opened(&start, &mut around, &mut roots);
            }
            Event::End(_) => {
                around.pop().expect("it was opened");
            }
            Event::Text(text) => {
                let text = text.decode().unwrap();
                let holds = around
                    .last()
                    .is_some_and(|(element, _)| element.children.is_empty());
                assert!(
                    holds || text.trim().is_empty(),
                    "stray text {text:?}: {xml}"
                );
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!((roots, around.len()), (1, 0), "{xml}");

    let read = Report::deserialize_from_str(xml).unwrap();
    let count = |of: &dyn Fn(&quick_junit::TestSuite) -> usize| -> usize {
        read.test_suites.iter().map(of).sum()
    };
    let cases = count(&|suite| {
        assert_eq!(suite.tests, suite.test_cases.len(), "{xml}");
        suite.tests
    });
    assert_eq!(read.tests, cases, "{xml}");
    assert_eq!(read.failures, count(&|suite| suite.failures), "{xml}");
    assert_eq!(read.errors, count(&|suite| suite.errors), "{xml}");
}

/// The element that begins, where it may stand there.
fn opened(
    start: &BytesStart<'_>,
    around: &mut [(&'static Element, usize)],
    roots: &mut usize,
) -> &'static Element {
    let name = String::from_utf8(start.name().as_ref().to_vec()).unwrap();
    let element = ELEMENTS.iter().find(|element| element.name == name);
    let element = element.unwrap_or_else(|| panic!("unknown element <{name}>"));
    match around.last_mut() {
        None => {
            assert_eq!(name, "testsuites");
            *roots += 1;
        }
        Some((outer, so_far)) => {
            let place = outer.children.iter().position(|child| *child == name);
            let place = place.unwrap_or_else(|| panic!("<{name}> in <{}>", outer.name));
            assert!(place >= *so_far, "<{name}> too late in <{}>", outer.name);
            *so_far = place;
        }
    }
    let mut seen: Vec<String> = Vec::new();
    for attribute in start.attributes() {
        // An attribute that stands twice is an error of the reader's.
        let attribute = attribute.unwrap();
        let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
        let known = element.required.iter().chain(element.optional);
        assert!(
            known.into_iter().any(|known| *known == key),
            "<{name} {key}>"
        );
        seen.push(key);
    }
    for required in element.required {
        assert!(
            seen.iter().any(|key| key == required),
            "<{name}> lacks {required}"
        );
    }
    element
}

/// Fails where a line of `text` is neither an annotation that GitHub's runner understands nor the verdict.
#[track_caller]
pub(crate) fn github(text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    let (closing, commands) = lines.split_last().expect("the verdict");
    assert!(closing.starts_with("krmguard: "), "{closing}");
    for line in commands {
        // As the runner reads it: the command ends at the next `::`, its name at the first space.
        let rest = line
            .strip_prefix("::")
            .unwrap_or_else(|| panic!("no command: {line}"));
        let (command, message) = rest.split_once("::").expect("an end");
        let (name, properties) = command.split_once(' ').expect("properties");
        assert!(["error", "warning", "notice"].contains(&name), "{line}");
        assert!(!message.is_empty(), "{line}");
        for property in properties.split(',') {
            let (key, value) = property.split_once('=').expect("a property");
            let known = ["file", "line", "endLine", "col", "endColumn", "title"];
            assert!(known.contains(&key) && !value.is_empty(), "{line}");
            if !matches!(key, "file" | "title") {
                assert!(value.parse::<usize>().unwrap() > 0, "{line}");
            }
        }
        // All that the runner unescapes.
        for part in message
            .split('%')
            .skip(1)
            .chain(properties.split('%').skip(1))
        {
            let known = ["25", "0A", "0D", "3A", "2C"];
            assert!(known.iter().any(|code| part.starts_with(code)), "{line}");
        }
    }
}
