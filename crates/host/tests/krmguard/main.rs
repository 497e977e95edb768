//! The binary as its users run it: exit codes, what stands on stdout, what stands on stderr.

#![allow(clippy::unwrap_used)]

mod behaviour;
mod run;
mod samples;
mod secrets;
mod units;
mod wrong_input;
mod wrong_policies;
