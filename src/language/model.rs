//! The model: for n-grams and short words, how much each language is spoken for by them. A hash table with
//! fingerprints over rows of (language, weight); what is not in it speaks for nobody. Written by train/src/language,
//! read in place: starting costs nothing.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::codes::LANGUAGES;
use super::features::Capitals;
use super::features::Shape;
use super::features::Sink;
use super::features::scan;
use super::grams::grams;
use super::grams::hash;
use super::script::Script;
use super::script::only_language;

/// How many languages there are.
pub const COUNT: usize = LANGUAGES.len();
/// First bytes of the file.
pub const MAGIC: [u8; 8] = *b"cdlang03";
/// Bytes before the slots: a line of the cache, so that no bucket lies in two.
pub const HEADER: usize = 64;
/// Slots of a bucket: a hash is in its bucket or nowhere.
pub const BUCKET: usize = 8;
/// Bits of a slot that say where the row is, in units of a chunk.
pub const PLACE_BITS: u32 = 19;
/// The bit of a slot that marks a common word.
pub const COMMON: u32 = 1 << PLACE_BITS;
/// Bits of a slot before its mark.
pub const MARK_BITS: u32 = PLACE_BITS + 1;
/// Languages of a chunk. A row is chunks, each of languages, then their weights; where a row goes on, the chunk's first
/// language has [`MORE`] added.
pub const CHUNK: usize = 4;
/// See [`CHUNK`].
pub type Chunk = [u8; 2 * CHUNK];
/// Says that another chunk follows.
pub const MORE: u8 = 0x80;
/// Evidence of one letter for the only language of its script.
pub const LETTER_WEIGHT: u32 = 24;
/// Words before a lead may be taken for decided.
const LEAD_WORDS: u32 = 6;
/// The lead, in units of weight, that further words do not overturn: 10 nats.
const LEAD: i16 = 520;
/// The same for a sentence that goes on in the language of the one before: the price of a change and what most of the
/// document is written in speak for that with up to 3 nats each.
const LEAD_GOING_ON: i16 = 208;
const WORDS_GOING_ON: u32 = 3;
/// N-grams after which it is first looked whether a sentence goes on so.
const GRAMS_GOING_ON: usize = 24;
/// A score that is enough: nothing is added any more, however long the text is.
const FULL: i16 = 20_000;
/// N-grams that are looked up together. So few cannot carry a score from [`FULL`] over what 16 bits hold.
const GRAMS: usize = 64;
/// N-grams of all but the longest words.
const GRAMS_OF_WORD: usize = 8;
/// Places for scores: a language's number in 7 bits is always one.
pub const SCORES: usize = 128;

#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

static FILE: &Aligned<[u8]> = &Aligned(*include_bytes!("model.bin"));

/// The model as it is stored.
pub(crate) fn bytes() -> &'static [u8] {
    &FILE.0
}

/// What a text says about its language, before any decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Summed weights by language.
    pub scores: [i16; SCORES],
    /// Its outward shape.
    pub shape: Shape,
    /// Words that are common in some language, written small, or in capitals where none before them is written small.
    pub common: u32,
    /// The language that it could not but be in, so that the rest was not read.
    pub decided: Option<u8>,
}

impl Default for Evidence {
    fn default() -> Evidence {
        Evidence { scores: [0; SCORES], shape: Shape::default(), common: 0, decided: None }
    }
}

/// A model read in place.
#[derive(Clone, Copy, Debug)]
pub struct Model<'m> {
    slots: &'m [[u8; 4 * BUCKET]],
    rows: &'m [Chunk],
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
        Some(Model { slots: slots.as_chunks().0, rows: rows.as_chunks().0, bits })
    }

    /// What the text says; `before` is what the sentence before it is written in, if that is beyond doubt.
    pub fn read(&self, text: &str, before: Option<u8>) -> Evidence {
        let mut reader = Reader {
            model: self,
            evidence: Evidence::default(),
            before,
            words: 0,
            small: 0,
            keys: [0; GRAMS],
            count: 0,
            full: if before.is_some() { GRAMS_GOING_ON } else { GRAMS - GRAMS_OF_WORD },
            plain: 0,
            is_full: false,
        };
        let shape = scan(text, &mut reader);
        if reader.count > 0 {
            reader.flush();
        }
        let mut evidence = reader.evidence;
        evidence.shape = shape;
        let has_only = shape.letters.iter().skip(Script::Kana as usize).any(|count| *count > 0);
        for (index, script) in ONLY.into_iter().filter(|_| has_only) {
            let count = shape.letters.get(script as usize).copied().unwrap_or(0).min(1 << 16);
            if let Some(score) = evidence.scores.get_mut(index) {
                *score =
                    score.saturating_add((count * LETTER_WEIGHT).min(u32::from(FULL.unsigned_abs())) as i16);
            }
        }
        evidence
    }

    /// The slot of a key, 0 for an unknown one. Without a branch but the bounds: which n-grams are known cannot be
    /// predicted, and many look-ups can be under way together.
    #[inline]
    fn slot(&self, key: u64) -> u32 {
        let (bucket, mark) = address(key, self.bits);
        let Some(slots) = self.slots.get(bucket) else { return 0 };
        slots.as_chunks::<4>().0.iter().fold(0, |found, slot| {
            let slot = u32::from_le_bytes(*slot);
            found | if slot >> MARK_BITS == mark { slot } else { 0 }
        })
    }

    /// A byte of the bucket of a key.
    #[inline]
    fn touch(&self, key: u64) -> u8 {
        self.slots.get(address(key, self.bits).0).and_then(|slots| slots.first()).copied().unwrap_or_default()
    }

    /// A chunk of a row.
    #[inline]
    fn chunk(&self, place: usize) -> u64 {
        u64::from_le_bytes(self.rows.get(place).copied().unwrap_or_default())
    }

    /// Adds the row of a slot, its first chunk given, to the scores.
    #[inline]
    fn add(&self, slot: u32, first: u64, scores: &mut [i16; SCORES]) {
        const LANGUAGES_ONLY: u32 = !u32::from_le_bytes([MORE; CHUNK]);
        let mut chunk = first;
        let mut place = (slot & (COMMON - 1)) as usize;
        loop {
            let languages = (chunk as u32 & LANGUAGES_ONLY).to_le_bytes();
            let weights = ((chunk >> 32) as u32).to_le_bytes();
            for (language, weight) in languages.into_iter().zip(weights) {
                scores[usize::from(language)] += i16::from(weight.cast_signed());
            }
            if chunk as u8 & MORE == 0 {
                break;
            }
            place += 1;
            chunk = self.chunk(place);
        }
    }
}

/// The bucket of a key in a table of `1 << bits` of them, and its mark there, which is never 0.
#[inline]
pub const fn address(key: u64, bits: u32) -> (usize, u32) {
    let hash = hash(key);
    let mark = ((hash >> 16) as u32) >> MARK_BITS;
    ((hash >> (64 - bits)) as usize, if mark == 0 { 1 } else { mark })
}

struct Reader<'r, 'm> {
    model: &'r Model<'m>,
    evidence: Evidence,
    before: Option<u8>,
    words: u32,
    /// Words without a capital.
    small: u32,
    /// What waits to be looked up.
    keys: [u64; GRAMS],
    count: usize,
    /// How much may wait.
    full: usize,
    /// Which of it are whole words written small, or in capitals like all before them.
    plain: u64,
    is_full: bool,
}

impl Sink for Reader<'_, '_> {
    fn word(&mut self, letters: &[u32], script: Script, capitals: Capitals) -> bool {
        // Keys are too narrow to tell letters of unknown scripts from those of known ones.
        if script == Script::Other {
            return true;
        }
        let is_spaced = !matches!(script, Script::Han | Script::Kana);
        let is_lower = capitals == Capitals::None;
        // Of a text in capitals all words are as they would be written small.
        let is_plain = is_lower || capitals == Capitals::All && self.small == 0;
        self.plain |= u64::from(is_plain && is_spaced) << self.count;
        grams(letters, script, |key| {
            if self.count == GRAMS {
                self.flush();
            }
            if let Some(free) = self.keys.get_mut(self.count) {
                *free = key;
                self.count += 1;
            }
        });
        self.words += 1;
        self.small += u32::from(is_lower);
        if self.count >= self.full {
            self.flush();
        }
        if self.evidence.decided.is_none() {
            return true;
        }
        if self.evidence.decided == self.before {
            self.words < WORDS_GOING_ON || self.small < 2
        } else {
            self.words < LEAD_WORDS
        }
    }
}

impl Reader<'_, '_> {
    /// Looks up what waits: first all slots, then all rows. Each step waits for memory, but not one after the other.
    #[inline(never)]
    fn flush(&mut self) {
        let model = *self.model;
        let mut slots = [0; GRAMS];
        let mut chunks = [0; GRAMS];
        let mut known = 0;
        let mut plain = self.plain;
        // A run without space is read to its end, however long.
        let count = if self.is_full { 0 } else { self.count };
        let mut common = 0;
        let keys = self.keys.get(..count).unwrap_or_default();
        // Asks for all buckets first: so short a loop has many of them under way at once.
        std::hint::black_box(keys.iter().fold(0, |all, key| all ^ model.touch(*key)));
        for key in keys {
            let slot = model.slot(*key);
            common += slot >> PLACE_BITS & plain as u32 & 1;
            plain >>= 1;
            if let Some(free) = slots.get_mut(known) {
                *free = slot;
            }
            known += usize::from(slot != 0);
        }
        let slots = slots.get(..known).unwrap_or_default();
        for (chunk, slot) in chunks.iter_mut().zip(slots) {
            *chunk = model.chunk((slot & (COMMON - 1)) as usize);
        }
        self.evidence.common += common;
        let scores = &mut self.evidence.scores;
        for (chunk, slot) in chunks.iter().zip(slots) {
            model.add(*slot, *chunk, scores);
        }
        for score in scores.iter_mut() {
            *score = (*score).max(-FULL);
        }
        let best = scores.iter().copied().fold(0, i16::max);
        self.is_full = best > FULL;
        let goes_on = self.before.is_some_and(|before| scores.get(usize::from(before)) == Some(&best));
        let is_decided = self.is_full || leads(best, scores, if goes_on { LEAD_GOING_ON } else { LEAD });
        let first = || scores.iter().position(|score| *score == best).map(|place| place as u8);
        self.evidence.decided =
            if is_decided { self.before.filter(|_| goes_on).or_else(first) } else { None };
        self.full = GRAMS - GRAMS_OF_WORD;
        self.count = 0;
        self.plain = 0;
    }
}

/// Whether the best language leads all others by far. Without branches: this is asked often.
fn leads(best: i16, scores: &[i16; SCORES], lead: i16) -> bool {
    let near = scores.iter().map(|score| i16::from(*score > best - lead)).sum::<i16>();
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
