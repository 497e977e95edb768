//! The forms in which a report is printed.
//!
//! Every renderer takes a [`Sealed`] report, so that none can print what was not masked before, and
//! none of them decides anything: the verdict is the report's.

mod brief;
mod clean;
mod diff;
mod excerpt;
mod field;
mod json;
mod paint;
mod results;
mod sealed;
mod summary;
mod text;

pub(crate) use brief::brief;
pub(crate) use clean::clean;
pub(crate) use diff::diff;
pub(crate) use json::json;
pub(crate) use results::results;
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
