//! Undoes damage to characters: wrong decodings, left-over escapes, control characters, decomposed letters.
//! Reading bytes is left to `decode`, judging lines to `boilerplate`. Meaning, quotes and widths stay as they are.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod alternatives;
mod characters;
mod codec;
mod damaged;
mod edits;
mod entities;
mod escapes;
mod gain;
mod known;
mod legacy;
mod misplaced;
mod mojibake;
mod neighbours;
mod oddity;
mod regions;
mod roles;
mod search;
mod sequences;
mod strained;
mod suspect;
mod unmeant;
mod wide;

use std::borrow::Cow;

use crate::config;
use crate::document::Edit;
use crate::document::Span;
use crate::document::apply;

/// A repaired text and what was done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired<'t> {
    /// The text; borrowed when nothing changed.
    pub text: Cow<'t, str>,
    /// What changed, ascending and disjoint; applying it to the input gives `text`.
    pub edits: Vec<Edit>,
}

/// How often a text may be gone through. Every round undoes a layer or leaves the text as it is, so this only bounds
/// what an adversary can ask for.
const ROUNDS: usize = 24;

/// Repairs `text` to a fixed point: repairing the answer again changes nothing.
pub fn repair<'t>(text: &'t str, _config: &config::Repair) -> Repaired<'t> {
    let mut now = Cow::Borrowed(text);
    let mut all = Vec::new();
    let mut rounds = ROUNDS;
    // What one line was known by may speak against a reading of another: the whole is looked at anew, as if it had come like
    // this.
    while go_through(&mut now, &mut all, &mut rounds) {}
    Repaired { text: now, edits: all }
}

/// Repairs what it can, round by round; whether something was repaired, and known of it that may have hidden something else.
fn go_through(now: &mut Cow<'_, str>, all: &mut Vec<Edit>, rounds: &mut usize) -> bool {
    let mut evidence = mojibake::Evidence::default();
    let mut todo = vec![Stretch { span: Span::new(0, now.len()), looked: None }];
    let mut is_changed = false;
    while *rounds > 0 {
        *rounds -= 1;
        let mut round = Round { text: now, edits: Vec::new(), grown: 0, next: Vec::new() };
        for stretch in &todo {
            round.repair(stretch, &mut evidence);
        }
        let edits = round.edits;
        todo = round.next;
        if edits.is_empty() {
            break;
        }
        is_changed = true;
        let next = apply(now, &edits);
        *all = edits::compose(std::mem::take(all), edits, now);
        *now = Cow::Owned(next);
    }
    is_changed && evidence != mojibake::Evidence::default()
}

/// A part of the text that another round may change: lines that were changed, or a line that was looked at in vain.
#[derive(Clone, Copy)]
struct Stretch {
    span: Span,
    looked: Option<Looked>,
}

/// What was found out about a line in which nothing was repaired, and how much was known about the document by then. With
/// no more known, another look finds no more.
#[derive(Clone, Copy)]
struct Looked {
    suspicion: suspect::Suspicion,
    codecs: u32,
    pairs: usize,
}

/// One round over the parts of a text that may still change.
struct Round<'t> {
    text: &'t str,
    edits: Vec<Edit>,
    /// By how many bytes the text grows by these edits.
    grown: isize,
    /// The parts for the next round, in the text as it will be.
    next: Vec<Stretch>,
}

impl Round<'_> {
    fn repair(&mut self, stretch: &Stretch, evidence: &mut mojibake::Evidence) {
        if let Some(looked) = stretch.looked {
            return self.line(stretch.span, |line| look_again(line, looked, evidence));
        }
        let bytes = self.text.as_bytes();
        let Span { mut start, end: last } = stretch.span;
        // Most lines have nothing to look at; those are not even cut.
        while let Some(at) = first_special(bytes.get(..last).unwrap_or_default(), start) {
            start = memchr::memrchr(b'\n', bytes.get(start..at).unwrap_or_default())
                .map_or(start, |end| start + end + 1);
            let rest = bytes.get(at..last).unwrap_or_default();
            let end = memchr::memchr2(b'\n', b'\r', rest).map_or(last, |len| at + len);
            self.line(Span::new(start, end), |line| repair_line(line, evidence));
            if bytes.get(end) == Some(&b'\r') {
                let crlf = bytes.get(end + 1) == Some(&b'\n');
                let to = if crlf { "" } else { "\n" };
                self.put(Edit { span: Span::new(end, end + 1), to: to.into(), code: "line-separator" });
            }
            start = end + 1;
        }
    }

    fn line(&mut self, span: Span, repair: impl FnOnce(&str) -> (Vec<Edit>, Option<Looked>)) {
        let start = span.start.wrapping_add_signed(self.grown);
        let (edits, looked) = repair(span.of(self.text));
        let is_changed = !edits.is_empty();
        for edit in edits {
            self.put(Edit {
                span: Span::new(span.start + edit.span.start, span.start + edit.span.end),
                ..edit
            });
        }
        if is_changed || looked.is_some() {
            let end = span.end.wrapping_add_signed(self.grown);
            self.next.push(Stretch { span: Span::new(start, end), looked });
        }
    }

    fn put(&mut self, edit: Edit) {
        self.grown += edit.to.len().cast_signed() - edit.span.len().cast_signed();
        self.edits.push(edit);
    }
}

/// What bytes can be part of, as bits.
const NOT_ASCII: u8 = 1;
const CONTROL: u8 = 1 << 1;
const ESCAPE: u8 = 1 << 2;
const AMPERSAND: u8 = 1 << 3;
const BACKSLASH: u8 = 1 << 4;
const EQUALS: u8 = 1 << 5;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'\t' | b'\n' => 0,
            0x1B => CONTROL | ESCAPE,
            0..0x20 | 0x7F => CONTROL,
            b'&' => AMPERSAND,
            b'\\' => BACKSLASH,
            b'=' => EQUALS,
            0x80.. => NOT_ASCII,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// Whether a block has bytes that can be part of something: those of no class are asked for first, of all at once.
fn is_special(block: &[u8; BLOCK]) -> bool {
    let mut special = 0;
    for &byte in block {
        special |= u8::from(byte < b' ' && byte != b'\n' && byte != b'\t')
            | u8::from(byte == b'&')
            | u8::from(byte == b'\\')
            | u8::from(byte == b'=')
            | u8::from(byte >= 0x7F);
    }
    special != 0
}

/// The first byte from `start` on that can be part of something.
fn first_special(bytes: &[u8], start: usize) -> Option<usize> {
    let class = |byte: &u8| CLASSES.get(usize::from(*byte)).is_some_and(|class| *class != 0);
    let mut at = start;
    while let Some(block) = bytes.get(at..).and_then(|rest| rest.first_chunk::<BLOCK>()) {
        if is_special(block) {
            break;
        }
        at += BLOCK;
    }
    bytes.get(at..)?.iter().position(class).map(|ahead| at + ahead)
}

/// What the bytes of a line can be part of. Most are letters, so that is asked first, of many bytes at once.
fn seen(line: &[u8]) -> u8 {
    let all = |bytes: &[u8]| bytes.iter().fold(0, |seen, byte| seen | CLASSES[usize::from(*byte)]);
    let look = |block: &[u8; BLOCK]| {
        let (mut upper, mut special) = (0, 0);
        for &byte in block {
            upper |= byte;
            special |= u8::from(byte < b' ')
                | u8::from(byte == b'&')
                | u8::from(byte == b'\\')
                | u8::from(byte == b'=')
                | u8::from(byte == 0x7F);
        }
        if special == 0 { (upper >> 7) * NOT_ASCII } else { all(block) }
    };
    let (blocks, rest) = line.as_chunks::<BLOCK>();
    let mut last = [b' '; BLOCK];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    blocks.iter().fold(look(&last), |seen, block| seen | look(block))
}

/// Repairs one kind of damage in a line.
type Step = fn(&str) -> Vec<Edit>;

/// The first kind of damage that the line shows, repaired; the others wait for the next round. Without an edit, what a look
/// at a line found that may need another one when more is known.
fn repair_line(line: &str, evidence: &mut mojibake::Evidence) -> (Vec<Edit>, Option<Looked>) {
    let seen = seen(line.as_bytes());
    if seen == 0 {
        return (Vec::new(), None);
    }
    let steps: [(u8, Step); 4] = [
        (ESCAPE, escapes::terminal),
        (AMPERSAND, entities::unescape),
        (BACKSLASH, escapes::json),
        (EQUALS, escapes::quoted_printable),
    ];
    let steps = steps.iter().filter(|(class, _)| seen & class != 0);
    if let Some(edits) = steps.map(|(_, step)| step(line)).find(|edits| !edits.is_empty()) {
        return (edits, None);
    }
    if seen & NOT_ASCII == 0 {
        let edits = if seen & CONTROL == 0 { Vec::new() } else { characters::tidy(line) };
        return (edits, None);
    }
    let suspicion = suspect::look(line);
    let (mut edits, looked) = undo(line, suspicion, evidence);
    if edits.is_empty() && (suspicion.junk || seen & CONTROL != 0) {
        edits = characters::tidy(line);
    }
    if edits.is_empty() && suspicion.decomposed {
        edits = edits::trim(line, characters::compose(line));
    }
    let looked = looked.filter(|_| edits.is_empty());
    (edits, looked)
}

/// Looks again at a line in which nothing was repaired.
fn look_again(line: &str, looked: Looked, evidence: &mut mojibake::Evidence) -> (Vec<Edit>, Option<Looked>) {
    let is_clean = looked.suspicion.codecs == 0 && !looked.suspicion.legacy;
    if looked.codecs == evidence.codecs && (is_clean || looked.pairs == evidence.pairs.len()) {
        return (Vec::new(), Some(looked));
    }
    undo(line, looked.suspicion, evidence)
}

/// Undoes what a line is suspected of, and what it is suspected of in this document. Without an edit, what to remember.
fn undo(
    line: &str,
    suspicion: suspect::Suspicion,
    evidence: &mut mojibake::Evidence,
) -> (Vec<Edit>, Option<Looked>) {
    let looked = Looked { suspicion, codecs: evidence.codecs, pairs: evidence.pairs.len() };
    let codecs = suspicion.codecs | known::worth(line, evidence.codecs);
    if codecs == 0 && !suspicion.legacy {
        return (Vec::new(), Some(looked));
    }
    let suspicion = suspect::Suspicion { codecs, ..suspicion };
    let edits = edits::trim(line, mojibake::undo(line, suspicion, evidence));
    let looked = edits.is_empty().then_some(looked);
    (edits, looked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        repair(text, &config::Repair::default()).text.into_owned()
    }

    #[test]
    fn undoes_layers_to_a_fixed_point() {
        assert_eq!(repaired("cafÃ© â€“ dÃ©jÃ\u{A0} vu"), "café – déjà vu");
        assert_eq!(repaired("cafÃƒÂ©"), "café");
        assert_eq!(repaired("Tom &amp; Jerry &eacute;t&eacute;"), "Tom & Jerry été");
    }

    #[test]
    fn what_a_line_was_known_by_hides_no_other() {
        // The first line is UTF-8 read as cp866; by that, nothing of it is found beside the other damage in the second.
        let lost = "\u{FFFD}".repeat(20);
        let once = repaired(&format!("┬йn\nй┬й┬П{lost}Ñ\u{FFFD}Ð¸$le"));
        assert_eq!(repaired(&once), once);
    }

    #[test]
    fn what_a_later_line_shows_counts_for_an_earlier_one() {
        let (doubtful, clear) = ("SÃ?d", "Über die Brücke fährt täglich eine Bahn.");
        let garbled = crate::charset::Single::WINDOWS_1252.decode(clear.as_bytes());
        assert_eq!(repaired(doubtful), doubtful);
        assert_eq!(repaired(&format!("{doubtful}\nNord\n{garbled}")), format!("S\u{FFFD}d\nNord\n{clear}"));
    }

    #[test]
    fn clean_text_is_borrowed() {
        for text in ["Plain.", "“Curly” – naïve café", "Привет, мир", "日本語の文章。", "It cost 5 €"]
        {
            assert!(matches!(repair(text, &config::Repair::default()).text, Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn edits_give_the_text() {
        let text = "ok\ncafÃ©\nok &amp; ok";
        let repaired = repair(text, &config::Repair::default());
        assert_eq!(apply(text, &repaired.edits), repaired.text);
        assert_eq!(repaired.edits.len(), 2);
    }
}
