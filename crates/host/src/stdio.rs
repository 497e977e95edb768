//! The three standard streams: what stdin is, reading it whole, and writing whole or not at all.

use std::fs::{File, Metadata};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;

use camino::Utf8Path;
use krm::Bytes;

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

/// All of standard input.
pub(crate) fn read_stdin() -> io::Result<Bytes> {
    let mut file = stdin_file()?;
    let about = file.metadata().ok().filter(Metadata::is_file);
    Bytes::read(&mut file, about.map(|about| about.len()))
}

/// All of a file.
pub(crate) fn read_file(path: &Utf8Path) -> io::Result<Bytes> {
    let mut file = File::open(path)?;
    let size = file.metadata().ok().map(|about| about.len());
    Bytes::read(&mut file, size)
}

/// How a whole write to stdout ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    All,
    /// The reader went away first, as `head` does. Nobody is there to be told.
    ReaderGone,
}

/// Small pieces are joined, large ones are written from where they stand.
const BUFFER: usize = 64 << 10;

/// Writes `pieces`, one after the other, to stdout.
pub(crate) fn write_stdout<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> io::Result<Written> {
    let stdout = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let mut stdout = BufWriter::with_capacity(BUFFER, stdout);
    let mut pieces = pieces.into_iter();
    match pieces
        .try_for_each(|piece| stdout.write_all(piece))
        .and_then(|()| stdout.flush())
    {
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
