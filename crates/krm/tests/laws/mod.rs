//! What holds for any text: asked of generated texts by `properties.rs`, of mutated real ones by `mutated.rs`, and
//! without end by the fuzz targets of `tests/fuzz`, which include this folder.
//!
//! A law panics where it does not hold. Two readers besides the crate's own fast one bear witness: the full
//! parse, and libyaml, whose scanner is the one in Go's YAML packages.
#![allow(clippy::unwrap_used, reason = "a law fails by panicking")]

pub(crate) mod boundaries;
pub(crate) mod dice;
pub(crate) mod linear;
pub(crate) mod readers;
pub(crate) mod reading;
pub(crate) mod selection;
pub(crate) mod splice;
mod untouched;
