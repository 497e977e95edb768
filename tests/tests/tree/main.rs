//! `check` of a source tree: overlays, values files, PolicySets, and what people get wrong in them.

mod mistakes;
mod sources;
mod written;
