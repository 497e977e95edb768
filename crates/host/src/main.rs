//! `krmguard`: reads arguments, does what they say, and turns the verdict into an exit code.

mod args;
mod commands;
mod edits;
mod judge;
mod mask;
mod policyset;
mod project;
mod render;
mod report;
mod review;
mod settings;
mod shelf;
mod source;
mod stdio;
mod trace;
mod trouble;

use std::process::ExitCode;

use args::{Args, Command};

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
    }
}
