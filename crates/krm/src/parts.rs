//! What an input is cut into: documents, the lists among them, objects.

use std::ops::Range;
use std::sync::OnceLock;

use crate::tree::Tree;
use crate::{ReadError, ResourceId};

/// A document of the stream; a JSON value where several follow each other.
#[derive(Debug)]
pub(crate) struct Doc {
    /// All its bytes, see [`crate::scan::Cut`].
    pub(crate) extent: Range<usize>,
    pub(crate) body: usize,
    pub(crate) end: usize,
    pub(crate) marker: Option<Range<usize>>,
    pub(crate) json: bool,
    pub(crate) content: Content,
    pub(crate) tree: OnceLock<Result<Tree, ReadError>>,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// Comments only.
    Empty,
    /// The object with this index.
    Object(usize),
    List(List),
}

/// A document that holds objects under `items`.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) resource_list: bool,
    /// Column of the dashes of a block-style `items` that has any.
    pub(crate) dash: Option<usize>,
    /// Index of its first object.
    pub(crate) first: usize,
    /// Number of its objects.
    pub(crate) count: usize,
    /// Which entry `items` is.
    pub(crate) items: usize,
    /// Its top-level entries, unless it is `whole`.
    pub(crate) entries: Vec<Entry>,
    /// Its objects cannot be read or written one by one: JSON, flow style, aliases.
    pub(crate) whole: bool,
}

/// A top-level entry of a block-style list document.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    /// Start of its line.
    pub(crate) start: usize,
    /// End of its content.
    pub(crate) end: usize,
    /// Start of the next entry's line, or the end of the document.
    pub(crate) stop: usize,
}

/// An object that is a block-style list item of its own lines.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// Start of the line with the dash.
    pub(crate) line: usize,
    /// Start of the object itself.
    pub(crate) body: usize,
    /// End of its content, without the line break.
    pub(crate) end: usize,
    /// Start of the next item's line, or the end of the list.
    pub(crate) stop: usize,
}

#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) id: ResourceId,
    pub(crate) generated: bool,
    pub(crate) proved: bool,
    /// Every decoded key and scalar stands in its bytes as it is.
    pub(crate) literal: bool,
    pub(crate) doc: usize,
    pub(crate) span: Range<usize>,
    /// Its place under `items` of a document that is parsed as a whole.
    pub(crate) item: Option<usize>,
    pub(crate) block: Option<Block>,
    pub(crate) tree: OnceLock<Result<Tree, ReadError>>,
}

impl Doc {
    pub(crate) fn new(
        extent: Range<usize>,
        body: usize,
        end: usize,
        marker: Option<Range<usize>>,
    ) -> Self {
        Self {
            extent,
            body,
            end,
            marker,
            json: false,
            content: Content::Empty,
            tree: OnceLock::new(),
        }
    }
}

impl Object {
    pub(crate) fn new(id: ResourceId, generated: bool, doc: usize, span: Range<usize>) -> Self {
        Self {
            id,
            generated,
            proved: true,
            literal: false,
            doc,
            span,
            item: None,
            block: None,
            tree: OnceLock::new(),
        }
    }
}
