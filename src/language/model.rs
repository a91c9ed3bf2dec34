//! The model: for n-grams and short words, how much each language is spoken for by them. A hash table with
//! fingerprints over rows of (language, weight); what is not in it speaks for nobody. Written by train/src/language,
//! read in place: starting costs nothing.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::codes::LANGUAGES;
use super::features::Shape;
use super::features::Sink;
use super::features::grams;
use super::features::scan;
use super::script::Script;
use super::script::only_language;

/// How many languages there are.
pub const COUNT: usize = LANGUAGES.len();
/// First bytes of the file.
pub const MAGIC: [u8; 8] = *b"cdlang02";
/// Bytes before the slots: a line of the cache, so that no bucket lies in two.
pub const HEADER: usize = 64;
/// Slots of a bucket: a hash is in its bucket or nowhere.
pub const BUCKET: usize = 8;
/// Bits of a slot that say where the row is, in units of two bytes; the row at 0 is empty.
pub const PLACE_BITS: u32 = 20;
/// Evidence of one letter for the only language of its script.
pub const LETTER_WEIGHT: i32 = 24;
/// Words before a lead may be taken for decided.
const LEAD_WORDS: u32 = 6;
/// The lead, in units of weight, that further words do not overturn: 10 nats.
const LEAD: i32 = 520;
/// N-grams of a word at most.
const GRAMS: usize = 4 * 42;

#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

static FILE: &Aligned<[u8]> = &Aligned(*include_bytes!("model.bin"));

/// What a text says about its language, before any decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Summed weights by language.
    pub scores: [i32; COUNT],
    /// Its outward shape.
    pub shape: Shape,
    /// Words that are common in some language, written small.
    pub common: u32,
}

impl Default for Evidence {
    fn default() -> Evidence {
        Evidence { scores: [0; COUNT], shape: Shape::default(), common: 0 }
    }
}

/// A model read in place.
#[derive(Clone, Copy, Debug)]
pub struct Model<'m> {
    slots: &'m [u8],
    rows: &'m [u8],
    bits: u32,
}

impl Model<'static> {
    /// The model that comes with the program.
    pub fn embedded() -> Model<'static> {
        Model::new(&FILE.0).unwrap_or(Model { slots: &[], rows: &[], bits: 1 })
    }
}

impl<'m> Model<'m> {
    /// A model from its bytes; `None` when they are not one.
    pub fn new(bytes: &'m [u8]) -> Option<Model<'m>> {
        let (header, rest) = bytes.split_at_checked(HEADER)?;
        let (magic, numbers) = header.split_at_checked(MAGIC.len())?;
        let bits = u32::from_le_bytes(numbers.get(..4)?.try_into().ok()?);
        if magic != MAGIC || !(1..=24).contains(&bits) {
            return None;
        }
        let (slots, rows) = rest.split_at_checked((4 * BUCKET) << bits)?;
        Some(Model { slots, rows, bits })
    }

    /// What the text says.
    pub fn read(&self, text: &str) -> Evidence {
        let mut reader = Reader { model: self, evidence: Evidence::default(), words: 0 };
        let shape = scan(text, &mut reader);
        let mut evidence = reader.evidence;
        evidence.shape = shape;
        for (index, script) in ONLY {
            let count = shape.letters.get(script as usize).copied().unwrap_or(0);
            if let Some(score) = evidence.scores.get_mut(index) {
                *score += count.cast_signed() * LETTER_WEIGHT;
            }
        }
        evidence
    }

    /// The slot of a hash, 0 for an unknown one. Without a branch but the bounds: which n-grams are known cannot be
    /// predicted, and the look-ups of a word can be under way together.
    fn slot(&self, hash: u64) -> u32 {
        let (bucket, mark) = address(hash, self.bits);
        let from = bucket * BUCKET * 4;
        let slots = self.slots.get(from..from + BUCKET * 4).unwrap_or_default();
        slots.as_chunks::<4>().0.iter().fold(0, |found, slot| {
            let slot = u32::from_le_bytes(*slot);
            found | if slot >> PLACE_BITS == mark { slot } else { 0 }
        })
    }

    /// The head of a slot's row: how many languages follow and whether it is a common word.
    fn head(&self, slot: u32) -> u8 {
        self.rows.get(place(slot)).copied().unwrap_or(0)
    }

    /// The rest of it: (language, weight) in turn.
    fn row(&self, slot: u32, head: u8) -> &'m [u8] {
        let from = place(slot) + 2;
        self.rows.get(from..from + usize::from(head & 0x7F) * 2).unwrap_or_default()
    }
}

const fn place(slot: u32) -> usize {
    (slot & ((1 << PLACE_BITS) - 1)) as usize * 2
}

/// The bucket of a hash in a table of `1 << bits` of them, and its mark there, which is never 0.
pub const fn address(hash: u64, bits: u32) -> (usize, u32) {
    let mark = ((hash >> 10) as u32) >> PLACE_BITS;
    ((hash >> (64 - bits)) as usize, if mark == 0 { 1 } else { mark })
}

struct Reader<'r, 'm> {
    model: &'r Model<'m>,
    evidence: Evidence,
    words: u32,
}

impl Sink for Reader<'_, '_> {
    fn word(&mut self, letters: &[u32], script: Script, is_lower: bool) -> bool {
        let (model, evidence) = (self.model, &mut self.evidence);
        // First all slots, then all heads, then the rows: each step waits for memory, but not one after the other.
        let mut slots = [0; GRAMS];
        let mut heads = [0; GRAMS];
        let mut count = 0;
        grams(letters, script, |hash| {
            if let Some(slot) = slots.get_mut(count) {
                *slot = model.slot(hash);
                count += 1;
            }
        });
        for (head, slot) in heads.iter_mut().zip(&slots).take(count) {
            *head = model.head(*slot);
        }
        for (slot, head) in slots.iter().zip(heads).take(count) {
            for [language, weight] in model.row(*slot, head).as_chunks::<2>().0 {
                if let Some(score) = evidence.scores.get_mut(usize::from(*language)) {
                    *score += i32::from(weight.cast_signed());
                }
            }
        }
        let is_spaced = !matches!(script, Script::Han | Script::Kana);
        evidence.common += u32::from(heads[0] & 0x80 != 0 && is_spaced && is_lower);
        self.words += 1;
        self.words < LEAD_WORDS || !self.words.is_multiple_of(2) || !is_decided(&evidence.scores)
    }
}

/// Whether the best language leads all others by far. Without branches: this is asked often.
fn is_decided(scores: &[i32; COUNT]) -> bool {
    let best = scores.iter().copied().fold(0, i32::max);
    let near = scores.iter().map(|score| i32::from(*score > best - LEAD)).sum::<i32>();
    near == 1
}

/// The languages that have a script to themselves.
const ONLY: [(usize, Script); 18] = {
    const SCRIPTS: [Script; 18] = [
        Script::Kana,
        Script::Hangul,
        Script::Greek,
        Script::Armenian,
        Script::Georgian,
        Script::Thai,
        Script::Lao,
        Script::Khmer,
        Script::Myanmar,
        Script::Sinhala,
        Script::Tamil,
        Script::Telugu,
        Script::Kannada,
        Script::Malayalam,
        Script::Gujarati,
        Script::Gurmukhi,
        Script::Odia,
        Script::Bengali,
    ];
    let mut found = [(COUNT, Script::Other); 18];
    let mut i = 0;
    while i < found.len() {
        let mut index = 0;
        while index < COUNT {
            if let Some(tag) = only_language(SCRIPTS[i])
                && is_same(LANGUAGES[index].0, tag)
            {
                found[i] = (index, SCRIPTS[i]);
            }
            index += 1;
        }
        i += 1;
    }
    found
};

const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
