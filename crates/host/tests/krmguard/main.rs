//! The binary as its users run it: exit codes, what stands on stdout, what stands on stderr.

#![allow(clippy::unwrap_used)]

mod behaviour;
mod doctor;
mod explain;
mod fleet;
mod foreign;
mod formats;
mod init;
mod install;
mod places;
mod plant;
mod remembered;
mod run;
mod samples;
mod secrets;
mod standards;
mod units;
mod waivers;
mod wrong_input;
mod wrong_policies;
mod wrong_rules;
