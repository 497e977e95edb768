//! A loaded policy, and the calls it answers.

use std::borrow::Cow;
use std::sync::OnceLock;

use wasmtime::component::{
    Component, ComponentExportIndex, ComponentNamedList, InstancePre, Lift, Linker, Lower,
};
use wasmtime::{Store, Trap};

use crate::limits::Meter;
use crate::vocabulary::Failure;
use crate::watchdog::Watchdog;
use crate::{
    ConfigProblem, Description, Engine, Fact, Limit, Limits, Outcome, PluginError, Profile,
    Request, Unit, answer, artifact, code, engine,
};

const POLICY: &str = "krmguard:policy/policy@0.1.0";
const FLEET: &str = "krmguard:policy/fleet@0.1.0";

/// What is known of a policy beforehand, so that a start neither hashes nor asks.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Lower-case hexadecimal.
    pub sha256: &'static str,
    /// What `describe` answers.
    pub describe: &'static str,
    /// What [`Profile`] reads of it; the texts may be left out.
    pub profile: &'static str,
    /// As [`Plugin::has_fleet`].
    pub fleet: bool,
}

/// One policy. Its code is read from the cache, or compiled, on the first call.
pub struct Plugin {
    name: String,
    engine: Engine,
    wasm: Cow<'static, [u8]>,
    sha256: Cow<'static, str>,
    limits: Limits,
    describe: Cow<'static, str>,
    profile: Profile,
    fleet: bool,
    /// From the cache; None where it is not there.
    fetched: OnceLock<Option<Ready>>,
    compiled: OnceLock<Result<Ready, PluginError>>,
}

/// Native code with its (absent) imports resolved.
struct Ready {
    component: Component,
    pre: InstancePre<Meter>,
}

impl Plugin {
    pub(crate) fn load(
        engine: &Engine,
        name: &str,
        wasm: Cow<'static, [u8]>,
        known: Option<Known>,
        limits: Limits,
    ) -> Result<Self, PluginError> {
        let (sha256, describe, fleet) = match known {
            Some(known) => (
                Cow::Borrowed(known.sha256),
                Some(Cow::Borrowed(known.describe)),
                known.fleet,
            ),
            None => {
                let artifact = artifact::read(name, &wasm)?;
                let describe = artifact.describe.map(Cow::Owned);
                (Cow::Owned(code::sha256(&wasm)), describe, artifact.fleet)
            }
        };
        let mut plugin = Self {
            name: name.to_owned(),
            engine: engine.clone(),
            wasm,
            sha256,
            limits,
            describe: Cow::Borrowed(""),
            profile: Profile::default(),
            fleet,
            fetched: OnceLock::new(),
            compiled: OnceLock::new(),
        };
        plugin.describe = match describe {
            Some(text) => text,
            None => Cow::Owned(plugin.describe()?),
        };
        let profile = known.map_or(&*plugin.describe, |known| known.profile);
        plugin.profile = answer::profile(profile).map_err(|why| plugin.bad(why))?;
        if known.is_none() {
            plugin.description()?;
        }
        Ok(plugin)
    }

    /// What a run needs of what it says about itself.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// All that it says about itself, read anew at each call. It was readable when the policy was loaded, unless it
    /// was [`Known`] wrong.
    pub fn description(&self) -> Result<Description, PluginError> {
        answer::description(&self.describe).map_err(|why| self.bad(why))
    }

    /// Of the wasm file, lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// What is wrong with a config (JSON); empty when nothing is.
    pub fn validate_config(&self, config: &str) -> Result<Vec<ConfigProblem>, PluginError> {
        let ((answer,), _): ((Result<(), Vec<ConfigProblem>>,), u64) =
            self.call(POLICY, "validate-config", (config,), config.len())?;
        Ok(answer.err().unwrap_or_default())
    }

    /// Asks the policy. A fresh instance each time: no call sees what another left behind.
    pub fn evaluate(&self, request: &Request) -> Result<Outcome, PluginError> {
        self.evaluate_metered(request).map(|(outcome, _)| outcome)
    }

    /// Asks the policy, and tells the fuel that it took (about one unit per instruction): the same for the same request
    /// on every machine.
    pub fn evaluate_metered(&self, request: &Request) -> Result<(Outcome, u64), PluginError> {
        let input = answer::size_of_units(&request.units)
            + request
                .objects
                .iter()
                .map(|object| object.content.len())
                .sum::<usize>();
        let ((answer,), spent): ((Result<Outcome, Failure>,), u64) =
            self.call(POLICY, "evaluate", (request,), input)?;
        let asked = answer::Asked::about(request);
        Ok((self.checked(answer, &asked)?, spent))
    }

    /// Takes its code from the cache, where it is there, so that the first call need not. A call that comes
    /// meanwhile waits for it.
    pub fn fetch(&self) {
        self.fetched();
    }

    fn fetched(&self) -> Option<&Ready> {
        let fetch = || {
            let Engine { inner } = &self.engine;
            let component = code::cached(inner, &self.sha256)?;
            self.ready(component).ok()
        };
        self.fetched.get_or_init(fetch).as_ref()
    }

    /// Whether `judge` may be called.
    pub fn has_fleet(&self) -> bool {
        self.fleet
    }

    /// Judges the facts of many units. An error unless [`Plugin::has_fleet`].
    pub fn judge(&self, units: &[Unit], facts: &[Fact]) -> Result<Outcome, PluginError> {
        self.judge_metered(units, facts).map(|(outcome, _)| outcome)
    }

    /// As [`Plugin::judge`], with the fuel that it took.
    pub fn judge_metered(
        &self,
        units: &[Unit],
        facts: &[Fact],
    ) -> Result<(Outcome, u64), PluginError> {
        let input = answer::size_of_units(units)
            + facts
                .iter()
                .map(|fact| fact.key.len() + fact.value.len())
                .sum::<usize>();
        let ((answer,), spent): ((Result<Outcome, Failure>,), u64) =
            self.call(FLEET, "judge", (units, facts), input)?;
        let asked = answer::Asked::about_facts(units, facts);
        Ok((self.checked(answer, &asked)?, spent))
    }

    fn describe(&self) -> Result<String, PluginError> {
        let ((text,), _): ((String,), u64) = self.call(POLICY, "describe", (), 0)?;
        Ok(text)
    }

    fn checked(
        &self,
        answer: Result<Outcome, Failure>,
        asked: &answer::Asked,
    ) -> Result<Outcome, PluginError> {
        let name = self.name.clone();
        match answer {
            Ok(outcome) => {
                answer::check(&outcome, asked, &self.profile).map_err(|why| self.bad(why))?;
                Ok(outcome)
            }
            Err(Failure::InvalidConfig(problems)) => Err(PluginError::Config { name, problems }),
            Err(Failure::InvalidObject((object, message))) => {
                asked.object(object).map_err(|why| self.bad(why))?;
                Err(PluginError::Object {
                    name,
                    object,
                    message,
                })
            }
            Err(Failure::Other(message)) => Err(PluginError::Other { name, message }),
        }
    }

    /// What an exported function returns, and the fuel that it took.
    fn call<P, R>(
        &self,
        interface: &str,
        function: &str,
        params: P,
        input: usize,
    ) -> Result<(R, u64), PluginError>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let ready = match self.fetched() {
            Some(ready) => ready,
            None => self
                .compiled
                .get_or_init(|| self.compile())
                .as_ref()
                .map_err(Clone::clone)?,
        };
        let export = export(&ready.component, interface, function).ok_or_else(|| {
            self.refused(format!(
                "it does not export the function `{function}` of `{interface}`"
            ))
        })?;

        let engine = &self.engine.inner;
        let mut store = Store::new(&engine.wasmtime, Meter::new(&self.limits));
        store.limiter(|meter| meter);
        store.set_hostcall_fuel(self.limits.answer_bytes);
        store.set_epoch_deadline(Watchdog::ticks(self.limits.wall));
        let granted = self.limits.fuel(input);
        let unusable = |why: wasmtime::Error| PluginError::Engine(format!("{why:#}"));
        store.set_fuel(granted).map_err(unusable)?;
        let _running = engine
            .watchdog
            .watch(&engine.wasmtime)
            .map_err(|why| PluginError::Engine(format!("no thread for the clock: {why}")))?;

        let instance = match ready.pre.instantiate(&mut store) {
            Ok(instance) => instance,
            Err(why) => return Err(self.stopped(&why, &store, granted, input)),
        };
        let function = instance
            .get_typed_func::<P, R>(&mut store, export)
            .map_err(|why| self.refused(format!("its `{function}` has another type: {why:#}")))?;
        let returned = function
            .call(&mut store, params)
            .map_err(|why| self.stopped(&why, &store, granted, input))?;
        let left = store.get_fuel().map_err(unusable)?;
        Ok((returned, granted.saturating_sub(left)))
    }

    fn compile(&self) -> Result<Ready, PluginError> {
        let Engine { inner } = &self.engine;
        let refused = |why: wasmtime::Error| self.refused(format!("{why:#}"));
        let component = code::compile(inner, &self.wasm, &self.sha256).map_err(refused)?;
        self.ready(component)
    }

    fn ready(&self, component: Component) -> Result<Ready, PluginError> {
        let pre = Linker::new(&self.engine.inner.wasmtime)
            .instantiate_pre(&component)
            .map_err(|why| self.refused(format!("{why:#}")))?;
        Ok(Ready { component, pre })
    }

    fn refused(&self, reason: String) -> PluginError {
        PluginError::NotAPolicy {
            name: self.name.clone(),
            reason,
        }
    }

    fn bad(&self, reason: String) -> PluginError {
        PluginError::BadAnswer {
            name: self.name.clone(),
            reason,
        }
    }

    /// Whose fault it was that a call did not return.
    fn stopped(
        &self,
        why: &wasmtime::Error,
        store: &Store<Meter>,
        granted: u64,
        input: usize,
    ) -> PluginError {
        let limit = if store.data().denied {
            Limit::Memory(self.limits.memory_bytes)
        } else {
            match why.downcast_ref::<Trap>() {
                Some(Trap::OutOfFuel) => Limit::Fuel { granted, input },
                Some(Trap::Interrupt) => Limit::Time(self.limits.wall),
                Some(Trap::UnreachableCodeReached) => {
                    Limit::Trap("it panicked or aborted (wasm `unreachable`)".to_owned())
                }
                Some(Trap::StackOverflow) => Limit::Trap(format!(
                    "its calls are nested too deeply ({} KiB of stack)",
                    engine::WASM_STACK >> 10
                )),
                Some(trap) => Limit::Trap(trap.to_string()),
                None => return self.bad(self.unreadable(why)),
            }
        };
        PluginError::Stopped {
            name: self.name.clone(),
            why: limit,
        }
    }

    /// The call returned, but what it returned cannot be read.
    fn unreadable(&self, why: &wasmtime::Error) -> String {
        let reason = why.root_cause().to_string();
        if reason.contains("fuel allocated for hostcalls") {
            format!("it is larger than {} bytes", self.limits.answer_bytes)
        } else {
            reason
        }
    }
}

fn export(component: &Component, interface: &str, function: &str) -> Option<ComponentExportIndex> {
    let interface = component.get_export_index(None, interface)?;
    component.get_export_index(Some(&interface), function)
}
