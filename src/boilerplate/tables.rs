//! Sets, counts and edges by hash. The keys are hashes already, and the tables are never iterated.

/// A set of hashes as bits, so large that a few thousand members rarely collide.
#[derive(Clone, Debug)]
pub struct HashBits(Vec<u8>);

impl HashBits {
    /// Bytes of a set.
    pub const BYTES: usize = 1 << 14;

    /// The empty set.
    pub(crate) const fn none() -> HashBits {
        HashBits(Vec::new())
    }

    /// The set whose bits are given.
    pub fn new(bits: &[u8]) -> HashBits {
        let mut all = vec![0; HashBits::BYTES];
        all.iter_mut().zip(bits).for_each(|(to, from)| *to = *from);
        HashBits(all)
    }

    /// Whether the hash was added, or seems so.
    pub(crate) fn contains(&self, hash: u32) -> bool {
        let at = hash as usize % (8 * HashBits::BYTES);
        self.0.get(at / 8).is_some_and(|bits| bits >> (at % 8) & 1 == 1)
    }

    /// Adds a hash.
    pub fn insert(&mut self, hash: u32) {
        let at = hash as usize % (8 * HashBits::BYTES);
        if let Some(bits) = self.0.get_mut(at / 8) {
            *bits |= 1 << (at % 8);
        }
    }

    /// The bits.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// How often each key was seen; open addressing, never iterated.
pub(crate) struct Counts {
    /// The key in the upper half, then the last owner's number plus one, then the number of owners in the lowest byte;
    /// 0 where the slot is free.
    slots: Vec<u64>,
    mask: usize,
}

/// Bits of the number of owners, which stays at the top when it gets there.
const OWNERS: u32 = 8;
/// Marks a slot that is taken.
const TAKEN: u32 = 1 << 31;

impl Counts {
    /// Room for `n` distinct keys.
    pub(crate) fn new(n: usize) -> Counts {
        let size = (n * 2 + 8).next_power_of_two();
        Counts { slots: vec![0; size], mask: size - 1 }
    }

    fn slot(&self, key: u32) -> usize {
        let mut at = (key.wrapping_mul(0x9E37_79B1) >> 7) as usize & self.mask;
        loop {
            match self.slots.get(at) {
                Some(&taken) if taken != 0 && (taken >> 32) as u32 != key => at = (at + 1) & self.mask,
                _ => return at,
            }
        }
    }

    /// Counts `key` once for each distinct `owner` (below 2²⁴ - 1); owners come in ascending order.
    pub(crate) fn add(&mut self, key: u32, owner: u32) {
        let key = key | TAKEN;
        let at = self.slot(key);
        let Some(slot) = self.slots.get_mut(at) else { return };
        let (last, owners) = (*slot as u32 >> OWNERS, *slot as u8);
        let owners = if last == owner + 1 { owners } else { owners.saturating_add(1) };
        *slot = u64::from(key) << 32 | u64::from((owner + 1) << OWNERS) | u64::from(owners);
    }

    /// How many owners `key` has, up to 255.
    pub(crate) fn get(&self, key: u32) -> u32 {
        self.slots.get(self.slot(key | TAKEN)).map_or(0, |slot| u32::from(*slot as u8))
    }
}

/// Numbers for keys: 0, 1, 2 in the order in which they are first met; open addressing, never iterated.
pub(crate) struct Numbering {
    /// The key in the upper half, then one more than its number; 0 where the slot is free.
    slots: Vec<u64>,
    len: u32,
}

impl Numbering {
    /// Room for `n` distinct keys.
    pub(crate) fn new(n: usize) -> Numbering {
        Numbering { slots: vec![0; (n + n / 4 + 8).next_power_of_two()], len: 0 }
    }

    /// The number of a key.
    pub(crate) fn of(&mut self, key: u32) -> u32 {
        let mask = self.slots.len() - 1;
        let mut at = (key.wrapping_mul(0x9E37_79B1) >> 7) as usize & mask;
        loop {
            let Some(slot) = self.slots.get_mut(at) else { return 0 };
            let is_free = *slot == 0;
            if !is_free && (*slot >> 32) as u32 != key {
                at = (at + 1) & mask;
                continue;
            }
            // A known key or a new one, in the same steps: which of them cannot be foreseen.
            let number = if is_free { self.len } else { *slot as u32 - 1 };
            *slot = u64::from(key) << 32 | u64::from(number + 1);
            self.len += u32::from(is_free);
            return number;
        }
    }

    /// Keys that were met.
    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }
}

/// The key of an edge, never 0. Two of a few ten thousand edges hardly share one of four billion keys.
const fn key(node: u32, token: u32) -> u32 {
    let key = (node.wrapping_mul(0x85EB_CA6B) ^ token).wrapping_mul(0x9E37_79B1);
    (key ^ key >> 15) | 1 << 31
}

/// The edges of a tree of tokens: the node after a node and a token. Never iterated.
#[derive(Debug, Default)]
pub(crate) struct Edges {
    /// The key and the node of each edge, side by side; the node is 0 where the slot is free: no edge leads to the root.
    slots: Vec<(u32, u32)>,
    len: usize,
    /// A bit for each edge, small enough to stay at hand: most look-ups end here.
    known: Vec<u64>,
}

/// Bits for the edges that are known.
const KNOWN: u32 = 1 << 18;

impl Edges {
    /// Where the bit of an edge is: its word, and the bit in it.
    const fn bit(key: u32) -> (usize, u64) {
        let at = key % KNOWN;
        (at as usize / 64, 1 << (at % 64))
    }

    fn slot(&self, key: u32) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = key as usize & mask;
        while self.slots.get(at).is_some_and(|(taken, next)| *next != 0 && *taken != key) {
            at = (at + 1) & mask;
        }
        at
    }

    /// The node after `node` and `token`.
    pub(crate) fn get(&self, node: u32, token: u32) -> Option<u32> {
        let key = key(node, token);
        let (word, bit) = Edges::bit(key);
        if self.known.get(word).is_none_or(|known| known & bit == 0) {
            return None;
        }
        self.slots.get(self.slot(key)).map(|(_, next)| *next).filter(|next| *next != 0)
    }

    /// The same; where there is none, the edge to `fresh` is added.
    pub(crate) fn add(&mut self, node: u32, token: u32, fresh: u32) -> u32 {
        if let Some(next) = self.get(node, token) {
            return next;
        }
        if 4 * (self.len + 1) > 3 * self.slots.len() {
            self.known.resize(KNOWN as usize / 64, 0);
            let size = (2 * self.slots.len()).max(64);
            let slots = std::mem::replace(&mut self.slots, vec![(0, 0); size]);
            slots.into_iter().filter(|(_, next)| *next != 0).for_each(|(key, next)| self.put(key, next));
        }
        self.put(key(node, token), fresh);
        self.len += 1;
        fresh
    }

    fn put(&mut self, key: u32, next: u32) {
        let at = self.slot(key);
        let (word, bit) = Edges::bit(key);
        if let (Some(slot), Some(known)) = (self.slots.get_mut(at), self.known.get_mut(word)) {
            *slot = (key, next);
            *known |= bit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_counts_once() {
        let mut counts = Counts::new(2);
        for (key, owner) in [(7, 0), (7, 0), (7, 3), (9, 3)] {
            counts.add(key, owner);
        }
        assert_eq!([7, 9, 8].map(|key| counts.get(key)), [2, 1, 0]);
        (0..1000).for_each(|owner| counts.add(7, 10 + owner));
        assert_eq!(counts.get(7), 255);
    }

    #[test]
    fn a_key_keeps_its_number() {
        let mut numbers = Numbering::new(100);
        assert_eq!([9, 0, 9, 1 << 20, 0].map(|key| numbers.of(key)), [0, 1, 0, 2, 1]);
        (0..90).for_each(|key| assert_eq!(numbers.of(key + 20), key + 3));
        assert_eq!((numbers.of(1 << 20), numbers.len()), (2, 93));
    }

    #[test]
    fn edges_are_found_again_whatever_their_number() {
        let mut edges = Edges::default();
        assert_eq!(edges.get(0, 1), None);
        for n in 0..1000 {
            assert_eq!(edges.add(n / 3, n * n, n + 1), n + 1);
        }
        assert_eq!(edges.add(5, 15 * 15, 7), 16);
        assert!((0..1000).all(|n| edges.get(n / 3, n * n) == Some(n + 1)));
        assert_eq!(edges.get(5, 18 * 18), None);
    }
}
