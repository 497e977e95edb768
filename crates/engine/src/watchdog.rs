//! The wall clock behind the fuel: a thread that advances the engine's epoch while calls run.
//!
//! Fuel stops a guest at the same instruction on every machine. The clock is for what fuel does not
//! see, such as a machine that swaps.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Resolution of the clock: a call may overrun its limit by at most two of these.
const TICK: Duration = Duration::from_millis(50);

/// Starts its thread on the first call, and ends it when dropped.
pub(crate) struct Watchdog {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    started: bool,
    ended: bool,
    running: usize,
}

impl Shared {
    // Poisoned only if a thread panicked between two assignments; the counters still hold.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watchdog {
    pub(crate) fn new() -> Self {
        Self {
            shared: Arc::new(Shared {
                state: Mutex::default(),
                changed: Condvar::new(),
            }),
        }
    }

    /// How far ahead a store's epoch deadline must lie.
    pub(crate) fn ticks(wall: Duration) -> u64 {
        let ticks = wall.as_millis().div_ceil(TICK.as_millis());
        u64::try_from(ticks)
            .unwrap_or(u64::MAX / 2)
            .saturating_add(1)
    }

    /// Ticks until the guard is dropped. Fails where no thread can be started.
    pub(crate) fn watch(&self, engine: &wasmtime::Engine) -> std::io::Result<Running> {
        let mut state = self.shared.state();
        if !state.started {
            let (shared, engine) = (Arc::clone(&self.shared), engine.weak());
            thread::Builder::new()
                .name("krmguard-clock".to_owned())
                .stack_size(64 << 10)
                .spawn(move || tick(&shared, &engine))?;
            state.started = true;
        }
        state.running += 1;
        if state.running == 1 {
            self.shared.changed.notify_one();
        }
        Ok(Running {
            shared: Arc::clone(&self.shared),
        })
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared.state().ended = true;
        self.shared.changed.notify_one();
    }
}

fn tick(shared: &Shared, engine: &wasmtime::EngineWeak) {
    let mut state = shared.state();
    while !state.ended {
        if state.running == 0 {
            state = shared
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            continue;
        }
        let (after, wait) = shared
            .changed
            .wait_timeout(state, TICK)
            .unwrap_or_else(PoisonError::into_inner);
        state = after;
        if wait.timed_out() {
            let Some(engine) = engine.upgrade() else {
                return;
            };
            engine.increment_epoch();
        }
    }
}

/// One call under watch.
pub(crate) struct Running {
    shared: Arc<Shared>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.state().running -= 1;
    }
}
