//! Cuts text into sentences, in any language. Candidates are found by a byte scan (`scan`); each is read with its
//! neighbourhood (`site`) and judged by the first rule that has an opinion (`rules`). Every boundary that Unicode
//! proposes (UAX #29) is among the candidates: [`by_reference`] goes through them with `unicode-segmentation`, and the
//! tests hold the two equal. Naming languages is left to `language`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod closing;
mod lines;
mod lists;
mod marks;
mod quotes;
mod rules;
mod scan;
mod site;
mod stops;
mod tables;
pub mod unspaced;
mod words;

use unicode_segmentation::UnicodeSegmentation;

use crate::document::Lang;
use crate::document::Span;
use closing::Quotes;
use lines::Breaks;
use lists::Item;
use marks::Mark;
use rules::Context;
use site::Site;

/// The sentences of `text`: trimmed, ascending, disjoint; what lies between is white space. `hint` is the language of
/// most of the text, [`Lang::UND`] when unknown.
pub fn segment(text: &str, hint: Lang) -> Vec<Span> {
    cut(text, hint, |from| scan::next(text, from))
}

/// The same as [`segment`], slowly: the candidates are the boundaries of UAX #29 as `unicode-segmentation` finds them,
/// and every character that is a mark. For tests and benches.
pub fn by_reference(text: &str, hint: Lang) -> Vec<Span> {
    let mut marks: Vec<(usize, Mark)> = Vec::new();
    for (start, piece) in text.split_sentence_bound_indices() {
        // The last mark before the boundary: what follows it closes quotes or is white space.
        let found =
            piece.char_indices().rev().find_map(|(i, c)| marks::mark(c).map(|kind| (start + i, kind)));
        marks.extend(found);
    }
    let mut last = None;
    for (at, c) in text.char_indices() {
        let beside = |at: usize| site::after(text, at).is_some_and(marks::is_stopless);
        if let Some(kind) = marks::mark(c) {
            marks.push((at, kind));
        } else if c == ' ' && (last.is_some_and(marks::is_stopless) || beside(at + 1)) {
            marks.push((at, Mark::Space));
        }
        last = Some(c);
    }
    marks.sort_unstable_by_key(|(at, _)| *at);
    cut(text, hint, |from| {
        let first = marks.partition_point(|(at, _)| *at < from);
        marks.get(first).copied()
    })
}

/// The boundaries of UAX #29 as they are, for comparison.
pub fn boundaries_of_unicode(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for (start, piece) in text.split_sentence_bound_indices() {
        push(&mut spans, text, Span::new(start, start + piece.len()));
    }
    spans
}

/// Judges the candidates in turn; `next` finds the first mark at or after a position.
fn cut(text: &str, hint: Lang, next: impl Fn(usize) -> Option<(usize, Mark)>) -> Vec<Span> {
    let breaks = Breaks::find(text);
    let mut context = Context::new(text, hint);
    let mut quotes = Quotes::default();
    let mut spans: Vec<Span> = Vec::new();
    let mut start = text.len() - text.trim_start().len();
    let mut from = start;
    // The item that the current sentence begins with.
    let mut item: Option<Item> = None;
    while let Some((at, kind)) = next(from) {
        // `1.)` is one sign.
        let sign = if kind == Mark::Dot && text.as_bytes().get(at + 1) == Some(&b')') { at + 1 } else { at };
        if matches!(kind, Mark::Dot | Mark::Item)
            && let Some(found) = Item::at(text, sign)
        {
            if item.is_some_and(|last| last.is_followed_by(&found)) {
                push(&mut spans, text, Span::new(start, found.start));
                start = found.start;
            }
            if found.start == start {
                item = Some(found);
                from = sign + 1;
                while !text.is_char_boundary(from) {
                    from += 1;
                }
                continue;
            }
        }
        let mut site = Site::read(text, start, (at, kind), &breaks, &mut quotes);
        rules::skip_note(&mut site);
        if kind != Mark::Item && rules::ends(&site, &mut context) {
            push(&mut spans, text, Span::new(start, site.end));
            start = site.next;
            item = None;
        }
        // A mark that is followed by nothing else is passed; the gap after it was read with it.
        from = if kind == Mark::Item { at } else { site.next }.max(site.end).max(at + 1);
        while !text.is_char_boundary(from) {
            from += 1;
        }
    }
    push(&mut spans, text, Span::new(start, text.len()));
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
    fn every_list_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/abbreviations");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().trim_end_matches(".txt").to_owned())
            .collect();
        found.sort();
        assert_eq!(found, tables::ABBREVIATIONS.map(|(tag, _)| tag));
    }

    #[test]
    fn the_languages_fit_a_set() {
        let languages = tables::FUNCTION_WORDS.lines().filter(|l| !l.starts_with('#')).count();
        assert!((50..=words::Langs::BITS as usize).contains(&languages));
    }

    #[test]
    fn every_mark_of_unicode_is_known() {
        for c in '\0'..=char::MAX {
            let text = format!("a{c} B");
            let is_mark = marks::mark(c).is_some();
            if text.split_sentence_bounds().count() > 1 {
                assert!(is_mark, "{:04x} ends sentences", c as u32);
            }
            if is_mark {
                let found = scan::next(&text, 0).map(|(at, _)| at);
                assert_eq!(found, Some(1), "{:04x} is scanned for", c as u32);
            }
        }
    }

    #[test]
    fn an_abbreviation_does_not_end_a_sentence() {
        let text = "Mr. Smith left. He went home.\nNew paragraph";
        let found: Vec<&str> = segment(text, Lang::new("en")).iter().map(|s| s.of(text)).collect();
        assert_eq!(found, ["Mr. Smith left.", "He went home.", "New paragraph"]);
    }
}
