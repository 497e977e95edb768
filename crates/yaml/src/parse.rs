//! From text to documents.

use granit_parser::{Event, Parser};

use crate::build::Builder;
use crate::refusal;
use crate::{Document, Error, ErrorKind, Limits};

/// Nesting beyond this is refused whatever [`Limits::depth`] says: the tree is walked
/// recursively, also on the small stacks of wasm.
pub(crate) const DEPTH_CEILING: usize = 1_000;

/// Reads a stream of documents: syntax only, scalars are resolved by
/// [`Document::to_json`]. An empty text, or one of comments alone, has no documents.
///
/// # Errors
/// The first thing that is wrong, with its byte offset.
pub fn parse(text: &str, limits: &Limits) -> Result<Vec<Document>, Error> {
    let breaks = refusal::characters(text)?;
    let depth = limits.depth.min(DEPTH_CEILING);
    let options = granit_parser::options! {
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        emit_comments: false,
        flow_nesting_limit: depth + 1,
        block_nesting_limit: depth + 1,
    };
    let mut builder = Builder::new(text, breaks, depth, limits.nodes);
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut ahead: Option<(Event<'_>, granit_parser::Span)> = None;
    loop {
        let next = match ahead.take() {
            Some(event) => Some(event),
            None => parser
                .next_event()
                .transpose()
                .map_err(|why| refusal::syntax(text, &why, builder.open()))?,
        };
        let Some((event, span)) = next else { break };
        let anchored = match &event {
            Event::Scalar(_, _, id, _)
            | Event::SequenceStart(_, id, _)
            | Event::MappingStart(_, id, _) => *id != 0,
            _ => false,
        };
        let mut anchor = None;
        if anchored {
            match parser.next_event() {
                Some(Ok((Event::Anchor(_, name), span))) => {
                    anchor = Some((name.into_owned(), span.byte_range().unwrap_or(0..0)));
                }
                Some(Ok(other)) => ahead = Some(other),
                Some(Err(why)) => return Err(refusal::syntax(text, &why, builder.open())),
                None => {}
            }
        }
        builder.event(event, &span, anchor)?;
    }
    builder.finish()
}

/// Reads a text that holds exactly one document, which may be empty.
///
/// # Errors
/// As [`parse`], and when there is a second document.
pub fn parse_one(text: &str, limits: &Limits) -> Result<Document, Error> {
    let mut documents = parse(text, limits)?;
    match documents.len() {
        0 => Ok(Document {
            span: text.len()..text.len(),
            explicit: false,
            root: None,
            aliased: false,
        }),
        1 => Ok(documents.remove(0)),
        _ => Err(Error::new(
            ErrorKind::DocumentCount,
            documents.get(1).map_or(0, |second| second.span.start),
            "a second document starts here, where only one is expected",
        )),
    }
}
