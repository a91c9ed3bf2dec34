//! Counts by hash. The keys are hashes already, and the tables are never iterated.

/// How often each key was seen; open addressing, never iterated.
pub(crate) struct Counts {
    /// 0 where the slot is free.
    keys: Vec<u32>,
    /// How many owners, and one more than the last of them.
    values: Vec<(u32, u32)>,
    mask: usize,
}

impl Counts {
    /// Room for `n` distinct keys.
    pub(crate) fn new(n: usize) -> Counts {
        let size = (n * 2 + 8).next_power_of_two();
        Counts { keys: vec![0; size], values: vec![(0, 0); size], mask: size - 1 }
    }

    fn slot(&self, key: u32) -> usize {
        let mut at = (key.wrapping_mul(0x9E37_79B1) >> 7) as usize & self.mask;
        loop {
            match self.keys.get(at) {
                Some(&taken) if taken != 0 && taken != key => at = (at + 1) & self.mask,
                _ => return at,
            }
        }
    }

    /// Counts `key` once for each distinct `owner`; owners come in ascending order.
    pub(crate) fn add(&mut self, key: u32, owner: u32) {
        let key = key | 1 << 31;
        let at = self.slot(key);
        if let (Some(slot), Some((owners, last))) = (self.keys.get_mut(at), self.values.get_mut(at)) {
            *slot = key;
            *owners += u32::from(*last != owner + 1);
            *last = owner + 1;
        }
    }

    /// How many owners `key` has.
    pub(crate) fn get(&self, key: u32) -> u32 {
        self.values.get(self.slot(key | 1 << 31)).map_or(0, |v| v.0)
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
    }
}
