//! Cuts text into sentences: Unicode's boundaries (UAX #29), joined again where an abbreviation ended a piece.
//! Naming languages is left to `language`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod abbreviations;

use unicode_segmentation::UnicodeSegmentation;

use crate::document::Lang;
use crate::document::Span;

/// The sentences of `text`: trimmed, ascending, disjoint; what lies between is white space. `hint` is the language of
/// most of the text, [`Lang::UND`] when unknown.
pub fn segment(text: &str, hint: Lang) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut open: Option<usize> = None;
    for (start, piece) in text.split_sentence_bound_indices() {
        let end = start + piece.len();
        let from = open.unwrap_or(start);
        if abbreviations::ends_in_one(piece, hint) && !piece.ends_with(['\n', '\r']) {
            open = Some(from);
            continue;
        }
        open = None;
        push(&mut spans, text, Span::new(from, end));
    }
    if let Some(from) = open {
        push(&mut spans, text, Span::new(from, text.len()));
    }
    spans
}

fn push(spans: &mut Vec<Span>, text: &str, span: Span) {
    let span = span.trimmed(text);
    if !span.is_empty() {
        spans.push(span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abbreviation_does_not_end_a_sentence() {
        let text = "Mr. Smith left. He went home.\nNew paragraph";
        let found: Vec<&str> = segment(text, Lang::new("en")).iter().map(|s| s.of(text)).collect();
        assert_eq!(found, ["Mr. Smith left.", "He went home.", "New paragraph"]);
    }
}
