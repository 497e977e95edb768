//! YAML as Kubernetes' Go readers understand it, with the bytes every node stands on.
//!
//! [`parse`] reads a text into [`Document`]s whose [`Node`]s know their byte ranges, so that a
//! writer can replace one value and leave every other byte alone. [`Document::to_json`] is what
//! `sigs.k8s.io/yaml` makes of the same text: YAML 1.1 scalars, merge keys, aliases.
//! [`emit`] writes values so that those readers get them back equal.
//!
//! Where Go's readers and YAML 1.2 take the same bytes for different values, the text is
//! refused by name instead of read one way or the other; where only Go refuses, it is read if
//! it can mean but one thing. `tests/tables` holds both lists.
//!
//! Nothing here panics or recurses without bound, whatever the text.

mod build;
mod error;
mod gap;
mod json;
mod lines;
mod parse;
mod pointer;
mod refusal;
mod resolve;
mod tree;

pub mod emit;

pub use error::{Error, ErrorKind};
pub use lines::Lines;
pub use parse::{parse, parse_one};
pub use resolve::{Resolved, resolve};
pub use tree::{Document, Kind, Limits, Mapping, Node, Scalar, Sequence, Span, Style};
