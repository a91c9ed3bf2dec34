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
pub const MAGIC: [u8; 8] = *b"cdlang01";
/// Bytes before the slots.
pub const HEADER: usize = 16;
/// Bits of a slot that say where the row is, in units of two bytes, plus one.
pub const PLACE_BITS: u32 = 21;
/// Evidence of one letter for the only language of its script.
pub const LETTER_WEIGHT: i32 = 24;

static BYTES: &[u8] = include_bytes!("model.bin");

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
        Model::new(BYTES).unwrap_or(Model { slots: &[], rows: &[], bits: 0 })
    }
}

impl<'m> Model<'m> {
    /// A model from its bytes; `None` when they are not one.
    pub fn new(bytes: &'m [u8]) -> Option<Model<'m>> {
        let (header, rest) = bytes.split_at_checked(HEADER)?;
        let (magic, numbers) = header.split_at_checked(MAGIC.len())?;
        let bits = u32::from_le_bytes(numbers.get(..4)?.try_into().ok()?);
        if magic != MAGIC || bits > 24 {
            return None;
        }
        let (slots, rows) = rest.split_at_checked(4 << bits)?;
        Some(Model { slots, rows, bits })
    }

    /// What the text says.
    pub fn read(&self, text: &str) -> Evidence {
        let mut reader = Reader { model: self, evidence: Evidence::default() };
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

    /// The row of a hash: whether it is a common word, then (language, weight) in turn.
    fn row(&self, hash: u64) -> Option<(bool, &'m [u8])> {
        let (mut slot, mark) = address(hash, self.bits);
        let mask = (1usize << self.bits) - 1;
        loop {
            let bytes = self.slots.get(slot * 4..slot * 4 + 4)?;
            let entry = u32::from_le_bytes(bytes.try_into().ok()?);
            if entry == 0 {
                return None;
            }
            if entry >> PLACE_BITS == mark {
                let place = ((entry & ((1 << PLACE_BITS) - 1)) as usize - 1) * 2;
                let head = *self.rows.get(place)?;
                let length = usize::from(head & 0x7F) * 2;
                return Some((head & 0x80 != 0, self.rows.get(place + 2..place + 2 + length)?));
            }
            slot = (slot + 1) & mask;
        }
    }
}

/// Where a hash belongs in a table of `1 << bits` slots, and its mark there.
pub const fn address(hash: u64, bits: u32) -> (usize, u32) {
    let slot = (hash >> (64 - bits)) as usize;
    (slot, ((hash >> 10) as u32) >> PLACE_BITS)
}

struct Reader<'r, 'm> {
    model: &'r Model<'m>,
    evidence: Evidence,
}

impl Sink for Reader<'_, '_> {
    fn word(&mut self, letters: &[u32], script: Script, is_lower: bool) {
        let mut is_first = true;
        let (model, evidence) = (self.model, &mut self.evidence);
        grams(letters, script, |hash| {
            if let Some((is_common, row)) = model.row(hash) {
                for pair in row.chunks_exact(2) {
                    if let [language, weight] = *pair
                        && let Some(score) = evidence.scores.get_mut(usize::from(language))
                    {
                        *score += i32::from(weight.cast_signed());
                    }
                }
                evidence.common += u32::from(is_first && is_common && is_lower);
            }
            is_first = false;
        });
    }
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
