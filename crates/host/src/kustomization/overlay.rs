//! One leaf kustomization: all that it is built from, read but not built.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

use camino::Utf8PathBuf;
use krm::Input;
use krmguard_engine::Form;
use serde_json::{Map, Value, json};

use super::blueprint::Blueprint;
use super::chart::Chart;
use super::forest::Ignore;
use super::functions::{self, Function};
use super::library::{Library, bytes};
use super::reach::{Found, Lost};
use super::{Kustomization, Reference, beside};
use crate::report::ObjectRef;
use crate::source::{Brought, Composed, Files, Listed, Places, Under, Unit};
use crate::trouble::Trouble;

/// Fields that leave every name and every reference as the manifests have it, and add no object.
const PLAIN: [&str; 16] = [
    "apiVersion",
    "kind",
    "metadata",
    "resources",
    "bases",
    "components",
    "transformers",
    "validators",
    "buildMetadata",
    "commonAnnotations",
    "commonLabels",
    "labels",
    "images",
    "replicas",
    "sortOptions",
    "crds",
];

/// What a leaf kustomization and all that it lists consist of.
#[derive(Debug)]
pub(super) struct Overlay {
    /// The leaf first, then what it lists, each once.
    pub(super) kustomizations: Vec<Arc<Kustomization>>,
    manifests: Vec<Input>,
    charts: Vec<Chart>,
    sets: Vec<Listed>,
    /// Whether no object that is not read can be in the build.
    whole: bool,
    /// Files that are listed.
    pub(super) claimed: Vec<Found>,
    /// The entries that are PolicySets: which kustomization, and where in it.
    sets_at: Vec<(Utf8PathBuf, String)>,
    /// Whether charts are inflated that stand in no `helmCharts:`.
    inflates: bool,
    /// The folders of bases with a PolicySet: in a build it sees the base alone.
    pub(super) partial: Vec<Utf8PathBuf>,
    /// Why it cannot be built.
    refusals: Vec<Trouble>,
    troubles: Vec<Trouble>,
}

impl Overlay {
    pub(super) fn read(leaf: &Arc<Kustomization>, library: &mut Library) -> Overlay {
        let mut overlay = Overlay {
            kustomizations: Vec::new(),
            manifests: Vec::new(),
            charts: Vec::new(),
            sets: Vec::new(),
            whole: true,
            claimed: Vec::new(),
            sets_at: Vec::new(),
            inflates: false,
            partial: Vec::new(),
            refusals: Vec::new(),
            troubles: Vec::new(),
        };
        overlay.visit(leaf, library, &mut Vec::new(), true);
        if let Err(twice) = krm::unique(&overlay.manifests) {
            overlay.troubles.push(twice.into());
        }
        overlay
    }

    /// The values files that it reads.
    pub(super) fn values_files(&self) -> HashSet<&Utf8PathBuf> {
        self.charts.iter().flat_map(Chart::files).collect()
    }

    /// The unit, or why there is none. `claimed` is what any kustomization of the run lists; `users` says how many
    /// units read a values file.
    pub(super) fn into_unit(
        self,
        claimed: &HashSet<Utf8PathBuf>,
        users: &HashMap<Utf8PathBuf, usize>,
        ignore: &Ignore,
        library: &Library,
    ) -> Result<Unit, Vec<Trouble>> {
        let Some(leaf) = self.kustomizations.first() else {
            return Err(self.troubles);
        };
        if !self.troubles.is_empty() {
            return Err(self.troubles);
        }
        let mut composed: Vec<Composed> = self
            .charts
            .iter()
            .map(|chart| chart.compose(users))
            .collect();
        composed.extend(self.kustomizations.iter().map(|it| it.compose()));
        let beside = self.kustomizations.iter().flat_map(|it| {
            beside::manifests(&it.folder, &it.canonical, claimed, ignore, library.reach())
        });
        let complete = self.whole && self.charts.is_empty();
        let blueprint = Blueprint {
            kustomizations: self.kustomizations.clone(),
            charts: self.charts.iter().map(Chart::need).collect(),
            sets_at: self.sets_at,
            inflates: self.inflates || !self.charts.is_empty(),
            refusals: self.refusals,
            files: self.claimed,
        };
        Ok(Unit {
            blueprint: Some(blueprint),
            beside: Files::new(beside.collect()),
            composed,
            brought: Brought::Listed {
                kustomization: leaf.file().to_owned(),
                sets: self.sets,
            },
            complete,
            ..Unit::of_manifests(leaf.folder.as_str(), self.manifests)
        })
    }

    /// `above` are the kustomizations that lead here. `acts` says whether the functions listed here see all of what
    /// the leaf builds: its own do, and those of its components.
    fn visit(
        &mut self,
        here: &Arc<Kustomization>,
        library: &mut Library,
        above: &mut Vec<Arc<Kustomization>>,
        acts: bool,
    ) {
        self.kustomizations.push(Arc::clone(here));
        let fields = here.sheet.value().as_object();
        let fields = fields.into_iter().flatten();
        self.whole &= fields
            .filter(|(_, value)| !value.is_null())
            .all(|(field, _)| PLAIN.contains(&field.as_str()));
        above.push(Arc::clone(here));
        for reference in here.resources() {
            self.follow(here, &reference, library, above, false);
        }
        for reference in here.strings("components") {
            self.follow(here, &reference, library, above, acts);
        }
        above.pop();
        for reference in here.files() {
            match library.find(here, &reference) {
                Ok(found) => self.claimed.push(found),
                Err(Lost::Missing(_)) if reference.is_remote() => {}
                Err(lost) => self.troubles.push(lost.trouble(&here.sheet, &reference)),
            }
        }
        self.charts(here, library);
        self.inflates |= here.get("helmChartInflationGenerator").is_some();
        for under in [Under::Generators, Under::Transformers, Under::Validators] {
            match functions::read(here, under, library, &mut self.claimed) {
                Ok(entries) => self.take(here, entries, acts),
                Err(troubles) => self.troubles.extend(troubles),
            }
        }
    }

    fn take(&mut self, here: &Kustomization, entries: Vec<functions::Entry>, acts: bool) {
        for entry in entries {
            self.refusals.extend(entry.refusals(here));
            self.whole &= entry.is_own();
            self.inflates |= entry.inflates();
            if entry.is_own() && !acts {
                self.partial.push(here.folder.clone());
            }
            if entry.is_own() {
                self.sets_at.push((here.canonical.clone(), entry.pointer));
            }
            let sets = entry
                .functions
                .into_iter()
                .filter_map(|function| match function {
                    Function::PolicySet(listed) => Some(listed),
                    Function::Builtin { .. } | Function::Foreign(_) => None,
                });
            if acts {
                self.sets.extend(sets);
            }
        }
    }

    fn charts(&mut self, here: &Kustomization, library: &mut Library) {
        let Some(overlay) = self
            .kustomizations
            .first()
            .map(|leaf| leaf.canonical.clone())
        else {
            return;
        };
        for (pointer, entry) in here.items("helmCharts") {
            let empty = Map::new();
            let fields = entry.as_object().unwrap_or(&empty);
            let entry = (pointer, fields);
            match Chart::read(here, entry, &overlay, library, &mut self.claimed) {
                Ok(chart) => {
                    self.refusals.extend(chart.refusals());
                    self.charts.push(chart);
                }
                Err(troubles) => self.troubles.extend(troubles),
            }
        }
    }

    fn follow(
        &mut self,
        here: &Arc<Kustomization>,
        reference: &Reference<'_>,
        library: &mut Library,
        above: &mut Vec<Arc<Kustomization>>,
        acts: bool,
    ) {
        let found = match library.find(here, reference) {
            Ok(found) => found,
            Err(Lost::Missing(_)) if reference.is_remote() => {
                self.whole = false;
                return;
            }
            Err(lost) => return self.troubles.push(lost.trouble(&here.sheet, reference)),
        };
        if !found.is_folder {
            return self.manifest(found);
        }
        if found.wanted != found.canonical {
            self.claimed.push(found.clone());
        }
        if let Some(again) = above.iter().find(|it| it.canonical == found.canonical) {
            let what = match Arc::ptr_eq(again, here) {
                true => format!("`{}` is this kustomization itself", reference.text),
                false => format!(
                    "`{}` leads back to {}, which leads here",
                    reference.text,
                    again.file()
                ),
            };
            let trouble = here.sheet.trouble(&reference.pointer, what);
            return self
                .troubles
                .push(trouble.fix("remove it: no kustomization can be a part of itself"));
        }
        if self
            .kustomizations
            .iter()
            .any(|it| it.canonical == found.canonical)
        {
            return;
        }
        match library.kustomization(&found.shown, &found.canonical) {
            Ok(Some(listed)) => self.visit(&listed, library, above, acts),
            Ok(None) => {
                let what = format!("the folder `{}` has no kustomization", reference.text);
                let trouble = here.sheet.trouble(&reference.pointer, what);
                self.troubles
                    .push(trouble.fix("list the files in it, or give it a kustomization.yaml"));
            }
            Err(troubles) => self.troubles.extend(troubles),
        }
    }

    fn manifest(&mut self, found: Found) {
        if self
            .manifests
            .iter()
            .any(|input| input.name() == found.shown)
        {
            return;
        }
        self.claimed.push(found.clone());
        let read = bytes(&found).and_then(|bytes| Ok(Input::read(found.shown.as_str(), bytes)?));
        match read {
            Ok(input) => self.manifests.push(input),
            Err(trouble) => self.troubles.push(trouble),
        }
    }
}

impl Kustomization {
    /// The object that policies see, complete with what kustomize adds in thought.
    fn compose(&self) -> Composed {
        const API_VERSION: &str = "kustomize.config.k8s.io/v1beta1";
        let mut value = json!({"apiVersion": API_VERSION, "kind": "Kustomization", "metadata": {}});
        if let (Value::Object(object), Some(fields)) = (&mut value, self.sheet.value().as_object())
        {
            for (field, written) in fields.iter().filter(|(_, written)| !written.is_null()) {
                object.insert(field.clone(), written.clone());
            }
        }
        if let Some(Value::Object(metadata)) = value.get_mut("metadata") {
            metadata.entry("name").or_insert_with(|| json!(self.folder));
        }
        let text = |pointer: &str| {
            let text = value.pointer(pointer).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        Composed {
            object: ObjectRef {
                api_version: text("/apiVersion"),
                kind: text("/kind"),
                namespace: None,
                name: text("/metadata/name"),
            },
            form: Form::Kustomization,
            value,
            extra: Vec::new(),
            places: Arc::clone(&self.sheet) as Arc<dyn Places>,
        }
    }
}
