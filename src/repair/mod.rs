//! Undoes damage to characters: wrong decodings, left-over escapes, control characters, decomposed letters.
//! Reading bytes is left to `decode`, judging lines to `boilerplate`. Meaning, quotes and widths stay as they are.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod alternatives;
mod characters;
mod codec;
mod edits;
mod entities;
mod escapes;
mod legacy;
mod mojibake;
mod oddity;
mod search;
mod sequences;
mod strained;
mod suspect;
mod unmeant;

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
    let mut evidence = mojibake::Evidence::default();
    for _ in 0..ROUNDS {
        let round = pass(&now, &mut evidence);
        if round.is_empty() {
            break;
        }
        let next = apply(&now, &round);
        all = edits::compose(all, round, &now);
        now = Cow::Owned(next);
    }
    Repaired { text: now, edits: all }
}

/// One round over all lines.
fn pass(text: &str, evidence: &mut mojibake::Evidence) -> Vec<Edit> {
    let mut all = Vec::new();
    let bytes = text.as_bytes();
    let mut start = 0;
    // Most lines have nothing to look at; those are not even cut.
    while let Some(at) = first_special(bytes, start) {
        start = memchr::memrchr(b'\n', bytes.get(start..at).unwrap_or_default())
            .map_or(start, |end| start + end + 1);
        let rest = bytes.get(at..).unwrap_or_default();
        let end = memchr::memchr2(b'\n', b'\r', rest).map_or(bytes.len(), |len| at + len);
        let line = Span::new(start, end).of(text);
        for edit in repair_line(line, evidence) {
            let span = Span::new(start + edit.span.start, start + edit.span.end);
            all.push(Edit { span, ..edit });
        }
        if bytes.get(end) == Some(&b'\r') {
            let crlf = bytes.get(end + 1) == Some(&b'\n');
            let to = if crlf { "" } else { "\n" };
            all.push(Edit { span: Span::new(end, end + 1), to: to.into(), code: "line-separator" });
        }
        start = end + 1;
    }
    all
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

/// The first kind of damage that the line shows, repaired; the others wait for the next round.
fn repair_line(line: &str, evidence: &mut mojibake::Evidence) -> Vec<Edit> {
    let seen = seen(line.as_bytes());
    if seen == 0 {
        return Vec::new();
    }
    let steps: [(u8, Step); 4] = [
        (ESCAPE, escapes::terminal),
        (AMPERSAND, entities::unescape),
        (BACKSLASH, escapes::json),
        (EQUALS, escapes::quoted_printable),
    ];
    let steps = steps.iter().filter(|(class, _)| seen & class != 0);
    if let Some(edits) = steps.map(|(_, step)| step(line)).find(|edits| !edits.is_empty()) {
        return edits;
    }
    if seen & NOT_ASCII == 0 {
        return if seen & CONTROL == 0 { Vec::new() } else { characters::tidy(line) };
    }
    let suspicion = suspect::look(line, evidence.codecs);
    let mut edits = Vec::new();
    if suspicion.codecs != 0 || suspicion.legacy {
        edits = edits::trim(line, mojibake::undo(line, suspicion, evidence));
    }
    if edits.is_empty() && (suspicion.junk || seen & CONTROL != 0) {
        edits = characters::tidy(line);
    }
    if edits.is_empty() && suspicion.decomposed {
        edits = edits::trim(line, characters::compose(line));
    }
    edits
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
