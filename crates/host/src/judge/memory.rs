//! Which units were judged before, by the same policies under the same terms.

use std::env;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use krmguard_engine::Cache;

use super::hearing::Held;
use super::{Judge, JudgedUnit, Purpose};
use crate::fleet::{Testimony, Witness};
use crate::ledger::{Digester, Entry, Heard, Key, Ledger};
use crate::mask::Masker;
use crate::review::{self, Identity};
use crate::shelf::Policy;
use crate::source::Unit;

/// A ledger, and the part of every key that is the same for all units. Only files that are judged by what the command
/// line names have keys: their terms are known before they are read.
#[derive(Default)]
pub(super) struct Memory(Option<(Ledger, Digester)>);

impl Memory {
    /// Of the run that judges `roots`. Texts are wanted of units that are to be written, and a waiver must be seen to be
    /// used: then nothing is remembered.
    pub(super) fn of(judge: &Judge<'_>, roots: &[Utf8PathBuf]) -> Memory {
        let judging = judge.judging;
        let Some((set, policies, _)) = &judge.said else {
            return Memory::default();
        };
        let asked = judging.remember && judge.purpose == Purpose::Check && !judging.texts;
        let (true, true, Some(build)) = (asked, set.waivers.is_empty(), build()) else {
            return Memory::default();
        };
        let mut scope = Digester::new();
        let here = env::current_dir().unwrap_or_default();
        scope.part(here.as_os_str().as_encoded_bytes());
        scope.part(format!("{:?}", judging).as_bytes());
        for root in roots {
            scope.part(root.as_str().as_bytes());
        }
        let mut terms = Digester::new();
        terms.part(build.as_bytes());
        terms.part(format!("{judging:?}").as_bytes());
        terms.part(format!("{:?} {:?} {:?}", set.cluster, set.role, set.emit).as_bytes());
        for policy in policies {
            terms.part(policy.plugin.sha256().as_bytes());
            terms.part(policy.config.as_bytes());
            let levels: Vec<_> = policy
                .rules()
                .iter()
                .map(|said| (&said.rule, said.level))
                .collect();
            terms.part(format!("{levels:?} {:?}", policy.limits()).as_bytes());
        }
        let ledger = Ledger::open(&Cache::results_dir(), scope.key());
        match ledger.is_on() {
            true => Memory(Some((ledger, terms))),
            false => Memory::default(),
        }
    }

    /// The key of a file: its name, which messages hold, and all of its bytes. None where nothing is remembered.
    pub(super) fn key(&self, path: &Utf8Path, bytes: &[u8]) -> Option<Key> {
        let (_, terms) = self.0.as_ref()?;
        let mut digest = terms.clone();
        digest.part(path.as_str().as_bytes());
        digest.part(bytes);
        Some(digest.key())
    }

    /// What judging the unit came to.
    pub(super) fn recall(&self, judge: &Judge<'_>, key: Key) -> Option<Held> {
        let (ledger, _) = self.0.as_ref()?;
        let (set, policies, waivers) = judge.said.as_ref()?;
        let Entry {
            unit,
            findings,
            heard,
        } = ledger.get(key)?;
        let stage = review::stage_called(&unit.stage)?;
        let identity = Identity {
            cluster: unit.cluster.clone(),
            role: unit.role.clone(),
        };
        let witness = |Heard { policy, facts }| {
            let policy: &Policy = policies.get(policy)?;
            Some(Witness {
                testimony: Testimony {
                    set: 0,
                    plugin: Arc::clone(&policy.plugin),
                    unit: policy.record(&unit.name, &identity, stage, unit.complete),
                    levels: policy.rules().to_vec(),
                    facts,
                },
                waivers: Arc::clone(waivers),
            })
        };
        Some(Held {
            witnesses: heard.into_iter().map(witness).collect::<Option<_>>()?,
            judged: JudgedUnit {
                unit: Unit::of_manifests(&unit.name, Vec::new()),
                changes: Vec::new(),
                emit: set.emit,
            },
            unit,
            findings,
            not_judged: Vec::new(),
            own: Vec::new(),
            fail_on: vec![set.fail_on],
            policies: policies
                .iter()
                .map(|policy| (Arc::clone(&policy.plugin), policy.builtin()))
                .collect(),
            masker: Masker::new(),
        })
    }

    /// Keeps what judging a unit came to. Nothing of a unit with Secrets is kept, nothing that a policy calls sensitive,
    /// and nothing that was not judged as a whole.
    pub(super) fn keep(&self, key: Key, held: &Held) {
        let Some((ledger, _)) = &self.0 else { return };
        let sensitive = held.findings.iter().any(|finding| finding.sensitive);
        if !held.not_judged.is_empty() || !held.masker.is_empty() || sensitive {
            return;
        }
        let position = |witness: &Witness| {
            let plugin = &witness.testimony.plugin;
            held.policies
                .iter()
                .position(|(own, _)| Arc::ptr_eq(own, plugin))
        };
        let heard = held.witnesses.iter().map(|witness| {
            Some(Heard {
                policy: position(witness)?,
                facts: witness.testimony.facts.clone(),
            })
        });
        let Some(heard) = heard.collect() else { return };
        ledger.put(
            key,
            &Entry {
                unit: held.unit.clone(),
                findings: held.findings.clone(),
                heard,
            },
        );
    }

    pub(super) fn close(self) {
        if let Some((ledger, _)) = self.0 {
            ledger.close();
        }
    }
}

/// Which krmguard this is: another build may find other things.
fn build() -> Option<String> {
    let about = env::current_exe()
        .and_then(|program| program.metadata())
        .ok()?;
    let version = env!("CARGO_PKG_VERSION");
    Some(format!(
        "{version} {} {:?}",
        about.len(),
        about.modified().ok()?
    ))
}
