//! Why a text is not YAML, in its writer's words.

use std::borrow::Cow;

use granit_parser::{ErrorKind as Granit, ScanError};

use crate::{Error, ErrorKind, Span};

pub(crate) const TAB: &str = "a tab stands where YAML takes spaces only: indent with spaces";

/// Characters that Go's reader, which reads YAML 1.1, takes for line breaks and YAML 1.2 does
/// not (NEL, U+2028, U+2029), by byte offset. With one of them as it is, a text means
/// different things to different readers, except inside quotes with no blank beside it.
pub(crate) struct Breaks {
    offsets: Vec<usize>,
    settled: usize,
    wrong: Option<usize>,
}

impl Breaks {
    /// A quoted scalar stands on `span`; scalars come in order.
    pub(crate) fn settle(&mut self, text: &str, span: &Span) {
        while let Some(offset) = self
            .offsets
            .get(self.settled)
            .copied()
            .filter(|offset| *offset < span.end)
        {
            self.settled += 1;
            let blank = |c: Option<char>| {
                matches!(
                    c,
                    None | Some(
                        ' ' | '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\\'
                    )
                )
            };
            let before = text.get(..offset).and_then(|text| text.chars().next_back());
            let mut after = text.get(offset..).unwrap_or("").chars();
            let itself = after.next();
            let harmless = offset >= span.start
                && itself != Some('\u{85}')
                && !blank(before)
                && !blank(after.next());
            if !harmless {
                self.wrong.get_or_insert(offset);
            }
        }
    }

    pub(crate) fn refuse(&self, text: &str) -> Result<(), Error> {
        let Some(offset) = self
            .wrong
            .or_else(|| self.offsets.get(self.settled).copied())
        else {
            return Ok(());
        };
        let character = text
            .get(offset..)
            .and_then(|rest| rest.chars().next())
            .unwrap_or('\u{2028}');
        let code = u32::from(character);
        Err(Error::new(
            ErrorKind::Character(character),
            offset,
            format!(
                "the character U+{code:04X} stands here as it is, which some readers take for a line break: write it as \"\\u{code:04X}\" in double quotes"
            ),
        ))
    }
}

/// Refuses the characters that Go's reader refuses.
pub(crate) fn characters(text: &str) -> Result<Breaks, Error> {
    let mut breaks = Breaks {
        offsets: Vec::new(),
        settled: 0,
        wrong: None,
    };
    for (offset, byte) in text.bytes().enumerate() {
        let harmless = match byte {
            b'\t' | b'\n' | b'\r' | 0x20..=0x7E => true,
            // First bytes of U+0080…U+009F, U+2028…U+2029 and U+FFFE…U+FFFF.
            0xC2 | 0xE2 | 0xEF => false,
            _ => byte >= 0x80,
        };
        if harmless {
            continue;
        }
        let Some(character) = text.get(offset..).and_then(|rest| rest.chars().next()) else {
            continue;
        };
        let code = u32::from(character);
        let message = match character {
            '\u{85}' | '\u{2028}' | '\u{2029}' => {
                breaks.offsets.push(offset);
                continue;
            }
            '\0' => "a NUL character: this is not a text".to_owned(),
            '\u{1}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => format!(
                "the control character U+{code:04X}, which YAML does not allow: write it as \"\\u{code:04X}\" in double quotes"
            ),
            _ => continue,
        };
        return Err(Error::new(ErrorKind::Character(character), offset, message));
    }
    Ok(breaks)
}

/// Translates the parser's error. `open` is where the innermost open collection starts.
pub(crate) fn syntax(text: &str, why: &ScanError, open: Option<usize>) -> Error {
    let at = why.marker().byte_offset().unwrap_or(0).min(text.len());
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let (kind, message) = reason(why.kind());
    match why.kind() {
        Granit::UnexpectedEofFlowSequence | Granit::UnexpectedEofFlowMapping => {
            return Error::new(kind, open.unwrap_or(at), message);
        }
        // The marker stands where the text went on too far left.
        Granit::InvalidQuotedScalarIndent => {
            let message = if rest.is_empty() {
                reason(&Granit::UnclosedQuotedScalar).1
            } else {
                message
            };
            let quote = before.rfind(['"', '\'']).unwrap_or(at);
            return Error::new(kind, quote, message);
        }
        Granit::MappingValueNotAllowed if before.len() - line_start(before) > 1_024 => {
            return Error::new(ErrorKind::MissingColon, line_start(before), LONG_KEY);
        }
        _ => {}
    }
    // A tab in the indentation is behind most complaints about what stands there.
    let indentation = before.get(line_start(before)..).unwrap_or("");
    let blank = indentation.trim_matches([' ', '\t']).is_empty();
    if let Some(tab) = indentation.find('\t').filter(|_| blank) {
        return Error::new(ErrorKind::Tab, line_start(before) + tab, TAB);
    }
    if kind == ErrorKind::Tab || (rest.starts_with('\t') && kind == ErrorKind::Indentation) {
        let tab = rest.find('\t').map_or(at, |tab| at + tab);
        return Error::new(ErrorKind::Tab, tab, TAB);
    }
    Error::new(kind, at, message)
}

fn line_start(before: &str) -> usize {
    before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
}

const LONG_KEY: &str =
    "a key of more than 1,024 characters: put `? ` before it, and its `:` on the next line";

fn reason(kind: &Granit) -> (ErrorKind, Cow<'static, str>) {
    let (kind, message) = match kind {
        Granit::UnclosedQuotedScalar => (
            ErrorKind::UnclosedQuote,
            "a quote is opened here and never closed",
        ),
        Granit::DocumentIndicatorInQuotedScalar => (
            ErrorKind::UnclosedQuote,
            "a document ends here in the middle of a quoted text: a quote is not closed",
        ),
        Granit::UnclosedFlowCollection { open } => {
            return (
                ErrorKind::UnclosedBracket,
                format!("`{open}` is opened here and never closed").into(),
            );
        }
        Granit::UnexpectedEofFlowSequence => (
            ErrorKind::UnclosedBracket,
            "`[` is opened here and never closed",
        ),
        Granit::UnexpectedEofFlowMapping => (
            ErrorKind::UnclosedBracket,
            "`{` is opened here and never closed",
        ),
        Granit::UnexpectedEofImplicitFlowMapping => (
            ErrorKind::Syntax,
            "a value is expected here, before the comma or bracket",
        ),
        Granit::ExpectedFlowMappingSeparator => {
            (ErrorKind::UnclosedBracket, "`,` or `}` is missing here")
        }
        Granit::ExpectedFlowSequenceSeparator => {
            (ErrorKind::UnclosedBracket, "`,` or `]` is missing here")
        }
        Granit::MisplacedFlowCollectionEnd => (
            ErrorKind::WrongBracket,
            "a bracket is closed here that is not open",
        ),
        Granit::MismatchedFlowCollectionEnd { open, close } => {
            return (
                ErrorKind::WrongBracket,
                format!("`{open}` is closed by `{close}`").into(),
            );
        }
        Granit::TabNotAllowed
        | Granit::TabInBlockIndentation
        | Granit::TabInIndentation
        | Granit::TabInPlainScalar
        | Granit::TabAtBlockScalarStart
        | Granit::InvalidBlockEntryWhitespace
        | Granit::InvalidMappingValueWhitespace => (ErrorKind::Tab, TAB),
        Granit::InvalidQuotedScalarIndent => (
            ErrorKind::UnclosedQuote,
            "a quote is opened here, and the lines below are not indented as its text would be: close it, or indent them",
        ),
        Granit::UnexpectedEof
        | Granit::UnexpectedEofBlockMapping
        | Granit::UnexpectedEofBlockSequence => (
            ErrorKind::Syntax,
            "a value is expected here: one that starts with an indicator needs quotes",
        ),
        Granit::InvalidBlockScalarIndent => (
            ErrorKind::Indentation,
            "this line of a block is less indented than the blank line the block starts with",
        ),
        Granit::InvalidIndentation | Granit::InvalidFlowScalarIndent => (
            ErrorKind::Indentation,
            "this line is not indented as what it belongs to",
        ),
        Granit::ExpectedBlockMappingKey => (
            ErrorKind::Indentation,
            "a key is expected here: the line is indented wrongly, or the text before it lacks quotes",
        ),
        Granit::ExpectedBlockSequenceEntry => (
            ErrorKind::Indentation,
            "a `-` is expected here: the line is indented wrongly, or lacks it",
        ),
        Granit::BlockSequenceEntryNotAllowed => (
            ErrorKind::Indentation,
            "a list cannot start here: put its first `-` on the next line",
        ),
        Granit::MappingValueNotAllowed
        | Granit::InvalidColonPlacement
        | Granit::FlowMappingValueAdjacentCollection => (
            ErrorKind::UnexpectedColon,
            "a `:` where none can stand: put quotes around a value that holds one",
        ),
        Granit::MappingKeyNotAllowed => (ErrorKind::Indentation, "a key cannot start here"),
        Granit::SimpleKeyExpected | Granit::InvalidSimpleKey => (
            ErrorKind::MissingColon,
            "a key without its `:`, or one that spans lines or more than 1,024 characters",
        ),
        Granit::UnknownQuotedScalarEscape
        | Granit::InvalidQuotedScalarHexEscape
        | Granit::InvalidLowSurrogateHexEscape
        | Granit::InvalidLowSurrogate
        | Granit::MissingLowSurrogate
        | Granit::UnpairedLowSurrogate
        | Granit::InvalidUnicodeEscape => (
            ErrorKind::BadEscape,
            "double quotes know no such escape: write `\\\\` for a backslash, or use single quotes",
        ),
        Granit::InvalidTrailingSingleQuotedScalar | Granit::InvalidTrailingDoubleQuotedScalar => (
            ErrorKind::Syntax,
            "text behind a closing quote: put the whole value into quotes",
        ),
        Granit::CommentInterceptedScalar => (
            ErrorKind::Syntax,
            "a comment ends the text here, yet the next line goes on with it",
        ),
        Granit::CommentNotSeparated => {
            (ErrorKind::Syntax, "a comment needs a space before its `#`")
        }
        Granit::RecursionLimitExceeded => (ErrorKind::TooDeep, "nested too deep"),
        Granit::UndeclaredTagHandle => (ErrorKind::Tag, "a tag whose handle no `%TAG` declares"),
        Granit::ExpectedTagBang
        | Granit::InvalidGlobalTagCharacter
        | Granit::InvalidTagTerminator
        | Granit::MissingTagUri
        | Granit::UnclosedVerbatimTag
        | Granit::InvalidTagEscape
        | Granit::InvalidTagUtf8LeadingByte
        | Granit::InvalidTagUtf8TrailingByte
        | Granit::InvalidTagUtf8 => (
            ErrorKind::Tag,
            "a broken tag: a text that starts with `!` needs quotes",
        ),
        Granit::MissingAnchorOrAliasName => (
            ErrorKind::UnknownAnchor,
            "`&` or `*` without a name: a text that starts with one needs quotes",
        ),
        Granit::UnexpectedCharacter { character } => {
            return (
                ErrorKind::Syntax,
                format!(
                    "a text cannot start with `{}`: put quotes around it",
                    character
                )
                .into(),
            );
        }
        Granit::PlainScalarStartsWithDashFlowIndicator => (
            ErrorKind::Syntax,
            "a `-` before a bracket or comma needs quotes",
        ),
        Granit::BlockEntryInFlowCollection => {
            (ErrorKind::Syntax, "a `-` item cannot stand inside brackets")
        }
        Granit::ZeroBlockScalarIndent | Granit::InvalidBlockScalarHeader => (
            ErrorKind::Syntax,
            "behind `|` and `>` stand `+` or `-` and a digit from 1 to 9 at most",
        ),
        Granit::BomInsideDocument => (
            ErrorKind::Character('\u{feff}'),
            "a byte order mark in the middle of the text: remove it",
        ),
        Granit::ExpectedDocumentStart | Granit::InvalidDocumentEnd => (
            ErrorKind::Syntax,
            "text behind the end of a document: a `---` is missing, or the line is indented wrongly",
        ),
        Granit::DuplicateVersionDirective
        | Granit::UnsupportedYamlMajorVersion
        | Granit::DuplicateTagDirective
        | Granit::MissingDocumentEndBeforeDirective
        | Granit::InvalidDirectiveTerminator
        | Granit::MissingYamlVersionSeparator
        | Granit::MissingDirectiveName
        | Granit::InvalidDirectiveName
        | Granit::YamlVersionTooLong
        | Granit::MissingYamlVersion
        | Granit::ExpectedTagDirectiveBang
        | Granit::InvalidTagDirectiveTerminator => (
            ErrorKind::Directive,
            "a broken `%` directive: a text that starts with `%` needs quotes",
        ),
        Granit::ExpectedNodeContent => (ErrorKind::Syntax, "a value is expected here"),
        other => return (ErrorKind::Syntax, format!("not YAML: {other}").into()),
    };
    (kind, message.into())
}
