//! Finds the places where misread characters, put back to bytes, are UTF-8. What they may be where bytes are lost is left to
//! `damaged`, which of the places to repair is for `search` to weigh.

use super::codec::Codec;
use super::codec::Raw;
use super::damaged::Traces;
use super::damaged::damaged;
use super::regions;
use crate::charset::Single;
use crate::likelihood;

/// A place in a line and what it may have been.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    /// The characters, by index.
    pub(crate) start: usize,
    /// One past the last.
    pub(crate) end: usize,
    /// Other readings.
    pub(crate) readings: Vec<Reading>,
}

/// What a place may have been.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    pub(crate) text: String,
    /// Bits to pay for the damage that it assumes.
    pub(crate) cost: f32,
    pub(crate) damage: Damage,
}

impl Reading {
    pub(crate) fn new(text: impl Into<String>, cost: f32, damage: Damage) -> Reading {
        Reading { text: text.into(), cost, damage }
    }
}

/// What a reading assumes to have been lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// Nothing: every byte is there.
    None,
    /// The difference between two kinds of space or of quotation mark.
    Kind,
    /// A byte, and something stands in its place.
    Marked,
    /// A byte, and nothing shows it.
    Dropped,
}

/// Bits to pay for a repair of whole sequences, and of a lost byte left lost.
pub(crate) const WHOLE: f32 = 1.0;
pub(crate) const LOST: f32 = 3.0;
/// Nobody writes the bytes of these two characters as characters.
const CERTAIN: f32 = -16.0;
/// Words are hyphenated in many places, but hardly behind these characters; the model makes nothing of it.
const HYPHENATED: f32 = -8.0;
/// Bits to pay where a change of case is assumed on top.
const LOWERED: f32 = 3.0;

/// What stands for a character that is lost.
pub(crate) const LOST_CHARACTER: &str = "\u{FFFD}";

/// How many bytes follow a lead byte.
pub(crate) const fn follow(lead: u8) -> Option<usize> {
    match lead {
        0xC2..=0xDF => Some(1),
        0xE0..=0xEF => Some(2),
        0xF0..=0xF4 => Some(3),
        _ => None,
    }
}

pub(crate) const fn continues(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// All places of a line, ascending and disjoint; with or without those where a byte is missing.
pub(crate) fn places(chars: &[char], codec: Codec, with_damage: bool) -> Vec<Place> {
    let raws: Vec<Raw> = chars.iter().map(|&c| codec.raw(c)).collect();
    let mut places = Vec::new();
    let mut at = 0;
    let traces = if with_damage { Traces::of(chars, &raws) } else { Traces::default() };
    while let Some(raw) = raws.get(at) {
        let place = match (codec, raw) {
            (_, Raw::Ascii | Raw::Foreign) => None,
            (Codec::Single(_), Raw::One(lead)) => whole(chars, &raws, at).or_else(|| {
                if with_damage { damaged(chars, &raws, at, *lead, codec, &traces) } else { None }
            }),
            (Codec::Lowered(single), _) => lowered(chars, at, single),
            (Codec::Single(_), _) => None,
            (Codec::Double(_), _) => {
                regions::region(&raws, at).or_else(|| with_damage.then(|| regions::damaged_run(&raws, at)))
            }
        };
        match place {
            Some(place) => {
                at = place.end;
                places.push(place);
            }
            None => at += 1,
        }
    }
    places
}

pub(super) fn one(raws: &[Raw], at: usize) -> Option<u8> {
    match raws.get(at) {
        Some(Raw::One(byte)) => Some(*byte),
        _ => None,
    }
}

/// Characters beyond ASCII that are part of complete sequences of a charset.
pub(crate) fn explained(chars: &[char], codec: Codec) -> usize {
    let Codec::Single(single) = codec else {
        let places = places(chars, codec, false);
        let kept = places.iter().filter_map(|p| chars.get(p.start..p.end));
        return kept.map(|chars| chars.iter().filter(|c| !c.is_ascii()).count()).sum();
    };
    let byte = |c: &char| if c.is_ascii() { 0 } else { single.byte(*c).unwrap_or(0) };
    let bytes: Vec<u8> = chars.iter().map(byte).collect();
    let (mut explained, mut at) = (0, 0);
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let character = character(|offset| rest.get(offset).copied().filter(|byte| *byte != 0));
        explained += character.map_or(0, |(_, len)| len);
        at += character.map_or(1, |(_, len)| len);
    }
    explained
}

/// A complete sequence of a single-byte charset.
fn whole(chars: &[char], raws: &[Raw], at: usize) -> Option<Place> {
    let (c, len) = character(|offset| one(raws, at + offset))?;
    let is_hyphenated = chars.get(at + len - 1) == Some(&'\u{AD}');
    let cost = match c {
        '\u{FFFD}' | '\u{FEFF}' => CERTAIN,
        _ if is_hyphenated => HYPHENATED,
        _ => WHOLE,
    };
    Some(Place { start: at, end: at + len, readings: vec![Reading::new(c, cost, Damage::None)] })
}

/// The character of a complete sequence of bytes, and how many they are; two sequences where it is written as surrogates.
pub(super) fn character(byte: impl Fn(usize) -> Option<u8>) -> Option<(char, usize)> {
    let lead = byte(0)?;
    let len = 1 + follow(lead)?;
    let mut bytes = [lead; 6];
    for (offset, to) in bytes.iter_mut().enumerate().take(if lead == 0xED { 6 } else { len }).skip(1) {
        match byte(offset) {
            Some(byte) if offset >= len || continues(byte) => *to = byte,
            _ if offset < len => return None,
            _ => break,
        }
    }
    let (c, len) = match std::str::from_utf8(bytes.get(..len)?) {
        Ok(text) => (text.chars().next()?, len),
        Err(_) if lead == 0xED => (surrogates(bytes)?, 6),
        Err(_) => return None,
    };
    (!is_exotic(c)).then_some((c, len))
}

/// A complete sequence of which some characters were put in small letters: every way to read it.
fn lowered(chars: &[char], at: usize, single: Single) -> Option<Place> {
    let bytes = |c: char| {
        Codec::Lowered(single)
            .raws(c)
            .filter_map(|raw| if let Raw::One(byte) = raw { Some(byte) } else { None })
    };
    let mut place: Option<Place> = None;
    for lead in bytes(*chars.get(at)?) {
        let Some(follow) = follow(lead) else { continue };
        let rest = chars.get(at + 1..at + 1 + follow)?;
        // Most stand alone.
        let goes_on = |c: char| bytes(c).filter(|byte| continues(*byte));
        if !rest.iter().all(|&c| goes_on(c).next().is_some()) {
            continue;
        }
        let mut sequences = vec![vec![lead]];
        for &c in rest {
            let longer = |s: &Vec<u8>| goes_on(c).map(|b| [s.as_slice(), &[b]].concat()).collect::<Vec<_>>();
            sequences = sequences.iter().flat_map(longer).collect();
        }
        for text in sequences.into_iter().filter_map(|s| String::from_utf8(s).ok()) {
            let end = at + 1 + follow;
            let place = place.get_or_insert_with(|| Place { start: at, end, readings: Vec::new() });
            if place.end == end && !text.chars().any(char::is_uppercase) {
                place.readings.push(Reading::new(text, LOWERED, Damage::None));
            }
        }
    }
    place.filter(|p| !p.readings.is_empty())
}

/// Letters that no language of the model uses: half of all short sequences give one by accident. Of scripts of three bytes the
/// model knows some letters from one language, and others write with more of them.
fn is_exotic(c: char) -> bool {
    // Ethiopic has its own punctuation.
    if matches!(c, '\u{1200}'..'\u{1380}') || matches!(c, '\u{900}'..'\u{1680}') && c.is_alphabetic() {
        return false;
    }
    c == 'ſ'
        || matches!(c, '\u{180}'..'\u{2B0}' | '\u{370}'..'\u{2000}' | '\u{2801}'..'\u{2B00}' | '\u{2C00}'..'\u{2E80}' | '\u{A000}'..'\u{AC00}')
            && !likelihood::is_known(c)
}

/// The character of two three-byte surrogates (CESU-8).
fn surrogates(bytes: [u8; 6]) -> Option<char> {
    let [0xED, a, b, 0xED, c, d] = bytes else { return None };
    if !(0xA0..0xB0).contains(&a) || !(0xB0..0xC0).contains(&c) || !continues(b) || !continues(d) {
        return None;
    }
    let high = u32::from(a & 0x0F) << 6 | u32::from(b & 0x3F);
    let low = u32::from(c & 0x0F) << 6 | u32::from(d & 0x3F);
    char::from_u32(0x1_0000 + (high << 10 | low))
}
