//! What words say: of some twenty thousand, each met on pages of several sites, how much it speaks for a line to be part
//! of an article (`said`, `which`) or of what surrounds one (`newsletter`, `our`). No word is kept that a single site has.

use crate::boilerplate::columns::Column;
use crate::boilerplate::columns::Matrix;
use crate::boilerplate::columns::TOP;
use crate::boilerplate::scan::HASH;
use crate::boilerplate::scan::IDEO;
use crate::boilerplate::scan::Token;
use crate::boilerplate::units::Unit;

/// Words that there is room for, as a power of two.
const BITS: u32 = 15;
const CELLS: usize = 1 << BITS;
/// Weights are in this fraction of a logit.
const FINE: f32 = 48.0;

/// A weight for each of some words. Of two words in one cell the one that says more is known.
#[derive(Clone, Debug)]
pub struct Lexicon {
    /// A part of the word's hash in the upper byte, so that others in its cell say nothing, its weight in the lower.
    cells: Box<[u16; CELLS]>,
}

/// Where a word's cell is, and what it is told from others by.
const fn place(key: u32) -> (usize, u16) {
    let mixed = key.wrapping_mul(0x9E37_79B1);
    ((mixed >> (u32::BITS - BITS)) as usize, (mixed >> (u32::BITS - BITS - u8::BITS)) as u16 & 0xFF)
}

/// A key for every word; in scripts without spaces, for every character with the one before it.
pub(crate) fn keys(tokens: &[Token]) -> impl Iterator<Item = u32> {
    let mut last = 0;
    tokens.iter().map(move |token| {
        let before = if token & last & IDEO == 0 { 0 } else { (last & HASH).rotate_left(9) };
        last = *token;
        (before ^ token) & HASH
    })
}

impl Lexicon {
    /// Bytes of a lexicon.
    pub const BYTES: usize = 2 * CELLS;

    /// A lexicon in which no word says anything.
    #[expect(clippy::large_stack_arrays, reason = "an array's length spares the look-ups a check")]
    pub fn silent() -> Lexicon {
        Lexicon { cells: Box::new([0; CELLS]) }
    }

    /// The lexicon of these words and weights, in logits.
    pub fn of(weights: impl Iterator<Item = (u32, f32)>) -> Lexicon {
        let Lexicon { mut cells } = Lexicon::silent();
        for (key, weight) in weights {
            let weight = (weight * FINE).round().clamp(-127.0, 127.0) as i8;
            let (at, tag) = place(key);
            let has = cells[at].to_le_bytes()[0].cast_signed();
            if weight.unsigned_abs() > has.unsigned_abs() {
                cells[at] = tag << u8::BITS | u16::from(weight.cast_unsigned());
            }
        }
        Lexicon { cells }
    }

    /// The lexicon whose bytes are given.
    pub fn read(bytes: &[u8]) -> Lexicon {
        let mut lexicon = Lexicon::silent();
        let (pairs, _) = bytes.as_chunks();
        lexicon.cells.iter_mut().zip(pairs).for_each(|(cell, pair)| *cell = u16::from_le_bytes(*pair));
        lexicon
    }

    /// Its bytes.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.cells.iter().flat_map(|cell| cell.to_le_bytes()));
    }

    /// What the words of a line say together, in logits: the more of them there are, the less each counts.
    pub(crate) fn hear(&self, tokens: &[Token]) -> f32 {
        let of_key = |key| {
            let (at, tag) = place(key);
            let [weight, of] = self.cells[at].to_le_bytes();
            if u16::from(of) == tag { i32::from(weight.cast_signed()) } else { 0 }
        };
        let sum: i32 = keys(tokens).map(of_key).sum();
        sum as f32 / (FINE * (tokens.len().max(1) as f32).sqrt())
    }
}

/// Units on either side whose words are heard, too.
const NEAR: usize = 4;
const FAR: usize = 12;
/// Steps a logit, of a unit's own words and of its neighbours'.
const OWN: f32 = 12.0;
const BESIDE: f32 = 24.0;
/// Half words by which few neighbours say less.
const FEW: f32 = 5.0;

/// Fills the columns of what each unit's words say, and those of its neighbours.
pub(crate) fn fill(m: &mut Matrix, units: &[Unit], said: &[f32]) {
    let level = |logits: f32, steps: f32| (32.0 + logits * steps).clamp(0.0, TOP as f32) as u8;
    m.fill(Column::Lexical, said.iter().map(|said| level(*said, OWN)));
    // Sums in whole numbers, so that a neighbour says the same wherever the sum began.
    let weigh = |(unit, said): (&Unit, &f32)| {
        let halves = i64::from(unit.shape.halves);
        (halves, (said * 256.0) as i64 * halves)
    };
    let own: Vec<(i64, i64)> = units.iter().zip(said).map(weigh).collect();
    let mut sums = Vec::with_capacity(own.len() + 1);
    sums.push((0, 0));
    let (mut halves, mut all) = (0, 0);
    sums.extend(own.iter().map(|of_unit| {
        halves += of_unit.0;
        all += of_unit.1;
        (halves, all)
    }));
    let at = |i: usize| sums.get(i.min(own.len())).copied().unwrap_or_default();
    for (column, reach) in [(Column::LexicalNear, NEAR), (Column::LexicalFar, FAR)] {
        let around = own.iter().enumerate().map(|(i, of_unit)| {
            let (from, to) = (at(i.saturating_sub(reach)), at(i + reach + 1));
            let halves = (to.0 - from.0 - of_unit.0) as f32;
            level((to.1 - from.1 - of_unit.1) as f32 / (256.0 * (halves + FEW)), BESIDE)
        });
        m.fill(column, around);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::scan::Shape;
    use crate::boilerplate::scan::tokens;

    #[test]
    fn known_words_speak_and_survive_their_bytes() {
        let words = tokens("Subscribe to our 北京");
        let known: Vec<u32> = keys(&words).collect();
        let lexicon = Lexicon::of([(known[0], -2.0), (known[2], 0.5), (known[4], 1.0)].into_iter());
        let mut bytes = Vec::new();
        lexicon.write(&mut bytes);
        assert_eq!(bytes.len(), Lexicon::BYTES);
        let lexicon = Lexicon::read(&bytes);
        let hear = |text: &str| lexicon.hear(&tokens(text));
        assert!((hear("SUBSCRIBE to it") + 2.0 / 3.0_f32.sqrt()).abs() < 1e-6);
        assert!((hear("our") - 0.5).abs() < 1e-6);
        // The second character counts with the first before it alone.
        assert!((hear("北京") - 1.0 / 2.0_f32.sqrt()).abs() < 1e-6);
        assert!(["京", "东京", "A ferry sails", ""].iter().all(|unknown| hear(unknown).abs() < 1e-6));
    }

    #[test]
    fn of_two_words_in_a_cell_the_one_that_says_more_is_known() {
        let (at, _) = place(1);
        let other = (2..1 << 20).find(|key| place(*key).0 == at).unwrap_or_default();
        for words in [[(1, 0.5), (other, -1.0)], [(other, -1.0), (1, 0.5)]] {
            let lexicon = Lexicon::of(words.into_iter());
            assert!((lexicon.hear(&[other]) + 1.0).abs() < 1e-6);
            assert!(lexicon.hear(&[1]).abs() < 1e-6);
        }
    }

    #[test]
    fn neighbours_speak_by_their_length() {
        let unit = |halves| Unit { lines: (0, 1), shape: Shape { halves, ..Shape::default() }, blanks: 0 };
        let units = [unit(10), unit(5), unit(0)];
        let mut m = Matrix::new(units.len());
        fill(&mut m, &units, &[1.0, -1.0, 9.0]);
        let get = |column| [0, 1, 2].map(|i| m.get(column, i));
        assert_eq!(get(Column::Lexical), [44, 20, 63]);
        assert_eq!(get(Column::LexicalNear), [20, 48, 38]);
        assert_eq!(get(Column::LexicalFar), get(Column::LexicalNear));
    }
}
