//! A fast look at a line: what could be wrong with it? Clean text must leave here at once, so every answer errs
//! towards suspicion and costs a few table look-ups a character. What needs more is done only for lines that have signs
//! of it.

use super::alternatives::Legacy;
use super::neighbours;
use super::neighbours::Beside;
use super::neighbours::Sums;
use super::neighbours::char_of;
use super::neighbours::is_damaged;
use super::roles;
use super::roles::TABLED;
use super::strained;
use super::strained::Strained;
use super::unmeant;
use super::wide;
use super::wide::Kind;
use super::wide::Wide;
use crate::characters::ascii_run;
use crate::characters::decode;
use crate::likelihood;
use crate::likelihood::alphabets;

/// What a line may need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Suspicion {
    /// The charsets, as bits in the order of `CODECS`, in which something in it would be UTF-8.
    pub(crate) codecs: u32,
    /// It may be in another legacy charset.
    pub(crate) legacy: bool,
    /// It has characters that no writer meant.
    pub(crate) junk: bool,
    /// It may not be in normal form.
    pub(crate) decomposed: bool,
}

/// Bytes of a line that are looked at before what was seen is added up: no sum of so few gets too large.
const PIECE: usize = 256;

/// Looks at a line that is not all ASCII.
pub(crate) fn look(line: &str) -> Suspicion {
    let mut look = Look { line, ..Look::default() };
    let mut legacy = Legacy::default();
    let mut before = u32::from(' ');
    // Characters of charsets of single bytes, and the first of them that no hint says anything of.
    let (mut upper, mut far) = (0_u32, 0_u32);
    let mut rest = line.as_bytes();
    while !rest.is_empty() {
        let mut sums = Sums::default();
        let (mut bytes, others) = rest.split_at(piece(line, rest.len()));
        while let [first, ..] = bytes {
            if first.is_ascii() {
                look.before_ascii(before, *first, &mut sums);
                let (ascii, others) = bytes.split_at(ascii_run(bytes));
                before = ascii.last().map_or(0, |last| u32::from(*last));
                bytes = others;
                continue;
            }
            let Some((c, after)) = decode(bytes) else { break };
            bytes = after;
            if c >= u32::from(TABLED) {
                (before, bytes) = look.wide(before, c, bytes, &mut sums);
                continue;
            }
            upper += 1;
            let beside = neighbours::after(before, c);
            let mut now = c;
            if beside.is_odd() {
                far = upper + strained::NEAR;
                now = look.odd(before, c, upper, beside);
            }
            if now >= 0x80 {
                sums.see(beside);
            } else if let Some(beside) = upper_before(before, b' ') {
                sums.see(beside);
            }
            if upper < far {
                look.sequence(bytes.len() + others.len(), upper);
            }
            before = now;
            if upper < far {
                continue;
            }
            // Most are letters among those of their alphabet.
            while let Some((c, others)) = letter(bytes)
                && let Some(beside) = neighbours::within(before, c)
                && !beside.is_odd()
            {
                sums.see(beside);
                upper += 1;
                (before, bytes) = (c, others);
            }
        }
        legacy.add(sums);
        rest = others;
    }
    // The end of the line is like a space.
    let mut sums = Sums::default();
    look.before_ascii(before, b' ', &mut sums);
    legacy.add(sums);
    look.finish(legacy, upper)
}

/// What a character says before one of ASCII, if it is beyond.
#[inline]
fn upper_before(c: u32, ascii: u8) -> Option<Beside> {
    if c < 0x80 { None } else { neighbours::before(c, ascii) }
}

/// The bytes of the next piece of a line of which so many are left.
fn piece(line: &str, left: usize) -> usize {
    let start = line.len() - left;
    (0..=left.min(PIECE)).rev().find(|&len| line.is_char_boundary(start + len)).unwrap_or(left)
}

/// The first character, where it may be a letter beyond ASCII of an alphabet, and what follows it.
#[inline]
fn letter(bytes: &[u8]) -> Option<(u32, &[u8])> {
    if let [0xC2..0xE3, ..] = bytes { decode(bytes) } else { None }
}

/// What has been seen of a line that is out of the ordinary.
#[derive(Default)]
struct Look<'t> {
    line: &'t str,
    found: Suspicion,
    wide: Wide,
    /// Whether a byte of windows-1252 was lost before a sign of ASCII.
    is_damaged: bool,
    strained: Strained,
}

impl Look<'_> {
    /// A character before one of ASCII.
    #[inline]
    fn before_ascii(&mut self, before: u32, ascii: u8, sums: &mut Sums) {
        if let Some(beside) = upper_before(before, ascii) {
            sums.see(beside);
            self.is_damaged |= beside.is_odd();
        }
    }

    /// Looks at a character, the one of that number, on its own: what it counts as.
    #[cold]
    fn odd(&mut self, before: u32, c: u32, upper: u32, beside: Beside) -> u32 {
        let (before, c) = (char_of(before), char_of(c));
        self.is_damaged |= is_damaged(before, c);
        if roles::of(c).is_odd {
            let (junk, decomposed) = unmeant::odd(before, c);
            self.found.junk |= junk;
            self.found.decomposed |= decomposed;
        }
        self.strained.hint(before, c, beside.cost(), upper);
        u32::from(likelihood::plain(c))
    }

    /// A character, the one of that number, that may be the end of a strange sequence, so many bytes before the end.
    #[cold]
    fn sequence(&mut self, left: usize, upper: u32) {
        let text = self.line.get(..self.line.len() - left).unwrap_or_default();
        self.strained.see(text, upper);
    }

    /// A character that only charsets of byte pairs have, or none, after another one, and those of CJK text that follow it:
    /// the last of them, and what follows.
    #[inline]
    fn wide<'b>(&mut self, before: u32, c: u32, rest: &'b [u8], sums: &mut Sums) -> (u32, &'b [u8]) {
        let (mut before, mut c, mut rest) = (char_of(before), char_of(c), rest);
        let mut kind_before = Kind::of(before);
        loop {
            let kind = Kind::of(c);
            self.wide.see(kind_before, kind);
            if !kind.is_plain() || likelihood::is_judged(before) {
                self.other(before, c);
                if likelihood::is_judged(before) || likelihood::is_judged(c) {
                    sums.see(Beside::upper(before, c));
                }
            }
            let next = if let [0xE3..0xF0, ..] = rest { decode(rest) } else { None };
            let Some((next, after)) = next else { return (u32::from(c), rest) };
            (before, kind_before) = (c, kind);
            (c, rest) = (char_of(next), after);
        }
    }

    #[cold]
    fn other(&mut self, before: char, c: char) {
        self.is_damaged |= c == char::REPLACEMENT_CHARACTER && ('Â'..='ô').contains(&before);
        let (junk, decomposed) = unmeant::odd_wide(c);
        self.found.junk |= junk;
        self.found.decomposed |= decomposed;
    }

    fn finish(mut self, legacy: Legacy, upper: u32) -> Suspicion {
        self.found.codecs |= u32::from(self.is_damaged) | self.strained.codecs(upper);
        if self.wide.is_strange() {
            self.found.codecs |= *wide::DOUBLE;
        }
        if self.wide.all > 0 {
            self.found.codecs |= wide::doubles(self.line);
        }
        self.found.legacy = legacy.is_strange() || legacy.is_latin() && alphabets::is_of_none(self.line);
        self.found
    }
}
