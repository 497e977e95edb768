//! The three standard streams: what stdin is, reading it whole, and writing whole or not at all.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;

/// Standard input as a file of its own, so that it can be asked what it is.
fn stdin_file() -> io::Result<File> {
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// True for a pipe, a socket or a file; false for a terminal and for devices such as /dev/null.
pub(crate) fn stdin_offers_data() -> io::Result<bool> {
    Ok(!stdin_file()?.metadata()?.file_type().is_char_device())
}

/// True where a person would have to type the input.
pub(crate) fn stdin_is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// All of standard input, in one buffer of the size that the kernel names.
pub(crate) fn read_stdin() -> io::Result<Vec<u8>> {
    let mut file = stdin_file()?;
    let mut bytes = Vec::new();
    if let Ok(about) = file.metadata()
        && about.is_file()
    {
        // One byte more than the file has: reading ends without growing the buffer.
        let size = usize::try_from(about.len()).unwrap_or(0).saturating_add(1);
        let _ = bytes.try_reserve_exact(size);
    }
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How a whole write to stdout ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    All,
    /// The reader went away first, as `head` does. Nobody is there to be told.
    ReaderGone,
}

/// Writes `bytes` to stdout in one go.
pub(crate) fn write_stdout(bytes: &[u8]) -> io::Result<Written> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(Written::All),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Written::ReaderGone),
        Err(error) => Err(error),
    }
}

/// Writes prose to stderr. Where stderr is closed there is nobody left to tell.
pub(crate) fn write_stderr(bytes: &[u8]) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(bytes).and_then(|()| stderr.flush());
}

/// A stream that prose is printed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prose {
    Stdout,
    Stderr,
}

impl Prose {
    /// True where colours can be seen.
    pub(crate) fn is_terminal(self) -> bool {
        match self {
            Prose::Stdout => io::stdout().is_terminal(),
            Prose::Stderr => io::stderr().is_terminal(),
        }
    }
}
