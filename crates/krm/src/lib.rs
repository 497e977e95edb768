//! Kubernetes objects as byte ranges of text: what was read, where it stands, and how it is written back.
//!
//! The only reader of documents and the only writer of YAML. [`Input::read`] cuts bytes into objects without
//! parsing those whose id can be proved from plain lines, [`Input::value`] parses one of them, [`patch`] changes
//! a value, and [`Input::write`] splices the difference between an object's old and new value into the text.
#![warn(missing_docs)]

mod change;
mod equality;
mod error;
mod id;
mod input;
mod json;
mod page;
mod parts;
pub mod patch;
mod place;
mod pointer;
mod read;
mod scan;
mod splice;
mod text;
mod tree;
mod write;

pub use change::{Change, Changes};
pub use error::{ReadError, WriteError};
pub use id::{ResourceId, unique};
pub use input::{Envelope, Input, Syntax};
pub use page::Page;
pub use place::Location;
pub use text::{Bytes, Text};
pub use write::Edited;
