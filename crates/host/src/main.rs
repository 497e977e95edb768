//! `krmguard`: reads arguments, does what they say, and turns the verdict into an exit code.

mod args;
mod build;
mod catalogue;
mod child;
mod commands;
mod date;
mod doctor;
mod edits;
mod fleet;
mod init;
mod install;
mod interrupt;
mod judge;
mod kustomization;
mod ledger;
mod mask;
mod outlet;
mod policyset;
mod programs;
mod project;
mod render;
mod report;
mod review;
mod settings;
mod shelf;
mod source;
mod stdio;
mod temporary;
mod trace;
mod trouble;
mod waivers;

use std::process::ExitCode;

use args::{Args, Command};

/// musl's own makes the static binary a third slower, and more where threads wait for it.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    let args = match Args::from_command_line() {
        Ok(args) => args,
        Err(usage) => return usage.show(),
    };
    trace::start(args.verbose);
    match args.command {
        Command::Fn(typed) => commands::function::run(typed),
        Command::Check(typed) => commands::check::run(typed),
        Command::Render(typed) => commands::render::run(typed),
        Command::Plugin(typed) => commands::plugin::run(typed),
        Command::Explain(typed) => commands::explain::run(&typed),
        Command::Schema(typed) => commands::schema::run(&typed),
        Command::Doctor(typed) => commands::doctor::run(&typed),
        Command::Init(typed) => commands::init::run(&typed),
        Command::Kustomize(typed) => commands::kustomize::run(&typed),
        Command::ExecPlugin(call) => commands::kustomize::serve(&call),
    }
}
