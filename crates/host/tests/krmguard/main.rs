//! The binary as its users run it: exit codes, what stands on stdout, what stands on stderr.

#![allow(clippy::unwrap_used)]

mod behaviour;
mod doctor;
mod explain;
mod fleet;
mod formats;
mod init;
mod install;
mod places;
mod plant;
mod run;
mod samples;
mod secrets;
mod units;
mod waivers;
mod wrong_input;
mod wrong_policies;
