//! The binary as its users run it: exit codes, what stands on stdout, what stands on stderr.

#![allow(clippy::unwrap_used)]

mod behaviour;
mod explain;
mod fleet;
mod formats;
mod places;
mod run;
mod samples;
mod secrets;
mod units;
mod waivers;
mod wrong_input;
mod wrong_policies;
