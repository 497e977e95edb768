//! What a kustomization lists under `generators:`, `transformers:` and `validators:`.

use camino::{Utf8Path, Utf8PathBuf};
use krmguard_yaml::{Limits, Lines};
use serde_json::Value;

use super::library::{Library, bytes};
use super::reach::{Found, Lost};
use super::{Kustomization, Reference};
use crate::policyset::{Emit, PolicySet, Spot, Text};
use crate::source::{Listed, Under};
use crate::trouble::Trouble;

/// The annotations by which an object says that a program or an image must run on it.
const FUNCTION: [&str; 2] = ["config.kubernetes.io/function", "config.k8s.io/function"];

/// The group of everything that is krmguard's own, whatever its version.
const OWN_GROUP: &str = "krmguard.io/";

/// One configuration in such a list.
#[derive(Debug)]
pub(super) enum Function {
    PolicySet(Listed),
    /// A part of kustomize itself; whether it inflates a chart.
    Builtin {
        chart: bool,
    },
    /// Somebody else's program or image, and why it is not run.
    Foreign(Trouble),
}

/// What an entry of a list leads to.
#[derive(Debug)]
pub(super) struct Entry {
    /// Where it stands in the kustomization.
    pub(super) pointer: String,
    pub(super) functions: Vec<Function>,
}

/// A text with the configurations in it.
struct Source {
    file: String,
    text: String,
    /// Where relative plugin paths begin.
    folder: Utf8PathBuf,
}

/// The entries of one list, in order. Every file that is named goes to `claimed`.
pub(super) fn read(
    kustomization: &Kustomization,
    under: Under,
    library: &mut Library,
    claimed: &mut Vec<Found>,
) -> Result<Vec<Entry>, Vec<Trouble>> {
    let mut entries = Vec::new();
    let mut troubles = Vec::new();
    for reference in kustomization.strings(under.field()) {
        let functions = sources(kustomization, &reference, library, claimed, 0).and_then(|all| {
            let each = all.iter().map(|source| source.functions(under));
            Ok(each
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .flatten()
                .collect())
        });
        match functions {
            Ok(functions) => entries.push(Entry {
                pointer: reference.pointer,
                functions,
            }),
            Err(more) => troubles.extend(more),
        }
    }
    match troubles.is_empty() {
        true => Ok(entries),
        false => Err(troubles),
    }
}

/// How deep kustomizations of configurations may list each other.
const DEPTH: usize = 16;

/// What a kustomization of configurations must not do itself.
const ACTING: [&str; 5] = [
    "generators",
    "transformers",
    "validators",
    "helmCharts",
    "components",
];

/// The texts that a reference leads to: a file, those of a kustomization, or its own.
fn sources(
    kustomization: &Kustomization,
    reference: &Reference<'_>,
    library: &mut Library,
    claimed: &mut Vec<Found>,
    depth: usize,
) -> Result<Vec<Source>, Vec<Trouble>> {
    let sheet = &kustomization.sheet;
    if reference.is_inline() {
        return Ok(vec![Source::inline(kustomization, reference)]);
    }
    let found = match library.find(kustomization, reference) {
        Ok(found) => found,
        Err(lost @ Lost::Missing(_)) if reference.is_remote() => {
            let trouble = lost.trouble(sheet, reference);
            return Err(vec![trouble.fix(
                "a function that lies elsewhere cannot be read: keep its configuration in the repository",
            )]);
        }
        Err(lost) => return Err(vec![lost.trouble(sheet, reference)]),
    };
    if !found.is_folder {
        claimed.push(found.clone());
        let bytes = bytes(&found).map_err(|trouble| vec![trouble])?;
        let text = String::from_utf8(bytes).map_err(|_| {
            let trouble = Trouble::new("this is not UTF-8 text").in_file(found.shown.as_str());
            vec![trouble.fix("save it as UTF-8")]
        })?;
        return Ok(vec![Source {
            file: found.shown.to_string(),
            text,
            folder: found.shown.parent().unwrap_or(Utf8Path::new("")).to_owned(),
        }]);
    }
    let listed = library.kustomization(&found.shown, &found.canonical)?;
    let Some(listed) = listed.filter(|_| depth < DEPTH) else {
        let what = format!(
            "the folder `{}` has no kustomization that can be read",
            reference.text
        );
        let trouble = sheet.trouble(&reference.pointer, what);
        return Err(vec![
            trouble.fix("name a file, or a folder with a kustomization.yaml"),
        ]);
    };
    if let Some(field) = ACTING.iter().find(|field| listed.get(field).is_some()) {
        let what = format!("the kustomization of configurations has `{field}`");
        let trouble = listed.sheet.trouble_at_key(&format!("/{field}"), what);
        return Err(vec![trouble.fix("list files under its `resources:` alone")]);
    }
    let mut all = Vec::new();
    for reference in listed.resources() {
        all.extend(sources(&listed, &reference, library, claimed, depth + 1)?);
    }
    Ok(all)
}

impl Source {
    /// The lines of the text stand where they stand in the kustomization.
    fn inline(kustomization: &Kustomization, reference: &Reference<'_>) -> Source {
        let page = kustomization.sheet.page();
        let text = match page.block(&reference.pointer) {
            Some(block) => at_its_lines(page.text(), block.start, block.end),
            None => reference.text.to_owned(),
        };
        Source {
            file: kustomization.file().to_owned(),
            text,
            folder: kustomization.folder.clone(),
        }
    }

    fn functions(&self, under: Under) -> Result<Vec<Function>, Vec<Trouble>> {
        let limits = Limits::default();
        let unreadable = |error: krmguard_yaml::Error| {
            let (line, column) = Lines::new(&self.text).at(&self.text, error.offset);
            let trouble = Trouble::new(error.message)
                .in_file(&self.file)
                .at(line, column);
            vec![trouble.fix("mend the YAML")]
        };
        let documents = krmguard_yaml::parse(&self.text, &limits).map_err(unreadable)?;
        let mut functions = Vec::new();
        for document in &documents {
            let Some(root) = &document.root else { continue };
            let value = document.to_json(&limits).map_err(unreadable)?;
            let text = at_its_lines(&self.text, root.start, root.span.end);
            functions.push(self.function(&value, text, under)?);
        }
        Ok(functions)
    }

    fn function(
        &self,
        value: &Value,
        text: String,
        under: Under,
    ) -> Result<Function, Vec<Trouble>> {
        let word = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default();
        if word("apiVersion").starts_with(OWN_GROUP) {
            let text = Text::new(self.file.clone(), text);
            let set = PolicySet::from_text(text, &self.folder)?;
            fits(&set, under).map_err(|trouble| vec![trouble])?;
            return Ok(Function::PolicySet(Listed { set, under }));
        }
        let annotations = value.pointer("/metadata/annotations");
        let runs = FUNCTION
            .iter()
            .find_map(|name| annotations?.get(*name)?.as_str());
        Ok(match (word("apiVersion"), runs) {
            ("builtin", None) => Function::Builtin {
                chart: word("kind") == "HelmChartInflationGenerator",
            },
            (_, runs) => {
                let kind = word("kind");
                let program = runs
                    .and_then(program)
                    .unwrap_or_else(|| "a plugin of kustomize".to_owned());
                let (line, column) = (
                    text.lines().take_while(|line| line.is_empty()).count() + 1,
                    1,
                );
                let trouble =
                    Trouble::new(format!("{kind} is {program}, which krmguard does not run"))
                        .in_file(&self.file)
                        .at(line, column)
                        .fix("remove it, or judge the sources alone with --render never");
                Function::Foreign(trouble)
            }
        })
    }
}

/// The program or image that a function's annotation names.
fn program(annotation: &str) -> Option<String> {
    let limits = Limits::default();
    let value = krmguard_yaml::parse_one(annotation, &limits)
        .and_then(|it| it.to_json(&limits))
        .ok()?;
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
    let exec = text("/exec/path").map(|path| format!("the program `{path}`"));
    exec.or_else(|| text("/container/image").map(|image| format!("the image `{image}`")))
}

/// What a function prints must suit the list that it stands in.
fn fits(set: &PolicySet<'_>, under: Under) -> Result<(), Trouble> {
    let at = |what: &str| set.trouble("/spec/emit", Spot::Value, what);
    match (under, set.emit) {
        (Under::Transformers, Emit::All) | (Under::Validators, Emit::Nothing) => Ok(()),
        (Under::Transformers, Emit::Nothing) => Err(at(
            "`emit: none` under `transformers:` deletes every resource from the build without a word",
        )
        .fix("list it under `validators:`, or remove `emit: none`")),
        (Under::Validators, Emit::All) => Err(at(
            "under `validators:` a PolicySet without `emit: none` fails every build: kustomize takes what it prints for a change",
        )
        .fix("write `emit: none` below `spec:`, or list it under `transformers:`")),
        (Under::Generators, _) => Err(set
            .trouble("/kind", Spot::Value, "a PolicySet under `generators:` judges nothing")
            .fix("list it under `transformers:`")),
    }
}

/// The bytes `start..end` of a text at the lines and columns at which they stand in it.
fn at_its_lines(text: &str, start: usize, end: usize) -> String {
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let mut padded = "\n".repeat(text[..line].matches('\n').count());
    padded.extend(text[line..start].chars().map(|_| ' '));
    padded.push_str(&text[start..end]);
    padded
}

impl Under {
    /// The kustomization's field.
    pub(super) fn field(self) -> &'static str {
        match self {
            Under::Generators => "generators",
            Under::Transformers => "transformers",
            Under::Validators => "validators",
        }
    }
}

impl Entry {
    /// Whether it is PolicySets and nothing else: none of what it adds or changes is unknown.
    pub(super) fn is_own(&self) -> bool {
        let own = |function: &Function| matches!(function, Function::PolicySet(_));
        self.functions.iter().all(own)
    }

    /// Whether it inflates a chart.
    pub(super) fn inflates(&self) -> bool {
        let chart = |function: &Function| matches!(function, Function::Builtin { chart: true });
        self.functions.iter().any(chart)
    }

    /// Why a build without krmguard's functions cannot be made of it.
    pub(super) fn refusals(&self, kustomization: &Kustomization) -> Vec<Trouble> {
        let foreign = self.functions.iter().filter_map(|function| match function {
            Function::Foreign(trouble) => Some(trouble.clone()),
            _ => None,
        });
        let mut refusals: Vec<Trouble> = foreign.collect();
        let has_set = self
            .functions
            .iter()
            .any(|it| matches!(it, Function::PolicySet(_)));
        if refusals.is_empty() && has_set && !self.is_own() {
            let what = "a PolicySet stands in one entry with something else";
            let trouble = kustomization.sheet.trouble(&self.pointer, what);
            refusals.push(trouble.fix("give it a file and an entry of its own"));
        }
        refusals
    }
}
