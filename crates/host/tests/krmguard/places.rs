//! Over all golden cases: what a finding's region cuts out of the file is what the finding speaks of, and every report
//! is what its format's standard says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use krmguard_yaml::{Document, Kind, Limits, Lines, Node, Style};
use serde_json::{Value, json};

use crate::run::krmguard_in;
use crate::standards;

/// How often each kind of place was seen: the test must not pass for want of places.
#[derive(Debug, Default)]
struct Seen {
    scalars: usize,
    parts: usize,
    keys: usize,
    absent: usize,
    /// Parts of scalars that were compared with what the policy's own test says they are.
    ranges: usize,
    /// Of these, those in block scalars.
    blocks: usize,
}

#[test]
fn a_region_is_the_text_that_its_finding_speaks_of() {
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
    let mut seen = Seen::default();
    for plugin in fs::read_dir(plugins).unwrap() {
        let plugin = plugin.unwrap().path();
        for (setup, cases) in cases(&plugin.join("testdata")) {
            judge(&plugin, &setup, &cases, &mut seen);
        }
    }
    let Seen {
        scalars,
        parts,
        keys,
        absent,
        ranges,
        blocks,
    } = seen;
    assert!(
        scalars > 150 && parts > 100 && keys > 25 && absent > 10,
        "{seen:?}"
    );
    assert!(ranges > 100 && blocks > 50, "{seen:?}");
}

/// The golden cases by what they are judged with: one run for all that agree.
fn cases(testdata: &Path) -> BTreeMap<String, Vec<PathBuf>> {
    let mut cases: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for case in fs::read_dir(testdata).into_iter().flatten() {
        let case = case.unwrap().path();
        let input = case.join("input.yaml");
        if let Ok(setup) = fs::read_to_string(case.join("unit.yaml"))
            && input.is_file()
        {
            cases.entry(setup).or_default().push(input);
        }
    }
    cases
}

fn judge(plugin: &Path, setup: &str, cases: &[PathBuf], seen: &mut Seen) {
    let setup = krmguard_yaml::parse_one(setup, &Limits::default()).unwrap();
    let setup = setup.to_json(&Limits::default()).unwrap_or_default();
    let mut cluster = json!({});
    if let Some(name) = setup.get("cluster") {
        cluster["name"] = name.clone();
    }
    if let Some(role) = setup.get("role") {
        cluster["role"] = role.clone();
    }
    let name = plugin.file_name().unwrap().to_str().unwrap();
    let set = json!({
        "apiVersion": "krmguard.io/v1alpha1",
        "kind": "PolicySet",
        "metadata": {"name": "golden"},
        "spec": {
            "cluster": cluster,
            "policies": [{"plugin": name, "config": setup.get("config").cloned().unwrap_or(json!({}))}],
        },
    });
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("set.yaml"), set.to_string()).unwrap();
    let complete = match setup.get("complete") {
        Some(Value::Bool(false)) => "--incomplete",
        _ => "--complete",
    };
    let mut words = vec!["check", "--policies", "set.yaml", complete];
    words.extend(["--format", "sarif", "--output", "json=report.json"]);
    words.extend([
        "--output",
        "junit=report.xml",
        "--output",
        "github=report.txt",
    ]);
    words.extend(cases.iter().map(|case| case.to_str().unwrap()));
    let run = krmguard_in(folder.path(), &words, b"");
    if run.stdout.is_empty() {
        // A case about a config that the policy declines.
        return;
    }
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    let report = fs::read_to_string(folder.path().join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    let report_in = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    standards::sarif(&log);
    standards::junit(&report_in("report.xml"));
    standards::github(&report_in("report.txt"));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(results.len(), findings.len());
    let annotations = report_in("report.txt").lines().count() - 1;
    let notices = report["notices"].as_array().unwrap().len();
    let not_judged = report["notJudged"].as_array().unwrap().len();
    assert_eq!(annotations, findings.len() + notices + not_judged);
    for (result, finding) in results.iter().zip(findings) {
        if !finding["location"].is_null() {
            Region::of(result, finding).holds(seen);
        }
    }
}

/// The ranges, in bytes of the scalar, that the golden case of `finding` has for its rule and field. Empty where
/// it has one without a range: the scalar as a whole may be meant.
fn expected(finding: &Value) -> Vec<std::ops::Range<usize>> {
    let input = Path::new(finding["location"]["file"].as_str().unwrap());
    let text = fs::read_to_string(input.with_file_name("findings.yaml")).unwrap();
    let limits = Limits::default();
    let golden = krmguard_yaml::parse_one(&text, &limits)
        .unwrap()
        .to_json(&limits)
        .unwrap();
    let word = |field: &str| finding["object"][field].as_str();
    let object = match word("namespace") {
        Some(namespace) => format!(
            "{} {namespace}/{}",
            word("kind").unwrap(),
            word("name").unwrap()
        ),
        None => format!("{} {}", word("kind").unwrap(), word("name").unwrap()),
    };
    let entries = golden.as_array().into_iter().flatten().filter(|entry| {
        entry["rule"] == finding["rule"]
            && entry["at"] == finding["pointer"]
            && entry["object"] == object.as_str()
    });
    let range = |entry: &Value| {
        let end =
            |index: usize| Some(usize::try_from(entry["range"].get(index)?.as_u64()?).unwrap());
        Some(end(0)?..end(1)?)
    };
    let ranges: Option<Vec<_>> = entries.map(range).collect();
    ranges.unwrap_or_default()
}

/// A finding and what its region cuts out of its file.
struct Region<'f> {
    finding: &'f Value,
    text: String,
    bytes: std::ops::Range<usize>,
}

impl<'f> Region<'f> {
    /// Reads the file and proves that lines, columns and bytes mean the same.
    #[track_caller]
    fn of(result: &Value, finding: &'f Value) -> Region<'f> {
        let text = fs::read_to_string(finding["location"]["file"].as_str().unwrap()).unwrap();
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let number = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
        let bytes = number("byteOffset")..number("byteOffset") + number("byteLength");
        assert!(text.get(bytes.clone()).is_some(), "{finding:#}");
        let offset = |line: usize, column: usize| {
            let start = Lines::new(&text).start(&text, line).unwrap();
            let mut units = 1;
            let before = text[start..].chars().take_while(|c| {
                let inside = units < column;
                units += c.len_utf16();
                inside
            });
            start + before.map(char::len_utf8).sum::<usize>()
        };
        assert_eq!(
            (
                offset(number("startLine"), number("startColumn")),
                offset(number("endLine"), number("endColumn"))
            ),
            (bytes.start, bytes.end),
            "{finding:#}"
        );
        assert_eq!(finding["location"]["line"], region["startLine"]);
        Region {
            finding,
            text,
            bytes,
        }
    }

    /// The region against the node that the finding's pointer means.
    #[track_caller]
    fn holds(&self, seen: &mut Seen) {
        let finding = self.finding;
        let cut = &self.text[self.bytes.clone()];
        assert!(!cut.trim().is_empty(), "nothing is cut out: {finding:#}");
        let documents = krmguard_yaml::parse(&self.text, &Limits::default()).unwrap();
        let (document, prefix) = documents
            .iter()
            .find_map(|document| Some((document, self.prefix(document)?)))
            .unwrap_or_else(|| panic!("no such object: {finding:#}"));
        let pointer = format!("{prefix}{}", finding["pointer"].as_str().unwrap());
        let (node, key, exact) = document.nearest(&pointer).unwrap();
        assert!(
            document.span.start <= self.bytes.start && self.bytes.end <= document.span.end,
            "outside of its document: {finding:#}"
        );
        let within =
            |outer: &Node| outer.span.start <= self.bytes.start && self.bytes.end <= outer.span.end;
        let is_key = key.is_some_and(|key| key.span == self.bytes);
        match &node.kind {
            Kind::Scalar(scalar) if exact && !is_key => {
                assert!(within(node), "outside of its scalar: {cut:?}: {finding:#}");
                if node.span == self.bytes {
                    seen.scalars += 1;
                    self.is_current(node);
                } else {
                    seen.parts += 1;
                    let as_written = matches!(scalar.style, Style::Plain | Style::Literal);
                    assert!(
                        !as_written || scalar.value.contains(cut),
                        "no part of its scalar: {cut:?}: {finding:#}"
                    );
                    if as_written {
                        self.is_range(&scalar.value, scalar.style, seen);
                    }
                }
            }
            _ if is_key => match exact {
                true => seen.keys += 1,
                false => seen.absent += 1,
            },
            // An item of a list, or the object itself: its first line.
            _ if key.is_none() => {
                let begins = node.start <= self.bytes.start && within(node) || prefix == pointer;
                assert!(begins && !cut.contains('\n'), "{cut:?}: {finding:#}");
                match exact {
                    true => seen.keys += 1,
                    false => seen.absent += 1,
                }
            }
            _ => panic!("neither key nor value: {cut:?}: {finding:#}"),
        }
    }

    /// A part of a scalar is the one that the golden case names.
    #[track_caller]
    fn is_range(&self, value: &str, style: Style, seen: &mut Seen) {
        let finding = self.finding;
        let ranges = expected(finding);
        if ranges.is_empty() {
            return;
        }
        // In the file the lines of a block are indented.
        let plain = |text: &str| {
            text.lines()
                .map(str::trim_start)
                .collect::<Vec<_>>()
                .join("\n")
        };
        let cut = plain(&self.text[self.bytes.clone()]);
        let named: Vec<String> = ranges
            .into_iter()
            .map(|range| plain(&value[range]))
            .collect();
        assert!(
            named.contains(&cut),
            "{cut:?} is none of {named:?}: {finding:#}"
        );
        seen.ranges += 1;
        seen.blocks += usize::from(style == Style::Literal);
    }

    /// What the finding says the field's value is, is what is written there.
    #[track_caller]
    fn is_current(&self, node: &Node) {
        let finding = self.finding;
        let cut = &self.text[self.bytes.clone()];
        let read = krmguard_yaml::parse_one(cut, &Limits::default()).unwrap();
        let again = read.root.as_ref().and_then(Node::scalar).unwrap();
        assert_eq!(again.value, node.scalar().unwrap().value, "{finding:#}");
        let current = match finding.get("current") {
            Some(Value::String(current)) if !current.contains("***") => current.clone(),
            Some(current @ (Value::Number(_) | Value::Bool(_))) => current.to_string(),
            _ => return,
        };
        // A rule may show a part of the field, such as an image's tag, or more, such as apiVersion and kind.
        // S302 shows the key that a volume asks for, at the flag that reads its file.
        let shown = again.value.contains(&current)
            || current.contains(&again.value)
            || finding["rule"] == "S302";
        assert!(shown, "{cut:?}: {finding:#}");
    }

    /// Where in the document the finding's object begins; None where it is not in it.
    fn prefix(&self, document: &Document) -> Option<String> {
        let object = &self.finding["object"];
        let is = |prefix: &str| {
            let says = |pointer: &str, field: &str| {
                let written = document.get(&format!("{prefix}{pointer}"));
                let written = written.and_then(Node::scalar).map(|scalar| &scalar.value);
                written.map(String::as_str) == object[field].as_str()
            };
            let named = says("/metadata/name", "name") || says("/metadata/generateName", "name");
            named
                && says("/apiVersion", "apiVersion")
                && says("/kind", "kind")
                && says("/metadata/namespace", "namespace")
        };
        let items = document.get("/items").and_then(Node::sequence);
        let items = items.map_or(0, |items| items.items.len());
        std::iter::once(String::new())
            .chain((0..items).map(|index| format!("/items/{index}")))
            .find(|prefix| is(prefix))
    }
}
