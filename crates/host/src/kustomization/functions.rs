//! What a kustomization lists under `generators:`, `transformers:` and `validators:`.

use camino::{Utf8Path, Utf8PathBuf};
use krmguard_yaml::{Limits, Lines};
use serde_json::Value;

use super::library::{Library, bytes};
use super::reach::Lost;
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
    /// A part of kustomize itself.
    Builtin,
    /// Somebody else's program or image.
    Foreign,
}

/// A text with the configurations in it.
struct Source {
    file: String,
    text: String,
    /// Where relative plugin paths begin.
    folder: Utf8PathBuf,
}

/// The functions of one list, in order. Every file that is named goes to `claimed`.
pub(super) fn read(
    kustomization: &Kustomization,
    under: Under,
    library: &mut Library,
    claimed: &mut Vec<Utf8PathBuf>,
) -> Result<Vec<Function>, Vec<Trouble>> {
    let mut functions = Vec::new();
    let mut troubles = Vec::new();
    for reference in kustomization.strings(under.field()) {
        match sources(kustomization, &reference, library, claimed, 0) {
            Ok(sources) => {
                for source in sources {
                    match source.functions(under) {
                        Ok(more) => functions.extend(more),
                        Err(more) => troubles.extend(more),
                    }
                }
            }
            Err(more) => troubles.extend(more),
        }
    }
    match troubles.is_empty() {
        true => Ok(functions),
        false => Err(troubles),
    }
}

/// How deep kustomizations of configurations may list each other.
const DEPTH: usize = 16;

/// The texts that a reference leads to: a file, those of a kustomization, or its own.
fn sources(
    kustomization: &Kustomization,
    reference: &Reference<'_>,
    library: &mut Library,
    claimed: &mut Vec<Utf8PathBuf>,
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
        claimed.push(found.canonical.clone());
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
        let runs = |name: &&str| annotations.is_some_and(|all| all.get(*name).is_some());
        let runs = FUNCTION.iter().any(runs);
        Ok(match word("apiVersion") == "builtin" && !runs {
            true => Function::Builtin,
            false => Function::Foreign,
        })
    }
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

/// Whether a function adds or changes nothing that is unknown.
pub(super) fn is_plain(functions: &[Function]) -> bool {
    let own = |function: &Function| matches!(function, Function::PolicySet(_));
    functions.iter().all(own)
}
