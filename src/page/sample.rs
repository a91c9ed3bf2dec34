//! A bounded sample of a stream: the items whose keys have the smallest hashes. It is spread evenly over the stream and
//! does not depend on how the stream was cut.

use std::collections::BTreeMap;

/// At most so many of the items offered.
#[derive(Debug)]
pub(super) struct Sample<T> {
    size: usize,
    items: BTreeMap<u64, (u64, T)>,
    taken: u64,
}

/// Where an item stands among those of a sample.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rank(u64);

impl<T> Sample<T> {
    pub(super) const fn new(size: usize) -> Sample<T> {
        Sample { size, items: BTreeMap::new(), taken: 0 }
    }

    /// Where an item stands by its key, if it is wanted; of items with one key, the first one is.
    pub(super) fn rank(&self, key: &str) -> Option<Rank> {
        let rank = hash(key);
        let is_full = self.items.len() >= self.size;
        let is_late = is_full && self.items.last_key_value().is_none_or(|(last, _)| rank > *last);
        (!is_late && !self.items.contains_key(&rank)).then_some(Rank(rank))
    }

    /// Takes an item in, perhaps in another's place.
    pub(super) fn put(&mut self, rank: Rank, item: T) {
        self.taken += 1;
        self.items.insert(rank.0, (self.taken, item));
        if self.items.len() > self.size {
            self.items.pop_last();
        }
    }

    /// The items so far, in any order.
    pub(super) fn items(&self) -> impl Iterator<Item = &T> {
        self.items.values().map(|(_, item)| item)
    }

    /// The items, in the order in which they were offered.
    pub(super) fn into_items(self) -> Vec<T> {
        let mut items: Vec<(u64, T)> = self.items.into_values().collect();
        items.sort_by_key(|(at, _)| *at);
        items.into_iter().map(|(_, item)| item).collect()
    }
}

/// FNV-1a over words of eight bytes with a final mix, so that keys that differ in their last letter lie far apart.
fn hash(key: &str) -> u64 {
    let (words, rest) = key.as_bytes().as_chunks::<8>();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for word in words {
        hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x100_0000_01b3);
        hash ^= hash >> 32;
    }
    let rest = rest.iter().fold(1, |word, byte| word << 8 | u64::from(*byte));
    hash = (hash ^ rest).wrapping_mul(0x100_0000_01b3);
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_bounded_spread_and_the_same_every_time() {
        let draw = || {
            let mut sample = Sample::new(20);
            for n in 0..10_000 {
                if let Some(rank) = sample.rank(&format!("doc-{n}")) {
                    sample.put(rank, n);
                }
            }
            sample.into_items()
        };
        let items = draw();
        assert_eq!(items.len(), 20);
        assert_eq!(items, draw());
        assert!(items.is_sorted());
        let late = items.iter().filter(|n| **n >= 5_000).count();
        assert!((4..=16).contains(&late), "{items:?}");
    }
}
