//! The forms in which a report is printed.
//!
//! Every renderer takes a [`Sealed`] report, so that none can print what was not masked before, and
//! none of them decides anything: the verdict is the report's.

mod brief;
mod clean;
mod diff;
mod excerpt;
mod field;
mod github;
mod json;
mod junit;
mod paint;
mod path;
mod region;
mod results;
mod sarif;
mod sealed;
mod summary;
mod text;

pub(crate) use brief::brief;
pub(crate) use clean::{clean, line};
pub(crate) use diff::diff;
pub(crate) use field::path as field_path;
pub(crate) use github::github;
pub(crate) use json::{inert, json};
pub(crate) use junit::junit;
pub(crate) use results::results;
pub(crate) use sarif::sarif;
pub(crate) use sealed::Sealed;
pub(crate) use text::text;

/// How prose is laid out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    /// ANSI colours: only for a terminal, and never under `NO_COLOR`.
    pub(crate) color: bool,
    /// The edits too, as a unified diff.
    pub(crate) diff: bool,
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod verdict_tests;
#[cfg(test)]
mod waived_tests;
