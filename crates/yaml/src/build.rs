//! From parser events to the tree, with the byte ranges the events do not tell.

mod slot;

use granit_parser::{Event, ScalarStyle, StructureStyle, Tag};

use crate::gap::Gap;
use crate::refusal::Breaks;
use crate::{Document, Error, ErrorKind, Kind, Mapping, Node, Scalar, Sequence, Span, Style};

/// Name and place of an anchor.
type Anchor = (String, Span);

pub(crate) struct Builder<'a> {
    text: &'a str,
    gap: Gap<'a>,
    breaks: Breaks,
    depth: usize,
    nodes_left: usize,
    open: Vec<Open>,
    document: Option<Document>,
    documents: Vec<Document>,
}

/// A collection that has not ended yet.
struct Open {
    /// Where it starts, known with the first entry for block collections.
    from: Option<usize>,
    /// Start of its properties.
    properties: Option<usize>,
    anchor: Option<String>,
    tag: Option<String>,
    /// Whether the current key has a `?`.
    question: bool,
    /// Whether it starts with a bracket of its own.
    bracket: bool,
    body: Body,
}

enum Body {
    Sequence(Sequence),
    Mapping(Mapping, Option<Node>),
}

impl Open {
    fn is_flow(&self) -> bool {
        match &self.body {
            Body::Sequence(sequence) => sequence.flow,
            Body::Mapping(mapping, _) => mapping.flow,
        }
    }
}

impl<'a> Builder<'a> {
    pub(crate) fn new(text: &'a str, breaks: Breaks, depth: usize, nodes: usize) -> Self {
        Self {
            text,
            breaks,
            gap: Gap::new(text),
            depth,
            nodes_left: nodes,
            open: Vec::new(),
            document: None,
            documents: Vec::new(),
        }
    }

    pub(crate) fn finish(self) -> Result<Vec<Document>, Error> {
        self.breaks.refuse(self.text)?;
        Ok(self.documents)
    }

    /// Start of the innermost collection that is open.
    pub(crate) fn open(&self) -> Option<usize> {
        self.open.last().and_then(|open| open.from)
    }

    pub(crate) fn event(
        &mut self,
        event: Event<'_>,
        span: &granit_parser::Span,
        anchor: Option<Anchor>,
    ) -> Result<(), Error> {
        let bytes = span.byte_range().unwrap_or(0..0);
        match event {
            Event::DocumentStart(explicit, _) => {
                self.gap.next();
                if explicit {
                    self.gap.pass(bytes.end);
                } else {
                    self.gap.skip_ends();
                }
                self.document = Some(Document {
                    span: bytes,
                    explicit,
                    root: None,
                    aliased: false,
                });
            }
            Event::DocumentEnd => self.document_end(&bytes),
            Event::Scalar(value, style, _, tag) => {
                self.scalar(&value, style, tag.as_deref(), span, bytes, anchor)?;
            }
            Event::Alias(_) => self.alias(bytes)?,
            Event::UnresolvedAlias(name) => {
                return Err(Error::new(
                    ErrorKind::UnknownAnchor,
                    bytes.start,
                    format!(
                        "`*{name}` refers to `&{name}`, which stands nowhere before it in this document"
                    ),
                ));
            }
            Event::SequenceStart(style, _, tag) => {
                let body = Body::Sequence(Sequence {
                    flow: style == StructureStyle::Flow,
                    items: Vec::new(),
                    dashes: Vec::new(),
                });
                self.collection_start(body, tag.as_deref(), span, bytes, anchor)?;
            }
            Event::MappingStart(style, _, tag) => {
                let mapping = Mapping {
                    flow: style == StructureStyle::Flow,
                    entries: Vec::new(),
                };
                self.collection_start(
                    Body::Mapping(mapping, None),
                    tag.as_deref(),
                    span,
                    bytes,
                    anchor,
                )?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.collection_end(&bytes),
            Event::StreamEnd => {
                self.gap.next();
            }
            _ => {}
        }
        self.tabs()
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: &granit_parser::Span,
        bytes: Span,
        anchor: Option<Anchor>,
    ) -> Result<(), Error> {
        let properties = properties(span, anchor.as_ref());
        let written = style != ScalarStyle::Plain || !bytes.is_empty();
        let content = properties
            .as_ref()
            .map(|properties| properties.start)
            .or_else(|| written.then_some(bytes.start));
        self.tag_end(span)?;
        let empty = self.slot(content)?;
        let behind = properties
            .as_ref()
            .map_or(empty, |properties| properties.end);
        if properties.is_some() {
            self.gap.pass(behind);
        }
        let mut value = if written {
            value.to_owned()
        } else {
            String::new()
        };
        let (span, style) = match style {
            ScalarStyle::Literal => (
                self.block_scalar(span, bytes.end, &mut value)?,
                Style::Literal,
            ),
            ScalarStyle::Folded => (
                self.block_scalar(span, bytes.end, &mut value)?,
                Style::Folded,
            ),
            ScalarStyle::Plain if !written => (behind..behind, Style::Plain),
            ScalarStyle::Plain => {
                self.gap.next();
                if self.gap.brackets > 0 && value.starts_with('?') {
                    return Err(Error::new(
                        ErrorKind::Syntax,
                        bytes.start,
                        "readers disagree whether this `?` belongs to the text: put quotes around it",
                    ));
                }
                let indent = self.indent_after_break(bytes.end);
                self.gap.pass_plain(bytes.end, indent);
                (bytes, Style::Plain)
            }
            quoted => {
                self.gap.next();
                self.gap.pass(bytes.end);
                self.breaks.settle(self.text, &bytes);
                let single = quoted == ScalarStyle::SingleQuoted;
                (
                    bytes,
                    if single {
                        Style::SingleQuoted
                    } else {
                        Style::DoubleQuoted
                    },
                )
            }
        };
        self.add(Node {
            start: properties.map_or(span.start, |properties| properties.start),
            span,
            anchor: anchor.map(|(name, _)| name),
            tag: tag.map(tag_name),
            kind: Kind::Scalar(Scalar { value, style }),
        })
    }

    fn alias(&mut self, bytes: Span) -> Result<(), Error> {
        self.slot(Some(bytes.start))?;
        self.gap.pass(bytes.end);
        if let Some(document) = &mut self.document {
            document.aliased = true;
        }
        let name = self.text.get(bytes.start + 1..bytes.end).unwrap_or("");
        self.add(Node {
            start: bytes.start,
            span: bytes,
            anchor: None,
            tag: None,
            kind: Kind::Alias(name.to_owned()),
        })
    }

    fn collection_start(
        &mut self,
        body: Body,
        tag: Option<&Tag>,
        span: &granit_parser::Span,
        bytes: Span,
        anchor: Option<Anchor>,
    ) -> Result<(), Error> {
        let properties = properties(span, anchor.as_ref());
        let content = properties
            .as_ref()
            .map_or(bytes.start, |properties| properties.start);
        self.slot(Some(content))?;
        if self.open.len() >= self.depth {
            return Err(Error::new(
                ErrorKind::TooDeep,
                bytes.start,
                format!("nested deeper than {} levels", self.depth),
            ));
        }
        if let Some(properties) = &properties {
            self.gap.pass(properties.end);
        }
        // A flow collection's bracket is its token; a block collection, and the pair in
        // `[key: value]`, starts with its first entry.
        let bracket = matches!(self.text.get(bytes.clone()), Some("[" | "{"));
        if bracket {
            self.gap.next();
            self.gap.pass(bytes.end);
            self.gap.brackets += 1;
        }
        self.open.push(Open {
            from: bracket.then_some(bytes.start),
            properties: properties.map(|properties| properties.start),
            anchor: anchor.map(|(name, _)| name),
            tag: tag.map(tag_name),
            question: false,
            bracket,
            body,
        });
        Ok(())
    }

    fn collection_end(&mut self, bytes: &Span) {
        let Some(open) = self.open.pop() else { return };
        let (last, kind) = match open.body {
            Body::Sequence(sequence) => (
                sequence.items.last().map(|item| item.span.end),
                Kind::Sequence(sequence),
            ),
            Body::Mapping(mapping, _) => (
                mapping.entries.last().map(|(_, value)| value.span.end),
                Kind::Mapping(mapping),
            ),
        };
        let end = if open.bracket {
            self.gap.take(b',', bytes.start);
            self.gap.next();
            self.gap.pass(bytes.end);
            self.gap.brackets = self.gap.brackets.saturating_sub(1);
            bytes.end
        } else {
            last.unwrap_or(bytes.start)
        };
        let start = open.from.unwrap_or(end);
        // Counted when it began: adding cannot fail here.
        self.place(Node {
            span: start..end,
            start: open.properties.unwrap_or(start),
            anchor: open.anchor,
            tag: open.tag,
            kind,
        });
    }

    fn add(&mut self, node: Node) -> Result<(), Error> {
        match self.nodes_left.checked_sub(1) {
            Some(left) => self.nodes_left = left,
            None => {
                return Err(Error::new(
                    ErrorKind::TooManyNodes,
                    node.start,
                    "more values than may be read at once",
                ));
            }
        }
        self.place(node);
        Ok(())
    }

    fn place(&mut self, node: Node) {
        match self.open.last_mut().map(|open| &mut open.body) {
            Some(Body::Sequence(sequence)) => sequence.items.push(node),
            Some(Body::Mapping(mapping, key)) => match key.take() {
                Some(key) => mapping.entries.push((key, node)),
                None => *key = Some(node),
            },
            None => {
                if let Some(document) = &mut self.document {
                    document.root = Some(node);
                }
            }
        }
    }

    fn document_end(&mut self, bytes: &Span) {
        let Some(mut document) = self.document.take() else {
            return;
        };
        if let Some(root) = &document.root {
            if !document.explicit {
                document.span.start = root.start;
            }
            document.span.end = document.span.end.max(root.span.end);
            if is_nothing(root) {
                document.root = None;
            }
        }
        self.gap.next();
        if !bytes.is_empty() {
            document.span.end = bytes.end;
            self.gap.pass(bytes.end);
        }
        self.documents.push(document);
    }
}

fn is_nothing(root: &Node) -> bool {
    root.start == root.span.end
        && matches!(&root.kind, Kind::Scalar(scalar) if scalar.style == Style::Plain)
}

/// The bytes from the first to the last of a node's anchor and tag.
fn properties(span: &granit_parser::Span, anchor: Option<&Anchor>) -> Option<Span> {
    let tag = span.tag_span().and_then(|tag| tag.byte_range());
    match (tag, anchor) {
        (Some(tag), Some((_, anchor))) => {
            Some(tag.start.min(anchor.start)..tag.end.max(anchor.end))
        }
        (Some(tag), None) => Some(tag),
        (None, Some((_, anchor))) => Some(anchor.clone()),
        (None, None) => None,
    }
}

const CORE: &str = "tag:yaml.org,2002:";

fn tag_name(tag: &Tag) -> String {
    let whole = format!("{}{}", tag.handle(), tag.suffix());
    match whole.strip_prefix(CORE) {
        Some(name) => format!("!!{name}"),
        None => whole,
    }
}
