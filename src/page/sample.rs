//! A bounded sample of a stream: the items whose keys have the smallest hashes. It is spread evenly over the stream and
//! does not depend on how the stream was cut.

use std::collections::BTreeMap;

/// At most so many of the items offered.
#[derive(Debug)]
pub(super) struct Sample<T> {
    size: usize,
    items: BTreeMap<u64, (u64, T)>,
    offered: u64,
}

impl<T> Sample<T> {
    pub(super) const fn new(size: usize) -> Sample<T> {
        Sample { size, items: BTreeMap::new(), offered: 0 }
    }

    /// Takes the item in, perhaps in another's place; it is only made when it is wanted. Of items with one key, the first is taken.
    pub(super) fn offer<E>(&mut self, key: [&str; 2], item: impl FnOnce() -> Result<T, E>) -> Result<(), E> {
        let rank = hash(key);
        self.offered += 1;
        let is_full = self.items.len() >= self.size;
        let is_late = is_full && self.items.last_key_value().is_none_or(|(last, _)| rank > *last);
        if is_late || self.items.contains_key(&rank) {
            return Ok(());
        }
        self.items.insert(rank, (self.offered, item()?));
        if is_full {
            self.items.pop_last();
        }
        Ok(())
    }

    /// The items, in the order in which they were offered.
    pub(super) fn into_items(self) -> Vec<T> {
        let mut items: Vec<(u64, T)> = self.items.into_values().collect();
        items.sort_by_key(|(at, _)| *at);
        items.into_iter().map(|(_, item)| item).collect()
    }
}

/// FNV-1a over words of eight bytes with a final mix, so that keys that differ in their last letter lie far apart.
fn hash(key: [&str; 2]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in key {
        let (words, rest) = part.as_bytes().as_chunks::<8>();
        for word in words {
            hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x100_0000_01b3);
            hash ^= hash >> 32;
        }
        let rest = rest.iter().fold(1, |word, byte| word << 8 | u64::from(*byte));
        hash = (hash ^ rest).wrapping_mul(0x100_0000_01b3);
    }
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
                let Ok(()) = sample.offer(["doc-", &n.to_string()], || Ok::<_, std::convert::Infallible>(n));
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
