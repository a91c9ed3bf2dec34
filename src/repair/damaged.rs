//! Sequences of UTF-8, misread in a charset of single bytes, of which bytes are missing: what they may have been. What is whole,
//! and where to look, is for `sequences`; whether it is repaired, for `search`.

use super::codec::Codec;
use super::codec::Raw;
use super::oddity::Class;
use super::sequences::Damage;
use super::sequences::LOST;
use super::sequences::LOST_CHARACTER;
use super::sequences::Place;
use super::sequences::Reading;
use super::sequences::WHOLE;
use super::sequences::character;
use super::sequences::continues;
use super::sequences::follow;
use super::sequences::one;
use crate::likelihood;

/// Bits to pay for a space that was U+00A0.
const SPACE: f32 = 4.0;
/// The same where nothing is left but U+00A0, which is rare.
const NO_BREAK: f32 = SPACE - likelihood::NO_BREAK;
/// Bits to pay for a lost byte that is guessed, and where the text was cut.
const GUESSED: f32 = 6.0;
const CUT: f32 = -6.0;
/// Bits to pay where more than one byte is lost.
const SEVERAL: f32 = 5.0;

/// What a line shows of the way in which it was damaged: bytes got lost in one way, here as there.
#[derive(Default)]
pub(super) struct Traces {
    /// A sequence has kept its U+00A0, so that no other lost it to a space.
    has_no_break: bool,
    /// A character has kept two of its bytes, and nothing stands for the third.
    is_partial: bool,
    /// Lead bytes that something follows at once which stands for no byte, so that a question mark behind another one is one.
    bare: Vec<u8>,
}

impl Traces {
    pub(super) fn of(chars: &[char], raws: &[Raw]) -> Traces {
        let mut traces = Traces::default();
        let mut at = 0;
        while let Some(raw) = raws.get(at) {
            let Raw::One(lead) = *raw else {
                at += 1;
                continue;
            };
            if let Some((_, len)) = character(|offset| one(raws, at + offset)) {
                let sequence = chars.get(at..at + len).unwrap_or_default();
                traces.has_no_break |= sequence.contains(&'\u{A0}');
                at += len;
                continue;
            }
            let next = chars.get(at + 1).copied().unwrap_or(' ');
            let is_trace = matches!(next, ' ' | '?' | '\u{FFFD}') || one(raws, at + 1).is_some_and(continues);
            let is_mark = |at: usize| matches!(chars.get(at), Some('?' | '\u{FFFD}'));
            traces.is_partial |= follow(lead) == Some(2)
                && one(raws, at + 1).is_some_and(continues)
                && !one(raws, at + 2).is_some_and(continues)
                && !is_mark(at + 2);
            if follow(lead).is_some() && !is_trace && !traces.bare.contains(&lead) {
                traces.bare.push(lead);
            }
            at += 1;
        }
        traces
    }
}

/// What stands where a byte is missing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// A space that was U+00A0.
    Space,
    /// A space that was U+00A0 and a space.
    Collapsed,
    /// U+FFFD or a question mark in its place.
    Marked,
    /// Nothing: the byte was dropped.
    Dropped,
}

/// A sequence of a single-byte charset with one byte missing.
pub(super) fn damaged(
    chars: &[char],
    raws: &[Raw],
    at: usize,
    lead: u8,
    codec: Codec,
    traces: &Traces,
) -> Option<Place> {
    let follow = follow(lead)?;
    let mut found: Option<Place> = None;
    let mut put = |end: usize, readings: Vec<Reading>| {
        let place = found.get_or_insert_with(|| Place { start: at, end, readings: Vec::new() });
        // Readings of one place cover the same characters: what one of them does not use, it repeats.
        for mut reading in readings {
            if end > place.end {
                let rest: String = chars.get(place.end..end).unwrap_or_default().iter().collect();
                place.readings.iter_mut().for_each(|r| r.text.push_str(&rest));
                place.end = end;
            } else {
                reading.text.extend(chars.get(end..place.end).unwrap_or_default());
            }
            place.readings.push(reading);
        }
    };
    // A text that was cut ends in half a character more often than in a stray letter, but in a quotation mark more often still.
    let is_mark = chars.get(at).is_some_and(|c| Class::of(*c) == Class::Loose);
    let lost = |end: usize| if end == chars.len() && !is_mark { CUT } else { LOST };
    // Continuation bytes that stand before the gap.
    let before = (0..follow).take_while(|i| one(raws, at + 1 + i).is_some_and(continues)).count();
    for missing in 0..=before.min(follow - 1) {
        let here = at + 1 + missing;
        let gaps: &[Gap] = match chars.get(here) {
            _ if missing < before => &[Gap::Dropped],
            Some('?') if traces.bare.contains(&lead) => &[Gap::Dropped],
            Some(' ') if !traces.has_no_break => &[Gap::Space, Gap::Collapsed, Gap::Dropped],
            Some('\u{FFFD}' | '?') => &[Gap::Marked],
            _ => &[Gap::Dropped],
        };
        for &gap in gaps {
            let after = here + usize::from(gap != Gap::Dropped);
            let rest = follow - missing - 1;
            if !(0..rest).all(|i| one(raws, after + i).is_some_and(continues)) {
                continue;
            }
            if rest == 0 && gap != Gap::Space && one(raws, after).is_some_and(continues) {
                continue;
            }
            let complete = |byte: u8| {
                let mut bytes = Vec::with_capacity(1 + follow);
                bytes.push(lead);
                bytes.extend((0..missing).filter_map(|i| one(raws, at + 1 + i)));
                bytes.push(byte);
                bytes.extend((0..rest).filter_map(|i| one(raws, after + i)));
                String::from_utf8(bytes).ok()
            };
            let end = after + rest;
            match gap {
                Gap::Space | Gap::Collapsed => {
                    let Some(mut text) = complete(0xA0) else { continue };
                    if gap == Gap::Collapsed {
                        text.push(' ');
                    }
                    let cost = if text == "\u{A0}" { NO_BREAK } else { SPACE };
                    put(end, vec![Reading::new(text, cost, Damage::Kind)]);
                }
                Gap::Dropped if chars.get(at) == Some(&'Â') => {
                    if chars.get(end) == Some(&' ') {
                        continue;
                    }
                    let damage = if chars.get(end).is_some_and(|c| c.is_alphabetic()) {
                        Damage::Dropped
                    } else {
                        Damage::Kind
                    };
                    // No word ends in a capital that nothing comes before or after.
                    let is_alone = end == chars.len()
                        && at
                            .checked_sub(1)
                            .and_then(|at| chars.get(at))
                            .is_some_and(|c| !c.is_alphanumeric());
                    put(end, vec![Reading::new("", if is_alone { 0.0 } else { SPACE }, damage)]);
                }
                Gap::Marked | Gap::Dropped => {
                    let damage = if gap == Gap::Marked { Damage::Marked } else { Damage::Dropped };
                    let guesses: Vec<String> = codec
                        .undefined()
                        .filter_map(complete)
                        .filter(|t| !t.chars().any(is_unlikely))
                        .collect();
                    // A quotation mark closes what stands right before it.
                    let closes = gap == Gap::Dropped && guesses == ["”"] && before_is_text(chars, at);
                    let mut readings =
                        vec![Reading::new(LOST_CHARACTER, if closes { LOST } else { lost(end) }, damage)];
                    // What can be one thing only is no guess.
                    let cost = if closes { WHOLE } else { GUESSED };
                    readings.extend(guesses.into_iter().map(|t| Reading::new(t, cost, damage)));
                    put(end, readings);
                }
            }
        }
    }
    straightened(chars, raws, at, lead, &mut put);
    if found.is_none() && follow > before + 1 {
        return Some(several(chars, at, follow - before, before, traces));
    }
    found
}

/// A sequence of which so many bytes are missing, more than one, behind so many that go on.
fn several(chars: &[char], at: usize, missing: usize, before: usize, traces: &Traces) -> Place {
    let rest = chars.iter().skip(at + 1 + before).take(missing);
    let marks = rest.take_while(|c| matches!(c, '?' | '\u{FFFD}')).count();
    let damage = if marks > 0 { Damage::Marked } else { Damage::Dropped };
    let end = at + 1 + before + marks;
    let cost = match marks {
        0 if end == chars.len() => 0.0,
        0 if traces.is_partial => LOST,
        // Letters are not rare, nor are they before question marks.
        _ => LOST + SEVERAL,
    };
    Place { start: at, end, readings: vec![Reading::new(LOST_CHARACTER, cost, damage)] }
}

/// Whether something else than a space stands before a place.
fn before_is_text(chars: &[char], at: usize) -> bool {
    at.checked_sub(1).and_then(|at| chars.get(at)).is_some_and(|c| !c.is_whitespace())
}

/// Characters that are in the tables and in no text: controls, rare spaces and marks, the hyphen that nobody types.
const fn is_unlikely(c: char) -> bool {
    matches!(c, '\u{80}'..'\u{A0}' | '\u{2000}'..='\u{2010}')
}

/// Punctuation of the general block whose last bytes came out as quotation marks that were made straight, or whose
/// bytes all became question marks.
fn straightened(
    chars: &[char],
    raws: &[Raw],
    at: usize,
    lead: u8,
    put: &mut impl FnMut(usize, Vec<Reading>),
) {
    if lead != 0xE2 {
        return;
    }
    let readings = |all: &[&str]| all.iter().map(|text| Reading::new(*text, GUESSED, Damage::Kind)).collect();
    match (one(raws, at + 1), chars.get(at + 1), chars.get(at + 2)) {
        (Some(0x80), _, Some('"')) => put(at + 3, readings(&["–", "—"])),
        (_, Some('?' | '\u{FFFD}'), Some('?' | '\u{FFFD}')) => {
            let is_letter =
                |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_alphabetic());
            let is_within_word = is_letter(at.checked_sub(1)) && is_letter(Some(at + 3));
            put(at + 3, readings(if is_within_word { &["’"] } else { &["’", "–"] }));
        }
        _ => {}
    }
}
