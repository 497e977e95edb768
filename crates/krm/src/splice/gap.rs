//! The text around nodes: lines, columns, comments.

use krmguard_yaml::Node;

/// Column of a byte, counted in bytes from 0.
pub(crate) fn column(text: &str, offset: usize) -> usize {
    offset - line_start(text, offset)
}

/// Start of the line that a byte stands on; a byte order mark belongs to no line.
pub(crate) fn line_start(text: &str, offset: usize) -> usize {
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    memchr::memrchr(b'\n', &text.as_bytes()[..offset]).map_or(mark.min(offset), |at| at + 1)
}

/// End of the line that a byte stands on, without its break.
pub(crate) fn line_end(text: &str, offset: usize) -> usize {
    let end = memchr::memchr(b'\n', &text.as_bytes()[offset..])
        .map_or(text.len(), |length| offset + length);
    if end > offset && text.as_bytes()[end - 1] == b'\r' {
        end - 1
    } else {
        end
    }
}

/// Start of the line behind the one that a byte stands on, or the end of the text.
pub(crate) fn next_line(text: &str, offset: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[offset..])
        .map_or(text.len(), |length| offset + length + 1)
}

/// Start of the first line behind content that ends at `end` that is not the content's own: blank lines with a tab
/// may stand behind a plain scalar only, so they go and stay with it.
pub(crate) fn own_end(text: &str, end: usize) -> usize {
    let mut own = next_line(text, end);
    let mut at = own;
    while at < text.len() {
        let next = next_line(text, at);
        let line = &text[at..next];
        if !line.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
            break;
        }
        at = next;
        if line.contains('\t') {
            own = next;
        }
    }
    own
}

/// Where the entry of a block mapping at column `indent` starts, whose key starts at `key`: at the `?` of a long key that
/// stands on a line above it.
pub(crate) fn entry_start(text: &str, key: usize, indent: usize) -> usize {
    let above = text[..key].trim_end_matches([' ', '\t', '\r', '\n']);
    let mark = above.len().wrapping_sub(1);
    let asks = above.ends_with('?') && leads_line(text, mark) && column(text, mark) == indent;
    if asks { mark } else { key }
}

/// End of a value: a block scalar that keeps its breaks ends before the last of them.
pub(crate) fn value_end(text: &str, node: &Node) -> usize {
    let span = &text[node.span.clone()];
    let kept = span
        .strip_suffix("\r\n")
        .or_else(|| span.strip_suffix('\n'))
        .unwrap_or(span);
    node.span.start + kept.len()
}

/// Whether only spaces stand before a byte on its line.
pub(crate) fn leads_line(text: &str, offset: usize) -> bool {
    text[line_start(text, offset)..offset]
        .bytes()
        .all(|byte| byte == b' ')
}

/// The first comment that starts a line in a range, as the offset of its `#`.
pub(crate) fn comment(text: &str, range: std::ops::Range<usize>) -> Option<usize> {
    let mut at = range.start;
    for line in text[range].split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t']);
        if content.starts_with('#') {
            return Some(at + line.len() - content.len());
        }
        at += line.len();
    }
    None
}

/// Behind the `:` between a key and its value; none where there is no `:`.
pub(crate) fn colon(text: &str, key: &Node, value: &Node) -> Option<usize> {
    let mut at = key.span.end;
    loop {
        match text.as_bytes().get(at)? {
            _ if at >= value.start => return None,
            b':' => return Some(at + 1),
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'#' => at = line_end(text, at),
            _ => return None,
        }
    }
}
