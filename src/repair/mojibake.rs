//! Undoes wrong decodings: finds the charset in which the bytes of a line were misread. One layer at a time; the
//! caller repeats it. What a line was before is decided by how much shorter its description gets.

use std::cell::OnceCell;

use super::codec::Codec;
use super::codec::Raw;
use super::known;
use super::legacy;
use super::oddity;
use super::search;
use super::sequences;
use super::sequences::Damage;
use super::sequences::Place;
use super::sequences::Reading;
use super::suspect;
use super::suspect::Suspicion;
use crate::charset::Double;
use crate::charset::Single;
use crate::document::Edit;
use crate::document::Span;

/// The charsets that UTF-8 gets misread in, the common ones first: of two that explain a line equally well, the
/// first is taken.
pub(crate) const CODECS: [Codec; 28] = [
    Codec::Single(Single::WINDOWS_1252),
    Codec::Single(Single::WINDOWS_1251),
    Codec::Single(Single::WINDOWS_1250),
    Codec::Single(Single::MACINTOSH),
    Codec::Single(Single::WINDOWS_1254),
    Codec::Single(Single::WINDOWS_1253),
    Codec::Single(Single::WINDOWS_1255),
    Codec::Single(Single::WINDOWS_1256),
    Codec::Single(Single::WINDOWS_1257),
    Codec::Single(Single::WINDOWS_1258),
    Codec::Single(Single::WINDOWS_874),
    Codec::Single(Single::ISO_8859_2),
    Codec::Single(Single::ISO_8859_5),
    Codec::Single(Single::ISO_8859_7),
    Codec::Single(Single::ISO_8859_15),
    Codec::Single(Single::KOI8_R),
    Codec::Single(Single::KOI8_U),
    Codec::Single(Single::IBM437),
    Codec::Single(Single::IBM850),
    Codec::Single(Single::IBM852),
    Codec::Single(Single::IBM866),
    Codec::Single(Single::X_MAC_CYRILLIC),
    Codec::Single(Single::ISO_8859_6),
    Codec::Double(Double::Gbk),
    Codec::Double(Double::Big5),
    Codec::Double(Double::ShiftJis),
    Codec::Double(Double::EucKr),
    Codec::Lowered(Single::WINDOWS_1252),
];

/// How many of them are common; the others have to gain more.
const COMMON: usize = 12;

/// What a document has shown about the damage in it: the charsets found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Evidence {
    /// Charsets in which UTF-8 was misread, as bits in the order of [`CODECS`].
    pub(crate) codecs: u32,
    /// Pairs of charsets: written in, misread in.
    pub(crate) pairs: Vec<(legacy::Written, Codec)>,
}

/// Bits that a repair must gain when all of its sequences are whole, or some are damaged. Once the charset is known
/// from another place in the document, half of it will do.
const MARGIN_WHOLE: f32 = 15.0;
const MARGIN_DAMAGED: f32 = 18.0;

/// Bits that odd neighbours take from the margin, and how many of them count.
const ODD: f32 = 5.0;
const MANY_ODD: usize = 2;
/// Bits a character above which what comes out is not text, and nothing can be said about what it was.
const NOISE: f32 = 11.0;
/// Bits a place above which it is text all the same, of letters that the model knows little of.
const CLEAR: f32 = 16.0;
/// The least that a repair must gain whatever speaks for it.
const LEAST: f32 = 3.0;

/// Share of the characters beyond ASCII that UTF-8 must explain to be the answer whatever else there is: legacy text
/// is valid UTF-8 here and there, but not all over.
const PROVEN: f32 = 0.8;
/// Share that whole sequences must explain before lost bytes are looked for: every other letter could have lost one.
const WORTH: f32 = 0.25;
/// Share that makes another charset worth a look where one explains all.
const HALF: f32 = 0.5;
/// The share below which places in CJK text are accidents: a third of all byte pairs look like UTF-8.
const COVERED: f32 = 0.6;

/// Bits by which a charset is less likely than the one before it in the list: charsets that agree on nearly all of a line
/// differ by more in the one character that they do not agree on. Where that cannot be seen, because bytes are lost or
/// what comes out is garbled still, a share of the gain.
const HANDICAP: f32 = 0.25;
const HANDICAP_UNSURE: f32 = 0.01;

/// Layers that are looked ahead.
const LAYERS: usize = 4;

/// The best explanation of a line so far.
struct Winner {
    /// Whether UTF-8 explains nearly all of the line, and by how much it makes it shorter.
    rank: (bool, f32),
    gain: f32,
    codec: Codec,
    places: Vec<Place>,
    choice: Vec<Option<usize>>,
}

/// Undoes one layer of the line, or gives nothing.
pub(crate) fn undo(line: &str, suspicion: Suspicion, evidence: &mut Evidence) -> Vec<Edit> {
    let mut chars = Vec::with_capacity(line.len());
    chars.extend(line.chars());
    let winner = explain(&chars, suspicion.codecs, evidence, LAYERS);
    let other = match &winner {
        Some(w) if w.rank.0 => None,
        Some(w) => Some(w.gain),
        None => Some(0.0),
    };
    if let Some(other) = other
        && (suspicion.legacy || other > 0.0)
        && let Some(edits) = legacy::undo(line, &chars, other, evidence)
    {
        return edits;
    }
    let Some(winner) = winner else { return Vec::new() };
    evidence.codecs |= CODECS.iter().position(|codec| *codec == winner.codec).map_or(0, |at| 1 << at);
    let offsets: Vec<usize> = line.char_indices().map(|(i, _)| i).chain([line.len()]).collect();
    let offset = |at: usize| offsets.get(at).copied().unwrap_or(line.len());
    winner
        .readings(&chars)
        .into_iter()
        .map(|(place, to)| {
            let span = Span::new(offset(place.start), offset(place.end));
            Edit { span, to: to.to_owned(), code: "mojibake" }
        })
        .collect()
}

/// A line that is to be explained.
struct Line<'c> {
    chars: &'c [char],
    evidence: &'c Evidence,
    /// Layers that may still be looked ahead.
    layers: usize,
    /// Odd neighbours of the line, once they are counted.
    odd: OnceCell<usize>,
}

/// What else explains a line that a charset is weighed for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rivals {
    /// Nothing, or not all of it.
    Weak,
    /// One that comes after it explains all.
    After,
    /// One that comes before it explains all.
    Before,
}

/// The charset that explains the line best.
fn explain(chars: &[char], codecs: u32, evidence: &Evidence, layers: usize) -> Option<Winner> {
    if codecs == 0 {
        return None;
    }
    let line = Line { chars, evidence, layers, odd: OnceCell::new() };
    let upper = chars.iter().filter(|c| !c.is_ascii()).count().max(1);
    let mut shares = CODECS.map(|_| 0.0);
    let suspects = || (0..CODECS.len()).filter(|at| codecs >> at & 1 == 1);
    for (at, (share, codec)) in shares.iter_mut().zip(CODECS).enumerate() {
        if codecs >> at & 1 == 1 {
            *share = sequences::explained(chars, codec) as f32 / upper as f32;
        }
    }
    let weigh = |at: usize, rivals| weigh(&line, at, *CODECS.get(at)?, *shares.get(at)?, rivals);
    // What explains it all is weighed first: the others are then soon seen to be worse.
    let strong = suspects().find(|at| shares.get(*at).is_some_and(|share| *share > PROVEN));
    let mut strong = strong.and_then(|at| Some((at, weigh(at, Rivals::Weak)?))).filter(|(_, w)| w.rank.0);
    let mut winner: Option<Winner> = None;
    for at in suspects() {
        let is_explained = winner.as_ref().is_some_and(|w| w.rank.0);
        let found = match strong.take_if(|(strong, _)| at >= *strong) {
            Some((_, found)) if !is_explained => Some(found),
            _ if is_explained => weigh(at, Rivals::Before),
            _ if strong.is_some() => weigh(at, Rivals::After),
            _ => weigh(at, Rivals::Weak),
        };
        if let Some(found) = found
            && winner.as_ref().is_none_or(|w| found.rank > w.rank)
        {
            winner = Some(found);
        }
    }
    winner
}

/// How well a charset explains a line, of whose characters whole sequences make up that share; nothing where it does not.
fn weigh(line: &Line, at: usize, codec: Codec, share: f32, rivals: Rivals) -> Option<Winner> {
    let Line { chars, evidence, layers, .. } = *line;
    let known = evidence.codecs >> at & 1 == 1;
    // Where all is explained already, a charset that explains half of it is not looked at for losses.
    if share < HALF && rivals == Rivals::Before {
        return None;
    }
    let with_damage = known || at == 0 || share > WORTH;
    let places = sequences::places(chars, codec, with_damage);
    let is_whole = |p: &&Place| p.readings.iter().any(|r| r.damage == Damage::None);
    let share = if with_damage { covered(chars, places.iter().filter(is_whole)) } else { share };
    let odd = |p: &Place| oddity::count(chars, p.start, p.end);
    // Where bytes are gone without a trace, guesses alone prove nothing, unless nobody would write what is left.
    let is_traceless = places.iter().all(|p| p.readings.iter().all(|r| r.damage == Damage::Dropped));
    if is_traceless && places.iter().filter(|p| odd(p) > 0).count() < if known { 1 } else { 2 } {
        return None;
    }
    let proven = share > PROVEN;
    // Nothing that leaves much unexplained is better than what explains it all.
    if rivals != Rivals::Weak && covered(chars, places.iter()) <= PROVEN {
        return None;
    }
    // Where most of what is odd stays, nothing is explained.
    let is_enough =
        |explained: usize| *line.odd.get_or_init(|| oddity::count(chars, 0, chars.len())) <= 2 * explained;
    if !known && !is_enough(places.iter().map(odd).sum()) {
        return None;
    }
    let best = search::best(chars, &places, proven);
    let chosen = || places.iter().zip(&best.choice).filter_map(|(p, c)| Some((p, p.readings.get((*c)?)?)));
    let count = |damage: Damage| chosen().filter(|(_, r)| r.damage == damage).count();
    let whole = count(Damage::None);
    // Half of a charset's characters look like the start of something: losses must be the exception.
    // In the commonest charset one for each whole sequence is still likely, in others of single bytes it is not.
    let is_rare = at > 0 && !matches!(codec, Codec::Double(_));
    // Where a byte of three is lost, two are left, which do not stand together by themselves; nor do letters that are odd
    // where they stand.
    let is_bare =
        |(p, r): &(&Place, &Reading)| r.damage == Damage::Dropped && p.end == p.start + 1 && odd(p) == 0;
    let (all, bare) = (count(Damage::Dropped), chosen().filter(is_bare).count());
    let dropped = if is_rare { 2 * all } else { bare + (all - bare) / 2 };
    if !is_traceless && dropped > whole && (!known || whole == 0 && count(Damage::Marked) == 0) {
        return None;
    }
    let share = covered(chars, chosen().map(|(p, _)| p));
    let needed = match codec {
        Codec::Single(_) => 0.0,
        Codec::Double(_) => COVERED,
        Codec::Lowered(_) => PROVEN,
    };
    if share < needed {
        return None;
    }
    let margin = if whole > 0 { MARGIN_WHOLE } else { MARGIN_DAMAGED };
    let margin = match known {
        true => margin / 2.0,
        // In a charset of another alphabet all letters are bytes, and a few sequences come about by themselves.
        false if !codec.is_latin() && own(chars, codec, share) < COVERED / 2.0 => 3.0 * margin,
        // That letters were made small on top is an assumption more.
        false if matches!(codec, Codec::Lowered(_)) => 2.0 * margin,
        false if at >= COMMON => margin + 5.0,
        false => margin,
    };
    let explained: usize = chosen().map(|(p, _)| odd(p)).sum();
    if !known && !is_enough(explained) {
        return None;
    }
    let is_latin = |(_, r): &(_, &Reading)| {
        matches!(r.damage, Damage::None | Damage::Kind) && r.text.chars().all(is_latin)
    };
    // Three characters are UTF-8 by accident more rarely than two.
    let odd_or_long = |p: &Place| odd(p) + if p.end - p.start > 2 { MANY_ODD } else { 0 };
    let odd = chosen().filter(is_latin).map(|(p, _)| odd_or_long(p)).sum::<usize>().min(MANY_ODD);
    let is_word = explained == 0 && chosen().all(|(p, _)| oddity::is_word(chars, p.start, p.end));
    let margin = if is_word && !known { 2.0 * margin } else { LEAST.max(margin - ODD * odd as f32) };
    let best_rank = proven || share > PROVEN && whole > 0;
    let is_damaged = count(Damage::Marked) + count(Damage::Dropped) > 0;
    let is_noise = best.bits > NOISE * best.read as f32 && best.gain < CLEAR * chosen().count() as f32;
    let mut found = Winner { rank: (best_rank, 0.0), gain: best.gain, codec, places, choice: best.choice };
    let mut still = 0;
    if proven && (!is_damaged || found.gain < margin) {
        let text: String = found.text(chars).iter().collect();
        still = suspect::look(&text).codecs | known::begun(&text, evidence.codecs);
    }
    let is_single = !matches!(codec, Codec::Double(_));
    if is_single && share < COVERED && still == 0 && is_noise {
        return None;
    }
    let handicap = if is_damaged || still != 0 { HANDICAP_UNSURE * best.gain } else { HANDICAP };
    // What is garbled twice is noise after one step too: only the end shows.
    if still != 0 && layers > 1 && (found.gain < margin || layers == LAYERS) {
        let next = explain(&found.text(chars), still, evidence, layers - 1);
        found.gain += next.map_or(0.0, |next| next.gain);
    }
    found.rank.1 = found.gain - at as f32 * handicap;
    (found.gain >= margin).then_some(found)
}

impl Winner {
    fn readings(&self, chars: &[char]) -> Vec<(&Place, &str)> {
        let choice = search::settle(chars, &self.places, self.choice.clone());
        let chosen = self.places.iter().zip(choice);
        chosen.filter_map(|(place, c)| Some((place, place.readings.get(c?)?.text.as_str()))).collect()
    }

    /// The line with this layer undone.
    fn text(&self, chars: &[char]) -> Vec<char> {
        let mut text = Vec::with_capacity(chars.len());
        let mut at = 0;
        for (place, to) in self.readings(chars) {
            text.extend(chars.get(at..place.start).unwrap_or_default());
            text.extend(to.chars());
            at = place.end;
        }
        text.extend(chars.get(at..).unwrap_or_default());
        text
    }
}

/// Letters and signs of Latin text: of other scripts a garbled line has many.
const fn is_latin(c: char) -> bool {
    matches!(c, '\0'..'\u{250}' | '\u{1E00}'..='\u{1EFF}' | '\u{2000}'..'\u{2C00}' | '\u{FFFD}')
}

/// What a share of the characters beyond ASCII is of those that the charset has.
fn own(chars: &[char], codec: Codec, share: f32) -> f32 {
    let upper = chars.iter().filter(|c| !c.is_ascii());
    let own = upper.clone().filter(|c| !matches!(codec.raw(**c), Raw::Foreign | Raw::Lost)).count();
    share * upper.count() as f32 / own.max(1) as f32
}

/// The share of the line's characters beyond ASCII that the places explain.
fn covered<'p>(chars: &[char], places: impl Iterator<Item = &'p Place>) -> f32 {
    let all = chars.iter().filter(|c| !c.is_ascii()).count();
    let explained: usize = places
        .map(|p| chars.get(p.start..p.end).map_or(0, |c| c.iter().filter(|c| !c.is_ascii()).count()))
        .sum();
    explained as f32 / all.max(1) as f32
}
