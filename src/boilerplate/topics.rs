//! The words that say what a document is about, numbered, and in how many of some units each of them stands.

use crate::boilerplate::scan::CONTENT;
use crate::boilerplate::scan::FUNCTION;
use crate::boilerplate::scan::HASH;
use crate::boilerplate::scan::IDEO;
use crate::boilerplate::scan::Token;
use crate::boilerplate::tables::Numbering;
use crate::boilerplate::units::Unit;

/// A unit's topic words beyond so many tokens add nothing.
const TOPIC_TOKENS: usize = 4096;

/// The topic words of a document's units. Each word is looked up once here; all else is counted by its number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Topics {
    /// The numbers of the words of one unit after another.
    words: Vec<u32>,
    /// Where each unit's words end.
    ends: Vec<u32>,
    /// Different words.
    kinds: usize,
}

impl Topics {
    pub(crate) fn of(units: &[Unit], tokens: &[Token]) -> Topics {
        // What is none of them is overwritten by the next.
        let (mut words, mut ends) = (vec![0; tokens.len()], Vec::with_capacity(units.len()));
        let mut count = 0;
        for unit in units {
            let of_unit = unit.shape.of(tokens);
            let of_unit = of_unit.get(..TOPIC_TOKENS).unwrap_or(of_unit);
            count += keys(of_unit, words.get_mut(count..).unwrap_or_default());
            ends.push(count as u32);
        }
        words.truncate(count);
        let mut numbers = Numbering::new(count);
        for word in &mut words {
            *word = numbers.of(*word);
        }
        Topics { words, ends, kinds: numbers.len() }
    }

    /// The words of a unit.
    fn unit(&self, i: usize) -> &[u32] {
        let end = |i: usize| self.ends.get(i).map_or(0, |end| *end as usize);
        let start = i.checked_sub(1).map_or(0, end);
        self.words.get(start..end(i)).unwrap_or_default()
    }

    /// In how many of some units, given in order, each word stands.
    pub(crate) fn spread(&self, units: impl Iterator<Item = usize>) -> Spread<'_> {
        self.spread_by(units.map(|i| (i, i)))
    }

    /// The same for whatever the units, each given after its owner's number, are parts of.
    pub(crate) fn spread_by(&self, units: impl Iterator<Item = (usize, usize)>) -> Spread<'_> {
        let mut owners = vec![0; self.kinds];
        for (owner, i) in units {
            let own = (owner as u32 + 1) << 1;
            for word in self.unit(i) {
                if let Some(owner) = owners.get_mut(*word as usize)
                    && *owner >> 1 != own >> 1
                {
                    *owner = own | u32::from(*owner > 0);
                }
            }
        }
        Spread { topics: self, owners }
    }
}

/// Puts into `keys` every token that says what the text is about, in scripts without spaces every pair; gives how many.
fn keys(tokens: &[Token], keys: &mut [u32]) -> usize {
    let (mut last, mut count) = (0, 0);
    for &token in tokens {
        let is_pair = token & last & IDEO != 0;
        let before = if is_pair { (last & HASH).rotate_left(9) } else { 0 };
        let is_about =
            if is_pair { (token | last) & FUNCTION == 0 } else { token & (CONTENT | IDEO) == CONTENT };
        // Written whether it is one or not: which cannot be foreseen.
        if let Some(key) = keys.get_mut(count) {
            *key = (before ^ token & HASH) & HASH;
        }
        count += usize::from(is_about);
        last = token;
    }
    count
}

/// In how many of some units the words of a document stand.
pub(crate) struct Spread<'t> {
    topics: &'t Topics,
    /// For each word the last of the units, counted from 1, and in the lowest bit whether there are several.
    owners: Vec<u32>,
}

impl Spread<'_> {
    /// How many of a unit's words stand in any of the units, or, where the unit `is_own`, in another one of them; and
    /// how many words it has.
    pub(crate) fn shared(&self, unit: usize, is_own: bool) -> (u32, u32) {
        let needed = if is_own { 1 } else { u32::MAX };
        let words = self.topics.unit(unit);
        let owners = words.iter().filter_map(|word| self.owners.get(*word as usize));
        (owners.map(|owner| u32::from(owner & needed > 0)).sum(), words.len() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::scan::Shape;

    #[test]
    fn own_words_count_only_where_another_unit_has_them() {
        let word = |n: Token| n | CONTENT;
        let tokens = [word(1), word(2), 3, word(1), word(2), word(4), word(4), 5 | IDEO, 6 | IDEO];
        let unit = |from, to| Unit {
            lines: (0, 1),
            shape: Shape { tokens: (from, to), ..Shape::default() },
            blanks: 0,
        };
        let topics = Topics::of(&[unit(0, 3), unit(3, 4), unit(4, 9)], &tokens);
        assert_eq!(topics.kinds, 4);
        let spread = topics.spread([0, 2].into_iter());
        let shared = |i, is_own| spread.shared(i, is_own);
        assert_eq!([shared(0, true), shared(1, false), shared(2, true)], [(1, 2), (1, 1), (1, 4)]);
        // Two units of one owner count once.
        let spread = topics.spread_by([(0, 0), (0, 2)].into_iter());
        assert_eq!([spread.shared(0, true), spread.shared(1, false)], [(0, 2), (1, 1)]);
    }
}
