//! The one place that is `unsafe`: running native code that an earlier run compiled.
//!
//! `Component::deserialize*` is unsafe because wasmtime jumps into the bytes it is given: they must
//! be what `Component::serialize` wrote, unchanged, and must stay so while they are mapped.
//!
//! Proof.
//! 1. A [`Trusted`] is only made by `Directory::read`. It is a regular file that belongs to this
//!    user or to root and that nobody else may write to, found without following a link in a folder
//!    for which the same holds; both were checked on the open descriptors, so neither can be swapped
//!    afterwards. Whoever can defy that is this user or root, who need no trick to run code as
//!    this user.
//! 2. `Directory::write` is the only writer: it writes a complete file under another name, flushes
//!    it and renames it. No file is ever changed in place, so a mapping stays as it was, and a
//!    removed file lives until the last mapping of it is gone.
//! 3. The name holds the digest of the wasm file and of everything that the code depends on
//!    (`code.rs`), and wasmtime compares the version, target and settings that it finds in the
//!    file with its own before it accepts it: a file of another build, or one cut short, is refused.
//!    A disk that changes bytes it was given is not guarded against, as for any program on it.
#![allow(unsafe_code)]

use std::os::fd::AsRawFd;

use wasmtime::component::Component;

use crate::directory::Trusted;

/// Maps native code. Fails where it was compiled by another build, or is damaged.
pub(crate) fn load(engine: &wasmtime::Engine, code: &Trusted) -> wasmtime::Result<Component> {
    let path = format!("/dev/fd/{}", code.file().as_raw_fd());
    // SAFETY: the proof above. The path names the very descriptor that was checked.
    unsafe { Component::deserialize_file(engine, path) }
}
