//! The text of an input: read once, never copied, shared by whoever points into it.

use std::fmt;
use std::io::{self, Read};
use std::ops::Deref;
use std::str::Utf8Error;

use memmap2::MmapMut;
use self_cell::self_cell;

/// From this size on an input is read into pages of its own, which the kernel is asked to make large.
///
/// An input of 5 MB touches 1,200 pages of 4 KiB for the first time, and each costs more than reading what goes into
/// it; of the large pages it is three. See <https://docs.kernel.org/admin-guide/mm/transhuge.html>.
const LARGE: usize = 2 << 20;

/// The size of a large page on the platforms that have them; elsewhere it is merely a round number.
const PAGE: usize = 2 << 20;

/// The bytes of an input before anything is known of them.
pub struct Bytes(Store);

enum Store {
    Heap(Vec<u8>),
    /// The first `.1` bytes of a mapping.
    Pages(MmapMut, usize),
}

impl Bytes {
    /// Reads a file to its end. `size` is how long it is, as far as that is known.
    ///
    /// # Errors
    /// Those of `file`.
    pub fn read(file: &mut impl Read, size: Option<u64>) -> io::Result<Bytes> {
        let size = size
            .and_then(|size| usize::try_from(size).ok())
            .unwrap_or(0);
        match pages(size) {
            Some(pages) => fill(pages, file),
            None => {
                // One byte more than the file has: reading ends without growing the buffer.
                let mut bytes = Vec::new();
                let _ = bytes.try_reserve_exact(size.saturating_add(1));
                file.read_to_end(&mut bytes)?;
                Ok(Bytes(Store::Heap(bytes)))
            }
        }
    }
}

/// Room for more than `size` bytes, where that is worth pages of its own.
fn pages(size: usize) -> Option<MmapMut> {
    let length = size.checked_add(1)?.checked_next_multiple_of(PAGE)?;
    let pages = (size >= LARGE).then(|| MmapMut::map_anon(length).ok())??;
    // A kernel without large pages declines; the mapping serves all the same.
    #[cfg(target_os = "linux")]
    let _ = pages.advise(memmap2::Advice::HugePage);
    Some(pages)
}

fn fill(mut pages: MmapMut, file: &mut impl Read) -> io::Result<Bytes> {
    let mut length = 0;
    while let Some(room) = pages.get_mut(length..).filter(|room| !room.is_empty()) {
        match file.read(room) {
            Ok(0) => return Ok(Bytes(Store::Pages(pages, length))),
            Ok(more) => length += more,
            Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
            Err(why) => return Err(why),
        }
    }
    // The file is longer than it said.
    let mut bytes = pages.to_vec();
    file.read_to_end(&mut bytes)?;
    Ok(Bytes(Store::Heap(bytes)))
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Store::Heap(bytes) => bytes,
            Store::Pages(pages, length) => pages.get(..*length).unwrap_or_default(),
        }
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Bytes {
        Bytes(Store::Heap(bytes))
    }
}

impl From<String> for Bytes {
    fn from(text: String) -> Bytes {
        text.into_bytes().into()
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Bytes {
        text.to_owned().into()
    }
}

/// Says how many there are.
impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

type Str<'a> = &'a str;

self_cell! {
    /// Bytes that were found to be UTF-8, and the string they are.
    struct Checked {
        owner: Bytes,
        #[covariant]
        dependent: Str,
    }
}

/// Text in UTF-8, in the memory it was read into.
pub struct Text(Checked);

impl Text {
    /// Takes bytes for text; gives them back where they are none.
    pub(crate) fn new(bytes: Bytes) -> Result<Text, (Bytes, Utf8Error)> {
        Checked::try_new_or_recover(bytes, |bytes| std::str::from_utf8(bytes)).map(Text)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.borrow_dependent()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        let owned = Bytes(Store::Heap(text.as_bytes().to_vec()));
        // The bytes of a `str` are UTF-8; what stands here if they were not is never seen.
        let checked = Checked::new(owned, |bytes| {
            std::str::from_utf8(bytes).unwrap_or_default()
        });
        Text(checked)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn read(mut file: &[u8], size: usize) -> Bytes {
        Bytes::read(&mut file, Some(size as u64)).unwrap()
    }

    #[test]
    fn a_text_is_read_whole_however_long_it_said_it_was() {
        for length in [0, 1, 5_000, LARGE - 1, LARGE, LARGE + PAGE, 3 * PAGE + 17] {
            let text: Vec<u8> = (0..length).map(|at| b'a' + (at % 26) as u8).collect();
            for said in [0, length / 2, length, length + 1, length + PAGE, LARGE] {
                assert_eq!(*read(&text, said), *text, "{length} bytes that said {said}");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_given_back() {
        let mut bytes = vec![b'a'; LARGE + 10];
        bytes[LARGE + 3] = 0xFF;
        let (given, why) = Text::new(read(&bytes, bytes.len())).err().unwrap();
        assert_eq!((given.len(), why.valid_up_to()), (LARGE + 10, LARGE + 3));
        assert_eq!(&*Text::new(read("é\n".as_bytes(), 3)).unwrap(), "é\n");
    }
}
