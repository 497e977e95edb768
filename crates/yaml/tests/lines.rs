//! Lines and columns.
#![allow(clippy::unwrap_used, missing_docs)]

use krmguard_yaml::Lines;
use proptest::prelude::*;

#[test]
fn every_line_break_counts_once() {
    let text = "a\nb\r\nc\rd\n\ne";
    let lines = Lines::new(text);
    let found: Vec<&str> = (1..=lines.count())
        .map(|line| lines.line(text, line))
        .collect();
    assert_eq!(found, ["a", "b", "c", "d", "", "e"]);
    assert_eq!(lines.at(text, text.find('c').unwrap()), (3, 1));
    assert_eq!(lines.at(text, text.len()), (6, 2));
    assert_eq!(lines.at(text, 1_000), (6, 2));
    assert_eq!((lines.line(text, 0), lines.line(text, 7)), ("", ""));
    assert_eq!(
        (lines.start(text, 2), lines.start(text, 7)),
        (Some(2), None)
    );
}

#[test]
fn columns_count_characters_and_no_byte_order_mark() {
    let text = "\u{feff}한글: 𝄞 é\n\u{feff}b";
    let lines = Lines::new(text);
    assert_eq!(lines.at(text, 0), (1, 1));
    assert_eq!(lines.at(text, "\u{feff}".len()), (1, 1));
    assert_eq!(lines.at(text, text.find('𝄞').unwrap()), (1, 5));
    assert_eq!(
        lines.at(text, text.find('𝄞').unwrap() + 2),
        (1, 5),
        "inside a character"
    );
    assert_eq!(lines.at(text, text.find('é').unwrap()), (1, 7));
    assert_eq!(lines.at(text, text.find('b').unwrap()), (2, 1));
    assert_eq!(lines.line(text, 1), "한글: 𝄞 é");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_cover_the_text(text in "[a-c한\n\r\u{feff}]{0,40}", offset in 0_usize..60) {
        let lines = Lines::new(&text);
        let (line, column) = lines.at(&text, offset);
        prop_assert!((1..=lines.count()).contains(&line));
        let start = lines.start(&text, line).unwrap();
        prop_assert!(start <= offset.min(text.len()));
        prop_assert!(lines.start(&text, line + 1).is_none_or(|next| next > offset));
        prop_assert!(column >= 1 && column <= text[start..].chars().count() + 1);
        // Go's reader takes CRLF, CR and LF for one break each.
        let breaks = text.replace("\r\n", "\n").replace('\r', "\n").matches('\n').count();
        prop_assert_eq!(lines.count(), breaks + 1);
    }

    /// The counts are kept per block of 4096 bytes: breaks at and across their edges.
    #[test]
    fn long_texts_count_as_short_ones(
        lead in 4_080_usize..4_100, tail in "[a\n\r한]{0,40}", more in 0_usize..9_000, offset in 0_usize..60,
    ) {
        let text = format!("{}{tail}{}{tail}", "x".repeat(lead), "y\n".repeat(more));
        let lines = Lines::new(&text);
        for offset in [lead + offset, text.len().saturating_sub(offset)] {
            let offset = text.floor_char_boundary(offset);
            let before = &text[..offset];
            let halved = before.ends_with('\r') && text[offset..].starts_with('\n');
            let breaks = before.replace("\r\n", "\n").replace('\r', "\n").matches('\n').count() - usize::from(halved);
            let (line, _) = lines.at(&text, offset);
            prop_assert_eq!(line, breaks + 1);
            let start = lines.start(&text, line).unwrap();
            prop_assert!(start <= offset && lines.start(&text, line + 1).is_none_or(|next| next > offset));
        }
    }
}
