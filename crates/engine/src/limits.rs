//! How much a policy may use, per call.

use std::time::Duration;

/// Limits of one call. Fuel decides (it is the same on every machine); the wall clock is what
/// stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Instructions, whatever the input.
    pub fuel_base: u64,
    /// Instructions more for every byte of input.
    pub fuel_per_byte: u64,
    /// Linear memory in bytes, all memories of the policy together.
    pub memory_bytes: usize,
    /// Bytes that an answer may take on the host's side.
    pub answer_bytes: usize,
    pub wall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel_base: 2_000_000_000,
            fuel_per_byte: 5_000,
            memory_bytes: 512 << 20,
            answer_bytes: 64 << 20,
            wall: Duration::from_secs(60),
        }
    }
}

impl Limits {
    /// Fuel for a call with that many bytes of input.
    pub(crate) fn fuel(&self, input: usize) -> u64 {
        let input = u64::try_from(input).unwrap_or(u64::MAX);
        self.fuel_base
            .saturating_add(self.fuel_per_byte.saturating_mul(input))
    }
}

/// Counts what a store allocates. A denial ends the call at once: a guest that only saw its
/// `memory.grow` fail would abort, and its author would be told of a crash.
pub(crate) struct Meter {
    memory_left: usize,
    pub(crate) denied: bool,
}

/// Table entries a policy may have: a Rust policy has one per function whose address is taken.
const TABLE_ELEMENTS: usize = 1 << 17;

impl Meter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            memory_left: limits.memory_bytes,
            denied: false,
        }
    }
}

impl wasmtime::ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        match self
            .memory_left
            .checked_sub(desired.saturating_sub(current))
        {
            Some(left) => {
                self.memory_left = left;
                Ok(true)
            }
            None => {
                self.denied = true;
                Err(wasmtime::format_err!("memory limit"))
            }
        }
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS)
    }

    // A component of one module has three instances: itself and the encoder's two small ones.
    fn instances(&self) -> usize {
        32
    }

    fn tables(&self) -> usize {
        32
    }

    fn memories(&self) -> usize {
        8
    }
}
