//! From bytes to documents by byte range, without a full parse wherever lines prove enough.

mod flow;
mod line;
mod outline;
mod pass;
mod probe;
mod stream;
mod value;

pub(crate) use flow::close as close_quote;
pub(crate) use outline::Outline;
pub(crate) use stream::{Cut, Marked, cut};
