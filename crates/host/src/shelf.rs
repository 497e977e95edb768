//! The plugins of a run: each loaded once, whatever number of units it judges.

mod accepted;
mod rules;

use std::fs;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use camino::Utf8Path;
use krmguard_builtin::Builtin;
use krmguard_engine::{
    Cache, ConfigProblem, Engine, Known, Limits, Plugin, PluginError, Stage, Unit as UnitRecord,
};
use sha2::{Digest, Sha256};

use crate::policyset::{Entry, Level, PluginName, PolicySet, RuleLevel, Spot};
use crate::review::Identity;
use crate::trouble::{Trouble, unreadable};
use accepted::Accepted;

/// A policy that is ready to judge.
pub(crate) struct Policy {
    pub(crate) plugin: Arc<Plugin>,
    /// JSON.
    pub(crate) config: String,
    entry: Entry,
}

impl Policy {
    pub(crate) fn name(&self) -> &str {
        &self.plugin.profile().name
    }

    /// What the PolicySet says about its rules.
    pub(crate) fn rules(&self) -> &[RuleLevel] {
        &self.entry.rules
    }

    /// How much one of its rules counts here; None: as its catalogue says.
    pub(crate) fn level(&self, rule: &str) -> Option<Level> {
        let said = self.rules().iter().find(|level| level.rule == rule)?;
        Some(said.level)
    }

    /// The rules that are off here.
    pub(crate) fn disabled(&self) -> Vec<String> {
        let ignored = self
            .rules()
            .iter()
            .filter(|said| said.level == Level::Ignore);
        ignored.map(|said| said.rule.clone()).collect()
    }

    /// The unit as this policy is told of it.
    pub(crate) fn record(
        &self,
        name: &str,
        identity: &Identity,
        stage: Stage,
        complete: bool,
    ) -> UnitRecord {
        UnitRecord {
            id: 0,
            name: name.to_owned(),
            cluster: identity.cluster.clone(),
            role: identity.role.clone(),
            stage,
            complete,
            config: self.config.clone(),
            disabled: self.disabled(),
            extra: Vec::new(),
        }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.entry.limits
    }

    fn has(&self, rule: &str) -> bool {
        let mut known = self.plugin.profile().rules.iter();
        known.any(|known| known.id == rule)
    }

    /// Which built-in policy it is, if it is one.
    pub(crate) fn builtin(&self) -> Option<&'static Builtin> {
        match self.entry.plugin {
            PluginName::Builtin(builtin) => Some(builtin),
            PluginName::File { .. } => None,
        }
    }

    /// What the policy declines in its config, each with its place in the PolicySet.
    pub(crate) fn config_troubles(
        &self,
        set: &PolicySet<'_>,
        problems: &[ConfigProblem],
    ) -> Vec<Trouble> {
        problems
            .iter()
            .map(|problem| self.config_trouble(set, problem))
            .collect()
    }

    fn config_trouble(&self, set: &PolicySet<'_>, problem: &ConfigProblem) -> Trouble {
        if problem.pointer.is_empty() {
            // No line of the config is to blame: something beside it is lacking, and the message says what.
            return set.trouble(&self.entry.plugin_at, Spot::Value, &problem.message);
        }
        let spot = match problem.message.starts_with("unknown field") {
            true => Spot::Key,
            false => Spot::Value,
        };
        let pointer = format!("{}{}", self.entry.config_at, problem.pointer);
        let schema = match self.builtin() {
            Some(builtin) => format!("`krmguard schema {}` prints its schema", builtin.kind),
            None => "the policy describes its schema".to_owned(),
        };
        set.trouble(&pointer, spot, &problem.message)
            .fix(format!("correct the policy's config; {schema}"))
    }
}

/// The engine and the built-in policies, fetched by a thread of their own while the input is read.
pub(crate) struct Fetching(Option<Receiver<Result<Shelf, Trouble>>>);

impl Fetching {
    /// Starts. Only code that is there already is fetched: nobody may need a policy that would have to be compiled.
    pub(crate) fn start() -> Fetching {
        let (shelf, wait) = mpsc::sync_channel(1);
        let fetch = move || {
            let fetched = Shelf::with_builtins();
            let plugins: Vec<_> = match &fetched {
                Ok(shelf) => shelf
                    .loaded
                    .iter()
                    .map(|(_, plugin)| Arc::clone(plugin))
                    .collect(),
                Err(_) => Vec::new(),
            };
            // The code follows the policies: whoever is first judges while that of the next is fetched.
            if shelf.send(fetched).is_ok() {
                plugins.iter().for_each(|plugin| plugin.fetch());
            }
        };
        let thread = thread::Builder::new().name("krmguard-fetch".to_owned());
        Fetching(thread.spawn(fetch).ok().map(|_| wait))
    }

    /// The policies, as soon as they are known. A machine that gives no thread gets them made here.
    pub(crate) fn wait(self) -> Result<Shelf, Trouble> {
        let fetched = self.0.and_then(|shelf| shelf.recv().ok());
        fetched.unwrap_or_else(Shelf::with_builtins)
    }
}

/// Plugins by what they are, with the limits they were loaded under.
pub(crate) struct Shelf {
    engine: Engine,
    /// Never dropped: the process ends with the run, and gives all of the code back at once.
    loaded: ManuallyDrop<Vec<(PluginKey, Arc<Plugin>)>>,
}

type PluginKey = (String, LimitsKey);

type LimitsKey = (u64, u64, usize, u128);

impl Shelf {
    pub(crate) fn open() -> Result<Shelf, Trouble> {
        let engine =
            Engine::new(Cache::default_dir()).map_err(|error| Trouble::new(error.to_string()))?;
        Ok(Shelf {
            engine,
            loaded: ManuallyDrop::default(),
        })
    }

    fn with_builtins() -> Result<Shelf, Trouble> {
        let mut shelf = Shelf::open()?;
        for builtin in krmguard_builtin::ALL {
            shelf.builtin(builtin, Limits::default())?;
        }
        Ok(shelf)
    }

    fn builtin(
        &mut self,
        builtin: &'static Builtin,
        limits: Limits,
    ) -> Result<Arc<Plugin>, Trouble> {
        let id = (builtin.sha256.to_owned(), key(&limits));
        if let Some(plugin) = self.loaded(&id) {
            return Ok(plugin);
        }
        let known = Known {
            sha256: builtin.sha256,
            describe: builtin.describe,
            profile: builtin.profile,
            fleet: builtin.fleet,
        };
        let plugin = self
            .engine
            .load(builtin.name, builtin.wasm, Some(known), limits);
        self.keep(id, plugin.map_err(|error| Trouble::new(error.to_string()))?)
    }

    /// The policies of `set`, in its order, each with a config that it accepts.
    pub(crate) fn policies(&mut self, set: &PolicySet<'_>) -> Result<Vec<Policy>, Vec<Trouble>> {
        let mut policies = Vec::with_capacity(set.entries.len());
        let mut troubles = Vec::new();
        for entry in &set.entries {
            match self.policy(set, entry) {
                Ok(policy) => policies.push(policy),
                Err(more) => troubles.extend(more),
            }
        }
        if policies.is_empty() && troubles.is_empty() {
            troubles.push(
                Trouble::new("no policy to judge by").fix("name policies with --policies FILE"),
            );
        }
        if troubles.is_empty() {
            troubles = rules::troubles(set, &policies);
        }
        if troubles.is_empty() {
            Ok(policies)
        } else {
            Err(troubles)
        }
    }

    fn policy(&mut self, set: &PolicySet<'_>, entry: &Entry) -> Result<Policy, Vec<Trouble>> {
        let at = |trouble: Trouble| vec![trouble];
        let plugin = self.plugin(set, entry).map_err(at)?;
        let policy = Policy {
            plugin,
            config: entry.config.to_string(),
            entry: entry.clone(),
        };
        // An empty config can lack something, which `evaluate` says; it cannot be wrong.
        if entry
            .config
            .as_object()
            .is_some_and(|config| !config.is_empty())
        {
            let accepted = Accepted::of(&policy);
            let problems = match accepted.is_known() {
                true => Vec::new(),
                false => policy
                    .plugin
                    .validate_config(&policy.config)
                    .map_err(|error| {
                        at(set.trouble(&entry.plugin_at, Spot::Value, error.to_string()))
                    })?,
            };
            if problems.is_empty() {
                accepted.remember();
            } else {
                let named = |trouble: Trouble| Trouble {
                    what: format!("policy `{}`: {}", policy.name(), trouble.what),
                    ..trouble
                };
                return Err(policy
                    .config_troubles(set, &problems)
                    .into_iter()
                    .map(named)
                    .collect());
            }
        }
        Ok(policy)
    }

    fn plugin(&mut self, set: &PolicySet<'_>, entry: &Entry) -> Result<Arc<Plugin>, Trouble> {
        match &entry.plugin {
            PluginName::Builtin(builtin) => self.builtin(builtin, entry.limits),
            PluginName::File { path, sha256 } => {
                let (wasm, actual) =
                    read_plugin(path).map_err(|trouble| placed(set, entry, trouble))?;
                if let Err(trouble) = same(path, sha256.as_deref(), &actual) {
                    return Err(placed(set, entry, trouble));
                }
                let id = (actual, key(&entry.limits));
                if let Some(plugin) = self.loaded(&id) {
                    return Ok(plugin);
                }
                let plugin = self.engine.load(path.as_str(), wasm, None, entry.limits);
                let plugin = plugin.map_err(|error| placed(set, entry, refused(path, &error)))?;
                self.keep(id, plugin)
            }
        }
    }

    fn loaded(&self, id: &PluginKey) -> Option<Arc<Plugin>> {
        let mut loaded = self.loaded.iter();
        let (_, plugin) = loaded.find(|(known, _)| known == id)?;
        Some(Arc::clone(plugin))
    }

    fn keep(&mut self, id: PluginKey, plugin: Plugin) -> Result<Arc<Plugin>, Trouble> {
        let plugin = Arc::new(plugin);
        self.loaded.push((id, Arc::clone(&plugin)));
        Ok(plugin)
    }
}

fn key(limits: &Limits) -> LimitsKey {
    (
        limits.fuel_base,
        limits.fuel_per_byte,
        limits.memory_bytes,
        limits.wall.as_nanos(),
    )
}

/// Puts the complaint where the PolicySet names the plugin.
fn placed(set: &PolicySet<'_>, entry: &Entry, trouble: Trouble) -> Trouble {
    Trouble {
        fix: trouble.fix,
        ..set.trouble(&entry.plugin_at, Spot::Value, trouble.what)
    }
}

fn read_plugin(path: &Utf8Path) -> Result<(Vec<u8>, String), Trouble> {
    let wasm = fs::read(path).map_err(|error| {
        Trouble::new(format!("the plugin {path} {}", unreadable(&error)))
            .fix("name a .wasm file; a relative path begins at the PolicySet's folder")
    })?;
    let digest = Sha256::digest(&wasm);
    let hexadecimal = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((wasm, hexadecimal))
}

fn same(path: &Utf8Path, written: Option<&str>, actual: &str) -> Result<(), Trouble> {
    match written {
        Some(written) if written == actual => Ok(()),
        Some(written) => Err(Trouble::new(format!(
            "the plugin {path} is not the one that was pinned: its sha256 is {actual}, not {written}"
        ))
        .fix("restore the file, or pin the new one after looking at it")),
        None => Err(Trouble::new(format!("the plugin {path} is not pinned"))
            .fix(format!("write beside it: sha256: {actual}"))),
    }
}

fn refused(path: &Utf8Path, error: &PluginError) -> Trouble {
    let trouble = Trouble::new(error.to_string());
    match error {
        PluginError::NotAPolicy { .. } => trouble.fix(format!(
            "{path} must be a WebAssembly component of krmguard:policy (see wit/policy.wit)"
        )),
        _ => trouble,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_pin_is_asked_for_and_held() {
        let path = Utf8Path::new("a.wasm");
        assert!(same(path, Some("aa"), "aa").is_ok());
        let missing = same(path, None, "aa").unwrap_err();
        assert_eq!(missing.fix.as_deref(), Some("write beside it: sha256: aa"));
        let other = same(path, Some("bb"), "aa").unwrap_err();
        assert!(other.what.contains("its sha256 is aa, not bb"), "{other:?}");
    }

    #[test]
    fn an_absent_plugin_is_named() {
        let trouble = read_plugin(Utf8Path::new("no/such.wasm")).unwrap_err();
        assert!(trouble.what.contains("no/such.wasm"), "{trouble:?}");
    }
}
