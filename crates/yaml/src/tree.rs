//! The tree of a YAML text: every node with the bytes it stands on.

/// A range of byte offsets into the text that was parsed.
pub type Span = std::ops::Range<usize>;

/// How much a text may ask of its reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Nested collections, aliases followed; more than 1,000 counts as 1,000.
    pub depth: usize,
    /// Nodes as written, keys and values alike, over the whole stream.
    pub nodes: usize,
    /// Nodes that following aliases may add to one document.
    pub expanded: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 1_000,
            nodes: 10_000_000,
            expanded: 1_000_000,
        }
    }
}

/// One document of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The document's own bytes: from its `---` (or its first content) to the end of its
    /// content or of its `...`. Comments before `---` and after the content are not in it.
    pub span: Span,
    /// Whether it starts with `---`.
    pub explicit: bool,
    /// The value; none when the document has no content at all.
    pub root: Option<Node>,
    /// Whether an alias occurs anywhere in it.
    pub(crate) aliased: bool,
}

/// A value or a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The bytes of the value itself as written: with quotes, brackets, block scalar header.
    ///
    /// A block collection reaches from its first entry (a `-`, a `?`, a key with its properties)
    /// to the end of its last value. A block scalar ends behind the line break of its last line
    /// of text, with `+` behind that of its last blank line; without text, behind its header's.
    /// A value that is not written is an empty range right behind its `:`, `-`, `?` or
    /// properties, and behind its key where that has no `:`.
    pub span: Span,
    /// Where the node starts, its anchor and tag included; equals `span.start` without those.
    pub start: usize,
    /// The name behind `&`.
    pub anchor: Option<String>,
    /// The tag: `!!str` for the core ones however spelled, else as resolved (`!local`, `tag:…`).
    pub tag: Option<String>,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A string, number, boolean or null: which one, [`crate::resolve`] tells.
    Scalar(Scalar),
    /// A list.
    Sequence(Sequence),
    /// A mapping.
    Mapping(Mapping),
    /// `*name`.
    Alias(String),
}

/// A scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The text after unquoting, unescaping, folding and chomping; empty when not written.
    pub value: String,
    /// How it is written.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// `text`
    Plain,
    /// `'text'`
    SingleQuoted,
    /// `"text"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// A list.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// `[…]` instead of dashes.
    pub flow: bool,
    /// The items in order.
    pub items: Vec<Node>,
    /// Byte offset of each item's `-`; as many as items in a block sequence, none in a flow one.
    pub dashes: Vec<usize>,
}

/// A mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// `{…}` instead of lines.
    pub flow: bool,
    /// Keys and values in order, merge keys (`<<`) among them as written.
    pub entries: Vec<(Node, Node)>,
}

impl Node {
    /// The decoded text of a scalar; none for collections and aliases.
    #[must_use]
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The node as a mapping, aliases not followed.
    #[must_use]
    pub fn mapping(&self) -> Option<&Mapping> {
        match &self.kind {
            Kind::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The node as a list, aliases not followed.
    #[must_use]
    pub fn sequence(&self) -> Option<&Sequence> {
        match &self.kind {
            Kind::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// Whether it is `[…]` or `{…}`.
    #[must_use]
    pub fn is_flow(&self) -> bool {
        match &self.kind {
            Kind::Sequence(sequence) => sequence.flow,
            Kind::Mapping(mapping) => mapping.flow,
            Kind::Scalar(_) | Kind::Alias(_) => false,
        }
    }
}
