//! The ends of quoted scalars and flow collections.

use memchr::{memchr, memchr2};

use super::line::Unproved;

/// Offset of the quote that closes the one at `at`, on whatever line.
pub(crate) fn close(bytes: &[u8], at: usize, quote: u8) -> Option<usize> {
    let mut from = at + 1;
    loop {
        let rest = bytes.get(from..)?;
        if quote == b'"' {
            let here = from + memchr2(b'"', b'\\', rest)?;
            if bytes[here] == b'"' {
                return Some(here);
            }
            from = here + 2;
        } else {
            let here = from + memchr(b'\'', rest)?;
            if bytes.get(here + 1) != Some(&b'\'') {
                return Some(here);
            }
            from = here + 2;
        }
    }
}

/// The end, behind its bracket, of the flow collection that starts at `at`.
///
/// Understands brackets, commas, quoted scalars and plain scalars of everyday characters; comments, anchors,
/// tags and everything else are left to the parser.
pub(crate) fn collection(bytes: &[u8], at: usize) -> Result<usize, Unproved> {
    let mut depth = 0_usize;
    let mut here = at;
    // Whether a token may start here, as opposed to being in the middle of a plain scalar.
    let mut fresh = true;
    loop {
        let byte = *bytes.get(here).ok_or(Unproved)?;
        match byte {
            b'[' | b'{' => {
                depth += 1;
                fresh = true;
            }
            b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Ok(here + 1);
                }
                fresh = true;
            }
            b',' => fresh = true,
            b':' if fresh => {}
            b':' => match bytes.get(here + 1) {
                Some(b' ' | b'\n' | b'\r') => fresh = true,
                Some(b',' | b'[' | b']' | b'{' | b'}' | b'\t') => return Err(Unproved),
                _ => {}
            },
            b'"' | b'\'' if fresh => here = close(bytes, here, byte).ok_or(Unproved)?,
            // A document marker ends the document for every reader. To look for the bracket behind it would take
            // a stream of unclosed brackets as many passes as it has documents.
            b'\n' if marks(&bytes[here + 1..]) => return Err(Unproved),
            // A plain scalar goes on behind white space.
            b' ' | b'\n' | b'\r' => {}
            b'-' if fresh => match bytes.get(here + 1) {
                Some(next) if next.is_ascii_alphanumeric() || *next == b'-' => fresh = false,
                _ => return Err(Unproved),
            },
            b'-' | b'_' | b'.' | b'/' | b'+' | b'=' | b'(' | b')' | b';' | b'~' | b'$' | b'<'
            | b'^' | b'@' => {
                if fresh && matches!(byte, b'@') {
                    return Err(Unproved);
                }
                fresh = false;
            }
            byte if byte.is_ascii_alphanumeric() || byte >= 0x80 => fresh = false,
            _ => return Err(Unproved),
        }
        here += 1;
    }
}

/// Whether a line starts as a document marker does.
fn marks(line: &[u8]) -> bool {
    line.starts_with(b"---") || line.starts_with(b"...")
}
