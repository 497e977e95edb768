//! An edited input on its way out: the text as it was read, and what goes in between.

use std::io;
use std::sync::Arc;

use crate::splice::Edit;
use crate::text::Text;

/// An input with its changes. The text is shared with the input, not copied: an output of megabytes costs what
/// changed in it.
#[derive(Debug)]
pub struct Edited {
    pub(super) text: Arc<Text>,
    /// In order of place.
    pub(super) edits: Vec<Edit>,
}

impl Edited {
    /// All bytes, in order: untouched stretches of the text and what is written between them.
    pub fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let text = self.text.as_bytes();
        let mut at = 0;
        let edited = self.edits.iter().flat_map(move |edit| {
            let before = &text[at..edit.at.start.max(at)];
            at = at.max(edit.at.end);
            [before, edit.text.as_bytes()]
        });
        let end = self.edits.iter().map(|edit| edit.at.end).max().unwrap_or(0);
        edited
            .chain([&text[end..]])
            .filter(|piece| !piece.is_empty())
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// Those of `out`, which may then have got a part.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        self.pieces().try_for_each(|piece| out.write_all(piece))
    }
}
