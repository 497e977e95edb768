//! Configs that a policy has accepted before: it need not be started to say so again.

use krmguard_engine::{Cache, Directory};

use super::Policy;
use crate::ledger::Digester;

/// A policy's config, by what its acceptance depends on: the policy's bytes and its own.
pub(super) struct Accepted {
    directory: Option<Directory>,
    name: String,
    known: bool,
}

impl Accepted {
    pub(super) fn of(policy: &Policy) -> Accepted {
        let directory = match Cache::results_dir() {
            Cache::Dir(path) => Directory::open(&path).ok(),
            Cache::Off => None,
        };
        let mut digest = Digester::new();
        digest.part(policy.plugin.sha256().as_bytes());
        digest.part(policy.config.as_bytes());
        let name = format!("{}.config", &digest.key().hex()[..32]);
        let known = directory
            .as_ref()
            .is_some_and(|directory| directory.read(&name).is_some());
        Accepted {
            directory,
            name,
            known,
        }
    }

    pub(super) fn is_known(&self) -> bool {
        self.known
    }

    /// The name says it all. Where it cannot be written, the policy is asked again the next time.
    pub(super) fn remember(&self) {
        if let (Some(directory), false) = (&self.directory, self.known)
            && let Err(why) = directory.write(&self.name, b"")
        {
            tracing::debug!("an accepted config was not kept: {why}");
        }
    }
}
