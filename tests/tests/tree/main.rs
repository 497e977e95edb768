//! `check` of a source tree: overlays, values files, PolicySets, and what people get wrong in them.

mod interrupted;
mod mistakes;
mod programs;
mod rendered;
mod seed;
mod sources;
mod written;
